"""One example through a small network, forward and backward, with every number on the way.

The notation is that of Deep Learning in Python and of Rangan's notes: x is the input, W1 and b1 the
weights and biases of the first layer, z1 = x W1 + b1 what its activation gets, u1 what it gives,
and ŷ the prediction; weights are (in, out), W[i, j] leads from unit i to unit j.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ribbonet.errors import InputError
from ribbonet.nn.layers.activations import ACTIVATIONS, Activation, Identity, Sigmoid, Softmax
from ribbonet.nn.layers.base import Array, Arrays, Layer
from ribbonet.nn.layers.dense import Dense
from ribbonet.nn.layers.stack import Network
from ribbonet.nn.losses import BinaryCrossEntropy, CategoricalCrossEntropy, Loss, SquaredError

OUTPUTS: dict[str, tuple[Loss, str, str]] = {
    "sigmoid": (
        BinaryCrossEntropy(reduction="sum"),
        "ln(1 + exp({z})) - y {z}",
        "ŷ - y",
    ),
    "softmax": (
        CategoricalCrossEntropy(reduction="sum"),
        "ln(sum_k exp({z}_k)) - {z}_y",
        "ŷ - onehot(y)",
    ),
    "identity": (SquaredError(reduction="sum"), "sum_k ({z}_k - y_k)^2", "2 (ŷ - y)"),
}
"""For each output map its loss, the loss as a formula, and the formula of dL/dz."""


@dataclass(frozen=True)
class Example:
    """A network of dense layers with one activation, an input, and the target for it.

    Parameters
    ----------
    x : sequence of float
        The input.
    y : int, float or sequence of float
        The class for softmax outputs (from 0), the class (0 or 1) or its probability for sigmoid
        ones, numbers for identity.
    weights : sequence of matrices
        One `(in, out)` for each layer.
    biases : sequence of vectors, optional
        One for each layer; zero by default.
    activation : str
        Of the hidden layers.
    output : {"sigmoid", "softmax", "identity"}, optional
        By default sigmoid for one unit, softmax for more.

    Examples
    --------
    The default is the example of Deep Learning in Python:

    >>> forward, _ = explain(Example())
    >>> print(table(forward[2:]))
    u1  sigmoid(z1)              0.7311 0.7311
    z2  u1 W2 + b2               1.462
    ŷ   sigmoid(z2)              0.8119
    L   ln(1 + exp(z2)) - y z2   0.2084
    """

    x: Sequence[float] = (0, 1)
    y: Any = 1
    weights: Sequence[Any] = (((1, 1), (1, 1)), ((1,), (1,)))
    biases: Sequence[Any] = ()
    activation: str = "sigmoid"
    output: str = ""

    @classmethod
    def read(cls, path: Path) -> Example:
        """Read an example from a TOML or JSON file with the arguments' names as keys."""
        try:
            text = path.read_text(encoding="utf-8")
            found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
            if not isinstance(found, dict):
                raise ValueError("it should hold keys and values")
            for name in found.keys() & {"x", "y"}:
                numbers = np.array(found[name], float)
                if numbers.ndim > 1:
                    raise ValueError(f"{name} should be numbers, not lists of them")
                found[name] = numbers.tolist()
        except (OSError, TypeError, ValueError) as error:
            raise InputError(f"cannot read {path}: {error}") from error
        unknown = sorted(set(found) - set(cls.__dataclass_fields__))
        if unknown:
            known = ", ".join(cls.__dataclass_fields__)
            raise InputError(f"{path} has unknown keys {', '.join(unknown)}; known: {known}")
        return cls(**found)

    def network(self) -> Network:
        """Return the network, ending with its logits.

        Raises
        ------
        InputError
            For shapes that do not fit, or names that are not known.
        """
        if str(self.activation) not in ACTIVATIONS:  # a file may hold anything
            known = ", ".join(ACTIVATIONS)
            raise InputError(f"unknown activation {self.activation!r}; known: {known}")
        if not self.weights:
            raise InputError("weights must be given for at least one layer")
        try:
            weights = [np.array(w, float) for w in self.weights]
            biases = [np.array(b, float) for b in self.biases] or [
                np.zeros(w.shape[-1]) for w in weights
            ]
            width = len(self.x)
            layers: list[Layer] = []
            state: Arrays = {}
            for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
                inputs, outputs = w.shape
                if inputs != width or b.shape != (outputs,):
                    raise ValueError(f"W{i + 1} is {w.shape} and b{i + 1} {b.shape} after {width}")
                layers += [Dense(inputs, outputs), ACTIVATIONS[self.activation]()]
                state |= {f"{2 * i}.weight": w, f"{2 * i}.bias": b}
                width = outputs
            return Network(layers[:-1]).load(state)
        except (IndexError, TypeError, ValueError) as error:
            raise InputError(f"weights and biases do not fit together: {error}") from error

    def output_map(self, units: int) -> str:
        """Return the name of the output map."""
        output = self.output or ("sigmoid" if units == 1 else "softmax")
        if str(output) not in OUTPUTS:
            raise InputError(f"unknown output {output!r}; known: {', '.join(OUTPUTS)}")
        return output

    def target(self, output: str, units: int) -> Array:
        """Return y as the loss wants it."""
        y = np.atleast_1d(np.array(self.y, float))
        if output == "softmax":
            fits = len(y) == 1 and y[0] in range(units)
            wanted = f"a class from 0 to {units - 1}"
        else:
            numbers = f"{units} numbers" if units > 1 else "a number"
            fits, wanted = len(y) == units, numbers
        if output == "sigmoid":  # a probability, too, has a cross-entropy
            fits, wanted = fits and bool(((y >= 0) & (y <= 1)).all()), f"{numbers} from 0 to 1"
        if not fits:
            raise InputError(f"y must be {wanted} for {output} outputs, it is {self.y}")
        return y.astype(int) if output == "softmax" else y[None]


@dataclass(frozen=True)
class Row:
    """A variable of the computation: its name, how it is computed, and its value."""

    name: str
    formula: str
    value: Array


def explain(example: Example) -> tuple[list[Row], list[Row]]:
    """Return the rows of the forward pass, and of the backward pass."""
    network, x = example.network(), np.array(example.x, float)[None]
    units = network.layers[-1].shapes["bias"][0]
    output = example.output_map(units)
    loss, loss_formula, slope_formula = OUTPUTS[output]
    targets = example.target(output, units)

    forward, caches, u, name = [Row("x", "", x[0])], [], x, "x"
    for i, layer in enumerate(network.layers):
        number = i // 2 + 1
        u, cache = layer.forward(u)
        caches.append(cache)
        if isinstance(layer, Dense):
            forward.append(Row(f"z{number}", f"{name} W{number} + b{number}", u[0]))
        else:
            name = f"u{number}"
            forward.append(Row(name, f"{example.activation}(z{number})", u[0]))
    z = f"z{number}"
    maps = {"sigmoid": Sigmoid.value, "softmax": Softmax.value, "identity": Identity.value}
    forward.append(Row("ŷ", f"{output}({z})" if output != "identity" else z, maps[output](u)[0]))
    value, gradient = loss(u, targets)
    forward.append(Row("L", loss_formula.format(z=z), np.array(value)))

    backward = [Row(f"dL/d{z}", slope_formula, gradient[0])]
    for i in reversed(range(len(network.layers))):
        layer, number = network.layers[i], i // 2 + 1
        before = f"u{number - 1}" if number > 1 else "x"
        if isinstance(layer, Activation):
            slope = layer.derivative(*caches[i])[0]
            backward.append(
                Row(f"du{number}/dz{number}", f"{example.activation}'(z{number})", slope)
            )
        following, own = layer.backward(gradient, caches[i])
        assert following is not None
        gradient = following
        if isinstance(layer, Dense):
            backward.append(Row(f"dL/dW{number}", f"{before}^T dL/dz{number}", own["weight"]))
            backward.append(Row(f"dL/db{number}", f"dL/dz{number}", own["bias"]))
            backward.append(Row(f"dL/d{before}", f"dL/dz{number} W{number}^T", gradient[0]))
        else:
            formula = f"dL/du{number} du{number}/dz{number}"
            backward.append(Row(f"dL/dz{number}", formula, gradient[0]))
    return forward, backward


def step(example: Example, learning_rate: float) -> list[Row]:
    """Return the weights after one step of gradient descent, and the loss with them."""
    parameters = example.network().parameters
    gradients = {row.name: row.value for row in explain(example)[1]}
    rows: list[Row] = []
    for i in range(len(example.weights)):
        for letter, kind in (("W", "weight"), ("b", "bias")):
            name = f"{letter}{i + 1}"
            new = parameters[f"{2 * i}.{kind}"] - learning_rate * gradients[f"dL/d{name}"]
            rows.append(Row(name, f"{name} - {learning_rate:g} dL/d{name}", new))
    values = [row.value for row in rows]
    after = replace(example, weights=values[::2], biases=values[1::2])
    return [*rows, replace(explain(after)[0][-1], formula="with these")]


def table(rows: Sequence[Row], digits: int = 4) -> str:
    """Return rows as text in three columns; the rows of a matrix are parted by semicolons."""
    cells = [(row.name, row.formula, written(row.value, digits)) for row in rows]
    name, formula = (max(len(row[i]) for row in cells) for i in (0, 1))
    return "\n".join(f"{a:{name}}  {b:{formula}}   {c}".rstrip() for a, b, c in cells)


def markdown(rows: Sequence[Row], digits: int = 4) -> str:
    """Return rows as a table in Markdown."""
    lines = [
        f"| {row.name} | `{row.formula or row.name}` | {written(row.value, digits)} |"
        for row in rows
    ]
    return "\n".join(["| variable | formula | value |", "|---|---|---|", *lines])


def written(value: Array, digits: int = 4) -> str:
    """Write a number, a vector or a matrix to some significant digits.

    >>> written(np.array([[1, 0.5], [-1 / 3, 0]]))
    '1 0.5; -0.3333 0'
    """
    rows = np.atleast_2d(value) + 0.0
    return "; ".join(" ".join(f"{number:.{digits}g}" for number in row) for row in rows)
