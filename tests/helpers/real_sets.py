"""Published sets of secondary structure, and parts of them."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

STRUCTURE = (
    "pdb_valid_q8.3line",
    "cb513_q8.3line",
    "cb513_q3.3line",
    "ts115_q8.3line",
    "casp12_q3.3line",
    "qian_sejnowski_1988_train.3line",
    "qian_sejnowski_1988_test.3line",
)


def parts(chains: Sequence[T], sizes: Sequence[int], number: int) -> Iterator[list[T]]:
    """Draw so many parts of each size."""
    random = Random(0)
    for size in sizes:
        for _ in range(number):
            yield random.sample(chains, min(size, len(chains)))
