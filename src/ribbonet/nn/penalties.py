r"""Penalties on the size of the weights, in the cost and in its gradient.

The cost is the mean loss of the batch and :math:`\eta R(\theta)` (MCB128 block 1, slides), so that
neither depends on the size of the batch (Deep Learning in Python: divide by N). :math:`R` is a sum
over the penalised parameters, and grows with their number unless divided by it (`per_parameter`;
Deep Learning in Python).

Parameters of one axis (biases, and the gains of normalisation) are left out unless `biases`
is set: they are few, and do not make a function vary faster.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ribbonet.nn.layers import Array, Arrays


@dataclass(frozen=True)
class Penalty(ABC):
    r"""A cost :math:`\eta R(\theta)` of the parameters.

    Parameters
    ----------
    strength : float
        The factor eta.
    per_parameter : bool
        Whether to divide by the number of penalised parameters.
    biases : bool
        Whether to penalise the parameters of one axis as well.
    """

    strength: float
    per_parameter: bool = False
    biases: bool = False

    @staticmethod
    @abstractmethod
    def value(theta: Array) -> float:
        """Return R of one array of parameters."""

    @staticmethod
    @abstractmethod
    def derivative(theta: Array) -> Array:
        """Return dR / d theta, of the array's shape."""

    def penalised(self, parameters: Mapping[str, Any]) -> tuple[float, list[str]]:
        """Return eta, divided by their number if asked, and the names of those penalised."""
        shapes = {name: theta.shape for name, theta in parameters.items()}
        names = [name for name, shape in shapes.items() if self.biases or len(shape) > 1]
        number = sum(math.prod(shapes[name]) for name in names) if self.per_parameter else 1
        return self.strength / max(number, 1), names

    def __call__(self, parameters: Arrays) -> tuple[float, Arrays]:
        """Value, and gradients under the names of the penalised parameters."""
        eta, names = self.penalised(parameters)
        value = eta * sum(self.value(parameters[name]) for name in names)
        return value, {name: eta * self.derivative(parameters[name]) for name in names}


@dataclass(frozen=True)
class L2(Penalty):
    r""":math:`R = \frac12 \sum \theta^2`: a pull towards zero in proportion to the weight.

    In one step of gradient descent :math:`\theta \leftarrow \theta - \alpha \eta \theta` (MCB128
    block 1, slides). scikit-learn's `alpha` is eta times the number of examples in the batch.

    Examples
    --------
    >>> value, gradients = L2(0.1)({"0.weight": np.array([[2.0, -1.0]])})
    >>> value, gradients["0.weight"]
    (0.25, array([[ 0.2, -0.1]]))
    """

    @staticmethod
    def value(theta: Array) -> float:
        """Return half the sum of squares."""
        return 0.5 * float(np.vdot(theta, theta))

    @staticmethod
    def derivative(theta: Array) -> Array:
        """Return theta."""
        return theta


@dataclass(frozen=True)
class L1(Penalty):
    r""":math:`R = \sum |\theta|`: a constant pull, which takes small weights to zero.

    In one step of gradient descent :math:`\theta \leftarrow \theta - \alpha \eta\,
    \mathrm{sign}(\theta)` (MCB128 block 1, slides).

    Examples
    --------
    >>> value, gradients = L1(0.1)({"0.weight": np.array([[2.0, -1.0]])})
    >>> round(value, 3), gradients["0.weight"]
    (0.3, array([[ 0.1, -0.1]]))
    """

    @staticmethod
    def value(theta: Array) -> float:
        """Return the sum of absolute values."""
        return float(np.abs(theta).sum(dtype=np.float64))

    @staticmethod
    def derivative(theta: Array) -> Array:
        """Return the sign, 0 at 0."""
        sign: Array = np.sign(theta)
        return sign


def penalise(penalties: Iterable[Penalty], parameters: Arrays, gradients: Arrays) -> float:
    """Add the gradients of penalties to those of the loss, in place; return their value."""
    total = 0.0
    for penalty in penalties:
        value, pulls = penalty(parameters)
        total += value
        for name, pull in pulls.items():
            gradients[name] += pull
    return total
