"""Losses: a number to make small, and its gradient with respect to the network's outputs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from ribbonet.nn.layer import Array


class Loss(ABC):
    """A function of outputs and targets, averaged over the examples.

    Each example may carry a weight: the loss is the weighted mean, and a weight of zero is a
    mask (an unlabelled residue counts nowhere).
    """

    @abstractmethod
    def terms(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        """Loss of each example, `(N,)`, and its gradient with respect to the outputs."""

    def __call__(
        self, outputs: Array, targets: Array, weights: Array | None = None
    ) -> tuple[float, Array]:
        """Weighted mean of the examples' losses, and its gradient.

        Parameters
        ----------
        outputs : (..., K) array
            What the network gives, logits for the cross-entropies.
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
            return float(values.mean(dtype=np.float64)), gradient / values.size
        total = weights.sum(dtype=np.float64)
        if total <= 0:
            return 0.0, np.zeros_like(gradient)
        share = (weights / total).astype(outputs.dtype)
        return float((values * share).sum(dtype=np.float64)), gradient * share[..., None]


@dataclass(frozen=True)
class CategoricalCrossEntropy(Loss):
    r"""Cross-entropy of class probabilities, fused with the softmax that makes them.

    For logits z and target probabilities r (one-hot for a label),
    :math:`L = \ln \sum_k e^{z_k} - \sum_k r_k z_k` (seed 004, eq. 18), and its gradient is
    simply :math:`\partial L / \partial z = \mathrm{softmax}(z) - r`.

    Parameters
    ----------
    label_smoothing : float
        The share rho taken from the true class: targets are 1 - rho there and rho / (K - 1)
        elsewhere (seed 001).

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
        r = self.target_probabilities(targets, outputs.shape[-1], outputs.dtype)
        values = np.log(sums[..., 0]) - (r * shifted).sum(axis=-1)
        return values, exponentials / sums - r

    def target_probabilities(self, targets: Array, classes: int, dtype: np.dtype[Any]) -> Array:
        """Labels `(...)` as smoothed one-hot rows `(..., K)`; probabilities as they are."""
        if targets.dtype.kind not in "iub":
            return targets.astype(dtype, copy=False)
        rho = self.label_smoothing
        off = rho / (classes - 1)
        table = np.full((classes, classes), off, dtype) + np.eye(classes, dtype=dtype) * (
            1 - rho - off
        )
        return table[np.minimum(targets, classes - 1)]


@dataclass(frozen=True)
class SquaredError(Loss):
    r"""Squared error, :math:`L = \lVert z - y \rVert^2` (seed 004, eq. 20); gradient 2 (z - y)."""

    def terms(self, outputs: Array, targets: Array) -> tuple[Array, Array]:
        """Squared distance of each example and 2 (z - y)."""
        difference = outputs - targets.reshape(outputs.shape).astype(outputs.dtype, copy=False)
        return (difference * difference).sum(axis=-1), 2 * difference
