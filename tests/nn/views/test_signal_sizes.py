"""Sizes of signals and gradients: vanishing, kept, none; and left as they were."""

from __future__ import annotations

import numpy as np
import pytest

from ribbonet.nn import (
    BatchNorm,
    CategoricalCrossEntropy,
    Dense,
    Dropout,
    Network,
    ReLU,
    Sigmoid,
    SquaredError,
    WindowDense,
    signal_sizes,
)
from ribbonet.nn.layers import Layer


def sizes_of_dense_layers(init: str, activation: type[Layer]) -> list[tuple[float, float]]:
    """Outputs' and gradients' sizes in ten layers of 100 units, from first to last."""
    layers: list[Layer] = []
    for _ in range(10):
        layers += [Dense(100, 100, init), activation()]
    network = Network([*layers, Dense(100, 3, init)], rng=0)
    rng = np.random.default_rng(1)
    x = rng.standard_normal((50, 100)).astype(np.float32)
    rows = signal_sizes(network, CategoricalCrossEntropy(), x, rng.integers(3, size=50))
    return [(row.output, row.gradient) for row in rows[:20:2]]


def test_gradients_vanish_through_sigmoids() -> None:
    """Each sigmoid's slope is 1/4 at most: ten layers leave less than a millionth."""
    sizes = sizes_of_dense_layers("uniform", Sigmoid)
    gradients = [gradient for _, gradient in sizes]
    assert gradients == sorted(gradients)
    assert gradients[0] / gradients[-1] < 1e-6


def test_signals_and_gradients_keep_their_size_through_relu_drawn_by_he() -> None:
    sizes = np.array(sizes_of_dense_layers("he", ReLU))
    assert (sizes.max(axis=0) / sizes.min(axis=0) < 3).all()


def test_nothing_is_learned_from_zeros() -> None:
    assert not np.array(sizes_of_dense_layers("zeros", ReLU))[:-1, 1].any()


def test_sizes_by_hand() -> None:
    """x = (3, 4), w = 1, b = 0 against 0: z = 7; dL/dz = 14, dL/dw = (42, 56), dL/db = 14."""
    network = Network([Dense(2, 1)]).load({"0.weight": np.ones((2, 1)), "0.bias": np.zeros(1)})
    (row,) = signal_sizes(network, SquaredError(), np.array([[3.0, 4.0]]), np.zeros(1))
    assert (row.layer, row.output, row.gradient) == ("0 Dense", 7, 14)
    assert row.weight_gradient == pytest.approx(np.sqrt((42**2 + 56**2 + 14**2) / 3))


def test_measuring_takes_windows_masks_and_randomness_and_changes_nothing() -> None:
    network = Network([WindowDense(3, 5, 4), BatchNorm(4), ReLU(), Dropout(0.5)], rng=0)
    before = {name: array.copy() for name, array in network.state.items()}
    x, y, mask = np.zeros((2, 6, 3), np.uint8), np.zeros((2, 6), int), np.ones((2, 6), bool)
    rng = np.random.default_rng(0)
    rows = signal_sizes(network, CategoricalCrossEntropy(), x, y, rng=rng, mask=mask)
    assert [row.layer for row in rows] == ["0 WindowDense", "1 BatchNorm", "2 ReLU", "3 Dropout"]
    assert rows[2].weight_gradient is None
    for name, array in network.state.items():
        np.testing.assert_array_equal(array, before[name])
