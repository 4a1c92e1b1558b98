"""What letters may be instead of residues: states, labels of residues beside them, nucleotides."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ribbonet.chains.chain import Chain

LEAST = 24
"""Residues from which a sequence of few letters is taken for something else."""
LEAST_STATES = 10
"""Letters from which runs of three states are warned of."""
NUCLEOTIDES = "ACGTUN"
"""Letters of residues as well, but no protein of `LEAST_NUCLEOTIDES` or more has these alone."""
AMBIGUOUS = NUCLEOTIDES + "RYKMSWBDHV"
"""With those of IUPAC that stand for several."""
SHARE = 0.9
"""Of plain nucleotides in a nucleotide sequence, at least."""
LEAST_NUCLEOTIDES = 30
LEAST_PRIMER = 12
"""Letters from which all four nucleotides, and no other letter, are warned of."""
FEW_LABELS, MANY_RESIDUES = 3, 10
"""Letters of one half, and of the other, that make labels of the one: of topology, of disorder."""
STATE_LETTERS = "HGIEBTSCP"
_LABELS = (
    ("C", "HGIEBTSCP-"), ("L", "HGIEBTSL-"), (" ", "HGIEBTSP- "), ("M", "MIOS-"), ("M", "Mios-")
)  # fmt: skip
"""A label that chains have, without which its alphabet may be a linker's, and that alphabet."""


def are_labels(text: str, beside: str) -> bool:
    """Whether letters are labels of residues beside them rather than residues themselves.

    Examples
    --------
    >>> are_labels("CCHHHHC", "MKTAYIA"), are_labels("GSGSGSG", "MKTAYIA")
    (True, False)
    """
    labels, residues = ({*part} - {*"\r\n"} for part in (text, beside))
    few = len(text) >= LEAST and len(labels) <= FEW_LABELS and len(residues) >= MANY_RESIDUES
    return few or any(
        needed in labels and labels <= {*alphabet} and not residues <= {*alphabet}
        for needed, alphabet in _LABELS
    )


def reads_as_states(text: str) -> bool:
    """Whether letters are likely states, and no residues.

    In three (L may stand for C), in DSSP's eight, or H and P of the lattice model. Without C, runs
    must be the longer: tails of glycine have G, E and H alone.
    """
    if len(text) < LEAST or text.strip(STATE_LETTERS + "L"):
        return False
    letters = {*text}
    if letters <= {*"HEC"} or letters in ({*"HEL"}, {*"HP"}):
        return True
    if not letters <= {*STATE_LETTERS}:
        return False
    if "C" in letters:
        return bool({"H", "E"} & letters) and 2 * _ends(text) < len(text)
    return {"H", "E"} <= letters and 3 * _ends(text) < len(text)


def are_few_states(text: str) -> bool:
    """Whether a short text is likely three states: three runs or more, long ones."""
    few = LEAST_STATES <= len(text) < LEAST and {*text} <= {*"HEC"}
    return few and 2 <= _ends(text) < len(text) / 2


def _ends(text: str) -> int:
    return sum(a != b for a, b in pairwise(text))


def warn_of_nucleotides(
    chains: Iterable[Chain], name: str, on_warning: Callable[[str], None]
) -> Iterator[Chain]:
    """Yield the chains, and warn once at their end if some look like nucleotides.

    Parameters
    ----------
    chains : iterable of Chain
        Read as they are needed.
    name : str
        The file's, for the warning.
    on_warning : callable
        Called with the warning.
    """
    number = 0
    for chain in chains:
        number += reads_as_nucleotides(chain.sequence)
        yield chain
    if number:
        records = "1 record looks" if number == 1 else f"{number:,} records look"
        on_warning(f"{name}: {records} like nucleotides, read as residues; give proteins")


def reads_as_nucleotides(sequence: str) -> bool:
    """Whether a sequence has the letters of nucleotides alone."""
    if len(sequence) < LEAST_NUCLEOTIDES:
        bases = {*sequence.replace("U", "T")}
        return len(sequence) >= LEAST_PRIMER and bases >= {*"ACGT"} and bases <= {*NUCLEOTIDES}
    if sequence.strip(AMBIGUOUS):
        return False
    return sum(map(sequence.count, NUCLEOTIDES)) >= SHARE * len(sequence)
