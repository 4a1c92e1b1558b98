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
    BatchNorm,
    ChainMean,
    Conv1d,
    Dense,
    Dropout,
    Exponential,
    Flatten,
    HardThreshold,
    Identity,
    LayerNorm,
    Network,
    Noise,
    NoisyWeights,
    Recurrent,
    ReLU,
    Residual,
    SelfAttention,
    Sigmoid,
    Softmax,
    Tanh,
    WindowDense,
)
from ribbonet.nn.layers import Layer
from ribbonet.nn.layers.stack import Stack

Twin = Callable[[torch.Tensor, dict[str, torch.Tensor]], torch.Tensor]


@dataclass(frozen=True)
class Case:
    """A layer, an input for it, and the same function in PyTorch."""

    layer: Layer
    shape: tuple[int, ...]
    twin: Twin
    symbols: int = 0
    """Codes below this number as input, instead of real numbers."""
    mask: np.ndarray | None = None
    """Where a padded batch holds residues."""

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


def conv1d(dilation: int = 1, groups: int = 1) -> Twin:
    def twin(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
        weight = p["weight"].permute(2, 1, 0)
        z = tf.conv1d(x.mT, weight, p["bias"], 1, "same", dilation, groups)
        return z.mT

    return twin


def recurrent(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
    module = torch.nn.RNN(4, 3, batch_first=True).double()
    weights = {
        "weight_ih_l0": p["weight_x"].T,
        "weight_hh_l0": p["weight_h"].T,
        "bias_ih_l0": p["bias"],
        "bias_hh_l0": torch.zeros(3).double(),
    }
    return torch.func.functional_call(module, weights, x)[0]


def recurrent_sigmoid(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
    states = [torch.zeros(len(x), 3).double()]
    for own in x.unbind(1):
        z = own @ p["weight_x"] + states[-1] @ p["weight_h"] + p["bias"]
        states.append(torch.sigmoid(z))
    return torch.stack(states[1:], dim=1)


def chain_mean(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
    return x + x.mean(1, keepdim=True) @ p["weight"]


def masked_chain_mean(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
    means = [own[torch.from_numpy(there)].mean(0) for own, there in zip(x, MASK, strict=True)]
    return x + (torch.stack(means) @ p["weight"])[:, None]


def self_attention(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
    """Residue by residue, with complex numbers for rotations: 2 heads of 4 numbers."""
    turns = torch.arange(x.shape[1])[:, None] * torch.tensor([1, 0.01], dtype=torch.float64)
    turns = torch.polar(torch.ones_like(turns), turns)
    parts = []
    for head in (slice(0, 4), slice(4, 8)):
        q, k, v = (x @ p[name][:, head] for name in ("query", "key", "value"))
        q, k = (torch.complex(z[..., :2], z[..., 2:]) * turns for z in (q, k))
        scores = (q[:, :, None] * k[:, None].conj()).real.sum(-1) / 2
        parts.append(scores.softmax(-1) @ v)
    return torch.cat(parts, -1) @ p["output"] + p["bias"]


def masked_self_attention(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
    padded = p["bias"].expand_as(x).clone()
    for chain, there in enumerate(MASK):
        padded[chain, there] = self_attention(x[chain : chain + 1, there], p)[0]
    return padded


def batch_norm(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
    rows = x.reshape(-1, 4)
    return tf.batch_norm(rows, None, None, p["gamma"], p["beta"], True).reshape(x.shape)


def masked_batch_norm(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
    mask = torch.from_numpy(MASK)
    return torch.zeros_like(x).masked_scatter(mask[..., None], batch_norm(x[mask], p))


def seeded_noise(*shape: int) -> torch.Tensor:
    """The numbers that a layer draws in `run`."""
    return torch.from_numpy(np.random.default_rng(3).standard_normal(shape))


def dropout(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
    kept = np.random.default_rng(3).random(x.shape) >= 0.4
    return x * torch.from_numpy(kept) / 0.6


def noisy_weights(x: torch.Tensor, p: dict[str, torch.Tensor]) -> torch.Tensor:
    noise = 0.5 * seeded_noise(4 * 3 + 3)
    weight = p["0.weight"] + noise[:12].reshape(4, 3)
    return tf.linear(x, weight.T, p["0.bias"] + noise[12:])


MASK = np.arange(7) < np.array([[7], [4]])
"""Two chains, of 7 and of 4 residues."""

CASES = {
    "Dense": Case(Dense(4, 3), (6, 4), dense),
    "Dense on chains": Case(Dense(4, 3, "he"), (2, 5, 4), dense),
    "WindowDense": Case(WindowDense(3, 5, 4), (7, 3), window_dense, symbols=5),
    "WindowDense on chains": Case(WindowDense(3, 5, 4), (2, 6, 3), window_dense, symbols=5),
    "Flatten row-wise": Case(Flatten("C"), (2, 3, 4), lambda x, p: x.reshape(2, 12)),
    "Flatten column-wise": Case(Flatten("F"), (2, 3, 4), lambda x, p: x.mT.reshape(2, 12)),
    "Conv1d": Case(Conv1d(4, 3, 5), (2, 7, 4), conv1d()),
    "Conv1d, dilated": Case(Conv1d(4, 3, 3, dilation=2), (2, 7, 4), conv1d(2)),
    "Conv1d, wider than the chain": Case(Conv1d(2, 3, 5, dilation=3), (2, 4, 2), conv1d(3)),
    "Conv1d, grouped": Case(Conv1d(4, 6, 3, 2, groups=2), (2, 7, 4), conv1d(2, 2)),
    "Conv1d, depthwise": Case(Conv1d(4, 4, 3, groups=4), (2, 7, 4), conv1d(1, 4)),
    "Conv1d, masked": Case(
        Conv1d(4, 6, 3, 2, 2),
        (2, 7, 4),
        lambda x, p: conv1d(2, 2)(x * torch.from_numpy(MASK)[..., None], p),
        mask=MASK,
    ),
    "Recurrent": Case(Recurrent(4, 3), (2, 7, 4), recurrent),
    "Recurrent, sigmoid": Case(Recurrent(4, 3, activation="sigmoid"), (2, 7, 4), recurrent_sigmoid),
    "Recurrent, masked": Case(
        Recurrent(4, 3),
        (2, 7, 4),
        lambda x, p: recurrent(x, p) * torch.from_numpy(MASK)[..., None],
        mask=MASK,
    ),
    "ChainMean": Case(ChainMean(4), (2, 7, 4), chain_mean),
    "ChainMean, masked": Case(ChainMean(4, "glorot"), (2, 7, 4), masked_chain_mean, mask=MASK),
    "SelfAttention": Case(SelfAttention(8, 2), (2, 7, 8), self_attention),
    "SelfAttention, masked": Case(SelfAttention(8, 2), (2, 7, 8), masked_self_attention, mask=MASK),
    "BatchNorm": Case(BatchNorm(4), (6, 4), batch_norm),
    "BatchNorm, masked": Case(BatchNorm(4), (2, 7, 4), masked_batch_norm, mask=MASK),
    "LayerNorm": Case(
        LayerNorm(4), (2, 7, 4), lambda x, p: tf.layer_norm(x, (4,), p["gamma"], p["beta"])
    ),
    "Dropout": Case(Dropout(0.4), (6, 4), dropout),
    "Noise": Case(Noise(0.5), (6, 4), lambda x, p: x + 0.5 * seeded_noise(6, 4)),
    "NoisyWeights": Case(NoisyWeights([Dense(4, 3)], 0.5), (6, 4), noisy_weights),
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


def run(case: Case, layer: Layer, x: np.ndarray) -> tuple[np.ndarray, Any]:
    """Forward pass in training, with the same random numbers each time."""
    return layer.forward(x, training=True, rng=np.random.default_rng(3), mask=case.mask)


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
    output, cache = run(case, layer, x)
    g = np.random.default_rng(4).standard_normal(output.shape)

    def f() -> float:
        return float((run(case, layer, x)[0] * g).sum())

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
    output, cache = run(case, layer, x)
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
    output, cache = run(case, layer, x)
    assert output.dtype == dtype
    assert layer(x, case.mask).dtype == dtype
    dx, gradients = layer.backward(np.ones_like(output), cache)
    assert dx is None or dx.dtype == dtype
    assert all(array.dtype == dtype for array in gradients.values())


@cases
def test_forward_leaves_its_input_alone_and_backward_its_gradient(case: Case) -> None:
    layer, x = case.build(), case.input()
    before = x.copy()
    output, cache = run(case, layer, x)
    g = np.ones_like(output)
    layer.backward(g, cache)
    layer(x, case.mask)
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
    again = Network([case.layer.config()]).load(network.state)
    x = case.input()
    x = x if case.symbols else x.astype(np.float32)
    np.testing.assert_array_equal(again(x, case.mask), network(x, case.mask))
