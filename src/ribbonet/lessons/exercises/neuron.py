"""One neuron."""

from __future__ import annotations

import numpy as np

from ribbonet.lessons.question import Draw, Task
from ribbonet.nn.layers.activations import Sigmoid


def output(draw: Draw) -> Task:
    """Compute a neuron's output."""
    x, w = draw.numbers(3), draw.numbers(3)
    b = float(draw.numbers())
    a = float(x @ w + b)
    y = float(Sigmoid.value(np.array(a)))
    return Task(
        f"A neuron has the weights `w = {w.tolist()}` and the bias `b = {b}`. What is its output "
        f"`y` for `x = {x.tolist()}`? Give three digits.",
        y,
        f"a = x·w + b = {a:g}, y = 1 / (1 + exp({-a:g})) = {y:.4f}.",
        ("First the activation: multiply pair by pair, add, add the bias.", f"a is {a:g}."),
        {
            "That is the activation a; the logistic function of it is asked.": a,
            "The bias is missing.": float(Sigmoid.value(np.array(a - b))),
            "That is the probability of the other class, 1 - y.": 1 - y,
        },
    )


def cost(draw: Draw) -> Task:
    """Compute the cost of three answers."""
    y = draw.one_of([[0.9, 0.2, 0.6], [0.8, 0.3, 0.7], [0.7, 0.1, 0.4], [0.6, 0.4, 0.9]])
    y = [float(p) for p in draw.rng.permutation(y)]
    t = [int(n) for n in draw.rng.permutation(draw.one_of([[1, 0, 0], [1, 1, 0]]))]
    given = [p if n else 1 - p for p, n in zip(y, t, strict=True)]
    value = float(-np.log(given).sum())
    swapped = float(-np.log([1 - p for p in given]).sum())
    return Task(
        f"For three fruits a neuron gives `y = {y}`; the targets are `t = {t}`. What is the binary "
        "cross-entropy, summed over the three (natural logarithm)?",
        value,
        f"The probabilities given to what was there are {given}: "
        f"J = -sum of their logarithms = {value:.4f}.",
        ("For t = 1 the term is -ln y, for t = 0 it is -ln(1 - y).",),
        {
            "That is the mean; the sum is asked.": value / 3,
            "Some targets are taken the wrong way round.": swapped,
            "That is in bits; use the natural logarithm.": value / float(np.log(2)),
        },
    )


def hyperbolic(draw: Draw) -> Task:
    """Find a tanh from a sigmoid."""
    s = draw.one_of([0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.3, 0.35, 0.2, 0.15])
    x = draw.one_of(["x", "u", "v", "a"])
    value = 2 * s - 1
    return Task(
        f"For some number `{x}` you know that `sigmoid(2 {x}) = {s}`. What is the slope of tanh at "
        f"`{x}`?",
        1 - value**2,
        f"tanh({x}) = 2·{s} - 1 = {value:.3g}; the slope is 1 - tanh² = {1 - value**2:.4g}.",
        ("tanh x = 2 sigmoid(2x) - 1.", "The slope of tanh is 1 - tanh²."),
        {
            "That is tanh itself; its slope is asked.": value,
            "That is the slope of the sigmoid there; tanh is four times as steep.": s * (1 - s),
        },
    )


EXERCISES = (output, cost, hyperbolic)
