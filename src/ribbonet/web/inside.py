"""What the room Inside asks the server for: every number of one example, and its graph."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ribbonet.nn.graph import operations
from ribbonet.nn.graph.nodes import Leaf, Node, cross_entropy, data, exp, log, parameter
from ribbonet.nn.graph.svg import draw_graph
from ribbonet.nn.layers.activations import ACTIVATIONS
from ribbonet.nn.layers.base import Array
from ribbonet.nn.views.worked_example import Example, Row, explain, step, written
from ribbonet.web.faults import few_unknown
from ribbonet.web.limits import Limits

Number = Annotated[float, Field(ge=-1e6, le=1e6)]
Vector = Annotated[list[Number], Field(min_length=1, max_length=6)]
Matrix = Annotated[list[Vector], Field(min_length=1, max_length=6)]

DIGITS = 4
"""Significant digits of the numbers that stand in formulas."""


class Asked(BaseModel):
    """A `ribbonet.nn.views.worked_example.Example`, small enough to be looked through."""

    model_config = ConfigDict(extra="forbid")

    x: Vector = [0.0, 1.0]
    y: Number | Vector = 1.0
    weights: Annotated[list[Matrix], Field(min_length=1, max_length=4)] = [
        [[1.0, 1.0], [1.0, 1.0]],
        [[1.0], [1.0]],
    ]
    biases: Annotated[list[Vector], Field(max_length=4)] = []
    activation: Literal[
        "sigmoid", "tanh", "relu", "gelu", "identity", "exponential", "threshold"
    ] = "sigmoid"
    output: Literal["", "sigmoid", "softmax", "identity"] = ""
    learning_rate: float = Field(0.5, gt=0, le=1000)

    @model_validator(mode="before")
    @classmethod
    def _few_unknown(cls, data: Any) -> Any:
        return few_unknown(data, cls.model_fields)


def router(limits: Limits) -> APIRouter:
    """Make the room's part of the application."""
    router = APIRouter(prefix="/api/inside", tags=["inside"])

    @router.post("")
    def look(asked: Asked) -> dict[str, Any]:
        """Go through an example: each value with its formula, forward and backward."""
        given = asked.model_dump(exclude={"learning_rate"})
        example = Example(**given)
        with np.errstate(all="ignore"):  # what is too large is shown as such
            forward, backward = explain(example)
            known = {row.name: row.value for row in [*forward, *backward]}
            known |= parameters(example) | {"y": np.atleast_1d(np.array(example.y, float))}
            return {
                "forward": [told(row, known) for row in forward],
                "backward": [told(row, known) for row in backward],
                "step": [told(row, {}) for row in step(example, asked.learning_rate)],
                "graph": draw_graph(graph(example)),
                "output": example.output_map(len(known["ŷ"])),
            }

    return router


def named(place: tuple[int | str, ...]) -> str:
    """Call a place in what was asked for as the page calls it.

    >>> named(("weights", 0, 1, 0)), named(("x", 0)), named(("y", "float")), named(("more",))
    ('W1 from 2 to 1', 'x 1', 'y', 'more')
    """
    name, *rest = place or ("",)
    places = [part + 1 for part in rest if isinstance(part, int)]
    match name, places:
        case "weights", [layer, row, column]:
            return f"W{layer} from {row} to {column}"
        case "weights", [layer, *_]:
            return f"W{layer}"
        case "biases", [layer, unit]:
            return f"b{layer} of {unit}"
        case "biases", [layer]:
            return f"b{layer}"
        case "learning_rate", _:
            return "the learning rate"
    return " ".join(map(str, [name, *places]))


def parameters(example: Example) -> dict[str, Array]:
    """Return weights and biases under the names of the notes."""
    found = {}
    for name, array in example.network().parameters.items():
        place, kind = name.split(".")
        found[f"{'W' if kind == 'weight' else 'b'}{int(place) // 2 + 1}"] = array
    return found


def graph(example: Example) -> Node:
    """Return the example as a computation graph, its nodes named as the rows are."""
    units = len(explain(example)[0][-2].value)
    output = example.output_map(units)
    own: dict[str, Leaf] = {name: parameter(a, name) for name, a in parameters(example).items()}
    u: Node = data(np.array(example.x, float)[None], "x")
    layers = len(example.weights)
    for i in range(1, layers + 1):
        z = (
            (u @ own[f"W{i}"]).named(f"x W{i}" if i == 1 else f"u{i - 1} W{i}") + own[f"b{i}"]
        ).named(f"z{i}")
        if i < layers:
            activation = ACTIVATIONS[example.activation]
            u = Node(operations.Elementwise(activation, example.activation), z).named(f"u{i}")
    y = data(example.target(output, units), "y")
    if output == "softmax":
        return cross_entropy(z, y).sum().named("L")
    if output == "sigmoid":
        return (log(1 + exp(z)) - y * z).sum().named("L")
    difference = (z - y).named("ŷ − y")
    return (difference * difference).sum().named("L")


def told(row: Row, known: dict[str, Array]) -> dict[str, Any]:
    """Return a row as JSON can hold it, with the numbers put into its formula."""
    value = np.asarray(row.value, float)
    flat = [x if np.isfinite(x) else None for x in value.ravel().tolist()]
    return {
        "name": row.name,
        "formula": row.formula,
        "shape": value.shape,
        "value": flat,
        "text": written(value, DIGITS),
        "worked": (worked(row.name, known) or _put_in(row, known)) if known else [],
    }


def worked(name: str, known: dict[str, Array]) -> list[str]:
    """Write for each number of a row how it comes from others: "0·1 + 1·1 + 0 = 1".

    Examples
    --------
    >>> known = {"x": np.array([0, 2]), "W1": np.array([[1], [3]]), "b1": np.array([0.5])}
    >>> worked("z1", known | {"z1": np.array([6.5])})
    ['0·1 + 2·3 + 0.5 = 6.5']
    """
    value = known[name]
    if name[0] in "zu" and name[1:].isdigit():
        return _worked_forward(name[0], int(name[1:]), known)
    if name.startswith("dL/dW"):
        before, slope = known[_before(name[5:])], known[f"dL/dz{name[5:]}"]
        return [
            f"{_n(a)}·{_n(d)} = {_short(value[i, j])}"
            for i, a in enumerate(before)
            for j, d in enumerate(slope)
        ]
    if name.startswith("dL/dz") and f"dL/du{name[5:]}" in known:
        above, slope = known[f"dL/du{name[5:]}"], known[f"du{name[5:]}/dz{name[5:]}"]
        return [
            f"{_n(a)}·{_n(b)} = {_short(v)}" for a, b, v in zip(above, slope, value, strict=True)
        ]
    if name == "dL/dx" or name.startswith("dL/du"):
        layer = "1" if name == "dL/dx" else str(int(name[5:]) + 1)
        weights, slope = known[f"W{layer}"], known[f"dL/dz{layer}"]
        return [f"{_sum(slope, row)} = {_short(v)}" for row, v in zip(weights, value, strict=True)]
    return []


def _worked_forward(kind: str, layer: int, known: dict[str, Array]) -> list[str]:
    value = known[f"{kind}{layer}"]
    if kind == "u":
        return [
            f"g({_short(z)}) = {_short(u)}" for z, u in zip(known[f"z{layer}"], value, strict=True)
        ]
    before, weights, bias = known[_before(str(layer))], known[f"W{layer}"], known[f"b{layer}"]
    return [
        f"{_sum(before, weights[:, j])} + {_n(bias[j])} = {_short(v)}" for j, v in enumerate(value)
    ]


def _sum(a: Array, b: Array) -> str:
    """Write the sum of the products of two vectors' numbers."""
    return " + ".join(f"{_n(x)}·{_n(y)}" for x, y in zip(a, b, strict=True))


def _put_in(row: Row, known: dict[str, Array]) -> list[str]:
    """Put numbers into the formula of the output, its loss or its slope, where there is one."""
    used = re.findall(r"ŷ|y|z\d+", row.formula)
    if row.name not in ("ŷ", "L") and "ŷ" not in row.formula:
        return []
    if any(known[name].size != 1 for name in used):
        return []
    text = re.sub(r"ŷ|\by\b|z\d+", lambda found: _n(known[found[0]].item()), row.formula)
    return [f"{text} = {_short(np.asarray(row.value).item())}"]


def _before(layer: str) -> str:
    """Return the name of what a layer gets."""
    return "x" if layer == "1" else f"u{int(layer) - 1}"


def _short(number: float) -> str:
    return f"{number + 0.0:.{DIGITS}g}"


def _n(number: float) -> str:
    """Write a number within a formula: a negative one in brackets."""
    text = _short(number)
    return f"({text})" if text.startswith("-") else text
