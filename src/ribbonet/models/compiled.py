"""Networks of a stage by compiled code (Numba), for many residues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import SPACER
from ribbonet.chains.windows import join
from ribbonet.nn.compiled.chains.layout import ChainPlan, lay_out
from ribbonet.nn.compiled.layout import Layout
from ribbonet.nn.layers.stack import Network

Array = NDArray[Any]
WindowLayout = tuple[Layout, NDArray[np.float32]]
"""How compiled code reads a network of windows, and its weights."""
ChainLayout = tuple[ChainPlan, NDArray[np.float32]]
"""How compiled code reads a network along chains, and its weights."""

ROWS = 8192
"""Windows in one call of compiled code: enough that calling it costs nothing."""


def window_layouts(networks: Sequence[Network], window: int) -> list[WindowLayout]:
    """Lay out the networks' weights for compiled code; empty if it cannot read them."""
    features = not all(network.reads_codes for network in networks)
    try:
        layouts = [Layout(network, window if features else None) for network in networks]
    except TypeError:
        return []
    return [
        (layout, layout.pack(network.parameters))
        for layout, network in zip(layouts, networks, strict=True)
    ]


def predict_windows(
    layouts: Sequence[WindowLayout],
    packed: Array,
    rows: NDArray[np.int64],
    result: NDArray[np.float32],
    pause: Callable[[], None],
) -> None:
    """Write the networks' mean predictions of windows to an array.

    Parameters
    ----------
    layouts : sequence of (Layout, array)
        Of `window_layouts`.
    packed : (T,) or (T, F) array
        Chains, joined by spacers (`ribbonet.chains.windows.join`).
    rows : (N,) int64 array
        Where in it each window starts.
    result : (N, K) float32 array
        Written to.
    pause : callable
        Called between calls of compiled code.
    """
    from ribbonet.nn.compiled.predict import forward

    for start in range(0, len(rows), ROWS):
        chosen = rows[start : start + ROWS]
        each = [forward(layout, vector, packed, chosen) for layout, vector in layouts]
        result[start : start + ROWS] = np.mean(each, axis=0)
        pause()


def chain_layouts(networks: Sequence[Network]) -> list[ChainLayout]:
    """Lay out the weights of networks along chains; empty if compiled code cannot read them."""
    try:
        return [lay_out(network) for network in networks]
    except TypeError:
        return []


def predict_chains(
    layouts: Sequence[ChainLayout],
    tracks: Sequence[Array],
    window: int,
    pause: Callable[[], None],
    *,
    hidden: bool,
) -> list[list[NDArray[np.float32]]]:
    """Predict chains one after the other, through one network after the other.

    Parameters
    ----------
    layouts : sequence of (ChainPlan, array)
        Of `chain_layouts`.
    tracks : sequence of (L,) uint8 arrays
        Residues' codes.
    window : int
        Residues that the networks' first layer sees.
    pause : callable
        Called between chains.
    hidden : bool
        Whether the columns of the last hidden layer precede those of the predictions.

    Returns
    -------
    predictions : list of list of (L, K) float32 arrays
        One list a network, one array a chain.
    """
    from ribbonet.nn.compiled.predict import forward_chains

    reach = window // 2
    packed, starts = join(tracks, reach, SPACER)
    codes = [
        packed[start - reach : start + len(track) + reach]
        for start, track in zip(starts, tracks, strict=True)
    ]
    each = []  # network by network: the working memory for a long chain is large
    for plan, vector in layouts:
        own = []
        for given in forward_chains(plan, vector, codes, hidden=hidden):
            own.append(given)
            pause()
        each.append(own)
    return each
