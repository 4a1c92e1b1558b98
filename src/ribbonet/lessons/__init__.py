"""The course: lessons in the documents' order, with exercises whose answers are checked.

A lesson is one text (`texts/`) with code that runs; a notebook (`lessons/` of the repository,
or `ribbonet lessons notebooks`) and a page of the room Learn are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ribbonet.lessons.exercises import task
from ribbonet.lessons.question import Verdict, judge

__all__ = ["Question", "Verdict", "check", "exercise", "hint", "sign"]

_signed = ""


def sign(name: str) -> None:
    """Say whose exercises these are: a name draws their numbers, so that neighbours' differ."""
    global _signed
    _signed = name


@dataclass(frozen=True)
class Question:
    """The text of an exercise, which a notebook shows."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


def exercise(id: str, *, name: str | None = None) -> Question:
    """Return the text of an exercise.

    Parameters
    ----------
    id : str
        Lesson and number, such as "backprop.3".
    name : str, optional
        Whose numbers; by default the name that was signed, if any.

    Raises
    ------
    InputError
        If there is no such exercise.

    Examples
    --------
    >>> exercise("forward.1", name="Ada").text == exercise("forward.1", name="Ben").text
    False
    """
    return Question(task(id, _signed if name is None else name).text)


def check(id: str, answer: Any, *, name: str | None = None) -> Verdict:
    """Check the answer to an exercise.

    Parameters
    ----------
    id : str
    answer : number, sequence, array or str
        A string is read as it would be typed: "1, 2; 3, 4" is a matrix of two rows.
    name : str, optional
        Whose numbers; by default the name that was signed, if any.

    Raises
    ------
    InputError
        If there is no such exercise.

    Examples
    --------
    >>> check("hidden.3", "no such word")
    Not yet.
    """
    return judge(task(id, _signed if name is None else name), answer)


def hint(id: str, number: int = 1, *, name: str | None = None) -> str:
    """Return a hint for an exercise, the first or a later one; the last where there are fewer.

    Raises
    ------
    InputError
        If there is no such exercise.
    """
    hints = task(id, _signed if name is None else name).hints
    if not hints:
        return "There is no hint for this exercise."
    return hints[min(max(number, 1), len(hints)) - 1]
