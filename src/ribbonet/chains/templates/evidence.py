"""The evidence of relatives of known structure for each residue of a chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import RESIDUES, STATES8

if TYPE_CHECKING:
    from ribbonet.chains.templates import Alignment

MOST = 50
"""Alignments that are counted, of the most similar relatives."""
CLOSENESS, LIKENESS = 8.0, 6.0
"""Steepness of the weights: e to this power more for identity 1 than for identity 0."""
NEIGHBOURS = 7
"""Aligned pairs on either side in which likeness is measured."""
NUMBERS = ("identity", "likeness", "relatives", "gaps", "unlabelled", "confidence")
"""Columns after the shares of the states; see `Evidence`."""
COLUMNS = 2 * len(STATES8) + len(NUMBERS)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """Aligned relatives of a chain, and the states of their structures at its residues.

    Parameters
    ----------
    alignments : tuple of Alignment
        The most similar relative first.
    array : (L, 22) float32 array
        One row per residue, zeros where no relative is aligned. Columns 0 to 7: shares of the eight
        states among the relatives' aligned residues, each weighted by its alignment's identity
        and its own probability. Columns 8 to 15: the same, weighted by likeness nearby. Then the
        highest identity (0 to 1) and the highest likeness of an aligned residue: the mean BLOSUM62
        score nearby over that of the same residues with themselves; ln(1 + n) / 4 of n aligned
        residues with a state; the weighted shares of relatives that have a gap here, or a residue
        without a state; the highest probability of an aligned pair.
    nearest : (L,) int32 array
        Of `alignments`, the one of the highest identity with a state here; -1 where none has.
    """

    alignments: tuple[Alignment, ...]
    array: NDArray[np.float32]
    nearest: NDArray[np.int32]

    @property
    def nbytes(self) -> int:
        """Approximate size in memory, in bytes."""
        aligned = sum(
            a.query.nbytes + a.target.nbytes + a.confidence.nbytes for a in self.alignments
        )
        return aligned + self.array.nbytes + self.nearest.nbytes

    @property
    def shares(self) -> NDArray[np.float32]:
        """Shares of the eight states, `(L, 8)`: the vote of the relatives."""
        return self.array[:, : len(STATES8)]

    @property
    def identity(self) -> NDArray[np.float32]:
        """The highest identity of a relative that has a state at each residue, `(L,)`; or 0."""
        return self.array[:, 2 * len(STATES8)]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where a relative has a state, `(L,)`."""
        return self.nearest >= 0


def weigh(
    codes: NDArray[np.uint8],
    alignments: Sequence[Alignment],
    states_of: Callable[[int], NDArray[np.uint8]],
    residues_of: Callable[[int], NDArray[np.uint8]],
) -> Evidence:
    """Collect the evidence of aligned relatives for a chain.

    Parameters
    ----------
    codes : (L,) uint8 array
        Of the chain's residues.
    alignments : sequence of Alignment
        The most similar relative first.
    states_of, residues_of : callable
        Return codes of the states and of the residues of a template, `(M,)`, by its place.
    """
    used = tuple(alignments[:MOST])
    length, kinds = len(codes), len(STATES8)
    closeness = np.zeros((length, kinds))
    likeness = np.zeros((length, kinds))
    identity, best, probability = np.zeros(length), np.zeros(length), np.zeros(length)
    count, spanned, gaps, blank = (np.zeros(length) for _ in range(4))
    nearest = np.full(length, -1, np.int32)
    for number, alignment in enumerate(used):
        at, paired = alignment.query, alignment.target
        states = states_of(alignment.place)[paired]
        like = _likeness(codes[at], residues_of(alignment.place)[paired])
        weight = np.exp(CLOSENESS * alignment.identity)
        span = slice(at[0], at[-1] + 1)
        spanned[span] += weight
        gaps[span] += weight
        gaps[at] -= weight
        labelled = states < kinds
        blank[at[~labelled]] += weight
        own, state, sure = at[labelled], states[labelled], alignment.confidence[labelled]
        closeness[own, state] += weight * sure
        likeness[own, state] += np.exp(LIKENESS * like[labelled]) * sure
        count[own] += 1
        nearest[own] = np.where(alignment.identity > identity[own], number, nearest[own])
        identity[own] = np.maximum(identity[own], alignment.identity)
        best[own] = np.maximum(best[own], like[labelled])
        probability[own] = np.maximum(probability[own], sure)
    numbers = np.stack(
        [
            identity,
            best,
            np.log1p(count) / 4,
            gaps / np.maximum(spanned, 1),
            blank / np.maximum(spanned, 1),
            probability,
        ],
        axis=1,
    )
    array = np.hstack([_shares(closeness), _shares(likeness), numbers]).astype(np.float32)
    return Evidence(used, array, nearest)


def _shares(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    totals = weights.sum(axis=1, keepdims=True)
    return weights / np.where(totals > 0, totals, 1)


def _likeness(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Likeness of aligned residues and their neighbours, 0 to 1, of each pair."""
    from ribbonet.chains.templates.words import BLOSUM62

    unknown = np.maximum(a, b) >= len(RESIDUES)
    score = np.where(unknown, 0, BLOSUM62[a, b])
    most = np.where(unknown, 0, BLOSUM62[a, a])
    return np.clip(_nearby(score) / np.maximum(_nearby(most), 1), 0, 1)


def _nearby(values: NDArray[np.int32]) -> NDArray[np.int64]:
    """Sum over `NEIGHBOURS` values on either side."""
    sums = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
    ends = np.arange(len(values))
    after = np.minimum(ends + NEIGHBOURS + 1, len(values))
    within: NDArray[np.int64] = sums[after] - sums[np.maximum(ends - NEIGHBOURS, 0)]
    return within
