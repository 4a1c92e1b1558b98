"""Records: one protein chain, with or without the label of each residue."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES, Alphabet, encode_residues, read_labels


@dataclass(frozen=True, slots=True)
class Chain:
    """A protein chain.

    Parameters
    ----------
    header : str
        The text after ``>``, without white space at its end: the id, and perhaps a description.
    sequence : str
        One upper-case letter per residue, unknown residues as they were written.
    labels : str or None
        One symbol per residue, ``-`` where it has none; None for a chain without labels.
    values : sequence of float, optional
        One number per residue in place of a label, NaN or None where it has none; kept as a tuple.
    known : str, optional
        ``1`` for each residue that has a label, ``0`` for the others, where ``-`` is a label or
        the file has a mask.

    Raises
    ------
    ValueError
        If there are not as many labels, values or marks as residues, both labels and values, or
        any of these is of another type; if a value is infinite; or if the header has a line break,
        which would begin another record where it is written.

    Examples
    --------
    >>> chain = Chain("1ubq-A ubiquitin", "MQIFVK", "-EEEEC")
    >>> chain.id, chain.description, len(chain)
    ('1ubq-A', 'ubiquitin', 6)
    """

    header: str
    sequence: str
    labels: str | None = None
    values: tuple[float, ...] | None = None
    known: str | None = None

    def __post_init__(self) -> None:
        for what in ("header", "sequence", "labels", "known"):
            given = getattr(self, what)
            if not isinstance(given, str) and (given is not None or what in ("header", "sequence")):
                raise ValueError(f"{what}: is of the type {type(given).__name__}; give a str")
        if isinstance(self.values, str):
            raise ValueError("values: is a str; give a number for each residue")
        if self.values is not None:
            if self.labels is not None:
                raise ValueError(f"chain {self.id!r} has labels and values; leave one of them")
            object.__setattr__(self, "values", tuple(map(_number, self.values)))
        if "\n" in self.header or "\r" in self.header:
            raise ValueError(f"the id {self.header!r} has a line break; take it out")
        each = {"labels": self.labels, "values": self.values, "symbols in its mask": self.known}
        for what, given in each.items():
            if given is not None and len(given) != len(self.sequence):
                raise ValueError(
                    f"chain {self.id!r} has {len(self.sequence)} residues and {len(given)} {what}"
                )
        if self.known is not None and set(self.known) - set("01"):
            raise ValueError(f"the mask of chain {self.id!r} holds more than 0 and 1")

    def __len__(self) -> int:
        return len(self.sequence)

    @property
    def id(self) -> str:
        """First word of the header, exactly as written; empty for an empty header."""
        return [*self.header.split(maxsplit=1), ""][0]

    @property
    def description(self) -> str:
        """The header after the id."""
        return [*self.header.split(maxsplit=1), "", ""][1]

    @property
    def plain_labels(self) -> str:
        """The labels with ``-`` for none, for forms that have no mask.

        Raises
        ------
        ValueError
            If the chain has no labels, or values, or ``-`` is a label and it has a mask.
        """
        if self.labels is None:
            what = "no labels to write" if self.values is None else "values, which are no labels"
            raise ValueError(f"chain {self.id!r} has {what}")
        if self.known is None or "0" not in self.known:
            return self.labels
        pairs = list(zip(self.labels, self.known, strict=True))
        if ("-", "1") in pairs:
            raise ValueError(f"chain {self.id!r} has a mask, and - is one of its labels")
        return "".join(label if known == "1" else "-" for label, known in pairs)

    @property
    def codes(self) -> NDArray[np.uint8]:
        """Codes of the residues, uint8 of shape (L,)."""
        return encode_residues(self.sequence)

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Which residues have a label or a value, bool of shape (L,)."""
        if self.values is not None:
            numbers: NDArray[np.bool_] = ~np.isnan(np.array(self.values))
            return numbers
        if self.labels is None:
            return np.zeros(len(self), dtype=np.bool_)
        if self.known is not None:
            marked: NDArray[np.bool_] = _bytes(self.known) == ord("1")
            return marked
        labelled: NDArray[np.bool_] = _bytes(self.labels) != ord("-")
        return labelled


def _number(value: float | None) -> float:
    number = math.nan if value is None else float(value)
    if math.isinf(number):
        raise ValueError(f"{number} is no value; give finite numbers, or NaN for none")
    return number


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("ascii"), dtype=np.uint8)


def labelled_chain(
    header: str, sequence: str, labels: str, states: Alphabet | None = STATES
) -> Chain:
    """Make a chain from the text of a file: residues in upper case, labels by ``read_labels``.

    Raises
    ------
    ValueError
        If a symbol is not a residue or not a label, or there are not as many labels as residues.

    Examples
    --------
    >>> labelled_chain("1ubq-A", "mqifvk", "-EBE C").labels
    '-EEECC'
    """
    chain = Chain(header, sequence.upper(), read_labels(labels, states))
    encode_residues(chain.sequence)
    return chain
