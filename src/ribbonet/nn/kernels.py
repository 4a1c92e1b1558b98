"""Networks over windows of codes as compiled loops: training steps and predictions.

The mathematics is that of `layers`, `activations`, `noise`, `losses` and `optimizers`, which are
the ones to read. What is gained here: a block of windows goes through the whole network, forward
and back, while it is in the processor's nearest cache; no array of the batch's size is written;
and every inner loop works on eight floats at a time.

All numbers of a kind stand in one vector, and a `Plan` says where. A layer's outputs are filled
up to a multiple of eight: the weights of the filling are zero, and no gradient reaches them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit, types

from ribbonet.nn.lanes import (
    above,
    constant,
    exp,
    fma,
    inner,
    load,
    maximum,
    splat,
    spread,
    store,
    totals,
    uniform,
)
from ribbonet.nn.plan import BLOCK, LANES, SIGMOID, TANH, Plan

ZERO, ONE = np.int64(0), np.int64(1)
"""Numbers that Numba takes as any others; for literal ones it would compile a callee anew."""


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function when it is first called; keep the code on the disk where that can be."""

    def decorate(function: Callable[..., Any]) -> Any:
        try:
            return njit(function, cache=True, nogil=True, error_model="numpy", **options)
        except RuntimeError:  # no folder can be written
            return njit(function, nogil=True, error_model="numpy", **options)

    return decorate


@inner
def multiply(
    a: Any, at_a: int, row_a: int, column_a: int, b: Any, at_b: int, row_b: int,
    c: Any, at_c: int, row_c: int, rows: int, inner: int,
    d: Any, at_d: int, row_d: int, width: int,
) -> None:  # fmt: skip
    """Set D = C + A B, of (rows, inner) times (inner, width); `width` a multiple of eight.

    Each matrix begins somewhere in a vector; those but A have their columns side by side.
    Four rows by sixteen columns at a time are kept in registers.
    """
    for r in range(0, rows, 4):
        if r + 4 > rows:
            _rows(a, at_a, row_a, column_a, b, at_b, row_b, c, at_c, row_c, r, rows, inner, d,
                  at_d, row_d, width)  # fmt: skip
            break
        a0 = at_a + r * row_a
        a1, a2, a3 = a0 + row_a, a0 + 2 * row_a, a0 + 3 * row_a
        c0 = at_c + r * row_c
        c1, c2, c3 = c0 + row_c, c0 + 2 * row_c, c0 + 3 * row_c
        d0 = at_d + r * row_d
        d1, d2, d3 = d0 + row_d, d0 + 2 * row_d, d0 + 3 * row_d
        column = 0
        while column + 16 <= width:
            left0, right0 = load(c, c0 + column), load(c, c0 + column + 8)
            left1, right1 = load(c, c1 + column), load(c, c1 + column + 8)
            left2, right2 = load(c, c2 + column), load(c, c2 + column + 8)
            left3, right3 = load(c, c3 + column), load(c, c3 + column + 8)
            for k in range(inner):
                at = at_b + k * row_b + column
                left, right = load(b, at), load(b, at + 8)
                own = k * column_a
                factor = spread(a, a0 + own)
                left0, right0 = fma(factor, left, left0), fma(factor, right, right0)
                factor = spread(a, a1 + own)
                left1, right1 = fma(factor, left, left1), fma(factor, right, right1)
                factor = spread(a, a2 + own)
                left2, right2 = fma(factor, left, left2), fma(factor, right, right2)
                factor = spread(a, a3 + own)
                left3, right3 = fma(factor, left, left3), fma(factor, right, right3)
            store(d, d0 + column, left0)
            store(d, d0 + column + 8, right0)
            store(d, d1 + column, left1)
            store(d, d1 + column + 8, right1)
            store(d, d2 + column, left2)
            store(d, d2 + column + 8, right2)
            store(d, d3 + column, left3)
            store(d, d3 + column + 8, right3)
            column += 16
        if column < width:
            left0, left1 = load(c, c0 + column), load(c, c1 + column)
            left2, left3 = load(c, c2 + column), load(c, c3 + column)
            for k in range(inner):
                left = load(b, at_b + k * row_b + column)
                own = k * column_a
                left0 = fma(spread(a, a0 + own), left, left0)
                left1 = fma(spread(a, a1 + own), left, left1)
                left2 = fma(spread(a, a2 + own), left, left2)
                left3 = fma(spread(a, a3 + own), left, left3)
            store(d, d0 + column, left0)
            store(d, d1 + column, left1)
            store(d, d2 + column, left2)
            store(d, d3 + column, left3)


@inner
def _rows(
    a: Any, at_a: int, row_a: int, column_a: int, b: Any, at_b: int, row_b: int,
    c: Any, at_c: int, row_c: int, first: int, rows: int, inner: int,
    d: Any, at_d: int, row_d: int, width: int,
) -> None:  # fmt: skip
    """Do what `multiply` does for the last rows, from `first` on, one at a time."""
    for r in range(first, rows):
        for column in range(0, width, LANES):
            total = load(c, at_c + r * row_c + column)
            for k in range(inner):
                factor = spread(a, at_a + r * row_a + k * column_a)
                total = fma(factor, load(b, at_b + k * row_b + column), total)
            store(d, at_d + r * row_d + column, total)


@inner
def gather(plan: Plan, parameters: Any, rows: Any, n: int, work: Any) -> None:
    """Sum the rows of weights that each window selects, and the biases, into the first layer."""
    window, width, bias, column = plan.window, plan.width[0], plan.bias[0], 0
    while column + 32 <= width:
        for i in range(n):
            z0, z1 = load(parameters, bias + column), load(parameters, bias + column + 8)
            z2, z3 = load(parameters, bias + column + 16), load(parameters, bias + column + 24)
            for j in range(types.uintp(i * window), types.uintp((i + 1) * window)):
                at = rows[j] + column
                z0, z1 = z0 + load(parameters, at), z1 + load(parameters, at + 8)
                z2, z3 = z2 + load(parameters, at + 16), z3 + load(parameters, at + 24)
            at = plan.hidden[0] + i * width + column
            store(work, at, z0)
            store(work, at + 8, z1)
            store(work, at + 16, z2)
            store(work, at + 24, z3)
        column += 32
    while column < width:
        for i in range(n):
            z0 = load(parameters, bias + column)
            for j in range(types.uintp(i * window), types.uintp((i + 1) * window)):
                z0 = z0 + load(parameters, rows[j] + column)
            store(work, plan.hidden[0] + i * width + column, z0)
        column += 8


@inner
def select(plan: Plan, codes: Any, start: int, i: int, rows: Any) -> None:
    """Set where the rows of weights begin that window `i` of a block selects, from its codes."""
    window, width, step = plan.window, plan.width[0], plan.symbols * plan.width[0]
    shown, out = types.uintp(start), types.uintp(i * window)
    for p in range(types.uintp(window)):
        rows[out + p] = types.int64(p) * step + types.int64(codes[shown + p]) * width


@inner
def activate(plan: Plan, layer: int, work: Any, n: int, key: int, place: int) -> None:
    """Turn a layer's block of sums into its outputs, in place; keep the derivatives."""
    at, slopes = plan.hidden[layer], plan.slope[layer]
    kind, rate = plan.activation[layer], plan.rate[layer]
    size = n * plan.width[layer]
    one = constant(1.0)
    if kind == SIGMOID:
        for i in range(0, size, LANES):
            u = one / (one + exp(constant(0.0) - load(work, at + i)))
            store(work, at + i, u)
            store(work, slopes + i, u * (one - u))
    elif kind == TANH:
        for i in range(0, size, LANES):
            z = load(work, at + i)
            u = constant(2.0) / (one + exp(constant(-2.0) * z)) - one
            store(work, at + i, u)
            store(work, slopes + i, one - u * u)
    else:
        for i in range(0, size, LANES):
            z = load(work, at + i)
            store(work, at + i, maximum(z, constant(0.0)))
            store(work, slopes + i, above(z, constant(0.0)))
    if rate > 0:
        factor = splat(types.float32(1 / (1 - rate)))
        for i in range(0, size, LANES):
            kept = (constant(1.0) - above(splat(rate), uniform(key, place + i))) * factor
            store(work, at + i, load(work, at + i) * kept)
            store(work, slopes + i, load(work, slopes + i) * kept)


@inner
def classify(plan: Plan, parameters: Any, work: Any, n: int) -> None:
    """Set the block of logits, `(classes, BLOCK)`, from the last hidden layer."""
    width, h, out = plan.width[-2], plan.hidden[-2], plan.hidden[-1]
    for k in range(plan.outputs[-1]):
        bias = spread(parameters, plan.bias[-1] + k)
        w = plan.weight[-1] + k * width
        for i in range(0, n, LANES):
            a = h + i * width
            b, c, d = a + width, a + 2 * width, a + 3 * width
            s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = constant(0.0)
            for j in range(0, width, LANES):
                own, e = load(parameters, w + j), 4 * width + j
                s0 = fma(load(work, a + j), own, s0)
                s1 = fma(load(work, b + j), own, s1)
                s2 = fma(load(work, c + j), own, s2)
                s3 = fma(load(work, d + j), own, s3)
                s4 = fma(load(work, a + e), own, s4)
                s5 = fma(load(work, b + e), own, s5)
                s6 = fma(load(work, c + e), own, s6)
                s7 = fma(load(work, d + e), own, s7)
            store(work, out + k * BLOCK + i, bias + totals(s0, s1, s2, s3, s4, s5, s6, s7))


@inner
def forward(plan: Plan, parameters: Any, work: Any, n: int, key: int, first: int) -> None:
    """Take a block of sums of the first layer on to the logits."""
    last = len(plan.width) - 1
    for layer in range(1, last):
        before, width = plan.width[layer - 1], plan.width[layer]
        activate(plan, layer - 1, work, n, key + layer, first * before)
        multiply(
            work, plan.hidden[layer - 1], before, ONE,
            parameters, plan.weight[layer], width,
            parameters, plan.bias[layer], ZERO,
            n, plan.inputs[layer],
            work, plan.hidden[layer], width, width,
        )  # fmt: skip
    activate(plan, last - 1, work, n, key + last, first * plan.width[last - 1])
    classify(plan, parameters, work, n)


@inner
def largest(plan: Plan, work: Any, i: int) -> tuple[Any, Any]:
    """Return the largest logits of eight windows from `i` on, and their classes."""
    at = plan.hidden[-1] + i
    highest, best = load(work, at), constant(0.0)
    for k in range(1, plan.outputs[-1]):
        logit, number = load(work, at + k * BLOCK), splat(types.float32(k))
        better = above(logit, highest)
        best = fma(better, number - best, best)
        highest = maximum(highest, logit)
    return highest, best


@inner
def exponentials(plan: Plan, work: Any, i: int, highest: Any) -> Any:
    """Turn the logits of eight windows into e^(z - highest); return their sums."""
    summed = constant(0.0)
    for k in range(plan.outputs[-1]):
        at = plan.hidden[-1] + k * BLOCK + i
        y = exp(load(work, at) - highest)
        store(work, at, y)
        summed = summed + y
    return summed


@inner
def softmax(plan: Plan, work: Any, n: int) -> None:
    """Turn a block of logits into probabilities."""
    for i in range(0, n, LANES):
        inverse = constant(1.0) / exponentials(plan, work, i, largest(plan, work, i)[0])
        for k in range(plan.outputs[-1]):
            at = plan.hidden[-1] + k * BLOCK + i
            store(work, at, load(work, at) * inverse)


@compiled()
def outputs(
    plan: Plan, parameters: Any, codes: Any, features: Any, starts: Any, probabilities: bool,
    work: Any, rows: Any, out: Any,
) -> None:  # fmt: skip
    """Set the rows of `out` to the logits, or probabilities, of the windows at `starts`.

    Windows are of `codes` `(T,)`, or of `features` `(T * features of a position,)`.
    """
    for first in range(0, len(starts), BLOCK):
        n = min(BLOCK, len(starts) - first)
        if plan.symbols:
            for i in range(n):
                select(plan, codes, starts[first + i], i, rows)
            gather(plan, parameters, rows, n, work)
        else:
            per_position, i = plan.inputs[0] // plan.window, 0
            while i < n:  # windows that follow one another are rows of a matrix that overlap
                start, run = starts[first + i], 1
                while i + run < n and starts[first + i + run] == start + run:
                    run += 1
                multiply(
                    features, start * per_position, per_position, ONE,
                    parameters, plan.weight[0], plan.width[0],
                    parameters, plan.bias[0], ZERO,
                    run, plan.inputs[0],
                    work, plan.hidden[0] + i * plan.width[0], plan.width[0], plan.width[0],
                )  # fmt: skip
                i += run
        forward(plan, parameters, work, n, ZERO, ZERO)
        if probabilities:
            softmax(plan, work, n)
        for i in range(n):
            for k in range(plan.outputs[-1]):
                out[first + i, k] = work[plan.hidden[-1] + k * BLOCK + i]
