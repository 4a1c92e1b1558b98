"""Networks as ONNX models, for other runtimes: built from the layers, without PyTorch.

A layer's counterpart is one function here, registered for the layer's class, which adds the
layer's nodes to a graph. Noise and dropout leave no nodes, and batch normalisation becomes
one factor and one summand a feature: an exported model predicts and does not learn.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from functools import singledispatch
from pathlib import Path
from typing import Any

import numpy as np

from ribbonet.nn.layers import Layer, activations
from ribbonet.nn.layers.context import WAVELENGTH, ChainMean, SelfAttention
from ribbonet.nn.layers.conv import Conv1d
from ribbonet.nn.layers.dense import Dense, Flatten, WindowDense
from ribbonet.nn.layers.noise import Dropout, Noise
from ribbonet.nn.layers.norm import EPSILON, BatchNorm, LayerNorm
from ribbonet.nn.layers.recurrent import Recurrent
from ribbonet.nn.layers.stack import Network, Residual, Stack
from ribbonet.nn.views.onnx_graph import Graph


def export_onnx(
    network: Network,
    path: Path,
    shape: Sequence[int | str] | None = None,
    *,
    softmax: bool = True,
    metadata: Mapping[str, str] | None = None,
) -> None:
    """Write a network as an ONNX model.

    The model has the input `x`, int64 where the first layer is a `WindowDense` and otherwise
    float32; the input `mask`, bool `(B, L)`, for networks along chains; and the
    output `y`. Chains in a batch are padded at their ends.

    Parameters
    ----------
    network : Network
    path : Path
    shape : sequence of int or str, optional
        Of the input, with names for the axes whose size is left open. By default `("batch",
        F)`, and `("batch", "length", F)` for networks along chains, with the number F of
        inputs of the first layer that states it.
    softmax : bool
        Whether `y` are the probabilities; otherwise what the network gives.
    metadata : mapping, optional
        Facts to write into the model.

    Raises
    ------
    InputError
        When the packages of the extra `onnx` are missing.
    TypeError
        For a layer that has no counterpart.
    """
    shape = tuple(shape or network.input_shape)
    graph = Graph()
    x = graph.input("x", np.int64 if network.reads_codes else np.float32, shape)
    mask = None
    if network.along_chains:
        mask = graph.input("mask", np.bool_, shape[:-1])
    y = add(network, graph, x, mask)
    if softmax:
        y = graph.node("Softmax", y, axis=-1)
    graph.save(path, {y: network.output_shape(shape)}, metadata)


@singledispatch
def add(layer: Layer, graph: Graph, x: str, mask: str | None) -> str:
    """Add a layer's nodes to a graph and return the name of its output.

    Raises
    ------
    TypeError
        For a layer whose class has none registered.
    """
    raise TypeError(f"{type(layer).__name__} has no counterpart in ribbonet.nn.views.onnx")


@add.register
def _(layer: Stack, graph: Graph, x: str, mask: str | None) -> str:
    y = x
    for inner in layer.layers:
        y = add(inner, graph, y, mask)
    return graph.node("Add", x, y) if isinstance(layer, Residual) else y


OPERATORS: dict[type[Layer], tuple[str, dict[str, Any]]] = {
    activations.Sigmoid: ("Sigmoid", {}),
    activations.Tanh: ("Tanh", {}),
    activations.ReLU: ("Relu", {}),
    activations.Exponential: ("Exp", {}),
    activations.GELU: ("Gelu", {}),
    activations.Softmax: ("Softmax", {"axis": -1}),
}


def _unary(operator: str, attributes: Mapping[str, Any]) -> Callable[..., str]:
    return lambda layer, graph, x, mask: graph.node(operator, x, **attributes)


for _kind, (_operator, _attributes) in OPERATORS.items():
    add.register(_kind, _unary(_operator, _attributes))


@add.register(activations.Identity)
@add.register(Dropout)
@add.register(Noise)
def _(layer: Layer, graph: Graph, x: str, mask: str | None) -> str:
    return x


@add.register
def _(layer: activations.HardThreshold, graph: Graph, x: str, mask: str | None) -> str:
    above = graph.node("GreaterOrEqual", x, graph.constant(0.0))
    return graph.node("Cast", above, to=1)  # float32


@add.register
def _(layer: Dense, graph: Graph, x: str, mask: str | None) -> str:
    z = graph.node("MatMul", x, graph.constant(layer.parameters["weight"]))
    return graph.node("Add", z, graph.constant(layer.parameters["bias"]))


@add.register
def _(layer: WindowDense, graph: Graph, x: str, mask: str | None) -> str:
    rows = graph.node("Add", x, graph.constant(np.arange(layer.window) * layer.symbols))
    chosen = graph.node("Gather", graph.constant(layer.parameters["weight"]), rows)
    z = graph.node("ReduceSum", chosen, graph.constant([-2]), keepdims=0)
    return graph.node("Add", z, graph.constant(layer.parameters["bias"]))


@add.register
def _(layer: Flatten, graph: Graph, x: str, mask: str | None) -> str:
    if layer.order == "F":
        x = graph.node("Transpose", x, perm=[0, 2, 1])
    return graph.node("Flatten", x)


@add.register
def _(layer: Conv1d, graph: Graph, x: str, mask: str | None) -> str:
    if mask is not None:
        there = graph.node("Unsqueeze", mask, graph.constant([-1]))
        x = graph.node("Where", there, x, graph.constant(0.0))
    ends = layer.kernel // 2 * layer.dilation
    z = graph.node(
        "Conv",
        graph.node("Transpose", x, perm=[0, 2, 1]),
        graph.constant(layer.parameters["weight"].transpose(2, 1, 0)),
        graph.constant(layer.parameters["bias"]),
        dilations=[layer.dilation],
        group=layer.groups,
        pads=[ends, ends],
    )
    return graph.node("Transpose", z, perm=[0, 2, 1])


@add.register
def _(layer: ChainMean, graph: Graph, x: str, mask: str | None) -> str:
    if mask is None:
        mean = graph.node("ReduceMean", x, graph.constant([1]))
    else:
        there = graph.node("Unsqueeze", mask, graph.constant([-1]))
        seen = graph.node("Where", there, x, graph.constant(0.0))
        residues = graph.node("ReduceSum", graph.node("Cast", there, to=1), graph.constant([1]))
        residues = graph.node("Max", residues, graph.constant(1.0))
        mean = graph.node("Div", graph.node("ReduceSum", seen, graph.constant([1])), residues)
    return graph.node(
        "Add", x, graph.node("MatMul", mean, graph.constant(layer.parameters["weight"]))
    )


@add.register
def _(layer: SelfAttention, graph: Graph, x: str, mask: str | None) -> str:
    if mask is not None:
        there = graph.node("Unsqueeze", mask, graph.constant([-1]))
        x = graph.node("Where", there, x, graph.constant(0.0))
    size = layer.features // layer.heads
    by_heads = graph.constant([0, 0, layer.heads, size])
    length = graph.node("Squeeze", graph.node("Shape", x, start=1, end=2))
    places = graph.node("Range", graph.constant(0), length, graph.constant(1))
    places = graph.node("Unsqueeze", graph.node("Cast", places, to=1), graph.constant([-1]))
    speeds = graph.constant(WAVELENGTH ** (-2 * np.arange(size // 2) / size))
    angles = graph.node("Mul", places, speeds)
    turn = graph.node("Cos", angles), graph.node("Sin", angles)

    def part(name: str) -> str:
        z = graph.node("MatMul", x, graph.constant(layer.parameters[name]))
        return graph.node("Transpose", graph.node("Reshape", z, by_heads), perm=[0, 2, 1, 3])

    q, k = (_turned(graph, part(name), turn, size) for name in ("query", "key"))
    scores = graph.node("MatMul", q, graph.node("Transpose", k, perm=[0, 1, 3, 2]))
    scores = graph.node("Mul", scores, graph.constant(layer.scale))
    if mask is not None:
        among = graph.node("Unsqueeze", mask, graph.constant([1, 2]))
        scores = graph.node("Where", among, scores, graph.constant(np.finfo(np.float32).min))
    mixed = graph.node("MatMul", graph.node("Softmax", scores, axis=-1), part("value"))
    mixed = graph.node("Transpose", mixed, perm=[0, 2, 1, 3])
    mixed = graph.node("Reshape", mixed, graph.constant([0, 0, -1]))
    y = graph.node("MatMul", mixed, graph.constant(layer.parameters["output"]))
    return graph.node("Add", y, graph.constant(layer.parameters["bias"]))


def _turned(graph: Graph, x: str, turn: tuple[str, str], size: int) -> str:
    """Add the rotation of queries or keys by their positions."""
    cosines, sines = turn
    ends = (0, size // 2, size)
    a, b = (
        graph.node("Slice", x, *(graph.constant([n]) for n in (first, last, -1)))
        for first, last in itertools.pairwise(ends)
    )
    left = graph.node("Sub", graph.node("Mul", a, cosines), graph.node("Mul", b, sines))
    right = graph.node("Add", graph.node("Mul", b, cosines), graph.node("Mul", a, sines))
    return graph.node("Concat", left, right, axis=-1)


@add.register
def _(layer: Recurrent, graph: Graph, x: str, mask: str | None) -> str:
    bias = layer.parameters["bias"]
    h = graph.node(
        "RNN",
        graph.node("Transpose", x, perm=[1, 0, 2]),  # length first
        graph.constant(layer.parameters["weight_x"].T[None]),
        graph.constant(layer.parameters["weight_h"].T[None]),
        graph.constant(np.concatenate([bias, 0 * bias])[None]),
        hidden_size=layer.outputs,
        activations=[layer.activation.capitalize()],
    )
    h = graph.node("Squeeze", h, graph.constant([1]))  # directions, of which there is one
    return graph.node("Transpose", h, perm=[1, 0, 2])


@add.register
def _(layer: BatchNorm, graph: Graph, x: str, mask: str | None) -> str:
    factor = layer.parameters["gamma"] / np.sqrt(layer.buffers["variance"] + EPSILON)
    summand = layer.parameters["beta"] - layer.buffers["mean"] * factor
    return graph.node("Add", graph.node("Mul", x, graph.constant(factor)), graph.constant(summand))


@add.register
def _(layer: LayerNorm, graph: Graph, x: str, mask: str | None) -> str:
    gamma, beta = (graph.constant(layer.parameters[name]) for name in ("gamma", "beta"))
    return graph.node("LayerNormalization", x, gamma, beta, axis=-1, epsilon=EPSILON)
