"""A network as a table: its layers, their output shapes, and their parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ribbonet.nn.layers.stack import Network, Stack


def summary(network: Network, shape: Sequence[int | str] | None = None) -> str:
    """Return the layers as a table: class, output shape, weights, number of parameters.

    Parameters
    ----------
    network : Network
    shape : sequence of int or str, optional
        Of the input; by default `Network.input_shape`.

    Examples
    --------
    >>> from ribbonet.nn import Dense, Sigmoid
    >>> print(summary(Network([Dense(3, 4), Sigmoid(), Dense(4, 2)])))
    layer        output      weights                 parameters
    input        (batch, 3)
    0 Dense      (batch, 4)  weight 3 x 4, bias 4            16
    1 Sigmoid    (batch, 4)                                   0
    2 Dense      (batch, 2)  weight 4 x 2, bias 2            10
    total                                                    26
    """
    now = tuple(shape or network.input_shape)
    rows = [("layer", "output", "weights", "parameters"), ("input", _tuple(now), "", "")]
    for place, layer in network.walk():
        name = f"{'  ' * place.count('.')}{place} {type(layer).__name__}"
        if isinstance(layer, Stack):
            rows.append((name, "", "", ""))
            continue
        now, own = layer.output_shape(now), layer.shapes
        weights = [f"{key} {' x '.join(map(str, size))}" for key, size in own.items()]
        number = f"{sum(map(math.prod, own.values())):,}"
        rows.append((name, _tuple(now), ", ".join(weights), number))
    rows.append(("total", "", "", f"{network.size:,}"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        f"{name:{widths[0]}}  {given:{widths[1]}}  {weights:{widths[2]}}  {number:>{widths[3]}}"
        for name, given, weights, number in rows
    )
    return "\n".join(line.rstrip() for line in lines)


def _tuple(shape: Sequence[int | str]) -> str:
    return f"({', '.join(map(str, shape))})"
