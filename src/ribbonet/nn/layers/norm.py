"""Normalisation: outputs of mean 0 and variance 1, over the batch or over the features."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from ribbonet.nn.layers import Array, Arrays, Layer, Mask, Rng

EPSILON = 1e-5
"""Added to variances, against division by zero; as in PyTorch."""


class BatchNorm(Layer):
    r"""Batch normalisation, :math:`y = \gamma \hat x + \beta`.

    (Ioffe & Szegedy 2015; "MCB128 block 1", slides.) In training
    :math:`\hat x = (x - \mu) / \sqrt{\sigma^2 + \epsilon}` with the mean and the variance of each
    feature over the batch: over all examples, or all residues of all chains where the mask is
    true (outputs are zero elsewhere). At prediction with the running mean and variance, which
    training moves a step of `momentum` towards those of each batch.

    With m examples, :math:`d\gamma = \sum dy\, \hat x`, :math:`d\beta = \sum dy`,
    :math:`dx = \frac{1}{\sqrt{\sigma^2 + \epsilon}} (g - \frac1m \sum g - \hat x \frac1m \sum
    g \hat x)` with :math:`g = \gamma\, dy`.

    Parameters
    ----------
    features : int
        F: the parameters `gamma` and `beta` and the buffers `mean` and `variance` are `(F,)`.
    momentum : float
        Share of a batch's statistics in the running ones; their variance is the unbiased
        one, with m - 1 (both as in PyTorch).
    """

    def __init__(self, features: int, momentum: float = 0.1) -> None:
        super().__init__()
        self.features, self.momentum = features, momentum
        self._buffers = {"mean": np.zeros(features), "variance": np.ones(features)}

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of `gamma` and `beta`."""
        return {"gamma": (self.features,), "beta": (self.features,)}

    @property
    def input_size(self) -> int:
        """Size of the input's last axis."""
        return self.features

    def initialise(self, rng: Rng, dtype: DTypeLike = np.float32) -> Self:
        """Start with gamma 1 and beta 0, running mean 0 and variance 1."""
        zeros, ones = np.zeros(self.features, dtype), np.ones(self.features, dtype)
        self._parameters = {"gamma": ones, "beta": zeros}
        self._buffers = {"mean": zeros.copy(), "variance": ones.copy()}
        return self

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return y, `(..., F)` for x `(..., F)`."""
        where = slice(None) if mask is None else mask.ravel()
        rows = x.reshape(-1, self.features)[where]
        if training:
            m = len(rows)
            if m < 2:
                raise ValueError("batch normalisation needs at least two examples in a batch")
            mean, variance = rows.mean(axis=0), rows.var(axis=0)
            self.buffers["mean"] += self.momentum * (mean - self.buffers["mean"])
            unbiased = variance * (m / (m - 1))
            self.buffers["variance"] += self.momentum * (unbiased - self.buffers["variance"])
        else:
            mean, variance = self.buffers["mean"], self.buffers["variance"]
        scale = 1 / np.sqrt(variance + EPSILON)
        normal = (rows - mean) * scale
        y = np.zeros((x.size // self.features, self.features), x.dtype)
        y[where] = normal * self.parameters["gamma"] + self.parameters["beta"]
        return y.reshape(x.shape), (normal, scale, where, training)

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return dx, and dgamma and dbeta."""
        normal, scale, where, training = cache
        dx = np.zeros((gradient.size // self.features, self.features), gradient.dtype)
        dy = gradient.reshape(dx.shape)[where]
        g = dy * self.parameters["gamma"]
        if training:
            g -= g.mean(axis=0) + normal * (g * normal).mean(axis=0)
        dx[where] = g * scale
        return dx.reshape(gradient.shape), {
            "gamma": (dy * normal).sum(axis=0),
            "beta": dy.sum(axis=0),
        }


class LayerNorm(Layer):
    r"""Layer normalisation, :math:`y = \gamma \hat x + \beta` (Ba, Kiros & Hinton 2016).

    :math:`\hat x = (x - \mu) / \sqrt{\sigma^2 + \epsilon}` with the mean and the variance of
    each example over its features, in training and at prediction alike. The gradients are
    those of `BatchNorm`, with means over the features.

    Parameters
    ----------
    features : int
        F: `gamma` and `beta` are `(F,)`.
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        self.features = features

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of `gamma` and `beta`."""
        return {"gamma": (self.features,), "beta": (self.features,)}

    @property
    def input_size(self) -> int:
        """Size of the input's last axis."""
        return self.features

    def initialise(self, rng: Rng, dtype: DTypeLike = np.float32) -> Self:
        """Start with gamma 1 and beta 0."""
        self._parameters = {
            "gamma": np.ones(self.features, dtype),
            "beta": np.zeros(self.features, dtype),
        }
        return self

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return y, `(..., F)` for x `(..., F)`."""
        normal, _ = self._normalised(x)
        normal *= self.parameters["gamma"]
        normal += self.parameters["beta"]
        return normal, x

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return dx, and dgamma and dbeta."""
        normal, scale = self._normalised(cache)
        rows = (-1, self.features)
        gradients = {
            "gamma": np.einsum("nf,nf->f", gradient.reshape(rows), normal.reshape(rows)),
            "beta": gradient.reshape(rows).sum(axis=0),
        }
        g = gradient * self.parameters["gamma"]
        along = np.einsum("...f,...f->...", g, normal)[..., None] / self.features
        g -= g.mean(axis=-1, keepdims=True)
        normal *= along
        g -= normal
        g *= scale
        return g, gradients

    def _normalised(self, x: Array) -> tuple[Array, Array]:
        """Return x with mean 0 and variance 1, and what its deviations were multiplied by."""
        deviations: Array = x - np.einsum("...f->...", x)[..., None] / self.features
        variance = np.einsum("...f,...f->...", deviations, deviations)[..., None] / self.features
        scale = 1 / np.sqrt(variance + EPSILON)
        deviations *= scale
        return deviations, scale
