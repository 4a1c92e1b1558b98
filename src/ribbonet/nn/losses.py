"""Losses: the number to minimise, and its gradient with respect to the network's outputs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ribbonet.nn.layers import Array
from ribbonet.nn.layers.activations import Sigmoid


@dataclass(frozen=True, kw_only=True)
class Loss(ABC):
    """A function of outputs and targets, averaged or summed over the examples.

    Each example may have a weight; a weight of zero leaves it out (an unlabelled residue).

    Parameters
    ----------
    reduction : {"mean", "sum"}
        Whether the loss is the weighted mean of the examples' losses, or their weighted sum
        (Rangan, Neural Network Notes, eq. 16).
    """

    reduction: Literal["mean", "sum"] = "mean"

    @abstractmethod
    def terms(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        """Loss of each example, `(...)`, and its gradient with respect to the outputs."""

    def __call__(
        self, outputs: Array, targets: Array, weights: Array | None = None
    ) -> tuple[float, Array]:
        """Loss and its gradient.

        Parameters
        ----------
        outputs : (..., K) array
            Of the network; logits for the cross-entropies.
        targets : (...) array of int, or (..., K) array
            Class labels, or target values (or probabilities).
        weights : (...) array, optional
            Weight of each example, zero to leave it out; all one by default.

        Returns
        -------
        loss : float
        gradient : (..., K) array
            Of the outputs' dtype.
        """
        values, gradient = self.terms(outputs, targets)
        if weights is None:
            weights = np.ones(values.shape)
        if self.reduction == "mean":
            weights = weights / max(weights.sum(dtype=np.float64), np.finfo(np.float64).tiny)
        weights = weights.astype(outputs.dtype)
        return float((values * weights).sum(dtype=np.float64)), gradient * weights[..., None]


@dataclass(frozen=True, kw_only=True)
class ClassificationLoss(Loss):
    """A loss whose targets are classes: labels `(...)`, or probabilities `(..., K)`.

    Parameters
    ----------
    class_weights : sequence of float, optional
        Weight of the examples of each class, to balance rare and frequent ones; multiplied by the
        weight of the example itself. Needs labels.
    """

    class_weights: Sequence[float] | None = None

    def __call__(
        self, outputs: Array, targets: Array, weights: Array | None = None
    ) -> tuple[float, Array]:
        """Loss and its gradient; see `Loss`. A label whose weight is zero may be any number."""
        labels = targets.dtype.kind in "iub" and targets.ndim < outputs.ndim
        if labels and weights is not None:
            targets = np.where(weights != 0, targets, 0)
        if self.class_weights is not None:
            if not labels:
                raise ValueError("class weights need labels, not probabilities, as targets")
            own = np.asarray(self.class_weights)[targets.astype(np.intp)]
            weights = own if weights is None else own * weights
        return super().__call__(outputs, targets, weights)


@dataclass(frozen=True)
class BinaryCrossEntropy(ClassificationLoss):
    r"""Cross-entropy of a binary target (or of several), fused with the sigmoid.

    For a logit z and the target y in {0, 1} (or between), :math:`L = \ln(1 + e^z) - y z` (Rangan,
    Neural Network Notes, eq. 17), and :math:`\partial L / \partial z = \sigma(z) - y`. Several
    outputs are independent targets, whose losses are added.

    Parameters
    ----------
    label_smoothing : float
        The share rho by which labels 0 and 1 are moved towards each other.

    Examples
    --------
    >>> loss, gradient = BinaryCrossEntropy()(np.array([[0.0]]), np.array([1]))
    >>> round(loss, 4), gradient
    (0.6931, array([[-0.5]]))
    """

    label_smoothing: float = 0.0

    def terms(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        """Loss of each example and sigmoid(z) - y."""
        y = targets.reshape(outputs.shape).astype(outputs.dtype)
        if targets.dtype.kind in "iub":
            y = (1 - 2 * self.label_smoothing) * y + self.label_smoothing
        values = np.logaddexp(0, outputs) - y * outputs
        return values.sum(axis=-1), Sigmoid.value(outputs) - y


@dataclass(frozen=True)
class CategoricalCrossEntropy(ClassificationLoss):
    r"""Cross-entropy of classes, fused with the softmax that turns logits into probabilities.

    For logits z and target probabilities r (one-hot for a label), :math:`L = \ln \sum_k e^{z_k} -
    \sum_k r_k z_k` (Rangan, Neural Network Notes, eq. 18), and its gradient is simply
    :math:`\partial L / \partial z = \mathrm{softmax}(z) - r`.

    Parameters
    ----------
    label_smoothing : float
        The share rho taken from the true class: targets are 1 - rho there and rho / (K - 1)
        elsewhere (MCB128 block 1, slides).

    Examples
    --------
    >>> loss, gradient = CategoricalCrossEntropy()(np.zeros((1, 4)), np.array([2]))
    >>> round(loss, 4), gradient
    (1.3863, array([[ 0.25,  0.25, -0.75,  0.25]]))
    """

    label_smoothing: float = 0.0

    def terms(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        """Loss of each example and softmax(z) - r."""
        shifted = outputs - outputs.max(axis=-1, keepdims=True)
        exponentials = np.exp(shifted)
        sums = exponentials.sum(axis=-1, keepdims=True)
        r = target_probabilities(targets, outputs, self.label_smoothing)
        values = np.log(sums[..., 0]) - (r * shifted).sum(axis=-1)
        return values, exponentials / sums - r


@dataclass(frozen=True)
class ProbabilityCrossEntropy(ClassificationLoss):
    r"""Cross-entropy of class probabilities y, for a network that ends with its own softmax.

    :math:`L = -\sum_k r_k \ln y_k` and :math:`\partial L / \partial y_k = -r_k / y_k` (MCB128
    block 1, text; Datta, Neural Networks). Through `Softmax.backward` this is the gradient of
    `CategoricalCrossEntropy`, as long as no probability underflows, which fusing the two avoids.

    Parameters
    ----------
    label_smoothing : float
        As in `CategoricalCrossEntropy`.
    """

    label_smoothing: float = 0.0

    def terms(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        """Loss of each example and -r / y."""
        y = np.maximum(outputs, np.finfo(outputs.dtype).tiny)
        r = target_probabilities(targets, outputs, self.label_smoothing)
        return -(r * np.log(y)).sum(axis=-1), -r / y


@dataclass(frozen=True)
class GroupedCrossEntropy(ClassificationLoss):
    r"""Cross-entropy of groups of classes; a group's probability is the sum of its classes'.

    A network with eight outputs (the DSSP states) learns from labels of three: for the target
    probability :math:`R_G` of each group (1 for the label's), :math:`L = -\sum_G R_G \ln \sum_{k
    \in G} y_k` with :math:`y = \mathrm{softmax}(z)`, and :math:`\partial L / \partial z_k = y_k -
    R_G p_k`, where p shares a group's target among its classes as the network does,
    :math:`p_k = y_k / \sum_{j \in G} y_j`.

    Parameters
    ----------
    groups : sequence of int
        The group of each class, from 0; targets are labels of groups, or their probabilities.

    Examples
    --------
    >>> loss, gradient = GroupedCrossEntropy((0, 0, 1, 1))(np.zeros((1, 4)), np.array([1]))
    >>> round(loss, 4), gradient
    (0.6931, array([[ 0.25,  0.25, -0.25, -0.25]]))
    """

    groups: Sequence[int]

    def terms(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        """Loss of each example and (Y - R) p, where Y are the groups' probabilities."""
        logs, p = self._within(outputs)
        shares = target_probabilities(targets, logs, 0.0)
        log_all, of_groups = _log_sum_exp(logs)
        values = log_all - (shares * logs).sum(axis=-1)
        return values, (of_groups - shares)[..., list(self.groups)] * p

    def _within(self, outputs: Array) -> tuple[Array, Array]:
        """Return ln of each group's sum of exponentials, and each class's share in its group."""
        groups = np.asarray(self.groups)
        logs, p = outputs[..., : groups.max() + 1].copy(), outputs.copy()
        for group in range(logs.shape[-1]):
            own = groups == group
            logs[..., group], p[..., own] = _log_sum_exp(outputs[..., own])
        return logs, p


@dataclass(frozen=True)
class NestedCrossEntropy(GroupedCrossEntropy):
    r"""Cross-entropy of groups, plus that of the classes within them at a lower weight.

    For groups that count most (three states) and classes that refine them (eight), with target
    probabilities r of the classes (one-hot for a label) and their sums :math:`R_G` in the groups,
    :math:`L = -\sum_G R_G \ln \sum_{k \in G} y_k - \omega \sum_k r_k \ln p_k`, and
    :math:`\partial L / \partial z_k = y_k - (1 - \omega) R_G p_k - \omega r_k`, with y and p as in
    `GroupedCrossEntropy`. With :math:`\omega = 1` it is the cross-entropy of the classes, with 0
    that of the groups.

    Parameters
    ----------
    groups : sequence of int
        The group of each class, from 0; targets are labels of classes, or their probabilities.
    within : float
        The weight omega.

    Examples
    --------
    >>> loss, gradient = NestedCrossEntropy((0, 0, 1, 1), 0.5)(np.zeros((1, 4)), np.array([2]))
    >>> round(loss, 4), gradient
    (1.0397, array([[ 0.25,  0.25, -0.5 ,  0.  ]]))
    """

    within: float = 0.3

    def terms(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        """Loss of each example and (Y - R) p + omega (R p - r)."""
        r = target_probabilities(targets, outputs, 0.0)
        logs, p = self._within(outputs)
        groups = list(self.groups)
        shares = r @ np.eye(logs.shape[-1], dtype=r.dtype)[groups]
        log_all, of_groups = _log_sum_exp(logs)
        inside = (shares * logs).sum(axis=-1)
        values = log_all - inside + self.within * (inside - (r * outputs).sum(axis=-1))
        of_classes = shares[..., groups] * p - r
        return values, (of_groups - shares)[..., groups] * p + self.within * of_classes


@dataclass(frozen=True)
class SquaredError(Loss):
    r"""Squared error, :math:`L = \lVert z - y \rVert^2`; gradient 2 (z - y).

    Source: Rangan, Neural Network Notes, eq. 20.
    """

    def terms(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        """Squared distance of each example and 2 (z - y)."""
        difference = outputs - targets.reshape(outputs.shape).astype(outputs.dtype)
        return (difference * difference).sum(axis=-1), 2 * difference


@dataclass(frozen=True)
class Huber(Loss):
    r"""Huber's loss: squared where the error is small, linear where it is large.

    For each output and its error :math:`d = z - y`, :math:`d^2 / 2` up to :math:`|d| = \delta` and
    :math:`\delta (|d| - \delta / 2)` beyond (Huber 1964, Ann. Math. Statist. 35, 73-101); the
    gradient is :math:`d`, clipped to :math:`\pm \delta`. Outliers weigh less than
    in `SquaredError`.

    Parameters
    ----------
    delta : float
        Where the loss becomes linear, above 0.

    Examples
    --------
    >>> loss, gradient = Huber()(np.array([[0.5], [3.0]]), np.array([0.0, 0.0]))
    >>> loss, gradient.tolist()
    (1.3125, [[0.25], [0.5]])
    """

    delta: float = 1.0

    def terms(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        """Loss of each example and its error, clipped to the slope of the linear part."""
        difference = outputs - targets.reshape(outputs.shape).astype(outputs.dtype)
        slope = np.clip(difference, -self.delta, self.delta)
        values: Array = (slope * (difference - slope / 2)).sum(axis=-1)
        return values, slope


def target_probabilities(targets: Array, outputs: Array, smoothing: float) -> Array:
    """Labels `(...)` as smoothed one-hot rows of the outputs' shape; probabilities as they are.

    Raises
    ------
    ValueError
        For a label that is not one of the K classes.
    """
    if targets.dtype.kind not in "iub":
        return targets.reshape(outputs.shape).astype(outputs.dtype)
    classes = outputs.shape[-1]
    if targets.size and not 0 <= targets.min() <= targets.max() < classes:
        raise ValueError(
            f"labels from {targets.min()} to {targets.max()}, expected 0 to {classes - 1}; "
            "unlabelled positions need a weight of zero"
        )
    off = smoothing / max(classes - 1, 1)
    table = np.full((classes, classes), off, outputs.dtype)
    np.fill_diagonal(table, 1 - smoothing)
    rows: Array = table[targets.astype(np.intp)]
    return rows


def _log_sum_exp(z: Array) -> tuple[Array, Array]:
    """Return ln sum_k e^z_k over the last axis, and its gradient, softmax(z)."""
    largest = z.max(axis=-1, keepdims=True)
    exponentials = np.exp(z - largest)
    sums = exponentials.sum(axis=-1, keepdims=True)
    return (np.log(sums) + largest)[..., 0], exponentials / sums
