"""Windows of chains, one a residue, and tiles, the parts of chains that are predicted at once."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ribbonet.chains.alphabet import SPACER

POSITIONS = 1024
"""Residues in one forward pass along chains, padding included, unless one tile has more."""
TILE = 1024
"""Residues of a longer chain that are predicted at a time; what memory holds depends on it."""
WASTE = 0.1
"""Share of a batch that may be padding."""


def pad(codes: NDArray[np.uint8], reach: int) -> NDArray[np.uint8]:
    """Codes of shape (L,) with ``reach`` spacers at each end: uint8 of shape (L + 2 * reach,).

    Examples
    --------
    >>> pad(np.array([3, 7], dtype=np.uint8), 1)
    array([20,  3,  7, 20], dtype=uint8)
    """
    packed: NDArray[np.uint8] = join([codes], reach)[0]
    return packed


def join(
    chains: Sequence[NDArray[Any]], reach: int, fill: float = SPACER
) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Chains in one array, ``reach`` spacers before, between and after them.

    A window of ``reach`` residues to either side then has spacers beyond the end of its chain, and
    nothing of the next chain (Qian & Sejnowski 1988).

    Parameters
    ----------
    chains : sequence of (L_i,) or (L_i, F) arrays
        Codes, or features, of one dtype; at least one chain.
    reach : int
    fill : number
        Value of a spacer: its code, or its features.

    Returns
    -------
    packed : (T,) or (T, F) array
    starts : (n,) int64
        Where in ``packed`` each chain's first residue stands.

    Examples
    --------
    >>> join([np.array([3, 7], dtype=np.uint8), np.array([5], dtype=np.uint8)], 1)
    (array([20,  3,  7, 20,  5, 20], dtype=uint8), array([1, 4]))
    """
    lengths = np.array([len(codes) for codes in chains], dtype=np.int64)
    starts = reach + np.cumsum(lengths + reach) - (lengths + reach)
    spacers = np.full((reach, *chains[0].shape[1:]), fill, dtype=chains[0].dtype)
    parts = [spacers] * (2 * len(chains) + 1)
    parts[1::2] = chains
    return np.concatenate(parts), starts


def windows(track: NDArray[Any], width: int) -> NDArray[Any]:
    """Windows of a chain, one around each residue.

    Parameters
    ----------
    track : (L,) uint8 or (L, F) float array
        Codes or features of one chain, at least one residue.
    width : int
        Odd: the residue itself is in the middle, spacers (zeros for features) beyond the ends.

    Returns
    -------
    windows : (L, width) or (L, width * F) array
        Of codes, a read-only view.

    Raises
    ------
    ValueError
        If the width is not an odd number above 0.

    Examples
    --------
    >>> windows(np.array([3, 7], dtype=np.uint8), 3)
    array([[20,  3,  7],
           [ 3,  7, 20]], dtype=uint8)
    """
    seen = window_view(track, width)
    return seen if track.ndim == 1 else seen.reshape(len(track), -1)


def window_view(track: NDArray[Any], width: int) -> NDArray[Any]:
    """Windows of a chain as a read-only view, `(L, width)` or `(L, width, F)`; see `windows`."""
    if width < 1 or width % 2 == 0:
        raise ValueError(f"the width of a window must be odd and above 0, not {width}")
    if track.ndim == 1:
        return sliding_window_view(pad(track, width // 2), width)
    packed = join([track], width // 2, 0)[0]
    return sliding_window_view(packed, width, axis=0).swapaxes(1, 2)


@dataclass(frozen=True, slots=True)
class Tile:
    """Residues `first` to `last` of a chain, predicted from residues `start` to `stop`."""

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
    """Group tiles of similar length, the longest first.

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
