"""Predictions by compiled code, of windows or of whole chains."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ribbonet.nn.layers import Array
from ribbonet.system import release_code

if TYPE_CHECKING:
    from ribbonet.nn.compiled.chains.layout import ChainPlan
    from ribbonet.nn.compiled.layout import Layout

SLOW = 2.0
"""Seconds of compiling after which a message says so."""


def forward(
    layout: Layout,
    vector: NDArray[np.float32],
    track: Array,
    starts: NDArray[np.int64],
    *,
    logits: bool = False,
) -> NDArray[np.float32]:
    """Probabilities, or logits, of windows.

    Parameters
    ----------
    layout : Layout
    vector : array
        The parameters, as `layout.pack` returns them.
    track : (T,) uint8 array or (T, F) float32 array
        Codes or features, of chains joined.
    starts : (N,) int64 array
        Where in the track the windows begin.
    logits : bool
        Whether to leave the softmax out.

    Returns
    -------
    outputs : (N, K) array
    """
    from ribbonet.nn.compiled import kernels
    from ribbonet.nn.compiled.layout import BLOCK, aligned, extended

    plan, lengths = layout.plan, layout.lengths
    codes, features = np.zeros(0, np.uint8), np.zeros(0, np.float32)
    if plan.symbols:
        codes = extended(track)
    else:
        features = np.ascontiguousarray(track, np.float32).ravel()
    work, rows = aligned(lengths.work), np.zeros(BLOCK * plan.places, np.int32)
    out = np.empty((len(starts), plan.layers["outputs"][-1]), np.float32)
    arguments = plan, vector, codes, features, starts, not logits, work, rows
    if not kernels.outputs.signatures:
        with compiling():
            kernels.outputs(*arguments, out)
    else:
        kernels.outputs(*arguments, out)
    return out


def forward_chains(
    plan: ChainPlan,
    vector: NDArray[np.float32],
    chains: Iterable[Array],
    *,
    logits: bool = False,
    hidden: bool = False,
) -> Iterator[NDArray[np.float32]]:
    """Probabilities, or logits, of the residues of chains.

    Parameters
    ----------
    plan, vector
        As `chains.layout.lay_out` returns them.
    chains : iterable of (L + window - 1,) uint8 arrays
        Codes, with spacers at both ends.
    logits : bool
        Whether to leave the softmax out.
    hidden : bool
        Whether what the last layer reads, `(L, F)`, stands before them.

    Yields
    ------
    outputs : (L, K) or (L, F + K) array
    """
    from ribbonet.nn.compiled.chains import kernels
    from ribbonet.nn.compiled.layout import aligned
    from ribbonet.nn.layers.context import rotation

    def computed(codes: Array) -> tuple[NDArray[np.float32], tuple[NDArray[np.float32], ...]]:
        """Return the outputs of a chain, and the working memory."""
        length = len(codes) - plan.window + 1
        work = tuple(map(aligned, plan.work(length)))
        turns = None
        if plan.head:
            turns = np.concatenate(rotation(length, plan.head, np.float32), axis=None)
        out = np.empty((length, plan.width_out), np.float32)
        kernels.outputs(plan, vector, codes, turns, not logits, *work, out.ravel())
        return out, work

    known = {str(types[3]) != "none" for types in kernels.outputs.signatures}
    if bool(plan.head) not in known:  # compiled apart with attention and without
        with compiling():
            computed(np.zeros(plan.window, np.uint8))  # of one residue, which takes no time
    for codes in chains:
        out, work = computed(codes)
        length = len(out)
        given = out[:, : plan.outputs]
        if hidden:
            rows = work[1][: length * plan.width].reshape(length, plan.width)
            given = np.hstack([rows[:, : plan.features], given])
            del rows
        del work  # which is large for a long chain, and may have to wait here for others
        yield given


@contextmanager
def compiling() -> Iterator[None]:
    """Call compiled code for the first time: a terminal is told if compiling takes long.

    LLVM's code, most of what Numba needs memory for, has then done its work and is released.
    """
    from ribbonet.nn.compiled import cache

    how_often = "once" if cache.kept else "each time, for no cache folder can be written"
    message = f"ribbonet: compiling for this machine, {how_often}; this takes some seconds\n"
    timer = Timer(SLOW, sys.stderr.write if sys.stderr.isatty() else len, [message])
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        release_code("libllvmlite")
