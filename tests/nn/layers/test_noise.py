"""Layers that behave otherwise in training: dropout, noise, batch normalisation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ribbonet.nn import (
    BatchNorm,
    Dense,
    Dropout,
    Network,
    Noise,
    NoisyWeights,
)
from ribbonet.nn.layers import Layer

seeds = st.integers(0, 2**32 - 1)


@given(seed=seeds, rate=st.floats(0, 0.9))
def test_dropout_keeps_the_mean(seed: int, rate: float) -> None:
    x = np.ones((200, 100))
    y, _ = Dropout(rate).forward(x, training=True, rng=np.random.default_rng(seed))
    deviation = np.sqrt(rate / (1 - rate) / x.size)
    assert abs(y.mean() - 1) <= 6 * deviation + 1e-12
    assert set(np.unique(y)) <= {0, 1 / (1 - rate)}


@pytest.mark.parametrize("layer", [Dropout(0.5), Noise(0.1), NoisyWeights([Dense(3, 2)], 0.1)])
def test_randomness_needs_a_generator_in_training_and_none_at_prediction(layer: Layer) -> None:
    layer.initialise(np.random.default_rng(0))
    x = np.ones((2, 3), np.float32)
    with pytest.raises(ValueError, match="need a random generator"):
        layer.forward(x, training=True)
    np.testing.assert_array_equal(layer(x), layer.forward(x)[0])


def test_dropout_and_noise_leave_prediction_alone() -> None:
    x = np.ones((2, 3), np.float32)
    for layer in (Dropout(0.5), Noise(0.1)):
        y, cache = layer.forward(x)
        np.testing.assert_array_equal(y, x)
        np.testing.assert_array_equal(layer.backward(x, cache)[0], x)


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_a_dropout_rate_is_a_probability_below_one(rate: float) -> None:
    with pytest.raises(ValueError, match="the rate must be in"):
        Dropout(rate)


def test_noise_has_the_deviation_asked_for_and_mean_zero() -> None:
    y, _ = Noise(0.5).forward(np.zeros((300, 300)), training=True, rng=np.random.default_rng(0))
    assert abs(y.mean()) < 0.01
    assert y.std() == pytest.approx(0.5, rel=0.01)


def test_noise_on_weights_leaves_the_weights_and_differs_from_pass_to_pass() -> None:
    network = Network([NoisyWeights([Dense(3, 2), BatchNorm(2)], 0.1)], rng=0)
    before = {name: array.copy() for name, array in network.parameters.items()}
    rng = np.random.default_rng(0)
    x = rng.standard_normal((5, 3)).astype(np.float32)
    first, second = (network.forward(x, training=True, rng=rng)[0] for _ in range(2))
    assert (first != second).all()
    for name, array in network.parameters.items():
        np.testing.assert_array_equal(array, before[name])
    assert network.buffers["0.1.mean"].any()


@given(
    arrays(np.float64, (8, 3), elements=st.floats(-100, 100)).filter(
        lambda x: bool((x.std(axis=0) > 1).all())
    )
)
def test_batch_norm_in_training_has_mean_0_and_variance_1(x: np.ndarray) -> None:
    layer = BatchNorm(3).initialise(np.random.default_rng(0), np.float64)
    y, _ = layer.forward(x, training=True)
    np.testing.assert_allclose(y.mean(axis=0), 0, atol=1e-8)
    np.testing.assert_allclose(y.var(axis=0), 1, rtol=1e-4)


def test_batch_norm_at_prediction_uses_the_running_statistics() -> None:
    """One batch (1, 3) with momentum 0.1: mean 0.2, variance 0.9 + 0.1 x 2 = 1.1."""
    layer = BatchNorm(1).initialise(np.random.default_rng(0), np.float64)
    layer.forward(np.array([[1.0], [3.0]]), training=True)
    np.testing.assert_allclose(layer.buffers["mean"], 0.2)
    np.testing.assert_allclose(layer.buffers["variance"], 1.1)
    x = np.array([[1.0], [3.0], [7.0]])
    y, cache = layer.forward(x)
    np.testing.assert_allclose(y, (x - 0.2) / np.sqrt(1.1 + 1e-5))
    dx, _ = layer.backward(np.ones_like(y), cache)
    np.testing.assert_allclose(dx, 1 / np.sqrt(1.1 + 1e-5) * np.ones_like(x))


def test_running_statistics_are_saved_with_the_weights() -> None:
    network = Network([Dense(2, 3), BatchNorm(3)], rng=0)
    x = np.random.default_rng(0).standard_normal((9, 2)).astype(np.float32)
    network.forward(x, training=True)
    again = Network(network.config()["layers"]).load(network.state)
    np.testing.assert_array_equal(again(x), network(x))
    assert again.state.keys() == {
        "0.weight", "0.bias", "1.gamma", "1.beta", "1.mean", "1.variance"
    }  # fmt: skip
    with pytest.raises(ValueError, match=r"missing \['1.mean', '1.variance'\]"):
        again.load(network.parameters)


def test_batch_norm_needs_two_examples_in_training() -> None:
    layer = BatchNorm(1).initialise(np.random.default_rng(0))
    with pytest.raises(ValueError, match="at least two examples"):
        layer.forward(np.ones((1, 1), np.float32), training=True)
