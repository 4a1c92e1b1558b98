"""One step of an optimiser, with what it remembers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ribbonet.nn.layers import Array
from ribbonet.nn.optimizers import SGD, Adam, Optimizer
from ribbonet.nn.views.worked_example.example import OUTPUTS, Example
from ribbonet.nn.views.worked_example.passes import Row

RULES: dict[str, Callable[[float], Optimizer]] = {
    "sgd": SGD,
    "momentum": lambda rate: SGD(rate, momentum=0.9),
    "adam": Adam,
}
"""The optimisers, each made of its learning rate."""


def step(example: Example, learning_rate: float, rule: str = "sgd", number: int = 1) -> list[Row]:
    """Return the parameters after one step of an optimiser, and the loss with them.

    Parameters
    ----------
    example : Example
    learning_rate : float
    rule : {"sgd", "momentum", "adam"}
    number : int
        Which step it is, from 1; the steps before it are taken on the same examples, and not shown.

    Returns
    -------
    list of Row
        For each parameter, with Adam its averages m and v and both corrected, with momentum its
        velocity, and its new value; from the second step on its gradient first.

    Examples
    --------
    Whatever the gradient is, Adam's first step is the learning rate:

    >>> rows = {row.name: row.value for row in step(Example(), 0.1, "adam")}
    >>> rows["W2"].round(6).tolist()
    [[1.1], [1.1]]
    """
    network = example.network()
    units = network.layers[-1].shapes["bias"][0]
    output = example.output_map(units)
    loss, targets = OUTPUTS[output].loss, example.target(output, units)
    optimizer = RULES[rule](learning_rate)
    for _ in range(number):
        _, gradients, _ = network.loss_and_gradients(loss, example.inputs(), targets)
        optimizer.step(network.parameters, gradients)

    rows: list[Row] = []
    for key, value in network.parameters.items():
        place, kind = key.split(".")
        name = f"{'W' if kind == 'weight' else 'b'}{int(place) // 2 + 1}"
        own = [*_of_rule(optimizer, name, key), (name, _formula(optimizer, name), value)]
        if number > 1:
            own.insert(0, (f"dL/d{name}", f"after step {number - 1}", gradients[key]))
        rows += [Row(title, made, _laid(example, kind, array)) for title, made, array in own]
    after, _ = loss(network.forward(example.inputs())[0], targets)
    return [*rows, Row("L", "with these", np.array(after))]


def _of_rule(optimizer: Optimizer, name: str, key: str) -> list[tuple[str, str, Array]]:
    """Return what the optimiser remembers of a parameter, as name, formula and value."""
    slope = f"dL/d{name}"
    match optimizer:
        case Adam(beta1=beta1, beta2=beta2, steps=t):
            m, v = optimizer.state[f"m.{key}"], optimizer.state[f"v.{key}"]
            return [
                (f"m({name})", f"{beta1:g} m + {1 - beta1:.3g} {slope}", m),
                (f"v({name})", f"{beta2:g} v + {1 - beta2:.3g} ({slope})^2", v),
                (f"m̂({name})", f"m / (1 - {beta1:g}^{t})", m / (1 - beta1**t)),
                (f"v̂({name})", f"v / (1 - {beta2:g}^{t})", v / (1 - beta2**t)),
            ]
        case SGD(momentum=momentum) if momentum:
            velocity = optimizer.state[f"velocity.{key}"]
            return [(f"v({name})", f"{momentum:g} v + {slope}", velocity)]
    return []


def _formula(optimizer: Optimizer, name: str) -> str:
    rate = f"{optimizer.learning_rate:g}"
    match optimizer:
        case Adam():
            return f"{name} - {rate} m̂ / (√v̂ + {optimizer.epsilon:g})"
        case SGD(momentum=momentum) if momentum:
            return f"{name} - {rate} v"
    return f"{name} - {rate} dL/d{name}"


def _laid(example: Example, kind: str, value: Array) -> Array:
    """Lay a parameter out as the example's are."""
    if not example.columns:
        return value
    return value.T if kind == "weight" else value if example.batch else value[:, None]
