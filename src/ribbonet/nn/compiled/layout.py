"""Where the numbers of a network over windows stand in the vectors of the compiled kernels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ribbonet.nn.layers import Array, Arrays, Layer
from ribbonet.nn.layers.activations import ReLU, Sigmoid, Tanh
from ribbonet.nn.layers.dense import Dense, WindowDense
from ribbonet.nn.layers.noise import Dropout
from ribbonet.nn.layers.stack import Network

LANES, WIDE = 8, 32
"""Floats that are added or multiplied together; and in long calculations on many."""

BLOCK = 64
"""Windows that go through the network together."""

STRIPS = 32, 40
"""Columns of weights of the first layer that are looked up together, of layers above 16 units."""

SIGMOID, TANH, RELU = 0, 1, 2
"""Activations."""

KINDS: dict[type[Layer], int] = {Sigmoid: SIGMOID, Tanh: TANH, ReLU: RELU}


LAYER = np.dtype(
    [
        *((name, np.int64) for name in ("inputs", "outputs", "width", "strip")),
        *((name, np.int64) for name in ("weight", "bias", "turned", "hidden", "slope")),
        ("activation", np.int64),
        ("rate", np.float64),
    ]
)
"""What a plan says of a layer: its sizes, where its numbers stand, and what follows it.

inputs, outputs
    Its sizes.
width
    Its outputs with the filling; of the last layer, filled up to a multiple of four.
strip
    Columns of the first layer's weights that stand together, one strip after the other: those
    that windows select in a strip are then near one another.
weight, bias
    Where its weights and its biases begin in the vector of parameters.
turned
    Where the weights of a layer between hidden ones begin a second time, column after column,
    in a vector of their own, which starts with zeros.
hidden, slope
    Where its block of outputs begins in the working memory, and that of their derivatives.
activation
    What follows it, of the last one nothing.
rate
    The share of its outputs that dropout leaves out.
"""


class Plan(NamedTuple):
    """Sizes of a network's layers, and where their numbers stand.

    A hidden layer's outputs are filled up to a multiple of eight. The weights of the filling
    are zero and stay so: no gradient reaches them. The last layer's weights stand column after
    column, a row of weights a class.

    Attributes
    ----------
    window : int
        Positions in a window.
    places : int
        Those in the list of the rows that a window selects: its positions, filled up to a
        multiple of eight.
    symbols : int
        Codes that a position can have; 0 where it holds features instead.
    layers : (layers,) array of LAYER
    """

    window: int
    places: int
    symbols: int
    layers: NDArray[np.void]


class Lengths(NamedTuple):
    """Lengths of the vectors: of the parameters, of weights turned, of the working memory."""

    parameters: int
    turned: int
    work: int


class Layout:
    """A network's plan, and its arrays laid out by it.

    Parameters
    ----------
    network : Network
        A first layer over windows, an activation, perhaps dropout, `Dense`, an activation... and
        a last `Dense`.
    window : int, optional
        Positions in a window of a first layer that is `Dense`, over features.

    Raises
    ------
    TypeError
        When the network is of another form.
    """

    def __init__(self, network: Network, window: int | None = None) -> None:
        affine: list[tuple[int, Dense | WindowDense]] = []
        kinds: list[int] = []
        rates: list[float] = []
        for place, layer in enumerate(network.layers):
            first = WindowDense if window is None else Dense
            match layer:
                case WindowDense() | Dense() if len(kinds) == len(affine) and isinstance(
                    layer, Dense if affine else first
                ):
                    affine.append((place, layer))
                    rates.append(0.0)
                case Sigmoid() | Tanh() | ReLU() if len(kinds) + 1 == len(affine):
                    kinds.append(KINDS[type(layer)])
                case Dropout() if affine and len(kinds) == len(affine) and not rates[-1]:
                    rates[-1] = layer.rate
                case _:
                    raise TypeError(f"no kernel for layer {place}, {layer!r}")
        if len(affine) < 2 or len(kinds) != len(affine) - 1:
            raise TypeError("no kernel for a network that does not end with a second Dense")
        self.places = [place for place, _ in affine]
        self.plan, self.lengths = _plan([layer for _, layer in affine], kinds, rates, window)

    def pack(self, arrays: Mapping[str, Array]) -> NDArray[np.float32]:
        """Return a vector that holds a network's parameters, or their gradients."""
        vector = aligned(self.lengths.parameters)
        for place, strips, bias in self._views(vector):
            weight = arrays[f"{place}.weight"]
            rows = weight.T if place == self.places[-1] else weight
            filled = np.zeros((len(rows), strips[0].size), np.float32)
            filled[:, : rows.shape[1]] = rows
            strips[:] = filled.reshape(strips.shape)
            bias[:] = arrays[f"{place}.bias"]
        return vector

    def unpack(self, vector: NDArray[np.float32]) -> Arrays:
        """Return copies of what a vector holds, under the parameters' names."""
        arrays: Arrays = {}
        for own, (place, strips, bias) in zip(self.plan.layers, self._views(vector), strict=True):
            rows = strips.reshape(len(strips), -1)
            weight = rows[:, : own["inputs"]].T if place == self.places[-1] else rows
            arrays[f"{place}.weight"] = np.array(weight[:, : own["outputs"]], order="C")
            arrays[f"{place}.bias"] = bias.copy()
        return arrays

    def _views(self, vector: NDArray[np.float32]) -> Iterator[tuple[int, Array, Array]]:
        """Return each layer's place, its weights `(rows, strips, columns)`, and its biases."""
        layers = self.plan.layers
        for i, (place, own) in enumerate(zip(self.places, layers, strict=True)):
            last = i == len(layers) - 1
            rows, strip = (
                (own["outputs"], layers[i - 1]["width"]) if last else (own["inputs"], own["strip"])
            )
            width = strip if last else own["width"]
            weights = vector[own["weight"] :][: rows * width]
            strips = weights.reshape(-1, rows, strip).swapaxes(0, 1)
            yield place, strips, vector[own["bias"] :][: own["outputs"]]


def _plan(
    layers: list[Dense | WindowDense], kinds: list[int], rates: list[float], window: int | None
) -> tuple[Plan, Lengths]:
    """Put the numbers of layers one after the other."""
    first, last = layers[0], len(layers) - 1
    outputs = [layer.outputs for layer in layers]
    inputs = [first.inputs if isinstance(first, Dense) else first.window * first.symbols]
    inputs += outputs[:-1]
    width = [up(n, LANES) for n in outputs[:-1]] + [up(outputs[-1], 4)]
    strip = width.copy()
    if isinstance(first, WindowDense):
        strip[0] = LANES if outputs[0] <= 2 * LANES else min(STRIPS, key=partial(up, outputs[0]))
        width[0] = up(outputs[0], strip[0])
    plan = np.zeros(len(layers), LAYER)
    plan["inputs"], plan["outputs"], plan["width"], plan["strip"] = inputs, outputs, width, strip
    plan["activation"], plan["rate"] = [*kinds, -1], rates
    parameters, turned, work = 0, max(width), 0
    for i, own in enumerate(plan):
        own["weight"] = parameters
        parameters += inputs[i] * width[i] if i < last else width[i] * width[i - 1]
        own["bias"] = parameters
        parameters += up(width[i], LANES)
        own["turned"] = turned
        if 0 < i < last:
            turned += outputs[i] * width[i - 1]
        own["hidden"], own["slope"] = work, work + BLOCK * width[i]
        work += 2 * BLOCK * width[i]
    seen, symbols = window or 1, 0
    if isinstance(first, WindowDense):
        seen, symbols = first.window, first.symbols
    lengths = Lengths(*(up(size, WIDE) for size in (parameters, turned, work)))
    return Plan(seen, up(seen, LANES), symbols, plan), lengths


def extended(codes: Array) -> NDArray[np.uint8]:
    """Return codes, and after them those that are read with the last ones, eight at a time."""
    return np.concatenate([codes.astype(np.uint8, copy=False), np.zeros(LANES - 1, np.uint8)])


def up(number: int, step: int) -> int:
    """Return the next multiple of `step`."""
    return -(-number // step) * step


def aligned(*shape: int) -> NDArray[np.float32]:
    """Return zeros, the first at the start of a line of the processor's cache (64 bytes)."""
    size = int(np.prod(shape))
    memory = np.zeros(size + 16, np.float32)
    start = -memory.ctypes.data % 64 // memory.itemsize
    return memory[start : start + size].reshape(shape)
