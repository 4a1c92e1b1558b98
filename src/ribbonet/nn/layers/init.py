"""Initial weights, and what they do to the size of signals and gradients."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import DTypeLike

from ribbonet.nn.layers.base import Array, Mask, Rng

if TYPE_CHECKING:
    from ribbonet.nn.layers.stack import Stack
    from ribbonet.nn.losses import Loss

RULES = ("glorot", "he", "uniform", "zeros")


def draw(
    rule: str,
    rng: Rng,
    shape: tuple[int, ...],
    inputs: int,
    outputs: int,
    dtype: DTypeLike = np.float32,
) -> Array:
    r"""Draw initial weights by a rule.

    Parameters
    ----------
    rule : {"glorot", "he", "uniform", "zeros"}
        - `glorot`: uniform in :math:`\pm\sqrt{6 / (inputs + outputs)}` (Glorot & Bengio 2010),
          for sigmoid and tanh;
        - `he`: normal with variance 2 / inputs (He et al. 2015), for ReLU;
        - `uniform`: uniform in :math:`\pm 1/\sqrt{inputs}`, as on the slides of seed 001;
        - `zeros`: all zero, which no hidden layer learns from.
    rng : numpy.random.Generator
        Source of the random numbers; drawn in float64, so that float32 and float64 networks
        of one seed start alike.
    shape : tuple of int
        Shape of the weights.
    inputs, outputs : int
        Active inputs of a unit, and units.
    dtype : dtype
        Of the result.

    Raises
    ------
    ValueError
        For a rule of another name.
    """
    if rule == "glorot":
        limit = math.sqrt(6 / (inputs + outputs))
        return rng.uniform(-limit, limit, shape).astype(dtype)
    if rule == "he":
        return (rng.standard_normal(shape) * math.sqrt(2 / inputs)).astype(dtype)
    if rule == "uniform":
        limit = 1 / math.sqrt(inputs)
        return rng.uniform(-limit, limit, shape).astype(dtype)
    if rule == "zeros":
        return np.zeros(shape, dtype)
    raise ValueError(f"unknown rule {rule!r} for initial weights; known: {', '.join(RULES)}")


@dataclass(frozen=True)
class SignalSize:
    """How large a layer's signals are: root mean squares, or None where there is nothing.

    Parameters
    ----------
    layer : str
        Its place in the network and its class, such as "0 Dense".
    output : float
        Of what the layer gives.
    gradient : float
        Of the loss's gradient with respect to that.
    weight_gradient : float or None
        Of the loss's gradient with respect to the layer's parameters, all together.
    """

    layer: str
    output: float
    gradient: float
    weight_gradient: float | None


def signal_sizes(
    network: Stack,
    loss: Loss,
    x: Array,
    targets: Array,
    weights: Array | None = None,
    *,
    rng: Rng | None = None,
    mask: Mask | None = None,
) -> list[SignalSize]:
    """Measure signals and gradients layer by layer, in one pass of training.

    Gradients that shrink from the last row to the first vanish; those that grow explode
    (seed 000). The network is left as it was.

    Parameters
    ----------
    network : Stack
        Its layers make the rows; a stack within it is one.
    loss, x, targets, weights, rng, mask
        As in `Network.loss_and_gradients`.

    Returns
    -------
    sizes : list of SignalSize
        In the order of the layers.

    Examples
    --------
    >>> from ribbonet.nn import Dense, Network, Sigmoid, SquaredError
    >>> network = Network([Dense(3, 4), Sigmoid(), Dense(4, 1)], rng=0)
    >>> for row in signal_sizes(network, SquaredError(), np.ones((1, 3)), np.ones((1, 1))):
    ...     print(f"{row.layer:10} {row.output:.2f} {row.gradient:.2f}")
    0 Dense    1.01 0.33
    1 Sigmoid  0.58 1.73
    2 Dense    0.11 2.23
    """
    if mask is not None:
        weights = mask if weights is None else weights * mask
    layers = copy.deepcopy(network.layers)
    steps = []
    for layer in layers:
        x, cache = layer.forward(x, training=True, rng=rng, mask=mask)
        steps.append((x, cache))
    gradient: Array | None = loss(x, targets, weights)[1]
    rows = []
    for i, layer in reversed(list(enumerate(layers))):
        assert gradient is not None, "only the first layer may take categorical input"
        output, cache = steps[i]
        below, own = layer.backward(gradient, cache)
        rows.append(
            SignalSize(
                f"{i} {type(layer).__name__}",
                _root_mean_square(output),
                _root_mean_square(gradient),
                _root_mean_square(*own.values()) if own else None,
            )
        )
        gradient = below
    return rows[::-1]


def _root_mean_square(*arrays: Array) -> float:
    """Return the root of the mean square of all entries of some arrays."""
    squares = sum(float(np.square(array, dtype=np.float64).sum()) for array in arrays)
    return math.sqrt(squares / sum(array.size for array in arrays))
