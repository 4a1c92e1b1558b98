"""Activation functions: for each its value and, beside it, its derivative.

Every function is numerically safe for arguments of any size, in float32 and float64; the
exponential alone overflows, to infinity.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Any

import numpy as np

from ribbonet.errors import lacking
from ribbonet.nn.layers import Array, Arrays, Layer, Mask, Rng


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
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return g(x) and, as cache, x and g(x)."""
        u = self.value(x)
        return u, (x, u)

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return dL/dz = dL/du g'(z); there are no parameters."""
        return gradient * self.derivative(*cache), {}


class Identity(Activation):
    """No activation, g(z) = z: the output of a regression (Rangan, Neural Network Notes, eq. 7)."""

    @staticmethod
    def value(z: Array) -> Array:
        """Return z."""
        return z

    @staticmethod
    def derivative(z: Array, u: Array) -> Array:
        """Return 1."""
        return np.ones_like(z)


class HardThreshold(Activation):
    """The step, 1 where z >= 0 and 0 elsewhere (Rangan, Neural Network Notes, eq. 2).

    Its derivative is 0 wherever there is one and is taken as 0 at the step, too: no gradient
    reaches the weights below, which is why networks learn with the sigmoid instead.
    """

    @staticmethod
    def value(z: Array) -> Array:
        """Return 1 where z >= 0, otherwise 0."""
        u: Array = (z >= 0).astype(z.dtype)
        return u

    @staticmethod
    def derivative(z: Array, u: Array) -> Array:
        """Return 0."""
        return np.zeros_like(z)


class Sigmoid(Activation):
    r"""The logistic function, :math:`\sigma(z) = 1 / (1 + e^{-z})`.

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
        slope: Array = u * (1 - u)
        return slope


class Tanh(Activation):
    r"""The hyperbolic tangent, :math:`\tanh z = 2 \sigma(2z) - 1`.

    Source: Datta, Neural Networks; Deep Learning in Python.
    """

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
    """The rectified linear unit, max(0, z); its derivative at 0 is taken as 0.

    Source: Datta, Neural Networks.
    """

    @staticmethod
    def value(z: Array) -> Array:
        """Return max(0, z)."""
        u: Array = np.maximum(z, 0)
        return u

    @staticmethod
    def derivative(z: Array, u: Array) -> Array:
        """Return 1 where z > 0, otherwise 0."""
        slope: Array = (z > 0).astype(z.dtype)
        return slope


class Exponential(Activation):
    """The exponential, e^z, its own derivative.

    Source: Rangan, Neural Network Notes, second problem on gradients.

    It is the one activation that overflows: above z = 88.7 in float32 and 709.8 in float64 it is
    infinite, without a warning. A clipped value would hide that and disagree with its derivative;
    an infinite one makes the loss infinite, and the training loop stops with an error that says
    that the learning rate is too high.
    """

    @staticmethod
    def value(z: Array) -> Array:
        """Return e^z."""
        with np.errstate(over="ignore"):
            u: Array = np.exp(z)
        return u

    @staticmethod
    def derivative(z: Array, u: Array) -> Array:
        """Return u."""
        return u


class GELU(Activation):
    r"""The Gaussian error linear unit, :math:`z \Phi(z)` (Hendrycks & Gimpel 2016).

    :math:`\Phi(z) = (1 + \mathrm{erf}(z / \sqrt 2)) / 2` is the normal distribution function,
    exact here and not its approximation by tanh. Needs SciPy, imported at the first call.
    """

    @staticmethod
    def value(z: Array) -> Array:
        """Return z Phi(z)."""
        return z * _normal_distribution(z)

    @staticmethod
    def derivative(z: Array, u: Array) -> Array:
        """Return Phi(z) + z phi(z), with the normal density phi."""
        phi = np.exp(-0.5 * z * z) * (1 / math.sqrt(2 * math.pi))
        slope: Array = _normal_distribution(z) + z * phi
        return slope


def _normal_distribution(z: Array) -> Array:
    """Return Phi(z), the probability of a value below z."""
    try:
        from scipy.special import ndtr
    except ImportError:
        raise lacking("the activation gelu", "SciPy", "train") from None
    phi: Array = ndtr(z)
    return phi


class Softmax(Layer):
    r"""Probabilities from logits: :math:`y_k = e^{z_k} / \sum_j e^{z_j}` over the last axis.

    The largest logit is subtracted first, which changes nothing but cannot overflow. The Jacobian
    is :math:`\partial y_k / \partial z_j = y_k (\delta_{kj} - y_j)` (Datta, Neural Networks), so
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
        delta = np.eye(u.shape[-1], dtype=u.dtype)
        jacobian: Array = u[..., :, None] * (delta - u[..., None, :])
        return jacobian

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return the probabilities, which are also the cache."""
        u = self.value(x)
        return u, u

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return the Jacobian times the gradient: y (g - sum_k g_k y_k)."""
        u = cache
        return u * (gradient - (gradient * u).sum(axis=-1, keepdims=True)), {}


ACTIVATIONS: dict[str, type[Activation]] = {
    "identity": Identity,
    "threshold": HardThreshold,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
    "relu": ReLU,
    "exponential": Exponential,
    "gelu": GELU,
}
"""The elementwise activations by the names that configurations use."""
