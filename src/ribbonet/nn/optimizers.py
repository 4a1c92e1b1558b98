"""Optimisers: how a gradient becomes a change of the parameters; and learning-rate schedules."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from ribbonet.nn.layer import Array, Arrays


class Optimizer(ABC):
    """Updates parameters in place; `state` holds its memory, by name, for checkpoints."""

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.steps = 0
        self.state: Arrays = {}

    def step(self, parameters: Arrays, gradients: Arrays, factor: float = 1.0) -> None:
        """Change every parameter by its gradient.

        Parameters
        ----------
        parameters, gradients : dict of arrays
            Under the same names; the parameters are changed in place.
        factor : float
            What the schedule makes of the learning rate at this step.
        """
        self.steps += 1
        for name, parameter in parameters.items():
            self.update(name, parameter, gradients[name], self.learning_rate * factor)

    @abstractmethod
    def update(self, name: str, parameter: Array, gradient: Array, rate: float) -> None:
        """Apply the update rule to one parameter, in place."""

    def memory(self, kind: str, name: str, like: Array) -> Array:
        """Return the running array `kind` of parameter `name`, zero at first."""
        key = f"{kind}.{name}"
        if key not in self.state:
            self.state[key] = np.zeros_like(like)
        return self.state[key]


class SGD(Optimizer):
    r"""Stochastic gradient descent, plain or with momentum.

    :math:`\theta \leftarrow \theta - \alpha g` (seeds 000 to 004), and with momentum
    :math:`v \leftarrow \mu v + g,\; \theta \leftarrow \theta - \alpha v`, as in PyTorch.

    Parameters
    ----------
    learning_rate : float
        The step size alpha.
    momentum : float
        The share mu of the last step that is kept.
    """

    def __init__(self, learning_rate: float = 0.1, momentum: float = 0.0) -> None:
        super().__init__(learning_rate)
        self.momentum = momentum

    def update(self, name: str, parameter: Array, gradient: Array, rate: float) -> None:
        """Step against the gradient, or against its running sum."""
        if self.momentum:
            velocity = self.memory("velocity", name, parameter)
            velocity *= self.momentum
            velocity += gradient
            gradient = velocity
        parameter -= rate * gradient


class Adam(Optimizer):
    r"""Adaptive moment estimation with bias correction (Kingma & Ba 2015; seed 001).

    .. math::
        m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad
        v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad
        \theta \leftarrow \theta - \alpha \frac{m / (1 - \beta_1^t)}
        {\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    (The slides of seed 001 write epsilon under the root; the paper and PyTorch add it after.)

    Parameters
    ----------
    learning_rate : float
        The step size alpha.
    beta1, beta2 : float
        Decay of the two averages, in [0, 1).
    epsilon : float
        Keeps the quotient finite.
    """

    def __init__(
        self,
        learning_rate: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(learning_rate)
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def update(self, name: str, parameter: Array, gradient: Array, rate: float) -> None:
        """Step by the averaged gradient over the root of the averaged square."""
        m = self.memory("m", name, parameter)
        v = self.memory("v", name, parameter)
        m += (1 - self.beta1) * (gradient - m)
        v += (1 - self.beta2) * (gradient * gradient - v)
        step = rate / (1 - self.beta1**self.steps)
        denominator = np.sqrt(v)
        denominator *= 1 / math.sqrt(1 - self.beta2**self.steps)
        denominator += self.epsilon
        np.divide(m, denominator, out=denominator)
        denominator *= step
        parameter -= denominator


def constant(progress: float) -> float:
    """Return 1: the learning rate stays as it is."""
    return 1.0


def cosine(progress: float) -> float:
    """Return half a cosine, from 1 at the start to 0 at the end (Loshchilov & Hutter 2017)."""
    return 0.5 * (1 + math.cos(math.pi * progress))


Schedule = Callable[[float], float]
"""Factor of the learning rate as a function of the share of training done, in [0, 1)."""

SCHEDULES: dict[str, Schedule] = {"constant": constant, "cosine": cosine}
OPTIMIZERS: dict[str, Callable[..., Any]] = {"sgd": SGD, "adam": Adam}
