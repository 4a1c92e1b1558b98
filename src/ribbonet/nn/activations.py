"""Activation functions: for each its value and, beside it, its derivative.

Every function is numerically safe for arguments of any size, in float32 and float64.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.nn.layer import Array, Arrays, Layer


class Activation(Layer):
    """An elementwise function `u = g(z)` as a layer without parameters."""

    @staticmethod
    @abstractmethod
    def value(z: Array) -> Array:
        """Return g(z), elementwise."""

    @staticmethod
    @abstractmethod
    def derivative(z: Array, u: Array) -> Array:
        """Return g'(z), elementwise, where `u = g(z)` is known already."""

    def forward(
        self,
        x: Array,
        *,
        training: bool = False,
        rng: np.random.Generator | None = None,
        mask: NDArray[np.bool_] | None = None,
    ) -> tuple[Array, Any]:
        """Return g(x) and, as cache, x and g(x)."""
        u = self.value(x)
        return u, (x, u)

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return dL/dz = dL/du g'(z); there are no parameters."""
        return gradient * self.derivative(*cache), {}


class Sigmoid(Activation):
    r"""The logistic function, :math:`\sigma(z) = 1 / (1 + e^{-z})` (seeds 000 to 004).

    Computed as :math:`(1 + \tanh(z/2)) / 2`, which cannot overflow.

    Examples
    --------
    >>> Sigmoid.value(np.array([-1000.0, 0.0, 1.0])).round(4)
    array([0.    , 0.5   , 0.7311])
    """

    @staticmethod
    def value(z: Array) -> Array:
        """Return the logistic function of z."""
        u: Array = np.tanh(0.5 * z)
        u += 1
        u *= 0.5
        return u

    @staticmethod
    def derivative(z: Array, u: Array) -> Array:
        """Return u (1 - u)."""
        return u * (1 - u)


class Tanh(Activation):
    r"""The hyperbolic tangent, :math:`\tanh z = 2 \sigma(2z) - 1` (seeds 002, 003)."""

    @staticmethod
    def value(z: Array) -> Array:
        """Return tanh(z)."""
        u: Array = np.tanh(z)
        return u

    @staticmethod
    def derivative(z: Array, u: Array) -> Array:
        """Return 1 - u^2."""
        return 1 - u * u


class ReLU(Activation):
    """The rectified linear unit, max(0, z); its derivative at 0 is taken as 0 (seed 002)."""

    @staticmethod
    def value(z: Array) -> Array:
        """Return max(0, z)."""
        u: Array = np.maximum(z, 0)
        return u

    @staticmethod
    def derivative(z: Array, u: Array) -> Array:
        """Return 1 where z > 0, otherwise 0."""
        return (z > 0).astype(z.dtype)


class Softmax(Layer):
    r"""Probabilities from logits: :math:`y_k = e^{z_k} / \sum_j e^{z_j}` over the last axis.

    The largest logit is subtracted first, which changes nothing but cannot overflow. The
    Jacobian is :math:`\partial y_k / \partial z_j = y_k (\delta_{kj} - y_j)` (seed 002), so
    that the backward pass needs one product and one sum.

    Examples
    --------
    >>> Softmax.value(np.array([1.0, 2.0, 3.0])).round(3)
    array([0.09 , 0.245, 0.665])
    """

    @staticmethod
    def value(z: Array) -> Array:
        """Return the probabilities, `(..., K)` for logits `(..., K)`."""
        u: Array = np.exp(z - z.max(axis=-1, keepdims=True))
        u /= u.sum(axis=-1, keepdims=True)
        return u

    @staticmethod
    def jacobian(u: Array) -> Array:
        """Return the full Jacobian, `(..., K, K)`, from the probabilities `u`."""
        return u[..., :, None] * (np.eye(u.shape[-1], dtype=u.dtype) - u[..., None, :])

    def forward(
        self,
        x: Array,
        *,
        training: bool = False,
        rng: np.random.Generator | None = None,
        mask: NDArray[np.bool_] | None = None,
    ) -> tuple[Array, Any]:
        """Return the probabilities, which are also the cache."""
        u = self.value(x)
        return u, u

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return the Jacobian times the gradient: y (g - sum_k g_k y_k)."""
        u = cache
        return u * (gradient - (gradient * u).sum(axis=-1, keepdims=True)), {}


ACTIVATIONS: dict[str, type[Activation]] = {"sigmoid": Sigmoid, "tanh": Tanh, "relu": ReLU}
"""The elementwise activations by the names that configurations use."""
