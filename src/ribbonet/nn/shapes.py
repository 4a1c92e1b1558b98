"""What goes in and comes out of each layer of a network."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ribbonet.errors import InputError
from ribbonet.nn.layers.base import Layer
from ribbonet.nn.layers.conv import Conv1d
from ribbonet.nn.layers.dense import Flatten, WindowDense
from ribbonet.nn.layers.recurrent import Recurrent
from ribbonet.nn.layers.stack import Network, Stack

Shape = tuple[int | str, ...]
"""Sizes of axes, with names for those of any size."""


def walk(stack: Stack, prefix: str = "") -> Iterator[tuple[str, Layer]]:
    """All layers with their places (`"0"`, `"2.1"`), a stack before those in it."""
    for i, layer in enumerate(stack.layers):
        yield f"{prefix}{i}", layer
        if isinstance(layer, Stack):
            yield from walk(layer, f"{prefix}{i}.")


def takes_codes(network: Network) -> bool:
    """Whether the input are codes, of windows of symbols, and not numbers."""
    return any(isinstance(layer, WindowDense) for _, layer in walk(network))


def takes_chains(network: Network) -> bool:
    """Whether the input are chains, whose positions a layer brings together."""
    return any(isinstance(layer, Conv1d | Recurrent) for _, layer in walk(network))


def input_shape(network: Network) -> Shape:
    """Shape of a network's input: `("batch", F)`, or `("batch", "length", F)` for chains.

    Raises
    ------
    InputError
        When no layer before the first `Flatten` states its number of inputs.
    """
    for _, layer in walk(network):
        for attribute in ("window", "inputs", "features"):
            if hasattr(layer, attribute):
                along = ("length",) if takes_chains(network) else ()
                return ("batch", *along, getattr(layer, attribute))
        if isinstance(layer, Flatten):
            break
    raise InputError("the layers do not tell the shape of the input; give it")


def output_shapes(network: Network, shape: Sequence[int | str]) -> dict[str, Shape]:
    """Shape of what each layer gives, by the layer's place, for an input of a shape.

    A layer gives what it takes, but for the last axis where it has a number of `outputs`.
    """
    now, shapes = tuple(shape), {}
    for place, layer in walk(network):
        if isinstance(layer, Flatten):
            now = (now[0], math.prod(int(size) for size in now[1:]))
        now = (*now[:-1], getattr(layer, "outputs", now[-1]))
        if not isinstance(layer, Stack):
            shapes[place] = now
    return shapes
