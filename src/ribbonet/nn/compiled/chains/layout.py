"""Where the numbers of a network of residual blocks stand in the vector of the compiled kernels."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ribbonet.nn.compiled.layout import LANES, aligned, up
from ribbonet.nn.layers import Array, Layer
from ribbonet.nn.layers.activations import ReLU
from ribbonet.nn.layers.context import ChainMean, SelfAttention
from ribbonet.nn.layers.conv import Conv1d, ShortConv1d
from ribbonet.nn.layers.dense import Dense, WindowDense
from ribbonet.nn.layers.noise import Dropout
from ribbonet.nn.layers.norm import LayerNorm
from ribbonet.nn.layers.stack import Network, Residual, Stack
from ribbonet.nn.layers.winograd import KERNELS, OUTPUTS

STRIP = 16
"""Columns that products of matrices keep in registers: widths are filled up to a multiple."""

ROWS = 24
"""Rows of a product at one point: few enough that those at all points stay in the cache."""

MOST = 256
"""Units of a layer, at most: with more, NumPy is nearly as fast."""

LOWEST = -1e30
"""The logit of an output that is filling."""

NONE = -1
"""In the place of weights that a block does not have."""

BLOCK_KIND = np.dtype(
    [
        (name, np.int64)
        for name in ("hidden", "taps", "dilation", "gamma", "beta", "inwards", "outwards")
    ]
    + [(name, np.int64) for name in ("points", "zeros", "bias", "mean", "dense", "dense_bias")]
    + [(name, np.int64) for name in ("query", "key", "value")]
)
"""What a plan says of a residual block.

hidden
    Units of its convolution, with the filling.
taps, dilation
    Positions of the kernel, and the distance between them.
gamma, beta, dense, dense_bias, mean
    Where the parameters of its layers begin; `mean` is `NONE` without a mean over the chain.
inwards, points, outwards, bias
    The same of the convolution (`ribbonet.nn.layers.winograd`): what the inputs are multiplied
    by, the weights at each point, what the products are multiplied by, and the bias, once for
    each of `dilation` neighbours.
zeros
    Where there are zeros, enough for a product's row.
query, key, value
    Of a block of self-attention, which has no convolution: where the weights of its layer begin,
    of which `dense` and `dense_bias` are the last. `query` is `NONE` of another block.
"""


class ChainPlan(NamedTuple):
    """Sizes of a network of residual blocks, and where its numbers stand.

    Attributes
    ----------
    window, symbols : int
        Of the first layer.
    features, width : int
        Units of the stream between the blocks, without and with the filling, which is zero.
    head : int
        Numbers D of a head of self-attention; 0 without such layers.
    outputs, width_out : int
        Of the last layer, without and with the filling, whose logits are too low to count.
    first, first_bias, gamma, beta, last, last_bias : int
        Where the parameters of the first layer and of the last two begin.
    blocks : (blocks,) array of BLOCK_KIND
    """

    window: int
    symbols: int
    features: int
    width: int
    head: int
    outputs: int
    width_out: int
    first: int
    first_bias: int
    gamma: int
    beta: int
    last: int
    last_bias: int
    blocks: NDArray[np.void]

    def work(self, length: int) -> tuple[int, ...]:
        """Return the floats of working memory for a chain.

        Those of the stream, of the stream normalised and the hidden units that replace it, and of
        inputs and products at all points of a convolution, or of queries, keys and values and of
        what some residues' queries agree with.
        """
        hidden, taps, dilation = (
            int(self.blocks[name].max()) for name in ("hidden", "taps", "dilation")
        )
        rows = length + (OUTPUTS + taps) * dilation
        at_points = max(ROWS, dilation) * (OUTPUTS + taps - 1)
        seen, products = at_points * self.width, at_points * hidden
        if self.head:
            keys = up(length, STRIP)
            seen = max(seen, (2 * length + keys) * self.width)
            products = max(products, ROWS * keys + ROWS + LANES)
        return length * self.width, rows * max(self.width, hidden), seen, products


def lay_out(network: Network) -> tuple[ChainPlan, NDArray[np.float32]]:
    """Lay a network's weights out for compiled code.

    Its layers read theirs from there afterwards, unless they are filled up there: all weights are
    held once.

    Parameters
    ----------
    network : Network
        A `WindowDense`, residual blocks, and a `LayerNorm` and a `Dense` after them. A block is a
        `LayerNorm`, a `Conv1d`, perhaps a `ChainMean`, a `ReLU` and a `Dense`, or a `LayerNorm`
        and a `SelfAttention`; with dropout or without.

    Returns
    -------
    plan : ChainPlan
    parameters : (N,) float32 array

    Raises
    ------
    TypeError
        When the network is of another form, or wider than what pays.
    """
    match _without_dropout(network):
        case [WindowDense() as first, *blocks, LayerNorm() as norm, Dense() as last] if blocks:
            pass
        case _:
            raise TypeError("no kernel for a network without residual blocks")
    parameters = _Parameters()
    move, width, width_out = parameters.move, up(first.outputs, STRIP), up(last.outputs, LANES)
    bias = np.full(width_out, LOWEST, np.float32)
    bias[: last.outputs] = last.parameters["bias"]
    plan = ChainPlan(
        first.window,
        first.symbols,
        first.outputs,
        width,
        _head(blocks),
        last.outputs,
        width_out,
        move(first.parameters, "weight", width),
        move(first.parameters, "bias", width),
        move(norm.parameters, "gamma", width),
        move(norm.parameters, "beta", width),
        move(last.parameters, "weight", width, width_out),
        parameters.add(bias),
        np.array([_block(block, parameters) for block in blocks], BLOCK_KIND),
    )
    return plan, parameters.joined()


def _without_dropout(stack: Stack) -> list[Layer]:
    return [layer for layer in stack.layers if not isinstance(layer, Dropout)]


def _parts(block: Layer) -> list[Layer]:
    """Return the layers of a residual block."""
    return _without_dropout(block) if isinstance(block, Residual) else []


def _head(blocks: list[Layer]) -> int:
    """Return the numbers of a head of self-attention; 0 without such layers."""
    sizes = {
        layer.features // layer.heads
        for block in blocks
        for layer in _parts(block)
        if isinstance(layer, SelfAttention)
    }
    if len(sizes) > 1 or any(size % STRIP for size in sizes):
        raise TypeError(f"no kernel for heads of {sorted(sizes)} numbers")
    return max(sizes, default=0)


def _block(block: Layer, parameters: _Parameters) -> tuple[int, ...]:
    """Add a block's parameters; return what the plan says of it."""
    add, move = parameters.add, parameters.move
    match _parts(block):
        case [LayerNorm() as norm, SelfAttention() as layer]:
            width, arrays = layer.features, layer.parameters
            weights = {name: move(arrays, name) for name in arrays}
            return (
                *(0, 0, 0),
                move(norm.parameters, "gamma"),
                move(norm.parameters, "beta"),
                *(NONE, NONE, NONE),
                add(np.zeros(width, np.float32)),
                *(NONE, NONE),
                weights["output"],
                weights["bias"],
                *(weights[name] for name in ("query", "key", "value")),
            )
        case [LayerNorm() as norm, Conv1d() as conv, ReLU(), Dense() as dense]:
            mean = None
        case [LayerNorm() as norm, Conv1d() as conv, ChainMean() as mean, ReLU(), Dense() as dense]:
            pass
        case _:
            raise TypeError(f"no kernel for {block!r}")
    if conv.kernel not in KERNELS or conv.groups > 1 or max(conv.inputs, conv.outputs) > MOST:
        raise TypeError(f"no kernel for {conv!r}")
    width, hidden = up(conv.inputs, STRIP), up(conv.outputs, STRIP)
    own = (conv if isinstance(conv, ShortConv1d) else ShortConv1d(conv)).filter
    return (
        hidden,
        conv.kernel,
        conv.dilation,
        move(norm.parameters, "gamma", width),
        move(norm.parameters, "beta", width),
        add(own.inwards),
        add(own.outwards),
        move(vars(own), "at_points", width, hidden),
        add(np.zeros(max(hidden, width * conv.dilation), np.float32)),
        add(np.tile(filled(conv.parameters["bias"], hidden), conv.dilation)),
        NONE if mean is None else move(mean.parameters, "weight", hidden, hidden),
        move(dense.parameters, "weight", hidden, width),
        move(dense.parameters, "bias", width),
        *(NONE, NONE, NONE),
    )


class _Parameters:
    """Arrays one after the other, each of which begins with a line of the processor's cache."""

    def __init__(self) -> None:
        self._arrays: list[Array] = []
        self._size = 0
        self._moved: list[tuple[dict[str, Any], str, int]] = []

    def add(self, array: Array, *shape: int) -> int:
        """Add an array, its last axes filled up with zeros; return where it begins."""
        own, start = filled(array, *shape).ravel(), self._size
        self._arrays.append(own)
        self._size = start + up(own.size, 16)
        return start

    def move(self, holder: dict[str, Any], name: str, *shape: int) -> int:
        """Add an array that its holder is to read from the vector, unless it is filled up."""
        own = holder[name]
        start = self.add(own, *shape)
        if own.dtype == np.float32 and filled(own, *shape) is own:
            self._moved.append((holder, name, start))
        return start

    def joined(self) -> NDArray[np.float32]:
        """Return all arrays as one vector."""
        vector, start = aligned(self._size), 0
        for own in self._arrays:
            vector[start : start + own.size] = own
            start += up(own.size, 16)
        for holder, name, start in self._moved:
            shape = holder[name].shape
            holder[name] = vector[start : start + math.prod(shape)].reshape(shape)
        return vector


def filled(array: Array, *shape: int) -> Array:
    """Return an array with zeros after the numbers of its last axes, of this shape."""
    sizes = array.shape[array.ndim - len(shape) :]
    if sizes == shape:
        return array
    ends = [(0, size - own) for size, own in zip(shape, sizes, strict=True)]
    return np.pad(array, [(0, 0)] * (array.ndim - len(shape)) + ends)
