"""Noise in training, none at prediction: dropout, noise on signals, noise on weights."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from ribbonet.nn.layers import Array, Arrays, Layer, Mask, Rng
from ribbonet.nn.layers.stack import Stack


class Dropout(Layer):
    """Dropout: each signal is left out with a probability.

    (Srivastava et al. 2014; "MCB128 block 1", slides.) The others are divided by the probability of
    being kept, so that the expected signal is unchanged and prediction needs no correction. The
    gradient passes where the signal did.

    Parameters
    ----------
    rate : float
        The probability of being left out, in [0, 1).
    """

    def __init__(self, rate: float) -> None:
        super().__init__()
        if not 0 <= rate < 1:
            raise ValueError(f"the rate must be in [0, 1), it is {rate}")
        self.rate = rate

    def for_prediction(self) -> None:
        """Return None: there is no noise at prediction."""

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return x times 0 or 1 / (1 - rate) in training, and x at prediction."""
        if not training or self.rate == 0:
            return x, None
        kept = _given(rng).random(x.shape, x.dtype) >= self.rate
        factors = kept * x.dtype.type(1 / (1 - self.rate))
        return x * factors, factors

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return the gradient times the factors that the signals were multiplied by."""
        return gradient if cache is None else gradient * cache, {}


class Noise(Layer):
    """Gaussian noise added to the signals, at the inputs or anywhere ("MCB128 block 1", slides).

    Parameters
    ----------
    deviation : float
        Standard deviation of the noise.
    """

    def __init__(self, deviation: float) -> None:
        super().__init__()
        self.deviation = deviation

    def for_prediction(self) -> None:
        """Return None: there is no noise at prediction."""

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return x and noise in training, and x at prediction."""
        if not training or self.deviation == 0:
            return x, None
        return x + _noise(_given(rng), x, self.deviation), None

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return the gradient as it is."""
        return gradient, {}


class NoisyWeights(Stack):
    """A stack whose parameters all get Gaussian noise, anew for each pass in training.

    The gradients are those at the noisy parameters, and are applied to the clean ones (noise on
    weights; "MCB128 block 1", slides).

    Parameters
    ----------
    layers : sequence of Layer
        Whose parameters are made noisy.
    deviation : float
        Standard deviation of the noise.
    """

    def __init__(self, layers: Sequence[Layer | dict[str, Any]], deviation: float) -> None:
        super().__init__(layers)
        self.deviation = deviation

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Output of the noisy stack in training, which is part of the cache."""
        stack = Stack(self._noisy_layers(_given(rng)) if training else self.layers)
        y, cache = stack.forward(x, training=training, rng=rng, mask=mask)
        return y, (stack, cache)

    def backward(self, gradient: Array, cache: Any) -> tuple[Array | None, Arrays]:
        """Propagate the gradient through the stack that `forward` used."""
        stack, cache = cache
        return Stack.backward(stack, gradient, cache)

    def config(self) -> dict[str, Any]:
        """Return the configurations of the layers, the deviation, and the class's name."""
        return super().config() | {"deviation": self.deviation}

    def _noisy_layers(self, rng: Rng) -> tuple[Layer, ...]:
        """Copy the layers and add noise to their parameters; buffers remain the layers' own."""
        shared = {id(buffer): buffer for buffer in self.buffers.values()}
        layers = copy.deepcopy(self.layers, shared)
        for layer in layers:
            for parameter in layer.parameters.values():
                parameter += _noise(rng, parameter, self.deviation)
        return layers


def _given(rng: Rng | None) -> Rng:
    """Return the generator, or say that there must be one."""
    if rng is None:
        raise ValueError("dropout and noise need a random generator (rng) in training")
    return rng


def _noise(rng: Rng, like: Array, deviation: float) -> Array:
    """Return Gaussian noise of the shape and type of an array."""
    noise: Array = rng.standard_normal(like.shape, like.dtype)
    noise *= deviation
    return noise
