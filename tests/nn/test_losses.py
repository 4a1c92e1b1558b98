"""Losses: by hand, against central differences and against PyTorch; weights and labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as tf

from ribbonet.nn import CategoricalCrossEntropy, SquaredError
from ribbonet.nn.losses import Loss

RNG = np.random.default_rng(0)
LABELS = np.array([0, 2, 1, 3, 3, 0])
VALUES = RNG.standard_normal((6, 4))
PROBABILITIES = RNG.dirichlet(np.ones(4), 6)


@dataclass(frozen=True)
class Case:
    """A loss, targets for outputs (6, 4), and each example's loss in PyTorch, (6,)."""

    loss: Loss
    targets: np.ndarray
    twin: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def cross_entropy(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return tf.cross_entropy(z, y, reduction="none")


CASES = {
    "CategoricalCrossEntropy": Case(CategoricalCrossEntropy(), LABELS, cross_entropy),
    "CategoricalCrossEntropy to probabilities": Case(
        CategoricalCrossEntropy(), PROBABILITIES, cross_entropy
    ),
    "CategoricalCrossEntropy, smoothed": Case(
        # PyTorch spreads its smoothing over all K classes, seed 001 over the K - 1 others.
        CategoricalCrossEntropy(label_smoothing=0.3),
        LABELS,
        lambda z, y: tf.cross_entropy(z, y, reduction="none", label_smoothing=0.4),
    ),
    "SquaredError": Case(SquaredError(), VALUES, lambda z, y: ((z - y) ** 2).sum(dim=-1)),
}

cases = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


def outputs() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((6, 4))


@cases
@pytest.mark.parametrize("weights", [None, np.array([1.0, 0.0, 2.0, 0.5, 1.0, 1.0])])
def test_values_and_gradients(case: Case, weights: np.ndarray | None) -> None:
    z = outputs()
    value, gradient = case.loss(z, case.targets, weights)

    tensor = torch.from_numpy(z.copy()).requires_grad_()
    terms = case.twin(tensor, torch.from_numpy(case.targets))
    w = torch.ones(6, dtype=torch.float64) if weights is None else torch.from_numpy(weights)
    twin = (terms * w).sum() / w.sum()
    twin.backward()
    assert tensor.grad is not None
    assert abs(value - twin.item()) < 1e-12
    np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=1e-12)

    step = 1e-5
    for i in np.ndindex(z.shape):
        h = np.zeros_like(z)
        h[i] = step
        above, below = (case.loss(z + s * h, case.targets, weights)[0] for s in (1, -1))
        assert abs((above - below) / (2 * step) - gradient[i]) < 1e-6 * np.abs(gradient).max()


@cases
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(case: Case, dtype: Any) -> None:
    value, gradient = case.loss(outputs().astype(dtype), case.targets)
    assert gradient.dtype == dtype
    assert type(value) is float


@cases
def test_a_weight_of_zero_leaves_the_example_out(case: Case) -> None:
    z, keep = outputs(), np.array([1, 1, 0, 1, 0, 0], dtype=bool)
    value, gradient = case.loss(z, case.targets, keep)
    expected, kept = case.loss(z[keep], case.targets[keep])
    assert value == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(gradient[keep], kept, rtol=1e-14)
    assert not gradient[~keep].any()


@cases
def test_nothing_counts_where_all_weights_are_zero(case: Case) -> None:
    value, gradient = case.loss(outputs(), case.targets, np.zeros(6))
    assert value == 0
    assert not gradient.any()


@cases
def test_large_outputs_are_safe(case: Case) -> None:
    value, gradient = case.loss(1000 * outputs().astype(np.float32), case.targets)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()


def test_smoothed_targets_are_those_of_the_slides() -> None:
    """1 - rho for the true label, rho / (K - 1) for the others (seed 001)."""
    loss = CategoricalCrossEntropy(label_smoothing=0.3)
    rows = loss.target_probabilities(np.array([2]), 4, np.dtype(np.float64))
    np.testing.assert_allclose(rows, [[0.1, 0.1, 0.7, 0.1]])


def test_losses_by_hand() -> None:
    """Four equal logits cost ln 4; (1, 2) against (0, 4) costs 1 + 4."""
    assert CategoricalCrossEntropy()(np.zeros((1, 4)), np.array([1]))[0] == pytest.approx(np.log(4))
    value, gradient = SquaredError()(np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]]))
    assert value == 5
    np.testing.assert_array_equal(gradient, [[2, -4]])
