"""Losses: by hand, against central differences and against PyTorch; weights and labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as tf

from ribbonet.nn import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    GroupedCrossEntropy,
    Huber,
    NestedCrossEntropy,
    ProbabilityCrossEntropy,
    Softmax,
    SquaredError,
)
from ribbonet.nn.losses import Loss, target_probabilities

RNG = np.random.default_rng(0)
LABELS = np.array([0, 2, 1, 3, 3, 0])
VALUES = RNG.standard_normal((6, 4))
LOGITS = RNG.standard_normal((6, 4))
BITS = RNG.integers(2, size=(6, 4))
PROBABILITIES = RNG.dirichlet(np.ones(4), 6)


@dataclass(frozen=True)
class Case:
    """A loss, targets for outputs (6, 4), and each example's loss in PyTorch, (6,)."""

    loss: Loss
    targets: np.ndarray
    twin: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    outputs: np.ndarray = field(default_factory=lambda: LOGITS)


def cross_entropy(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return tf.cross_entropy(z, y, reduction="none")


def binary_cross_entropy(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return tf.binary_cross_entropy_with_logits(z, y.double(), reduction="none").sum(dim=-1)


CASES = {
    "CategoricalCrossEntropy": Case(CategoricalCrossEntropy(), LABELS, cross_entropy),
    "CategoricalCrossEntropy to probabilities": Case(
        CategoricalCrossEntropy(), PROBABILITIES, cross_entropy
    ),
    "CategoricalCrossEntropy, smoothed": Case(
        # PyTorch spreads its smoothing over all K classes, MCB128 over the K - 1 others.
        CategoricalCrossEntropy(label_smoothing=0.3),
        LABELS,
        lambda z, y: tf.cross_entropy(z, y, reduction="none", label_smoothing=0.4),
    ),
    "BinaryCrossEntropy": Case(BinaryCrossEntropy(), BITS, binary_cross_entropy),
    "BinaryCrossEntropy, smoothed": Case(
        BinaryCrossEntropy(label_smoothing=0.2),
        BITS,
        lambda z, y: binary_cross_entropy(z, 0.2 + 0.6 * y.double()),
    ),
    "ProbabilityCrossEntropy": Case(
        ProbabilityCrossEntropy(),
        LABELS,
        lambda y, t: -torch.log(y)[range(6), t],
        outputs=PROBABILITIES,
    ),
    "GroupedCrossEntropy": Case(
        GroupedCrossEntropy((0, 1, 0, 1)),
        LABELS // 2,
        lambda z, y: -torch.log(torch.softmax(z, -1).reshape(6, 2, 2).sum(dim=1)[range(6), y]),
    ),
    "NestedCrossEntropy": Case(
        NestedCrossEntropy((0, 0, 1, 1), 0.4),
        LABELS,
        lambda z, y: (
            0.4 * cross_entropy(z, y)
            - 0.6 * torch.log(torch.softmax(z, -1).reshape(6, 2, 2).sum(dim=2)[range(6), y // 2])
        ),
    ),
    "GroupedCrossEntropy to probabilities": Case(
        GroupedCrossEntropy((0, 1, 0, 1)),
        PROBABILITIES[:, :2] / PROBABILITIES[:, :2].sum(axis=1, keepdims=True),
        lambda z, r: -(r * torch.log(torch.softmax(z, -1).reshape(6, 2, 2).sum(dim=1))).sum(-1),
    ),
    "NestedCrossEntropy to probabilities": Case(
        NestedCrossEntropy((0, 0, 1, 1), 0.4),
        PROBABILITIES,
        lambda z, r: (
            0.4 * cross_entropy(z, r)
            - 0.6
            * (
                r.reshape(6, 2, 2).sum(dim=2)
                * torch.log(torch.softmax(z, -1).reshape(6, 2, 2).sum(dim=2))
            ).sum(dim=-1)
        ),
    ),
    "Huber": Case(
        Huber(0.7),
        VALUES,
        lambda z, y: tf.huber_loss(z, y, reduction="none", delta=0.7).sum(dim=-1),
    ),
    "SquaredError": Case(SquaredError(), VALUES, lambda z, y: ((z - y) ** 2).sum(dim=-1)),
}

cases = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@cases
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("weights", [None, np.array([1.0, 0.0, 2.0, 0.5, 1.0, 1.0])])
def test_values_and_gradients(case: Case, weights: np.ndarray | None, reduction: Any) -> None:
    z, loss = case.outputs, replace(case.loss, reduction=reduction)
    value, gradient = loss(z, case.targets, weights)

    tensor = torch.from_numpy(z.copy()).requires_grad_()
    terms = case.twin(tensor, torch.from_numpy(case.targets))
    w = torch.ones(6, dtype=torch.float64) if weights is None else torch.from_numpy(weights)
    twin = (terms * w).sum() / (w.sum() if reduction == "mean" else 1)
    twin.backward()
    assert tensor.grad is not None
    assert abs(value - twin.item()) < 1e-12
    np.testing.assert_allclose(gradient, tensor.grad.numpy(), atol=1e-12)

    step = 1e-5
    for i in np.ndindex(z.shape):
        h = np.zeros_like(z)
        h[i] = step
        above, below = (loss(z + s * h, case.targets, weights)[0] for s in (1, -1))
        assert abs((above - below) / (2 * step) - gradient[i]) < 1e-6 * np.abs(gradient).max()


@cases
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(case: Case, dtype: Any) -> None:
    value, gradient = case.loss(case.outputs.astype(dtype), case.targets)
    assert gradient.dtype == dtype
    assert type(value) is float


@cases
def test_a_weight_of_zero_leaves_the_example_out(case: Case) -> None:
    z, keep = case.outputs, np.array([1, 1, 0, 1, 0, 0], dtype=bool)
    value, gradient = case.loss(z, case.targets, keep)
    expected, kept = case.loss(z[keep], case.targets[keep])
    assert value == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(gradient[keep], kept, rtol=1e-14)
    assert not gradient[~keep].any()


@cases
def test_nothing_counts_where_all_weights_are_zero(case: Case) -> None:
    value, gradient = case.loss(case.outputs, case.targets, np.zeros(6))
    assert value == 0
    assert not gradient.any()


@cases
def test_large_outputs_are_safe(case: Case) -> None:
    value, gradient = case.loss(1000 * case.outputs.astype(np.float32), case.targets)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()


def test_smoothed_targets_are_those_of_the_slides() -> None:
    """1 - rho for the true label, rho / (K - 1) for the others (MCB128 block 1, slides)."""
    rows = target_probabilities(np.array([2]), np.zeros((1, 4)), smoothing=0.3)
    np.testing.assert_allclose(rows, [[0.1, 0.1, 0.7, 0.1]])


def test_losses_by_hand() -> None:
    """Four equal logits cost ln 4, one even chance ln 2; (1, 2) against (0, 4) costs 1 + 4."""
    zero, one = np.zeros((1, 4)), np.array([1])
    assert CategoricalCrossEntropy()(zero, one)[0] == pytest.approx(np.log(4))
    assert ProbabilityCrossEntropy()(zero + 0.25, one)[0] == pytest.approx(np.log(4))
    assert GroupedCrossEntropy((0, 1, 1, 1))(zero, one)[0] == pytest.approx(np.log(4 / 3))
    assert BinaryCrossEntropy()(zero[:, :1], one)[0] == pytest.approx(np.log(2))
    half = np.array([[0.5, 0, 0.25, 0.25]])
    value, gradient = NestedCrossEntropy((0, 0, 1, 1), 0.5)(zero, half)
    assert value == pytest.approx(np.log(2) + 0.5 * np.log(2))
    np.testing.assert_allclose(gradient, [[-0.125, 0.125, 0, 0]])
    value, gradient = SquaredError()(np.array([[1.0, 2.0]]), np.array([[0.0, 4.0]]))
    assert value == 5
    np.testing.assert_array_equal(gradient, [[2, -4]])


@pytest.mark.parametrize("z", [-1000.0, 1000.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_cross_entropies_of_large_logits_are_exact(z: float, dtype: Any) -> None:
    """The right answer costs nothing, the wrong one its distance."""
    for label in (0, 1):
        expected = 0 if (z > 0) == (label == 1) else 1000
        binary = BinaryCrossEntropy()(np.array([[z]], dtype), np.array([label]))
        two = CategoricalCrossEntropy()(np.array([[0, z]], dtype), np.array([label]))
        grouped = GroupedCrossEntropy((0, 1))(np.array([[0, z]], dtype), np.array([label]))
        nested = NestedCrossEntropy((0, 0), 0.5)(np.array([[0, z]], dtype), np.array([label]))
        assert binary[0] == two[0] == grouped[0] == 2 * nested[0] == expected
        assert binary[1][0, 0] == two[1][0, 1] == grouped[1][0, 1] == (z > 0) - label


def test_unfused_and_fused_cross_entropy_give_one_gradient() -> None:
    y, cache = Softmax().forward(LOGITS)
    value, dy = ProbabilityCrossEntropy()(y, LABELS)
    expected, dz = CategoricalCrossEntropy()(LOGITS, LABELS)
    assert value == pytest.approx(expected, rel=1e-14)
    np.testing.assert_allclose(Softmax().backward(dy, cache)[0], dz, atol=1e-15)


def test_class_weights_equal_those_of_pytorch() -> None:
    class_weights = [1.0, 2.0, 0.5, 3.0]
    value, gradient = CategoricalCrossEntropy(class_weights=class_weights)(LOGITS, LABELS)
    z = torch.from_numpy(LOGITS.copy()).requires_grad_()
    twin = tf.cross_entropy(z, torch.from_numpy(LABELS), torch.tensor(class_weights).double())
    twin.backward()
    assert z.grad is not None
    assert value == pytest.approx(twin.item(), rel=1e-14)
    np.testing.assert_allclose(gradient, z.grad.numpy(), atol=1e-14)


def test_class_and_example_weights_multiply() -> None:
    weights = np.array([1.0, 0.0, 2.0, 0.5, 1.0, 1.0])
    actual = CategoricalCrossEntropy(class_weights=[1, 2, 0.5, 3])(LOGITS, LABELS, weights)
    expected = CategoricalCrossEntropy()(LOGITS, LABELS, weights * np.array([1, 2, 0.5, 3])[LABELS])
    assert actual[0] == expected[0]
    with pytest.raises(ValueError, match="class weights need labels"):
        CategoricalCrossEntropy(class_weights=[1, 2, 3, 4])(LOGITS, PROBABILITIES)


def test_a_label_outside_the_classes_is_an_error_unless_it_weighs_nothing() -> None:
    labels = np.array([0, 2, 255, 3, 3, 0], np.uint8)
    with pytest.raises(ValueError, match="labels from 0 to 255, expected 0 to 3"):
        CategoricalCrossEntropy()(LOGITS, labels)
    with pytest.raises(ValueError, match="labels from 0 to 255, expected 0 to 3"):
        GroupedCrossEntropy((0, 1, 2, 3))(LOGITS, labels)
    grouped, nested = GroupedCrossEntropy((0, 1, 2, 3)), NestedCrossEntropy((0, 1, 1, 0))
    for loss in (CategoricalCrossEntropy(), grouped, nested):
        value, gradient = loss(LOGITS, labels, labels != 255)
        assert np.isfinite(value)
        assert not gradient[2].any()


@pytest.mark.parametrize("loss", [SquaredError(), BinaryCrossEntropy()])
def test_targets_in_one_column_or_none_are_the_same(loss: Loss) -> None:
    """Against broadcasting (N, 1) with (N,) to (N, N)."""
    z, y = LOGITS[:, :1], BITS[:, 0]
    value, gradient = loss(z, y)
    assert value == loss(z, y[:, None])[0]
    assert gradient.shape == (6, 1)


def test_two_classes_cost_what_one_logit_does() -> None:
    """The softmax of two classes is the sigmoid of the difference of their logits."""
    z, y = LOGITS[:, :2], BITS[:, 0]
    binary = BinaryCrossEntropy(label_smoothing=0.1)(z[:, 1:] - z[:, :1], y)[0]
    assert CategoricalCrossEntropy(label_smoothing=0.1)(z, y)[0] == pytest.approx(binary)
