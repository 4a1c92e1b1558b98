"""Chains cut into windows that a language model reads, and windows into batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Window:
    """Residues `start` to `stop` of a chain, of which `first` to `last` are taken from it."""

    start: int
    stop: int
    first: int
    last: int

    def __len__(self) -> int:
        return self.stop - self.start


def windows(length: int, size: int) -> list[Window]:
    """Cut a chain into windows that overlap by a quarter or more.

    Each residue is taken from the window in which it is the farthest from an end.

    Parameters
    ----------
    length : int
        Residues of the chain.
    size : int
        Residues of a window, at most; 4 or more.

    Examples
    --------
    >>> windows(10, 12)
    [Window(start=0, stop=10, first=0, last=10)]
    >>> windows(20, 12)
    [Window(start=0, stop=12, first=0, last=10), Window(start=8, stop=20, first=10, last=20)]
    """
    if length <= size:
        return [Window(0, length, 0, length)]
    step = size - size // 4
    number = -(-(length - size) // step) + 1
    starts = [(length - size) * n // (number - 1) for n in range(number)]
    ends = [0, *((a + size + b) // 2 for a, b in pairwise(starts)), length]
    return [
        Window(start, start + size, first, last)
        for start, (first, last) in zip(starts, pairwise(ends), strict=True)
    ]


def batches(lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Group what is about as long, the longest first.

    Parameters
    ----------
    lengths : sequence of int
    most : int
        The number in a batch times the longest of it, at most; what is longer is a batch alone.

    Yields
    ------
    batch : list of int
        Places in `lengths`.

    Examples
    --------
    >>> list(batches([3, 9, 4, 4], most=8))
    [[1], [2, 3], [0]]
    """
    batch: list[int] = []
    for place in sorted(range(len(lengths)), key=lambda n: -lengths[n]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > most:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch
