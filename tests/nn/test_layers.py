"""Every layer against central differences and against PyTorch: one row each.

A new layer is one row of `CASES`: the layer, the shape of its input, and what PyTorch says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as tf

from ribbonet.nn import (
    GELU,
    Dense,
    Exponential,
    HardThreshold,
    Identity,
    Network,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
    WindowDense,
)
from ribbonet.nn.layer import Layer
from ribbonet.nn.network import Stack

Arrays = dict[str, np.ndarray]
Twin = Callable[[torch.Tensor, dict[str, torch.Tensor]], torch.Tensor]


@dataclass(frozen=True)
class Case:
    """A layer, an input for it, and the same function in PyTorch."""

    layer: Layer
    shape: tuple[int, ...]
    twin: Twin
    symbols: int = 0
    """Codes below this number as input, instead of real numbers."""

    def input(self) -> np.ndarray:
        rng = np.random.default_rng(1)
        if self.symbols:
            return rng.integers(self.symbols, size=self.shape, dtype=np.uint8)
        return rng.standard_normal(self.shape)

    def build(self, dtype: Any = np.float64) -> Layer:
        """Return a fresh copy of the layer, its biases no longer zero."""
        rng = np.random.default_rng(2)
        layer = Layer.from_config(self.layer.config()).initialise(rng, dtype)
        for array in layer.parameters.values():
            array += 0.1 * rng.standard_normal(array.shape).astype(dtype)
        return layer


def dense(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
    return tf.linear(x, p["weight"].T, p["bias"])


def window_dense(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
    return tf.linear(tf.one_hot(x.long(), 5).double().flatten(-2), p["weight"].T, p["bias"])


CASES = {
    "Dense": Case(Dense(4, 3), (6, 4), dense),
    "Dense on chains": Case(Dense(4, 3, "he"), (2, 5, 4), dense),
    "WindowDense": Case(WindowDense(3, 5, 4), (7, 3), window_dense, symbols=5),
    "WindowDense on chains": Case(WindowDense(3, 5, 4), (2, 6, 3), window_dense, symbols=5),
    "Sigmoid": Case(Sigmoid(), (6, 4), lambda x, p: torch.sigmoid(x)),
    "Tanh": Case(Tanh(), (6, 4), lambda x, p: torch.tanh(x)),
    "Identity": Case(Identity(), (6, 4), lambda x, p: x * 1),
    "HardThreshold": Case(HardThreshold(), (6, 4), lambda x, p: (x >= 0).double()),
    "Exponential": Case(Exponential(), (6, 4), lambda x, p: torch.exp(x)),
    "GELU": Case(GELU(), (6, 4), lambda x, p: tf.gelu(x)),
    "ReLU": Case(ReLU(), (6, 4), lambda x, p: torch.relu(x)),
    "Softmax": Case(Softmax(), (2, 5, 4), lambda x, p: torch.softmax(x, dim=-1)),
    "Residual": Case(
        Residual([Dense(4, 4), ReLU()]),
        (6, 4),
        lambda x, p: x + torch.relu(tf.linear(x, p["0.weight"].T, p["0.bias"])),
    ),
    "Stack": Case(
        Stack([Dense(4, 5), Tanh(), Stack([Dense(5, 3), Sigmoid()])]),
        (6, 4),
        lambda x, p: torch.sigmoid(
            tf.linear(
                torch.tanh(tf.linear(x, p["0.weight"].T, p["0.bias"])),
                p["2.0.weight"].T,
                p["2.0.bias"],
            )
        ),
    ),
}

cases = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def run(layer: Layer, x: np.ndarray) -> tuple[np.ndarray, Any]:
    """Forward pass in training, with the same random numbers each time."""
    return layer.forward(x, training=True, rng=np.random.default_rng(3))


def central_difference(f: Callable[[], float], array: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """Return df/da for every entry a of `array`, which f reads: (f(a + h) - f(a - h)) / 2h."""
    result = np.empty_like(array)
    for i in np.ndindex(array.shape):
        value = array[i]
        array[i] = value + step
        above = f()
        array[i] = value - step
        below = f()
        array[i] = value
        result[i] = (above - below) / (2 * step)
    return result


def assert_close(actual: np.ndarray, expected: np.ndarray, relative: float) -> None:
    """Check the error relative to the largest entry: differences cannot tell small from zero."""
    assert actual.shape == expected.shape
    scale = max(np.abs(expected).max(), 1e-3)
    assert np.abs(actual - expected).max() / scale < relative


@cases
def test_gradients_equal_central_differences(case: Case) -> None:
    layer, x = case.build(), case.input()
    output, cache = run(layer, x)
    g = np.random.default_rng(4).standard_normal(output.shape)

    def f() -> float:
        return float((run(layer, x)[0] * g).sum())

    dx, gradients = layer.backward(g, cache)
    if case.symbols:
        assert dx is None
    else:
        assert dx is not None
        assert_close(dx, central_difference(f, x), 1e-6)
    assert gradients.keys() == layer.parameters.keys()
    for name, array in layer.parameters.items():
        assert_close(gradients[name], central_difference(f, array), 1e-6)


@cases
def test_values_and_gradients_equal_those_of_pytorch(case: Case) -> None:
    layer, x = case.build(), case.input()
    output, cache = run(layer, x)
    g = np.random.default_rng(4).standard_normal(output.shape)
    dx, gradients = layer.backward(g, cache)

    tensors = {k: torch.from_numpy(v.copy()).requires_grad_() for k, v in layer.parameters.items()}
    tensor = torch.from_numpy(x.copy()).requires_grad_(not case.symbols)
    twin = case.twin(tensor, tensors)
    assert_close(output, twin.detach().numpy(), 1e-10)
    if twin.requires_grad:
        twin.backward(torch.from_numpy(g))
    if dx is not None and tensor.grad is not None:
        assert_close(dx, tensor.grad.numpy(), 1e-10)
    for name, value in tensors.items():
        assert value.grad is not None
        assert_close(gradients[name], value.grad.numpy(), 1e-10)


@cases
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(case: Case, dtype: Any) -> None:
    layer, x = case.build(dtype), case.input()
    x = x if case.symbols else x.astype(dtype)
    output, cache = run(layer, x)
    assert output.dtype == dtype
    assert layer(x).dtype == dtype
    dx, gradients = layer.backward(np.ones_like(output), cache)
    assert dx is None or dx.dtype == dtype
    assert all(array.dtype == dtype for array in gradients.values())


@cases
def test_forward_leaves_its_input_alone_and_backward_its_gradient(case: Case) -> None:
    layer, x = case.build(), case.input()
    before = x.copy()
    output, cache = run(layer, x)
    g = np.ones_like(output)
    layer.backward(g, cache)
    layer(x)
    np.testing.assert_array_equal(x, before)
    np.testing.assert_array_equal(g, np.ones_like(output))


@cases
def test_a_layer_is_built_again_from_its_configuration(case: Case) -> None:
    again = Layer.from_config(case.layer.config())
    assert type(again) is type(case.layer)
    assert again.config() == case.layer.config()
    assert again.shapes == case.layer.shapes
    assert repr(again) == repr(case.layer)


@cases
def test_parameters_have_the_shapes_announced_and_load_again(case: Case) -> None:
    network = Network([case.layer.config()], rng=0)
    assert {name: array.shape for name, array in network.parameters.items()} == network.shapes
    again = Network([case.layer.config()]).load(network.parameters)
    x = case.input()
    x = x if case.symbols else x.astype(np.float32)
    np.testing.assert_array_equal(again(x), network(x))
