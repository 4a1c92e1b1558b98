"""Entries: records as readers yield them, before symbols are checked."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.chain import Chain
from ribbonet.chains.open import HEAD, as_id, open_bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of a file.

    Parameters
    ----------
    place : str
        Where it stands, as messages say it: ``line 3``.
    header : str
    sequence : str
    labels : str, optional
        One symbol a residue, ``-`` where it has none.
    three : str, optional
        Labels in three states, where the file has them beside eight.
    mask : str, optional
        ``0`` for each residue whose label is not to count, ``1`` for the others.
    values : tuple of float, optional
        Numbers in place of labels.
    probabilities : array, optional
        Of helix, strand and coil, `(L, 3)`, where a predictor states them.
    labels_place : str
        Where its labels stand, if elsewhere.
    skipped : int
        How many residues the numbers beside them leave out.
    joined : bool
        Whether its id is of several cells of a table.
    fault : str
        What is wrong with the record, where it cannot be read.
    """

    place: str
    header: str
    sequence: str = ""
    labels: str | None = None
    three: str | None = None
    mask: str | None = None
    values: tuple[float, ...] | None = None
    probabilities: NDArray[np.float32] | None = None
    labels_place: str = ""
    skipped: int = 0
    joined: bool = False
    fault: str = ""


class Head:
    """The beginning of a file, by which its form is recognised.

    Parameters
    ----------
    path : Path
    data : bytes
        The first bytes of the file, decompressed.
    """

    def __init__(self, path: Path, data: bytes) -> None:
        self.path, self.data = path, data

    @classmethod
    def of(cls, path: str | Path) -> Head:
        """Read it."""
        with open_bytes(path) as file:
            return cls(Path(path), file.read(HEAD))

    @cached_property
    def lines(self) -> list[str]:
        """Lines that are not blank, at most a thousand."""
        text = self.data.decode("utf-8-sig", errors="replace")
        if "\n" not in text:
            text = text.replace("\r", "\n")
        found = (line.rstrip("\r\n") for line in io.StringIO(text))
        return [line for line, _ in zip((f for f in found if f.strip()), range(1000), strict=False)]

    @property
    def first(self) -> str:
        """The first line that is not blank."""
        return self.lines[0] if self.lines else ""


@dataclass(frozen=True)
class Form:
    """A form of files.

    Parameters
    ----------
    summary : str
    read : callable
        Yields the entries of a file.
    fits : callable
        Whether a file that starts so is of this form.
    remedy : str
        What to do about a wrong record.
    extensions : tuple of str
        Ends of names by which a file to be written is known to have this form.
    write : callable, optional
        The text of chains, piece by piece; None for a form that is read but not written.
    last : bool
        Whether it is tried after all others.
    predicted : bool
        Whether it is of predictions alone.
    """

    summary: str
    read: Callable[[str | Path], Iterator[Entry]]
    fits: Callable[[Head], bool]
    remedy: str = "correct the record"
    extensions: tuple[str, ...] = ()
    write: Callable[[Iterable[Chain]], Iterator[str]] | None = None
    last: bool = False
    predicted: bool = False


class Ids:
    """Gives each name that is new in a file an id of its own, of one word."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}
        self._given: set[str] = set()

    def __call__(self, name: str) -> str:
        """Return the id for a name, the same for the same name."""
        if name not in self._ids:
            stem = as_id(name)
            id, number = stem, 1
            while id in self._given:
                number += 1
                id = f"{stem}_{number}"
            self._ids[name] = id
            self._given.add(id)
        return self._ids[name]


def starts(*beginnings: str) -> Callable[[Head], bool]:
    """Return a test for files whose first line starts with one of these."""
    return lambda head: head.first.startswith(beginnings)


NONE = ("nan", "na", "n/a", "#n/a", "<na>", "null", "none")
"""What programs write, in any case, for no label or value."""
_NUMBER = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")
_WHOLE = re.compile(r"\s*[0-9]{1,18}\s*")


def number(text: str) -> float:
    """Read a decimal number; raises ValueError in words of our own.

    Examples
    --------
    >>> number("-1.5e3")
    -1500.0
    """
    if _NUMBER.fullmatch(text) is None:
        raise ValueError(f"{text[:40]!r} should be a number")
    return float(text)


def whole(text: str) -> int:
    """Read a whole number of 0 or more; raises ValueError in words of our own."""
    if _WHOLE.fullmatch(text) is None:
        raise ValueError(f"{text[:40]!r} should be a whole number")
    return int(text)


def normalised(shares: NDArray[np.float32]) -> NDArray[np.float32]:
    """Scale rows to sum to 1, as printed digits and outputs of networks do only nearly.

    Raises
    ------
    ValueError
        If they are no probabilities, of 1 or in per cent, whose sums miss that by `SLACK` at most.
    """
    totals = shares.sum(axis=1, keepdims=True)
    if not np.isfinite(totals).all() or (shares < 0).any() or (totals == 0).any():
        raise ValueError("probabilities should be above 0")
    whole = 100 if (totals > MOST_SUM).all() else 1
    if (shares > 1.01 * whole).any() or abs(totals / whole - 1).mean() > SLACK:
        raise ValueError(
            f"probabilities should sum to 1 or 100, and those of residue 1 do to {totals[0, 0]:.3g}"
        )
    scaled: NDArray[np.float32] = shares / totals
    return scaled


SLACK = 0.2
"""By how much sums may miss 1 on average; PSIPRED's networks give each state its own output."""
MOST_SUM = 10
"""Beyond it, numbers are in per cent."""


def one_by_one(text: Callable[[Chain], str]) -> Callable[[Iterable[Chain]], Iterator[str]]:
    """Write chains each by itself."""
    return lambda chains: map(text, chains)


def labels_of(chain: Chain) -> str:
    """Return the labels to write; raises ValueError where a chain has none."""
    if chain.labels is None:
        raise ValueError(f"chain {chain.id!r} has no labels to write")
    return chain.labels
