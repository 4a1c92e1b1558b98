"""What runs through a network, layer by layer: activations forward, gradients back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ribbonet.nn import Dense, Network, WindowDense
from ribbonet.nn.layers import Array
from ribbonet.nn.layers.activations import Activation
from ribbonet.nn.losses import Loss

BINS = 24
"""Bars of a histogram."""

SMALLEST, LARGEST = -8.0, 2.0
"""Powers of ten between which gradients are counted."""


@dataclass(frozen=True)
class Signals:
    """Histograms of a layer.

    Attributes
    ----------
    low, high : float
        Between which the activations lie.
    activations : (BINS,) int array
        How many of them lie in each of equal parts from `low` to `high`.
    gradients : (BINS,) int array
        How many derivatives of an example's loss with respect to z lie in each of equal parts of
        `SMALLEST` to `LARGEST`, as powers of ten without their sign; those beyond in the last.
    none : float
        The share of derivatives that are zero.
    """

    low: float
    high: float
    activations: Array
    gradients: Array
    none: float


def signals(network: Network, loss: Loss, x: Array, targets: Array) -> list[Signals]:
    """Measure a network at examples, as at prediction: its hidden layers, and the last one.

    Of a hidden layer the activations are u = g(z), of the last one z itself.
    """
    caches = []
    for layer in network.layers:
        x, cache = layer.forward(x)
        caches.append(cache)
    gradient: Array | None = loss(x, targets)[1] * len(x)
    rows: list[Signals] = []
    activations = x
    for layer, cache in zip(network.layers[::-1], caches[::-1], strict=True):
        assert gradient is not None, "only the first layer takes codes"
        if isinstance(layer, Activation):
            activations = cache[1]
        if isinstance(layer, Dense | WindowDense):
            rows.append(_histograms(activations, gradient))
            if layer is _first(network):
                break
        gradient = layer.backward(gradient, cache)[0]
    return rows[::-1]


def _first(network: Network) -> Dense | WindowDense:
    return next(layer for layer in network.layers if isinstance(layer, Dense | WindowDense))


def _histograms(activations: Array, gradient: Array) -> Signals:
    finite = activations[np.isfinite(activations)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    sizes = np.abs(gradient[np.isfinite(gradient) & (gradient != 0)])
    return Signals(
        low,
        high,
        counted(finite, low, high),
        counted(np.log10(sizes), SMALLEST, LARGEST),
        float((gradient == 0).mean()),
    )


def counted(values: Array, low: float, high: float) -> Array:
    """Count values in equal parts; those beyond the ends in the outermost.

    >>> counted(np.array([-9.0, 0.0, 0.01, 1.0, 7.0]), 0, 1)[[0, 1, -1]]
    array([3, 0, 2])
    """
    parts = (values - low) * (BINS / max(high - low, 1e-30))
    places = np.clip(parts, 0, BINS - 1).astype(np.int64)
    return np.bincount(places.ravel(), minlength=BINS)
