"""How many residues are predicted at once: chains cut into tiles, tiles of like length together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

POSITIONS = 1024
"""Residues in one forward pass along chains, padding included, unless one tile has more."""
TILE = 1024
"""Residues of a longer chain that are predicted at a time; what memory holds depends on it."""
WASTE = 0.1
"""Share of a batch that may be padding."""
PAYS = 30_000
"""Residues to predict at once for which it pays to load compiled code, in nearly a second."""


def pays(residues: int) -> bool:
    """Whether to predict so many residues at once by compiled code.

    Compiled code differs from NumPy in the last bits; so what decides is the number alone, not
    what was predicted before, and the same chains give the same bits whenever they are predicted.
    """
    return residues >= PAYS and find_spec("numba") is not None


@dataclass(frozen=True, slots=True)
class Tile:
    """Residues `first` to `last` of a chain, and those from `start` to `stop` that they need."""

    chain: int
    first: int
    last: int
    start: int
    stop: int


def tiles(lengths: Sequence[int], reach: float) -> list[Tile]:
    """Cut chains into tiles, each with the residues around it that its predictions depend on.

    Parameters
    ----------
    lengths : sequence of int
        Residues of each chain.
    reach : float
        Residues on either side that a prediction depends on; infinite where it is the whole chain,
        which is then one tile.
    """
    if math.isinf(reach):
        return [Tile(chain, 0, length, 0, length) for chain, length in enumerate(lengths)]
    return [
        Tile(
            chain,
            first,
            last := min(first + TILE, length),
            max(first - int(reach), 0),
            min(last + int(reach), length),
        )
        for chain, length in enumerate(lengths)
        for first in range(0, length, TILE)
    ]


def batches(tiles: Sequence[Tile]) -> Iterator[list[Tile]]:
    """Put tiles of like length together, the longest first.

    Yields
    ------
    batch : list of Tile
        Of `POSITIONS` residues with the padding, `WASTE` of which may be padding, at most; or one
        tile.
    """
    batch: list[Tile] = []
    filled = 0
    for tile in sorted(tiles, key=lambda tile: tile.start - tile.stop):
        size = tile.stop - tile.start
        if batch:
            padded = (len(batch) + 1) * (batch[0].stop - batch[0].start)
            if padded > POSITIONS or filled + size < (1 - WASTE) * padded:
                yield batch
                batch, filled = [], 0
        batch.append(tile)
        filled += size
    if batch:
        yield batch
