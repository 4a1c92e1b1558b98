"""The example that is worked through: a small network, inputs, and their targets.

The notation is that of Deep Learning in Python and of Rangan's notes: x is the input, W1 and b1 the
weights and biases of the first layer, z1 = x W1 + b1 the input of its activation and u1 its output,
and ŷ the prediction; weights are (in, out), W[i, j] leads from unit i to unit j. With `columns`
vectors are columns and weights (out, in), z1 = W1 x + b1, as Rangan's notes write it.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ribbonet.errors import InputError
from ribbonet.nn.layers import Array, Arrays, Layer
from ribbonet.nn.layers.activations import (
    ACTIVATIONS,
    HardThreshold,
    Identity,
    Sigmoid,
    Softmax,
)
from ribbonet.nn.layers.dense import Dense
from ribbonet.nn.layers.stack import Network
from ribbonet.nn.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Loss,
    SquaredError,
)


@dataclass(frozen=True)
class Output:
    """An output map ŷ = map(z) and its loss, fused into one step or taken in two."""

    map: Callable[[Array], Array]
    loss: Loss
    """Of the logits, summed over the examples."""
    loss_formula: str
    slope_formula: str
    """Of dL/dz."""
    apart: tuple[str, str, str] | None
    """The formulas of L, dL/dŷ and dŷ/dz where each is taken by itself."""


SQUARES = "sum_k (ŷ_k - y_k)^2"
BINARY = BinaryCrossEntropy(reduction="sum")
OUTPUTS = {
    "sigmoid": Output(
        Sigmoid.value,
        BINARY,
        "ln(1 + exp({z})) - y {z}",
        "ŷ - y",
        ("-y ln ŷ - (1 - y) ln(1 - ŷ)", "(ŷ - y)/(ŷ (1 - ŷ))", "ŷ (1 - ŷ)"),
    ),
    "softmax": Output(
        Softmax.value,
        CategoricalCrossEntropy(reduction="sum"),
        "ln(sum_k exp({z}_k)) - {z}_y",
        "ŷ - onehot(y)",
        ("-ln ŷ_y", "-onehot(y)/ŷ", "ŷ_k (δ_kj - ŷ_j)"),
    ),
    "identity": Output(
        Identity.value,
        SquaredError(reduction="sum"),
        "sum_k ({z}_k - y_k)^2",
        "2 (ŷ - y)",
        (SQUARES, "2 (ŷ - y)", "1"),
    ),
    "threshold": Output(
        HardThreshold.value, BINARY, "ln(1 + exp({z})) - y {z}", "sigmoid({z}) - y", None
    ),
}
"""The output maps. A threshold decides; it has no slope, so that the loss looks at the logit."""


@dataclass(frozen=True)
class Example:
    """A network of dense layers with one activation, inputs, and the targets for them.

    Parameters
    ----------
    x : sequence of float, or of such sequences
        The input, or a batch of them.
    y : int, float or sequence of float, or a sequence with one of them for each input of a batch
        The class for softmax outputs (from 0), the class (0 or 1) or its probability for sigmoid
        and threshold ones, numbers for identity.
    weights : sequence of matrices
        One `(in, out)` for each layer; `(out, in)` with `columns`.
    biases : sequence of vectors, optional
        One for each layer; zero by default.
    activation : str
        Of the hidden layers.
    output : {"sigmoid", "softmax", "identity", "threshold"}, optional
        By default sigmoid for one unit, softmax for more.
    fused : bool
        Whether dL/dz of the output is taken in one step, or by dL/dŷ and the Jacobian dŷ/dz.
    columns : bool
        Whether an input is a column, z = W x + b; of a batch each is a row, z = x W^T + b.

    Examples
    --------
    The default is the example of Deep Learning in Python:

    >>> from ribbonet.nn.views.worked_example import explain, table
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
    fused: bool = True
    columns: bool = False

    @property
    def batch(self) -> bool:
        """Whether there are several inputs."""
        return np.ndim(self.x) == 2

    @classmethod
    def read(cls, path: Path) -> Example:
        """Read an example from a TOML or JSON file with the arguments' names as keys."""
        try:
            text = path.read_text(encoding="utf-8")
            found = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
            if not isinstance(found, dict):
                raise ValueError("it should hold keys and values")
            for name in found.keys() & {"x", "y"}:
                found[name] = np.array(found[name], float).tolist()
            for name in found.keys() & {"fused", "columns"}:
                if not isinstance(found[name], bool):
                    raise ValueError(f"{name} should be true or false")
            for name in found.keys() & {"weights", "biases"}:
                if not isinstance(found[name], list):
                    raise ValueError(f"{name} should be a list, with one item for each layer")
        except (OSError, TypeError, ValueError, OverflowError) as error:
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
        weights = [_numbers(f"W{n}", w) for n, w in enumerate(self.weights, 1)]
        if self.columns:
            weights = [w.T for w in weights]
        biases = [_numbers(f"b{n}", b) for n, b in enumerate(self.biases, 1)] or [
            np.zeros(w.shape[-1:]) for w in weights
        ]
        misfit = "weights and biases do not fit together: "
        if len(biases) != len(weights):
            raise InputError(f"{misfit}{len(weights)} layers have weights, {len(biases)} biases")
        width = self.inputs().shape[-1]
        layers: list[Layer] = []
        state: Arrays = {}
        for i, (w, b) in enumerate(zip(weights, biases, strict=True)):
            if w.ndim != 2 or w.shape[0] != width or b.shape != w.shape[1:] or not w.size:
                raise InputError(
                    f"{misfit}W{i + 1} is {w.shape} and b{i + 1} {b.shape} after {width}"
                )
            width = w.shape[1]
            layers += [Dense(*w.shape), ACTIVATIONS[self.activation]()]
            state |= {f"{2 * i}.weight": w, f"{2 * i}.bias": b}
        return Network(layers[:-1]).load(state)

    def inputs(self) -> Array:
        """Return x as `(N, F)`."""
        x = _numbers("x", self.x)
        if x.ndim not in (1, 2) or not x.size:
            raise InputError("x should be an input, or a batch of inputs of one length")
        return np.atleast_2d(x)

    def output_map(self, units: int) -> str:
        """Return the name of the output map."""
        output = self.output or ("sigmoid" if units == 1 else "softmax")
        if str(output) not in OUTPUTS:
            raise InputError(f"unknown output {output!r}; known: {', '.join(OUTPUTS)}")
        return output

    def target(self, output: str, units: int) -> Array:
        """Return y as the loss wants it: labels `(N,)` for softmax, otherwise `(N, units)`."""
        n = len(self.inputs())
        one = "a class" if output == "softmax" else "a number" if units == 1 else f"{units} numbers"
        span = {"softmax": f" from 0 to {units - 1}", "identity": ""}.get(output, " from 0 to 1")
        wanted = f"{one}{span} for {output} outputs"
        if self.batch:
            wanted += f" and each of {n} inputs"
        try:
            y = _numbers("y", self.y).reshape(n, -1)
        except ValueError:
            raise InputError(f"y must be {wanted}, it is {self.y}") from None
        fits = y.shape[1] == (1 if output == "softmax" else units)
        if output == "softmax":
            fits = fits and bool(np.isin(y, range(units)).all())
        elif output != "identity":  # a probability, too, has a cross-entropy
            fits = fits and bool(((y >= 0) & (y <= 1)).all())
        if not fits:
            raise InputError(f"y must be {wanted}, it is {self.y}")
        return y[:, 0].astype(int) if output == "softmax" else y


def _numbers(name: str, given: Any) -> Array:
    """Return numbers as an array; raise InputError for others, and for rows of unlike lengths."""
    try:
        found = np.array(given, float)
    except (TypeError, ValueError, OverflowError):
        raise InputError(f"{name} is {given!r}; give numbers, in rows of one length") from None
    if not np.isfinite(found).all():
        raise InputError(f"{name} is {given!r}; give finite numbers")
    return found
