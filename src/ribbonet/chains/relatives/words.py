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
from itertools import pairwise

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
PIECE = 1 << 18
"""Words of the set that are numbered at a time."""
MATCHES = 1 << 18
"""Matches that are weighed at a time, unless one word of a sequence has more."""

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


@dataclass(frozen=True, slots=True, eq=False)
class _Occurrences:
    """Where words of one seed stand in a set: word `w` at `places[starts[w] : starts[w + 1]]`."""

    places: NDArray[np.uint32]
    starts: NDArray[np.uint32]

    @classmethod
    def indexed(cls, residues: NDArray[np.uint8], seed: Sequence[int]) -> _Occurrences:
        """Return where all words stand, by a counting sort."""
        counts = np.zeros(SYMBOLS ** len(seed), np.uint32)
        for _, numbers in _numbers(residues, seed):
            np.add.at(counts, numbers, np.uint32(1))
        starts = _starts(counts)
        places = np.empty(starts[-1], np.uint32)
        free = starts[:-1].copy()  # where the next occurrence of each word belongs
        for start, numbers in _numbers(residues, seed):
            words, own = _sorted(numbers, np.arange(len(numbers)))
            first = np.flatnonzero(np.diff(words, prepend=-1))
            often = np.diff(first, append=len(words))
            nth = np.arange(len(words)) - np.repeat(first, often)
            places[free[words] + nth] = own + start
            free[words[first]] += often.astype(np.uint32)
        return cls(places, starts)

    @classmethod
    def scanned(
        cls, residues: NDArray[np.uint8], seed: Sequence[int], wanted: NDArray[np.bool_]
    ) -> _Occurrences:
        """Return where the `wanted` words stand."""
        words, places = [], []
        for start, numbers in _numbers(residues, seed):
            own = np.flatnonzero(wanted[numbers])
            words.append(numbers[own])
            places.append(own + start)
        number, place = _sorted(np.concatenate(words), np.concatenate(places))
        counts = np.bincount(number, minlength=len(wanted)).astype(np.uint32)
        return cls(place.astype(np.uint32), _starts(counts))

    def matches(
        self, words: Words
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]]:
        """Yield matches, `MATCHES` at a time: places in the set and in the sequence, and scores."""
        first = self.starts[words.number].astype(np.int64)
        counts = self.starts[words.number + 1] - first
        part = np.cumsum(counts) // MATCHES
        for start, end in pairwise((0, *np.flatnonzero(np.diff(part)) + 1, len(part))):
            own = counts[start:end]
            shift = np.repeat(first[start:end] - (np.cumsum(own) - own), own)
            yield (
                self.places[shift + np.arange(len(shift))].astype(np.int64),
                np.repeat(words.place[start:end].astype(np.int64), own),
                np.repeat(words.score[start:end], own),
            )


def _numbers(
    residues: NDArray[np.uint8], seed: Sequence[int]
) -> Iterator[tuple[int, NDArray[np.int32]]]:
    """Numbers of the words that start at each residue, `PIECE` at a time, and where these start."""
    count = max(len(residues) - seed[-1], 0)
    for start in range(0, max(count, 1), PIECE):
        end = min(start + PIECE, count)
        numbers = np.zeros(end - start, np.int32)
        for at in seed:
            numbers *= SYMBOLS
            numbers += residues[start + at : end + at]
        yield start, numbers


def _sorted(
    numbers: NDArray[np.int32], places: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sort occurrences by their words, those of a word by their places."""
    keys = np.sort(numbers.astype(np.int64) << 32 | places)
    return keys >> 32, keys & 0xFFFFFFFF


def _starts(counts: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Where each word's occurrences start among all, and the end."""
    starts = np.zeros(len(counts) + 1, np.uint32)
    np.cumsum(counts, out=starts[1:], dtype=np.uint32)
    return starts


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
            found.append(_Occurrences.scanned(self.residues, seed, wanted))
        return found

    @cached_property
    def _index(self) -> list[_Occurrences]:
        return [_Occurrences.indexed(self.residues, seed) for seed in SEEDS]

    @cached_property
    def _chains(self) -> NDArray[np.unsignedinteger]:
        """Place of the chain of each residue."""
        count = len(self.starts) - 1
        return np.repeat(np.arange(count, dtype=np.min_scalar_type(count)), np.diff(self.starts))

    def _best(
        self, length: int, words: Sequence[Words], occurrences: Sequence[_Occurrences], most: int
    ) -> NDArray[np.int64]:
        sums = np.zeros(((len(self.residues) + length) >> BAND) + 2)  # by bands
        seen = []
        for own, known in zip(words, occurrences, strict=True):
            for at, place, score in known.matches(own):
                bands = (at - place + length) >> BAND
                np.add.at(sums, bands, (score - THRESHOLD + LEAST).astype(np.float64))
                seen.append((bands.astype(np.uint32), self._chains[at]))
        best = np.zeros(len(self.starts) - 1, np.int64)
        for band, chains in seen:
            beside = np.maximum(sums[band + 1], sums[np.maximum(band, 1) - 1])
            np.maximum.at(best, chains, (sums[band] + beside).astype(np.int64))
        order = np.argsort(-best, kind="stable")[:most]
        return order[best[order] > 0]
