"""A filter before alignments: the chains of a large set that share words with a sequence.

A word is five residues at fixed distances (a spaced seed; Ma, Tromp & Li 2002, Bioinformatics 18,
440-445). A sequence's words are those that score `THRESHOLD` or more with it by BLOSUM62
(Altschul et al. 1990, J. Mol. Biol. 215, 403-410), and matches count where they lie close to one
diagonal of the alignment.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
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
TOGETHER = 600
"""Residues of sequences, at least, for whose words the set is scanned at once."""
PIECE = 1 << 16
"""Words of the set that are numbered at a time: so many stay in the processor's cache."""
WORDED = 256
"""Residues of a sequence whose words are made at a time."""
STEP = 64
"""Residues of the set of which the chain of the first alone is noted."""
MATCHES = 1 << 16
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
    np.int8,
)
BLOSUM62 = np.full((SYMBOLS, SYMBOLS), -THRESHOLD, np.int8)
"""Scores of pairs of residues by their codes; an unknown one makes no word with any."""
BLOSUM62[:-1, :-1] = _BLOSUM62
BLOSUM62.flags.writeable = False


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words of a sequence: number, position and score of each."""

    number: NDArray[np.int32]
    place: NDArray[np.int32]
    score: NDArray[np.int8]

    def those(self, chosen: NDArray[np.bool_]) -> Words:
        """Return some of them."""
        return Words(self.number[chosen], self.place[chosen], self.score[chosen])


def words_of(codes: NDArray[np.uint8], seed: Sequence[int]) -> Words:
    """Words that score `THRESHOLD` or more with a sequence.

    Parameters
    ----------
    codes : (L,) uint8 array
    seed : sequence of int
        Places of a word's residues, the first 0.
    """
    parts = [
        _words(codes[start : start + WORDED + seed[-1]], seed, start)
        for start in range(0, max(len(codes) - seed[-1], 1), WORDED)
    ]
    return Words(*map(np.concatenate, zip(*parts, strict=True)))


def _words(
    codes: NDArray[np.uint8], seed: Sequence[int], start: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int8]]:
    """Return numbers, positions and scores of the words of a part, which starts at `start`."""
    count = max(len(codes) - seed[-1], 0)
    best = [np.diag(BLOSUM62)[codes[at : at + count]] for at in seed]
    number, place = np.zeros(count, np.int32), np.arange(count, dtype=np.int32)
    score = np.zeros(count, np.int8)
    for step, at in enumerate(seed):
        ahead = np.sum(best[step + 1 :], axis=0, dtype=np.int8) + np.zeros(count, np.int8)
        scores = score[:, None] + BLOSUM62[codes[at + place], : SYMBOLS - 1]
        found = np.flatnonzero(scores >= (THRESHOLD - ahead[place])[:, None])
        row, residue = np.divmod(found.astype(np.int32), np.int32(SYMBOLS - 1))
        number = number[row] * SYMBOLS + residue
        score, place = scores.ravel()[found], place[row]
    return number, place + np.int32(start), score


@dataclass(frozen=True, slots=True, eq=False)
class _Matches:
    """Where words of a sequence stand in a set: `n` in `places[first[n] :]`, `counts[n]`.

    Of each word `at` is its place in the sequence.
    """

    at: NDArray[np.int32]
    score: NDArray[np.int8]
    places: NDArray[np.uint32]
    first: NDArray[np.int32]
    counts: NDArray[np.int32]

    def parts(
        self,
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8]]]:
        """Yield `MATCHES` at a time: places in the set and in the sequence, and scores."""
        part = np.cumsum(self.counts) // MATCHES
        for start, end in pairwise((0, *np.flatnonzero(np.diff(part)) + 1, len(part))):
            own = self.counts[start:end]
            shift = np.repeat(self.first[start:end] - (np.cumsum(own) - own), own)
            yield (
                self.places[shift + np.arange(len(shift))].astype(np.int64),
                np.repeat(self.at[start:end].astype(np.int64), own),
                np.repeat(self.score[start:end], own),
            )


def _scan(
    residues: NDArray[np.uint8], seed: Sequence[int], sequences: Sequence[NDArray[np.uint8]]
) -> list[_Matches]:
    """Return where the words of sequences, of one seed, stand in a set."""
    wanted = [words_of(codes, seed) for codes in sequences]
    known = np.zeros(SYMBOLS ** len(seed), np.bool_)
    for words in wanted:
        known[words.number] = True
    keys = array("q")  # a word's number, and its place in the lower half
    for start, numbers in _numbers(residues, seed):
        here = np.flatnonzero(known.take(numbers))
        keys.frombytes((numbers[here].astype(np.int64) << 32 | here + start).tobytes())
    found = np.frombuffer(keys, np.int64)
    found.sort()
    places = found.astype(np.uint32)
    found >>= 32
    numbers = found.astype(np.int32)
    del found, keys
    is_first = np.ones(len(numbers), np.bool_)
    np.not_equal(numbers[1:], numbers[:-1], out=is_first[1:])
    first = np.flatnonzero(is_first).astype(np.int32)
    counts = np.diff(first, append=np.int32(len(numbers)))
    numbers = numbers[first]
    known[:] = False
    known[numbers] = True
    wanted = [words.those(known[words.number]) for words in wanted]
    del known
    matches = []
    for words in wanted:
        ranks = np.searchsorted(numbers, words.number)
        matches.append(_Matches(words.place, words.score, places, first[ranks], counts[ranks]))
    return matches


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


class WordFilter:
    """Finds chains of a set that share words with a sequence.

    Parameters
    ----------
    residues : (N,) uint8 array
        Codes of all chains, one after the other. The few words across the end of a chain count
        for it, too.
    starts : (n + 1,) int64 array
        Where each chain starts, and the end.
    """

    def __init__(self, residues: NDArray[np.uint8], starts: NDArray[np.int64]) -> None:
        self.residues, self.starts = residues, starts

    def ranked(
        self, sequences: Iterable[NDArray[np.uint8]], most: int
    ) -> Iterator[NDArray[np.int64]]:
        """Find the chains that match sequences best, for each of them the best first.

        Parameters
        ----------
        sequences : iterable of (L,) uint8 arrays
            The set is scanned for the words of several at once (`TOGETHER`).
        most : int
            Chains for each of them, at most.

        Yields
        ------
        chains : (n,) int64 array
            Places of chains. What is found for a sequence does not depend on the others.
        """
        for group in _groups(sequences):
            yield from self._ranked(group, most)

    def _ranked(self, sequences: Sequence[NDArray[np.uint8]], most: int) -> list[NDArray[np.int64]]:
        """Do what `ranked` does; all matches, which are many, are gone before it goes on."""
        by_seed = [deque(_scan(self.residues, seed, sequences)) for seed in SEEDS]
        return [
            self._best(len(codes), [own.popleft() for own in by_seed], most) for codes in sequences
        ]

    @cached_property
    def _some_chains(self) -> NDArray[np.uint32]:
        """Place of the chain of each `STEP`-th residue."""
        residues = np.arange(0, len(self.residues), STEP)
        return (np.searchsorted(self.starts, residues, "right") - 1).astype(np.uint32)

    def _chains(self, residues: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Place of the chain of each of some residues."""
        chains = self._some_chains[residues // STEP]
        while (after := self.starts[chains + 1] <= residues).any():
            chains += after
        return chains

    def _best(self, length: int, matches: list[_Matches], most: int) -> NDArray[np.int64]:
        """Do what `ranked` does for one sequence; its matches are taken, as they are large."""
        sums = np.zeros(((len(self.residues) + length) >> BAND) + 2)  # by bands
        seen = []
        while matches:
            for at, place, score in matches.pop().parts():
                bands = (at - place + length) >> BAND
                np.add.at(sums, bands, (score - THRESHOLD + LEAST).astype(np.float64))
                seen.append((bands.astype(np.uint32), self._chains(at)))
        best = np.zeros(len(self.starts) - 1, np.int64)
        for band, chains in seen:
            beside = np.maximum(sums[band + 1], sums[np.maximum(band, 1) - 1])
            np.maximum.at(best, chains, (sums[band] + beside).astype(np.int64))
        least = max(int(np.partition(best, -most)[-most]), 1) if len(best) > most else 1
        chosen = np.flatnonzero(best >= least)
        return chosen[np.argsort(-best[chosen], kind="stable")][:most]


def _groups(sequences: Iterable[NDArray[np.uint8]]) -> Iterator[list[NDArray[np.uint8]]]:
    """Yield sequences that have `TOGETHER` residues or more, the last ones perhaps fewer."""
    group: list[NDArray[np.uint8]] = []
    for codes in sequences:
        group.append(codes)
        if sum(map(len, group)) >= TOGETHER:
            yield group
            group = []
    if group:
        yield group
