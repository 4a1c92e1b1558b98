"""Which chains of a large set share words with a sequence: a filter before alignments.

A word is five residues at fixed distances (a spaced seed; Ma, Tromp & Li 2002, Bioinformatics 18,
440-445). A sequence's words are those that score `THRESHOLD` or more with it by BLOSUM62
(Altschul et al. 1990, J. Mol. Biol. 215, 403-410), and matches count where they lie close to one
diagonal of the alignment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import SYMBOLS

SEEDS = ((0, 1, 4, 6, 9), (0, 2, 5, 9, 13))
"""Places of the residues of a word; two of them, so that one finds what the other misses."""
THRESHOLD = 20
"""Least BLOSUM62 score of a sequence's residues with a word's."""
LEAST = 4
"""Weight of a match of the least score; each point more weighs one more."""
BAND = 4
"""Bits of a diagonal that are dropped: matches up to 2^BAND diagonals apart are one band."""
SCAN = 4096
"""Residues of sequences up to which the set is scanned for their words alone, not indexed."""

PIECE = 1 << 20
"""Places that are numbered at a time."""

_BLOSUM62 = np.array(
    [
        [int(score) for score in row.split()]
        for row in """
        4 0 -2 -1 -2 0 -2 -1 -1 -1 -1 -2 -1 -1 -1 1 0 0 -3 -2
        0 9 -3 -4 -2 -3 -3 -1 -3 -1 -1 -3 -3 -3 -3 -1 -1 -1 -2 -2
        -2 -3 6 2 -3 -1 -1 -3 -1 -4 -3 1 -1 0 -2 0 -1 -3 -4 -3
        -1 -4 2 5 -3 -2 0 -3 1 -3 -2 0 -1 2 0 0 -1 -2 -3 -2
        -2 -2 -3 -3 6 -3 -1 0 -3 0 0 -3 -4 -3 -3 -2 -2 -1 1 3
        0 -3 -1 -2 -3 6 -2 -4 -2 -4 -3 0 -2 -2 -2 0 -2 -3 -2 -3
        -2 -3 -1 0 -1 -2 8 -3 -1 -3 -2 1 -2 0 0 -1 -2 -3 -2 2
        -1 -1 -3 -3 0 -4 -3 4 -3 2 1 -3 -3 -3 -3 -2 -1 3 -3 -1
        -1 -3 -1 1 -3 -2 -1 -3 5 -2 -1 0 -1 1 2 0 -1 -2 -3 -2
        -1 -1 -4 -3 0 -4 -3 2 -2 4 2 -3 -3 -2 -2 -2 -1 1 -2 -1
        -1 -1 -3 -2 0 -3 -2 1 -1 2 5 -2 -2 0 -1 -1 -1 1 -1 -1
        -2 -3 1 0 -3 0 1 -3 0 -3 -2 6 -2 0 0 1 0 -3 -4 -2
        -1 -3 -1 -1 -4 -2 -2 -3 -1 -3 -2 -2 7 -1 -2 -1 -1 -2 -4 -3
        -1 -3 0 2 -3 -2 0 -3 1 -2 0 0 -1 5 1 0 -1 -2 -2 -1
        -1 -3 -2 0 -3 -2 0 -3 2 -2 -1 0 -2 1 5 -1 -1 -3 -3 -2
        1 -1 0 0 -2 0 -1 -2 0 -2 -1 1 -1 0 -1 4 1 -2 -3 -2
        0 -1 -1 -1 -2 -2 -2 -1 -1 -1 -1 0 -1 -1 -1 1 5 0 -2 -2
        0 -1 -3 -2 -1 -3 -3 3 -2 1 1 -3 -2 -2 -3 -2 0 4 -3 -1
        -3 -2 -4 -3 1 -2 -2 -3 -3 -2 -1 -4 -4 -2 -3 -3 -2 -3 11 2
        -2 -2 -3 -2 3 -3 2 -1 -2 -1 -1 -2 -3 -1 -2 -2 -2 -1 2 7
        """.strip().splitlines()
    ],
    np.int32,
)
BLOSUM62 = np.full((SYMBOLS, SYMBOLS), -THRESHOLD, np.int32)
"""Scores of pairs of residues by their codes; an unknown one makes no word with any."""
BLOSUM62[:-1, :-1] = _BLOSUM62
BLOSUM62.flags.writeable = False


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of a sequence: of each its number, where it stands, and its score."""

    number: NDArray[np.int32]
    place: NDArray[np.int32]
    score: NDArray[np.int32]


def words_of(codes: NDArray[np.uint8], seed: Sequence[int]) -> Words:
    """Words that score `THRESHOLD` or more with a sequence.

    Parameters
    ----------
    codes : (L,) uint8 array
    seed : sequence of int
        Places of a word's residues, the first 0.
    """
    count = max(len(codes) - seed[-1], 0)
    best = [np.diag(BLOSUM62)[codes[at : at + count]] for at in seed]
    number = np.zeros(count, np.int32)
    score, place = np.zeros(count, np.int32), np.arange(count, dtype=np.int32)
    for step, at in enumerate(seed):
        ahead = np.sum(best[step + 1 :], axis=0, dtype=np.int32) + np.zeros(count, np.int32)
        scores = score[:, None] + BLOSUM62[codes[at + place], : SYMBOLS - 1]
        row, residue = np.nonzero(scores + ahead[place][:, None] >= THRESHOLD)
        number = number[row] * SYMBOLS + residue.astype(np.int32)
        score, place = scores[row, residue], place[row]
    return Words(number, place, score)


class _Occurrences:
    """Where words of one seed stand in a set: all words, or some."""

    def __init__(self, numbers: NDArray[np.int32], wanted: NDArray[np.bool_] | None) -> None:
        words = SYMBOLS ** len(SEEDS[0])
        places = None if wanted is None else np.flatnonzero(wanted[numbers])
        found = numbers if places is None else numbers[places]
        keys = found.astype(np.uint64)  # in place from here: a set has millions
        keys <<= np.uint64(32)
        for start in range(0, len(keys), PIECE):
            own = keys[start : start + PIECE]
            own |= (
                np.arange(start, start + len(own), dtype=np.uint64)
                if places is None
                else places[start : start + PIECE].astype(np.uint64)
            )
        keys.sort()
        self.places = keys.astype(np.uint32)
        self.starts = np.zeros(words + 1, np.uint32)
        np.cumsum(np.bincount(found, minlength=words), out=self.starts[1:], dtype=np.uint32)

    def of(self, words: Words) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
        """Places in the set and in the sequence, and scores, of all matches."""
        first = self.starts[words.number].astype(np.int64)
        counts = self.starts[words.number + 1] - first
        total = int(counts.sum())
        shift = np.repeat(first - (np.cumsum(counts) - counts), counts)
        return (
            self.places[shift + np.arange(total)].astype(np.int64),
            np.repeat(words.place.astype(np.int64), counts),
            np.repeat(words.score, counts),
        )


class WordIndex:
    """Finds chains of a set that share words with a sequence.

    The same chains are found whether the set was indexed or is scanned for few sequences' words.

    Parameters
    ----------
    residues : (N,) uint8 array
        Codes of all chains, one behind the other. The few words across the end of a chain count
        for it, too.
    starts : (n + 1,) int64 array
        Where each chain starts, and the end.
    """

    def __init__(self, residues: NDArray[np.uint8], starts: NDArray[np.int64]) -> None:
        self.residues, self.starts = residues, starts
        self._scanned = 0

    def ranked(
        self, sequences: Sequence[NDArray[np.uint8]], most: int
    ) -> Iterator[NDArray[np.int64]]:
        """Find the chains that match sequences best, for each of them the best first.

        Parameters
        ----------
        sequences : sequence of (L,) uint8 arrays
        most : int
            Chains for each of them, at most.

        Yields
        ------
        chains : (n,) int64 array
            Places of chains. What is found for a sequence does not depend on the others.
        """
        self._scanned += sum(map(len, sequences))
        occurrences = self._index if self._scanned > SCAN else self._some(sequences)
        for codes in sequences:
            words = [words_of(codes, seed) for seed in SEEDS]
            yield self._best(len(codes), words, occurrences, most)

    def _some(self, sequences: Sequence[NDArray[np.uint8]]) -> list[_Occurrences]:
        """Where the words of a few sequences stand."""
        found = []
        for seed in SEEDS:
            wanted = np.zeros(SYMBOLS ** len(seed), np.bool_)
            for codes in sequences:
                wanted[words_of(codes, seed).number] = True
            found.append(_Occurrences(self._numbers(seed), wanted))
        return found

    @cached_property
    def _chains(self) -> NDArray[np.int32]:
        """Place of the chain of each residue."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))

    @cached_property
    def _index(self) -> list[_Occurrences]:
        return [_Occurrences(self._numbers(seed), None) for seed in SEEDS]

    def _numbers(self, seed: Sequence[int]) -> NDArray[np.int32]:
        """Numbers of the words that start at each residue of the set."""
        count = max(len(self.residues) - seed[-1], 0)
        numbers = np.zeros(count, np.int32)
        for at in seed:
            numbers *= SYMBOLS
            numbers += self.residues[at : at + count]
        return numbers

    def _best(
        self, length: int, words: Sequence[Words], occurrences: Sequence[_Occurrences], most: int
    ) -> NDArray[np.int64]:
        matches = [known.of(own) for known, own in zip(occurrences, words, strict=True)]
        at, place, score = (np.concatenate(parts) for parts in zip(*matches, strict=True))
        if not len(at):
            return np.zeros(0, np.int64)
        bands = (at - place + length) >> BAND
        weights = (score - THRESHOLD + LEAST).astype(np.float64)
        sums = np.bincount(bands, weights, int(bands.max()) + 2)
        beside = np.maximum(sums[bands + 1], sums[np.maximum(bands - 1, 0)])
        totals = (sums[bands] + beside).astype(np.int64)
        best = np.zeros(len(self.starts) - 1, np.int64)
        np.maximum.at(best, self._chains[at], totals)
        order = np.argsort(-best, kind="stable")[:most]
        return order[best[order] > 0]
