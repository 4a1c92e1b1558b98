"""An exercise: its text with numbers drawn by a name, its answer, and the usual mistakes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

RELATIVE, ABSOLUTE = 5e-3, 6e-4
"""How far an answer may be off: three digits are enough. Integers have to be exact."""

_DASH = re.compile("[\N{MINUS SIGN}\N{EN DASH}\N{HYPHEN}]")

LONGEST = 2_000
"""Characters of an answer that are read."""


@dataclass(frozen=True)
class Task:
    """An exercise with its numbers.

    Parameters
    ----------
    text : str
        The question, in Markdown without formulas: paragraphs, `code`, and fenced blocks.
    answer : float, sequence of float, matrix, or str
        A string is a word, compared without regard to case; it should be one of the options that
        the text names.
    solution : str
        For the teacher: how the answer is found.
    hints : sequence of str
        From the gentlest to the plainest.
    mistakes : mapping
        From what to say to the answer that a known slip gives.
    """

    text: str
    answer: Any
    solution: str
    hints: Sequence[str] = ()
    mistakes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and what to say about it; true where it is right."""

    right: bool
    message: str

    def __bool__(self) -> bool:
        return self.right

    def __repr__(self) -> str:
        return self.message


class Draw:
    """Draws the numbers of an exercise: always the same for one name.

    Parameters
    ----------
    exercise : str
    name : str
        Case and surrounding blanks do not count.
    attempt : int
        Where the numbers of others would not do.

    Examples
    --------
    >>> Draw("neuron.1", "Ada").one_of(range(100)) == Draw("neuron.1", " ada ").one_of(range(100))
    True
    """

    def __init__(self, exercise: str, name: str, attempt: int = 0) -> None:
        text = f"{exercise}/{attempt}/{name.strip().casefold()}"
        seed = hashlib.sha256(text.encode("utf-8", "replace")).digest()
        self.rng = np.random.default_rng(int.from_bytes(seed[:8], "big"))

    def one_of(self, choices: Sequence[Any]) -> Any:
        """Return one of some choices."""
        return choices[int(self.rng.integers(len(choices)))]

    def numbers(
        self, *shape: int, low: float = -2, high: float = 2, step: float = 0.5, zero: bool = False
    ) -> NDArray[np.float64]:
        """Return an array of multiples of `step` from `low` to `high`; of zero too, if asked."""
        values = np.arange(round(low / step), round(high / step) + 1) * step
        return self.rng.choice(values if zero else values[values != 0], shape)

    def shares(self, number: int) -> NDArray[np.float64]:
        """Return probabilities that sum to 1: multiples of 0.05, none 0."""
        cuts = np.sort(self.rng.choice(np.arange(1, 20), number - 1, replace=False))
        return np.diff([0, *cuts, 20]) / 20


def judge(task: Task, answer: Any) -> Verdict:
    """Compare an answer, a string as it was typed too, with that of a task."""
    if answer is None or answer is ... or (isinstance(answer, str) and not answer.strip()):
        return Verdict(False, "No answer yet.")
    if isinstance(task.answer, str):
        given = _DASH.sub("-", re.sub(r"\s", "", str(answer))).strip("\"'`.").casefold()
        if given == task.answer.casefold():
            return Verdict(True, "Right.")
        return _slip(task, lambda wrong: given == str(wrong).casefold())
    expected = np.asarray(task.answer, float)
    exact = np.asarray(task.answer).dtype.kind in "iu"
    try:
        found = _fitted(answer, expected, exact)
    except (OverflowError, TypeError, ValueError):
        return Verdict(False, f"That cannot be read: give {_wanted(expected)}, without units.")
    if found.shape != expected.shape:
        return Verdict(False, f"The shape differs: give {_wanted(expected)}.")
    share = found / 100 if "%" in str(answer) else found
    if close(found, expected, exact) or close(share, expected, exact):
        return Verdict(True, "Right.")
    return _slip(task, lambda wrong: close(found, np.asarray(wrong, float), exact))


def clear(task: Task) -> bool:
    """Whether no slip gives an answer that would pass for the right one."""
    return not any(judge(task, wrong) for wrong in task.mistakes.values())


def close(found: NDArray[np.float64], expected: NDArray[np.float64], exact: bool = False) -> bool:
    """Whether numbers are the same, but for rounding unless they have to be exact."""
    relative, absolute = (0.0, 1e-6) if exact else (RELATIVE, ABSOLUTE)
    return found.shape == expected.shape and bool(
        np.allclose(found, expected, rtol=relative, atol=absolute)
    )


def _fitted(answer: Any, expected: NDArray[np.float64], exact: bool) -> NDArray[np.float64]:
    """Read an answer; commas within its numbers as points, where only that gives its shape."""
    ways = [answer]
    if isinstance(answer, str):
        if exact and expected.ndim == 0:  # thousands
            ways = [re.sub(r"(?<=\d)[,\s](?=\d{3}\b)", "", answer)]
        ways.append(re.sub(r"(?<=\d),(?=\d)", ".", answer))
    fault: Exception | None = None
    first = None
    for way in ways:
        try:
            found = read_numbers(way, expected.ndim)
        except (OverflowError, TypeError, ValueError) as error:
            fault = error
            continue
        if expected.ndim < 2 and found.size == expected.size:
            return found.reshape(expected.shape)  # a column, or a number in brackets
        if found.shape == expected.shape:
            return found
        first = found if first is None else first
    if first is None:
        raise fault or ValueError("no number")
    return first


def read_numbers(answer: Any, ndim: int = 1) -> NDArray[np.float64]:
    """Return an answer as an array; in a string, rows are parted by semicolons or lines.

    A name before it ("p = ") and signs of per cent are left out.

    Raises
    ------
    ValueError
        Where it holds anything but numbers and fractions.

    Examples
    --------
    >>> read_numbers("1/2, -3; 4 5e-1", 2)
    array([[ 0.5, -3. ],
           [ 4. ,  0.5]])
    >>> read_numbers("0,731", 0)
    array(0.731)
    """
    if not isinstance(answer, str):
        return np.asarray(answer, dtype=float)
    text = _DASH.sub("-", re.sub(r"^\s*[^\W\d]\w*\s*=|%", "", answer[:LONGEST])).strip()
    text = re.sub(r"\s*/\s*", "/", text)
    if ndim == 0 and re.fullmatch(r"-?\d+,\d+", text):
        text = text.replace(",", ".")
    if "],[" in (flat := re.sub(r"\s+", "", text)):
        text = flat.replace("],[", ";")
    if not text.strip("[]();, \t\n"):
        raise ValueError("no number")
    rows = [row for row in re.split(r"[;\n]", re.sub(r"[\[\]()]", " ", text)) if row.strip()]
    numbers = [[_number(word) for word in re.split(r"[,\s]+", row.strip(" ,\t"))] for row in rows]
    if ndim == 0 and len(numbers) == len(numbers[0]) == 1:
        return np.asarray(numbers[0][0])
    if ndim < 2 and len(numbers) == 1:
        return np.asarray(numbers[0])
    return np.asarray(numbers)


def _number(word: str) -> float:
    above, _, below = word.partition("/")
    return float(above) / (float(below) or float("nan")) if below else float(above)


def _slip(task: Task, same: Callable[[Any], bool]) -> Verdict:
    """Say what a known slip was, or that the answer is not right."""
    for message, wrong in task.mistakes.items():
        if same(wrong):
            return Verdict(False, f"Not yet. {message}")
    return Verdict(False, "Not yet.")


def _wanted(expected: NDArray[np.float64]) -> str:
    if expected.ndim == 0:
        return "one number"
    if expected.ndim == 1:
        return f"{len(expected)} numbers, such as 1, -0.5"
    rows, columns = expected.shape
    return f"{rows} rows of {columns}, such as 1, -0.5; 2, 3"
