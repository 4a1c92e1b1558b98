"""The forward and the backward pass: each variable with its formula and value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ribbonet.errors import InputError
from ribbonet.nn.layers import Array, Arrays
from ribbonet.nn.layers.activations import Activation, Softmax
from ribbonet.nn.layers.dense import Dense
from ribbonet.nn.losses import ProbabilityCrossEntropy
from ribbonet.nn.views.worked_example.example import OUTPUTS, Example


@dataclass(frozen=True)
class Row:
    """A variable of the computation: its name, how it is computed, and its value."""

    name: str
    formula: str
    value: Array
    check: Array | None = None
    """Of a derivative of L the same by central differences, where that was asked for."""


def explain(example: Example, *, checked: bool = False) -> tuple[list[Row], list[Row]]:
    """Return the rows of the forward pass, and of the backward pass.

    Parameters
    ----------
    example : Example
    checked : bool
        Whether each derivative of L is checked by central differences.

    Raises
    ------
    InputError
    """
    passes = _Passes(example, checked)
    return passes.forward(), passes.backward()


class _Passes:
    """The two passes of an example; what is computed is `(N, F)`, what is shown as it asks for."""

    def __init__(self, example: Example, checked: bool) -> None:
        self.example, self.checked = example, checked
        self.network = example.network()
        self.layers = self.network.layers
        units = self.layers[-1].shapes["bias"][0]
        self.map = example.output_map(units)
        self.output = OUTPUTS[self.map]
        self.targets = example.target(self.map, units)
        if not example.fused and self.output.apart is None:
            raise InputError(
                f"{self.map} outputs have no slope to go back through: take them fused"
            )
        self.values = [example.inputs()]  # of x, and after each layer
        self.caches: list[Any] = []
        for layer in self.layers:
            following, cache = layer.forward(self.values[-1])
            self.values.append(following)
            self.caches.append(cache)
        self.prediction = self.output.map(self.values[-1])
        self.last = f"z{len(self.layers) // 2 + 1}"

    def forward(self) -> list[Row]:
        """Return x, z1, u1 and so on, ŷ and L."""
        rows = [self.row("x", "", self.values[0])]
        for i, (layer, value) in enumerate(zip(self.layers, self.values[1:], strict=True)):
            number = i // 2 + 1
            if isinstance(layer, Dense):
                formula = f"{self.product(_before(number), number)} + b{number}"
                rows.append(self.row(f"z{number}", formula, value))
            else:
                formula = f"{self.example.activation}(z{number})"
                rows.append(self.row(f"u{number}", formula, value))
        formula = self.last if self.map == "identity" else f"{self.map}({self.last})"
        rows.append(self.row("ŷ", formula, self.prediction))
        formula = self.output.loss_formula.format(z=self.last)
        if not self.example.fused and self.output.apart:
            formula = self.output.apart[0]
        if self.example.batch:
            formula = f"sum_n ({formula})"
        return [
            *rows,
            Row("L", formula, np.array(self.loss_from(len(self.layers), self.values[-1]))),
        ]

    def backward(self) -> list[Row]:
        """Return the derivatives, from the output to x."""
        rows, gradient = self.of_output()
        for i in reversed(range(len(self.layers))):
            layer, number = self.layers[i], i // 2 + 1
            following, own = layer.backward(gradient, self.caches[i])
            assert following is not None
            gradient = following
            if isinstance(layer, Activation):
                slope = layer.derivative(*self.caches[i])
                formula = f"{self.example.activation}'(z{number})"
                rows.append(self.row(f"du{number}/dz{number}", formula, slope))
                formula = f"dL/du{number} du{number}/dz{number}"
                rows.append(self.row(f"dL/dz{number}", formula, gradient, self.along(i)))
            else:
                rows += self.of_parameters(i, own)
                formula = self.returned(number)
                rows.append(self.row(f"dL/d{_before(number)}", formula, gradient, self.along(i)))
        return rows

    def of_output(self) -> tuple[list[Row], Array]:
        """Return the rows down to dL/dz of the output, and that derivative."""
        check = self.along(len(self.layers))
        name = f"dL/d{self.last}"
        if self.example.fused or self.output.apart is None:
            gradient = self.output.loss(self.values[-1], self.targets)[1]
            formula = self.output.slope_formula.format(z=self.last)
            return [self.row(name, formula, gradient, check)], gradient
        _, of_loss, of_map = self.output.apart
        first = self.loss_of_prediction(self.prediction)[1]
        checked = self.difference(lambda a: self.loss_of_prediction(a)[0], self.prediction)
        rows = [self.row("dL/dŷ", of_loss, first, checked)]
        between = f"dŷ/d{self.last}"
        if self.map == "softmax":
            jacobian = Softmax.jacobian(self.prediction)
            gradient = np.einsum("nk,nkj->nj", first, jacobian)
            shown = jacobian if self.example.batch else jacobian[0]
            rows.append(Row(between, of_map, shown))
        else:
            ones = np.ones_like(self.prediction)
            slope = self.prediction * (1 - self.prediction) if self.map == "sigmoid" else ones
            gradient = first * slope
            rows.append(self.row(between, of_map, slope))
        rows.append(self.row(name, f"dL/dŷ {between}", gradient, check))
        return rows, gradient

    def of_parameters(self, i: int, own: Arrays) -> list[Row]:
        """Return dL/dW and dL/db of a layer."""
        layer, number = self.layers[i], i // 2 + 1
        assert isinstance(layer, Dense)
        name, slope = _before(number), f"dL/dz{number}"
        x, weight, bias = self.values[i], layer.parameters["weight"], layer.parameters["bias"]
        of_weight = self.difference(lambda w: self.loss_from(i + 1, x @ w + bias), weight)
        of_bias = self.difference(lambda b: self.loss_from(i + 1, x @ weight + b), bias)
        formula = f"sum_n {slope}" if self.example.batch else slope
        return [
            self.row(f"dL/dW{number}", self.outer(name, number), own["weight"], of_weight),
            self.row(f"dL/db{number}", formula, own["bias"], of_bias),
        ]

    def loss_from(self, i: int, value: Array) -> float:
        """Return the loss when layer `i` is given a value."""
        for layer in self.layers[i:]:
            value, _ = layer.forward(value)
        return self.output.loss(value, self.targets)[0]

    def loss_of_prediction(self, prediction: Array) -> tuple[float, Array]:
        """Return the loss of ŷ, and its derivative."""
        if self.map == "softmax":
            return ProbabilityCrossEntropy(reduction="sum")(prediction, self.targets)
        if self.map == "identity":
            return self.output.loss(prediction, self.targets)
        p, y = prediction, self.targets
        return float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).sum()), (p - y) / (p * (1 - p))

    def along(self, i: int) -> Array | None:
        """Return by differences the derivative of L along what layer `i` is given."""
        return self.difference(lambda value: self.loss_from(i, value), self.values[i])

    def difference(self, loss: Callable[[Array], float], at: Array) -> Array | None:
        """Return the derivative by central differences, where it is asked for."""
        return central_difference(loss, at) if self.checked else None

    def row(self, name: str, formula: str, value: Array, check: Array | None = None) -> Row:
        """Return a row as the example wants to see it."""
        return Row(
            name,
            formula,
            self.laid(name, value),
            check if check is None else self.laid(name, check),
        )

    def laid(self, name: str, value: Array) -> Array:
        """Lay what is `(N, F)`, `(in, out)` or `(out,)` out as the example wants to see it."""
        if "/dW" in name:
            return value.T if self.example.columns else value
        if self.example.batch:
            return value
        return value.reshape(-1, 1) if self.example.columns else value.reshape(-1)

    def product(self, before: str, number: int) -> str:
        """Write how a layer's weights are applied."""
        if not self.example.columns:
            return f"{before} W{number}"
        return f"{before} W{number}^T" if self.example.batch else f"W{number} {before}"

    def outer(self, before: str, number: int) -> str:
        """Write dL/dW."""
        slope = f"dL/dz{number}"
        if not self.example.columns:
            return f"{before}^T {slope}"
        return f"({slope})^T {before}" if self.example.batch else f"{slope} {before}^T"

    def returned(self, number: int) -> str:
        """Write the derivative of what a layer is given."""
        if not self.example.columns:
            return f"dL/dz{number} W{number}^T"
        slope = f"dL/dz{number}"
        return f"{slope} W{number}" if self.example.batch else f"W{number}^T {slope}"


def central_difference(function: Callable[[Array], float], at: Array, step: float = 1e-5) -> Array:
    """Return the gradient of a function as (f(x + h) - f(x - h)) / 2h, of the shape of `at`.

    >>> central_difference(lambda x: float((x**2).sum()), np.array([1.0, -3.0])).round(6)
    array([ 2., -6.])
    """
    slopes = np.empty(at.shape)
    for place in np.ndindex(at.shape):
        ends = []
        for sign in (1, -1):
            moved = np.array(at, float)
            moved[place] += sign * step
            ends.append(function(moved))
        slopes[place] = (ends[0] - ends[1]) / (2 * step)
    return slopes


def _before(number: int) -> str:
    """Return the name of what a layer is given."""
    return "x" if number == 1 else f"u{number - 1}"
