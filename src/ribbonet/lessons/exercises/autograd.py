"""Automatic gradients and PyTorch."""

from __future__ import annotations

import math

import numpy as np

from ribbonet.lessons.question import Draw, Task


def used_twice(draw: Draw) -> Task:
    """Differentiate an expression in which a leaf is used twice."""
    a, b, c = draw.numbers(3, low=-3, high=3, step=1)
    da = 2 * (a * b + c * a) * (b + c)
    return Task(
        f"`u = a b`, `v = c a`, `s = u + v`, `L = s²`, with `a = {a:g}`, `b = {b:g}`, `c = {c:g}`. "
        "What is dL/da?",
        da,
        f"s = {a * b + c * a:g}, ds = 2s = {2 * (a * b + c * a):g}; a gets ds·b from u and ds·c "
        f"from "
        f"v: {da:g}.",
        ("a is used twice: add what it gets from u and from v.", f"s = {a * b + c * a:g}."),
        {
            "That is the part through u alone.": 2 * (a * b + c * a) * b,
            "That is the part through v alone.": 2 * (a * b + c * a) * c,
        },
    )


def accumulated(draw: Draw) -> Task:
    """Say what happens without zero_grad."""
    g = draw.numbers(3, low=-2, high=2, step=0.5)
    w, rate = float(draw.numbers()), draw.one_of([0.1, 0.2, 0.4])
    sums = np.cumsum(g)
    return Task(
        f"A weight starts at {w}; in three epochs of gradient descent with a rate of {rate}, "
        f"`loss.backward()` computes the gradients {g.tolist()}, and someone has forgotten "
        "`optimizer.zero_grad()`. Where does the weight end?",
        w - rate * float(sums.sum()),
        f"The steps use the sums {sums.tolist()}: {w} - {rate}·{sums.sum():g} = "
        f"{w - rate * sums.sum():g}.",
        ("Without zero_grad the second step uses the first gradient, too.",),
        {"That is with zero_grad.": w - rate * float(g.sum())},
    )


def steps(draw: Draw) -> Task:
    """Count steps and the last batch."""
    n, size = int(draw.rng.integers(200, 2000)), draw.one_of([24, 32, 38, 50, 64, 100, 128])
    while n % size == 0:
        n += 1
    number, last = math.ceil(n / size), n % size
    return Task(
        f"{n} examples are drawn without replacement in batches of {size}; the last smaller "
        f"batch is "
        "kept. How many steps has an epoch, and how many examples the last batch? Two numbers.",
        [number, last],
        f"{n} = {number - 1}·{size} + {last}.",
        (f"{n} divided by {size}, with its remainder.",),
        {"The last, smaller batch is a step, too.": [number - 1, last]},
    )


EXERCISES = (used_twice, accumulated, steps)
