"""The computation graph of an example, its nodes named as the rows are."""

from __future__ import annotations

import numpy as np

from ribbonet.nn.graph import operations
from ribbonet.nn.graph.nodes import Leaf, Node, cross_entropy, data, exp, log, parameter
from ribbonet.nn.graph.svg import draw_graph
from ribbonet.nn.layers import Array
from ribbonet.nn.layers.activations import ACTIVATIONS
from ribbonet.nn.views.worked_example import Example, Row, written

LONGEST = 12
"""Characters that stand beside a node; of longer values only the shape does."""


def picture(example: Example, rows: list[Row], given: dict[str, Array]) -> str:
    """Draw the graph as SVG, a value or a shape at each node that has one.

    Parameters
    ----------
    example : Example
    rows : list of Row
        Of the forward pass.
    given : dict
        The parameters, weights `(in, out)`, and y by their names.
    """
    loss, prediction = graph(example)
    if example.columns:
        given = {name: a.T if name.startswith("W") else a for name, a in given.items()}
    values = given | {row.name: row.value for row in rows}
    return draw_graph(loss, prediction, notes={name: _note(a) for name, a in values.items()})


def graph(example: Example) -> tuple[Node, Node]:
    """Return the nodes of the loss and of the prediction."""
    units = example.network().layers[-1].shapes["bias"][0]
    output = example.output_map(units)
    own: dict[str, Leaf] = {name: parameter(a, name) for name, a in parameters(example).items()}
    u: Node = data(example.inputs(), "x")
    layers = len(example.weights)
    for i in range(1, layers + 1):
        before = "x" if i == 1 else f"u{i - 1}"
        product = f"W{i} {before}" if example.columns else f"{before} W{i}"
        z = ((u @ own[f"W{i}"]).named(product) + own[f"b{i}"]).named(f"z{i}")
        if i < layers:
            activation = ACTIVATIONS[example.activation]
            u = Node(operations.Elementwise(activation, example.activation), z).named(f"u{i}")
    target = example.target(output, units)
    y = data(np.eye(units)[target] if output == "softmax" and not example.fused else target, "y")
    p = _prediction(output, z).named("ŷ")
    loss = _fused(output, z, y) if example.fused else _apart(output, p, y)
    return loss.sum().named("L"), p


def parameters(example: Example) -> dict[str, Array]:
    """Return weights `(in, out)` and biases under the names of the notes."""
    found = {}
    for name, array in example.network().parameters.items():
        place, kind = name.split(".")
        found[f"{'W' if kind == 'weight' else 'b'}{int(place) // 2 + 1}"] = array
    return found


def _prediction(output: str, z: Node) -> Node:
    if output == "softmax":
        return Node(operations.SoftmaxOf(), z)
    return Node(operations.Elementwise(ACTIVATIONS[output], output), z)


def _fused(output: str, z: Node, y: Node) -> Node:
    """Return the losses of the examples, from the logits."""
    if output == "softmax":
        return cross_entropy(z, y)
    if output == "identity":
        difference = (z - y).named("z − y")
        return difference * difference
    return log(1 + exp(z)) - y * z


def _apart(output: str, p: Node, y: Node) -> Node:
    """Return the losses, from the predictions."""
    if output == "softmax":  # y is one-hot
        return -(y * log(p))
    if output == "identity":
        difference = (p - y).named("ŷ − y")
        return difference * difference
    return -(y * log(p) + (1 - y) * log(1 - p))


def _note(value: Array) -> str:
    text = written(value, 3)
    return text if len(text) <= LONGEST else " × ".join(map(str, value.shape))
