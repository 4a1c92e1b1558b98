"""Optimisers: the rules by which gradients change the parameters."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from ribbonet.nn.layers import Array, Arrays
from ribbonet.nn.orthogonal import orthogonal


class Optimizer(ABC):
    """Updates parameters in place; `state` holds its memory, by name, for checkpoints.

    Parameters
    ----------
    learning_rate : float
        The step size alpha, before the schedule's factor.
    """

    def __init__(self, learning_rate: float) -> None:
        self.learning_rate = learning_rate
        self.steps = 0
        self.state: Arrays = {}
        self._scratch = np.empty(0)

    def step(self, parameters: Arrays, gradients: Arrays, factor: float = 1.0) -> None:
        """Change every parameter by its gradient.

        Parameters
        ----------
        parameters, gradients : dict of arrays
            Under the same names; the parameters are changed in place, and one without a
            gradient stays as it is.
        factor : float
            The schedule's factor of the learning rate at this step.
        """
        self.steps += 1
        for name, gradient in gradients.items():
            self.update(name, parameters[name], gradient, self.learning_rate * factor)

    @abstractmethod
    def update(self, name: str, parameter: Array, gradient: Array, rate: float) -> None:
        """Apply the update rule to one parameter, in place."""

    def memory(self, kind: str, name: str, like: Array) -> Array:
        """Return the running array `kind` of parameter `name`, zero at first."""
        key = f"{kind}.{name}"
        if key not in self.state:
            self.state[key] = np.zeros_like(like)
        return self.state[key]

    def scratch(self, like: Array) -> Array:
        """Return an array of the same shape for intermediate values, reused at every call."""
        if self._scratch.size < like.size or self._scratch.dtype != like.dtype:
            self._scratch = np.empty(like.size, like.dtype)
        return self._scratch[: like.size].reshape(like.shape)


class SGD(Optimizer):
    r"""Stochastic gradient descent: plain, with momentum, or with Nesterov's momentum.

    Plain, :math:`\theta \leftarrow \theta - \alpha g`. With momentum

    .. math::
        v \leftarrow \mu v + g, \quad \theta \leftarrow \theta - \alpha v,

    and with Nesterov's, :math:`\theta \leftarrow \theta - \alpha (g + \mu v)` (Sutskever et al.
    2013, in the form that PyTorch uses).

    Parameters
    ----------
    learning_rate : float
        The step size alpha.
    momentum : float
        The factor mu, in [0, 1).
    nesterov : bool
        Whether to use Nesterov's rule; needs a momentum above 0.

    Raises
    ------
    ValueError
        For Nesterov's rule without momentum.
    """

    def __init__(
        self, learning_rate: float = 0.1, momentum: float = 0.0, nesterov: bool = False
    ) -> None:
        super().__init__(learning_rate)
        if nesterov and not momentum:
            raise ValueError("Nesterov's rule needs momentum above 0, for example 0.9")
        self.momentum, self.nesterov = momentum, nesterov

    def update(self, name: str, parameter: Array, gradient: Array, rate: float) -> None:
        """Step against the gradient, or against its running sum."""
        step = self.scratch(parameter)
        if self.momentum:
            velocity = self.memory("velocity", name, parameter)
            velocity *= self.momentum
            velocity += gradient
            if self.nesterov:
                np.multiply(velocity, self.momentum, out=step)
                step += gradient
                step *= rate
            else:
                np.multiply(velocity, rate, out=step)
        else:
            np.multiply(gradient, rate, out=step)
        parameter -= step


class Adam(Optimizer):
    r"""Adaptive moment estimation with bias correction (Kingma & Ba 2015; MCB128 block 1).

    .. math::
        m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad
        v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad
        \theta \leftarrow \theta - \alpha \frac{m / (1 - \beta_1^t)}
        {\sqrt{v / (1 - \beta_2^t)} + \epsilon}

    (The slides of MCB128 block 1 write epsilon under the root; the paper and PyTorch add it after.)

    Parameters
    ----------
    learning_rate : float
        The step size alpha.
    beta1, beta2 : float
        Decay of the two averages, in [0, 1).
    epsilon : float
        Added to the denominator, which may be 0.
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
        step = self.scratch(parameter)

        m *= self.beta1
        m += np.multiply(gradient, 1 - self.beta1, out=step)

        np.multiply(gradient, gradient, out=step)
        step *= 1 - self.beta2
        v *= self.beta2
        v += step

        np.sqrt(v, out=step)
        step *= 1 / math.sqrt(1 - self.beta2**self.steps)
        step += self.epsilon
        np.divide(m, step, out=step)
        step *= rate / (1 - self.beta1**self.steps)
        parameter -= step


class AdamW(Adam):
    r"""Adam with decoupled weight decay (Loshchilov & Hutter 2019).

    Before Adam's step, :math:`\theta \leftarrow (1 - \alpha \lambda) \theta`. Unlike an L2
    penalty, the decay is not divided by the root of the averaged square. Parameters of one
    axis (biases, and the gains of normalisation) do not decay.

    Parameters
    ----------
    learning_rate : float
        The step size alpha.
    beta1, beta2, epsilon : float
        As in `Adam`.
    weight_decay : float
        The strength lambda.
    """

    def __init__(
        self,
        learning_rate: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon)
        self.weight_decay = weight_decay

    def update(self, name: str, parameter: Array, gradient: Array, rate: float) -> None:
        """Shrink the weights, then step as Adam does."""
        if parameter.ndim > 1:
            parameter *= 1 - rate * self.weight_decay
        super().update(name, parameter, gradient, rate)


class Muon(AdamW):
    r"""Momentum made orthogonal for the weights between hidden layers, AdamW for all else.

    .. math::
        v \leftarrow \mu v + (1 - \mu) g, \quad
        \theta \leftarrow (1 - \alpha \lambda) \theta - 0.2 \alpha \sqrt{\max(m, n)}\,
        \mathrm{orthogonal}(\mu v + (1 - \mu) g),

    for a matrix of m rows and n columns: steps are equally long in all directions, rare ones
    included (Jordan et al. 2024); the factor makes them as long as AdamW's (Liu et al. 2025,
    arXiv:2502.16982). A convolution's weight is one matrix `(kernel * inputs, outputs)`. The first
    and the last layer's weights, and parameters of one axis, are updated as by `AdamW`.

    Parameters
    ----------
    learning_rate : float
        The step size alpha.
    beta1, beta2, epsilon : float
        As in `Adam`; of the parameters that `AdamW` updates.
    weight_decay : float
        The strength lambda.
    momentum : float
        The factor mu, in [0, 1).
    """

    def __init__(
        self,
        learning_rate: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
        momentum: float = 0.95,
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon, weight_decay)
        self.momentum = momentum
        self._hidden: list[str] = []

    def step(self, parameters: Arrays, gradients: Arrays, factor: float = 1.0) -> None:
        """Change every parameter by its gradient; see `Optimizer.step`."""
        self._hidden = hidden_weights(parameters)
        super().step(parameters, gradients, factor)

    def update(self, name: str, parameter: Array, gradient: Array, rate: float) -> None:
        """Step along the nearest orthogonal matrix, or as AdamW does."""
        if name not in self._hidden:
            super().update(name, parameter, gradient, rate)
            return
        velocity, step = self.memory("velocity", name, parameter), self.scratch(parameter)
        velocity *= self.momentum
        velocity += np.multiply(gradient, 1 - self.momentum, out=step)
        step += self.momentum * velocity
        parameter *= 1 - rate * self.weight_decay
        parameter -= rate * muon_step(step)


def hidden_weights(parameters: Mapping[str, Any]) -> list[str]:
    """Return the names of the parameters of two axes or more, without the first and the last."""
    return [name for name, array in parameters.items() if array.ndim > 1][1:-1]


def muon_step(step: Any) -> Any:
    """Return Muon's step at a learning rate of 1, for a mean gradient `(..., N)`."""
    matrix = step.reshape(-1, step.shape[-1])
    return 0.2 * max(matrix.shape) ** 0.5 * orthogonal(matrix).reshape(step.shape)


def clip_by_norm(gradients: Arrays, limit: float) -> float:
    r"""Scale gradients in place so that their global norm is at most `limit`.

    :math:`g \leftarrow g \min(1, c / \lVert g \rVert)`, the norm taken over all parameters
    together, so that the direction is unchanged (Pascanu et al. 2013).

    Returns
    -------
    norm : float
        Before the clipping.

    Examples
    --------
    >>> gradients = {"0.weight": np.array([[3.0]]), "0.bias": np.array([4.0])}
    >>> clip_by_norm(gradients, 1.0), gradients["0.weight"].item()
    (5.0, 0.6...)
    """
    norm = math.sqrt(sum(float(np.vdot(g, g)) for g in gradients.values()))
    if norm > limit:
        for gradient in gradients.values():
            gradient *= limit / norm
    return norm


OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": SGD,
    "momentum": partial(SGD, momentum=0.9),
    "nesterov": partial(SGD, momentum=0.9, nesterov=True),
    "adam": Adam,
    "adamw": AdamW,
    "muon": Muon,
}
"""The optimisers by the names that configurations use."""
