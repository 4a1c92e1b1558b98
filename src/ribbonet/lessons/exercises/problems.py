"""The solved problems."""

from __future__ import annotations

import numpy as np

from ribbonet.lessons.question import Draw, Task


def interval(draw: Draw) -> Task:
    """Problem 1.1 with other thresholds."""
    low = int(draw.rng.integers(-5, 5))
    high = low + int(draw.rng.integers(2, 7))
    return Task(
        f"As in problem 1.1, `WH = [[1], [1]]` and `WO = [-1, 2]`, `bO = 0.5`, hard thresholds, "
        f"but "
        f"`bH = [{-low}, {-high}]`. On which stretch from a (included) to b (left out) is ŷ = 0? "
        "Two numbers.",
        [low, high],
        f"zO = 0.5 - [x ≥ {low}] + 2 [x ≥ {high}] is negative only between: [{low}, {high}).",
        ("A hidden unit with the bias -c switches on at x = c.",),
        {"A bias of -c is a threshold at +c.": [-low, -high]},
    )


def regions(draw: Draw) -> Task:
    """Problem 1.3 at one point."""
    x = draw.numbers(2, low=-1, high=1.5, step=0.25)
    zH = [x[0], x[1], x[0] + x[1] - 1]
    u = [float(z >= 0) for z in zH]
    zO = u[0] + u[1] - u[2] - 1.5
    return Task(
        f"In the network of problem 1.3, what are the three hidden outputs and zO at `x = "
        f"{x.tolist()}`? "
        "Four numbers.",
        [*u, zO],
        f"zH = {[float(z) for z in zH]}, uH = {u}, zO = {zO:g}.",
        ("zH = (x1, x2, x1 + x2 - 1); 1 where at least 0.",),
        {"That is zH; the threshold makes it 0 or 1.": [*map(float, zH), zO]},
    )


def squares(draw: Draw) -> Task:
    """Problem 2.4 with other numbers."""
    W, x = draw.numbers(2, 2, low=-2, high=2, step=1), draw.numbers(2, low=-2, high=2, step=1)
    b, y = draw.numbers(2, low=-1, high=1), draw.numbers(2, low=-2, high=2, step=1)
    z = W @ x + b
    dW = 2 * np.outer(z - y, x)
    return Task(
        f"As in problem 2.4, L = ||y - z||², z = Wx + b with `W = {W.tolist()}` (out, in), "
        f"`x = {x.tolist()}`, `b = {b.tolist()}`, `y = {y.tolist()}`. Give dL/dW, two rows of two.",
        dW,
        f"z = {z.tolist()}, dL/dz = 2(z - y) = {(2 * (z - y)).tolist()}; times x: {dW.tolist()}.",
        ("dL/dW_ij = 2 (z_i - y_i) x_j.", f"z = {z.tolist()}."),
        {
            "That is (in, out); the notes have (out, in).": dW.T,
            "The square brings a factor of 2.": dW / 2,
            "The sign is that of y - z.": -dW,
        },
    )


def exponentials(draw: Draw) -> Task:
    """Problem 3.2 for one example and one unit."""
    x, w, b = draw.numbers(3, low=-1, high=1)
    alpha, y = float(draw.numbers(low=-2, high=2, step=1)), float(draw.numbers())
    u = float(np.exp(w * x + b))
    slope = 2 * (alpha * u - y)
    return Task(
        f"The model of problem 3.2 with one unit and one example: x = {x:g}, y = {y:g}, W = {w:g}, "
        f"b = {b:g}, α = {alpha:g}. Give dL/dα and dL/dW, two numbers.",
        [slope * u, slope * alpha * u * x],
        f"u = exp({w * x + b:g}) = {u:.4f}, ŷ = {alpha * u:.4f}, dL/dŷ = {slope:.4f}; "
        f"times u: {slope * u:.4f}; times αu x: {slope * alpha * u * x:.4f}.",
        ("dL/dŷ = 2(ŷ - y).", "The slope of the exponential is the exponential itself, u."),
        {"The last factor is x, not u.": [slope * u, slope * alpha * u * u]},
    )


EXERCISES = (interval, regions, squares, exponentials)
