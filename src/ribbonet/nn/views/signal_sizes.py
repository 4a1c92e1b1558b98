"""How large signals and gradients are, layer by layer: whether they vanish or explode."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass

import numpy as np

from ribbonet.nn.layers import Array, Mask, Rng
from ribbonet.nn.layers.stack import Stack
from ribbonet.nn.losses import Loss


@dataclass(frozen=True)
class SignalSize:
    """How large a layer's signals are: root mean squares, or None where there is nothing.

    Parameters
    ----------
    layer : str
        Its place in the network and its class, such as "0 Dense".
    output : float
        Of the layer's output.
    gradient : float
        Of the loss's gradient with respect to the output.
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

    Gradients vanish if they shrink from the last row to the first, and explode if they grow
    ("MCB128 block 1"). The network is not changed.

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
