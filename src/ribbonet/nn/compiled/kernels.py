"""Networks over windows of codes as compiled loops: training steps and predictions.

The mathematics is that of `layers`, `activations`, `noise`, `losses` and `optimizers`, which are
the ones to read. What is gained here: a block of windows goes through the whole network, forward
and back, while it is in the processor's nearest cache; no array of the batch's size is written;
and every inner loop works on eight floats at a time.

All numbers of a kind stand in one vector, and a `Plan` says where. A layer's outputs are filled
up to a multiple of eight: the weights of the filling are zero, and no gradient reaches them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types

from ribbonet.nn.compiled.cache import compiled
from ribbonet.nn.compiled.layout import BLOCK, LANES, SIGMOID, TANH, WIDE, Plan
from ribbonet.nn.compiled.simd import (
    above,
    count_from,
    exp,
    fma,
    inner,
    load,
    load_codes,
    load_wide,
    maximum,
    splat,
    splat_wide,
    spread,
    store,
    totals,
    uniform,
)
from ribbonet.nn.compiled.window_rows import gather

ZERO, ONE = np.int64(0), np.int64(1)
TRAINING, PREDICTING = np.bool_(True), np.bool_(False)
"""Numbers that Numba takes as any others; for literal ones it would compile a callee anew."""


@inner
def multiply(
    a: Any, at_a: int, row_a: int, column_a: int, b: Any, at_b: int, row_b: int,
    c: Any, at_c: int, row_c: int, rows: int, inner: int,
    d: Any, at_d: int, row_d: int, width: int,
) -> None:  # fmt: skip
    """Set D = C + A B, of (rows, inner) times (inner, width); `width` a multiple of eight.

    Each matrix begins somewhere in a vector; those but A have their columns side by side.
    Six rows by sixteen columns at a time are kept in registers, four rows or one at the ends.
    """
    r = ZERO
    while r < rows:
        left = rows - r
        if left >= 6 and left != 8:
            _six_rows(a, at_a + r * row_a, row_a, column_a, b, at_b, row_b, c, at_c + r * row_c,
                      row_c, inner, d, at_d + r * row_d, row_d, width)  # fmt: skip
            r += 6
        elif left >= 4:
            _four_rows(a, at_a + r * row_a, row_a, column_a, b, at_b, row_b, c, at_c + r * row_c,
                       row_c, inner, d, at_d + r * row_d, row_d, width)  # fmt: skip
            r += 4
        else:
            _row(a, at_a + r * row_a, column_a, b, at_b, row_b, c, at_c + r * row_c,
                 inner, d, at_d + r * row_d, width)  # fmt: skip
            r += 1


@inner
def _six_rows(
    a: Any, a0: int, row_a: int, column_a: int, b: Any, at_b: int, row_b: int,
    c: Any, c0: int, row_c: int, inner: int, d: Any, d0: int, row_d: int, width: int,
) -> None:  # fmt: skip
    """Do what `multiply` does for six rows."""
    a1, a2, a3, a4, a5 = a0 + row_a, a0 + 2 * row_a, a0 + 3 * row_a, a0 + 4 * row_a, a0 + 5 * row_a
    c1, c2, c3, c4, c5 = c0 + row_c, c0 + 2 * row_c, c0 + 3 * row_c, c0 + 4 * row_c, c0 + 5 * row_c
    d1, d2, d3, d4, d5 = d0 + row_d, d0 + 2 * row_d, d0 + 3 * row_d, d0 + 4 * row_d, d0 + 5 * row_d
    for column in range(0, width - 8, 16):
        left0, right0 = load(c, c0 + column), load(c, c0 + column + 8)
        left1, right1 = load(c, c1 + column), load(c, c1 + column + 8)
        left2, right2 = load(c, c2 + column), load(c, c2 + column + 8)
        left3, right3 = load(c, c3 + column), load(c, c3 + column + 8)
        left4, right4 = load(c, c4 + column), load(c, c4 + column + 8)
        left5, right5 = load(c, c5 + column), load(c, c5 + column + 8)
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
            factor = spread(a, a4 + own)
            left4, right4 = fma(factor, left, left4), fma(factor, right, right4)
            factor = spread(a, a5 + own)
            left5, right5 = fma(factor, left, left5), fma(factor, right, right5)
        store(d, d0 + column, left0)
        store(d, d0 + column + 8, right0)
        store(d, d1 + column, left1)
        store(d, d1 + column + 8, right1)
        store(d, d2 + column, left2)
        store(d, d2 + column + 8, right2)
        store(d, d3 + column, left3)
        store(d, d3 + column + 8, right3)
        store(d, d4 + column, left4)
        store(d, d4 + column + 8, right4)
        store(d, d5 + column, left5)
        store(d, d5 + column + 8, right5)
    if width % 16:
        column = width - 8
        left0, left1, left2 = load(c, c0 + column), load(c, c1 + column), load(c, c2 + column)
        left3, left4, left5 = load(c, c3 + column), load(c, c4 + column), load(c, c5 + column)
        for k in range(inner):
            left = load(b, at_b + k * row_b + column)
            own = k * column_a
            left0 = fma(spread(a, a0 + own), left, left0)
            left1 = fma(spread(a, a1 + own), left, left1)
            left2 = fma(spread(a, a2 + own), left, left2)
            left3 = fma(spread(a, a3 + own), left, left3)
            left4 = fma(spread(a, a4 + own), left, left4)
            left5 = fma(spread(a, a5 + own), left, left5)
        store(d, d0 + column, left0)
        store(d, d1 + column, left1)
        store(d, d2 + column, left2)
        store(d, d3 + column, left3)
        store(d, d4 + column, left4)
        store(d, d5 + column, left5)


@inner
def _four_rows(
    a: Any, a0: int, row_a: int, column_a: int, b: Any, at_b: int, row_b: int,
    c: Any, c0: int, row_c: int, inner: int, d: Any, d0: int, row_d: int, width: int,
) -> None:  # fmt: skip
    """Do what `multiply` does for four rows, 32 columns at a time, and eight at the end."""
    a1, a2, a3 = a0 + row_a, a0 + 2 * row_a, a0 + 3 * row_a
    c1, c2, c3 = c0 + row_c, c0 + 2 * row_c, c0 + 3 * row_c
    d1, d2, d3 = d0 + row_d, d0 + 2 * row_d, d0 + 3 * row_d
    for column in range(0, width - width % WIDE, WIDE):
        wide0, wide1 = load_wide(c, c0 + column), load_wide(c, c1 + column)
        wide2, wide3 = load_wide(c, c2 + column), load_wide(c, c3 + column)
        for k in range(inner):
            right, own = load_wide(b, at_b + k * row_b + column), k * column_a
            wide0, wide1 = fma(right, a[a0 + own], wide0), fma(right, a[a1 + own], wide1)
            wide2, wide3 = fma(right, a[a2 + own], wide2), fma(right, a[a3 + own], wide3)
        store(d, d0 + column, wide0)
        store(d, d1 + column, wide1)
        store(d, d2 + column, wide2)
        store(d, d3 + column, wide3)
    for column in range(width - width % WIDE, width, LANES):
        sum0, sum1 = load(c, c0 + column), load(c, c1 + column)
        sum2, sum3 = load(c, c2 + column), load(c, c3 + column)
        for k in range(inner):
            left, own = load(b, at_b + k * row_b + column), k * column_a
            sum0, sum1 = fma(left, a[a0 + own], sum0), fma(left, a[a1 + own], sum1)
            sum2, sum3 = fma(left, a[a2 + own], sum2), fma(left, a[a3 + own], sum3)
        store(d, d0 + column, sum0)
        store(d, d1 + column, sum1)
        store(d, d2 + column, sum2)
        store(d, d3 + column, sum3)


@inner
def _row(
    a: Any, at_a: int, column_a: int, b: Any, at_b: int, row_b: int, c: Any, at_c: int,
    inner: int, d: Any, at_d: int, width: int,
) -> None:  # fmt: skip
    """Do what `multiply` does for one row."""
    for column in range(0, width, LANES):
        total = load(c, at_c + column)
        for k in range(inner):
            total = fma(spread(a, at_a + k * column_a), load(b, at_b + k * row_b + column), total)
        store(d, at_d + column, total)


@inner
def select(plan: Plan, codes: Any, start: int, i: int, rows: Any) -> None:
    """Set where in a strip the rows of weights begin that window `i` of a block selects.

    Eight codes at a time are read, up to seven beyond the window.
    """
    strip, places = plan.layers[0].strip, plan.places
    for p in range(0, places, LANES):
        chosen = load_codes(codes, start + p) * strip + count_from(p) * (plan.symbols * strip)
        store(rows, i * places + p, chosen)


@inner
def activate(
    plan: Plan, layer: int, work: Any, n: int, training: bool, key: int, first: int
) -> None:
    """Turn a layer's block of sums into its outputs, in place.

    In training also keep the derivatives, and drop outputs out, by numbers that depend on a key
    and on the place in the batch of the block's `first` window.
    """
    own = plan.layers[layer]
    at, slopes, kind, size = own.hidden, own.slope, own.activation, n * own.width
    if kind == SIGMOID:
        for i in range(0, size, WIDE):
            u = 1.0 / (1.0 + exp(0.0 - load_wide(work, at + i)))
            store(work, at + i, u)
            if training:
                store(work, slopes + i, u * (1.0 - u))
    elif kind == TANH:
        for i in range(0, size, WIDE):
            u = 2.0 / (1.0 + exp(-2.0 * load_wide(work, at + i))) - 1.0
            store(work, at + i, u)
            if training:
                store(work, slopes + i, 1.0 - u * u)
    else:
        for i in range(0, size, WIDE):
            z = load_wide(work, at + i)
            store(work, at + i, maximum(z, 0.0))
            if training:
                store(work, slopes + i, above(z, 0.0))
    if training and own.rate > 0:
        factor = 1 / (1 - own.rate)
        for i in range(0, size, WIDE):
            kept = (1.0 - above(own.rate, uniform(key, first * own.width + i))) * factor
            store(work, at + i, load_wide(work, at + i) * kept)
            store(work, slopes + i, load_wide(work, slopes + i) * kept)


@inner
def classify(plan: Plan, parameters: Any, work: Any, n: int) -> None:
    """Set the block of logits, `(classes, BLOCK)`, from the last hidden layer."""
    own, below = plan.layers[-1], plan.layers[-2]
    width = below.width
    for k in range(own.outputs):
        bias = spread(parameters, own.bias + k)
        w, out = own.weight + k * width, own.hidden + k * BLOCK
        for i in range(0, n, LANES):
            a = below.hidden + i * width
            b, c, d = a + width, a + 2 * width, a + 3 * width
            s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = splat(0.0)
            for j in range(0, width, LANES):
                weights, e = load(parameters, w + j), 4 * width + j
                s0 = fma(load(work, a + j), weights, s0)
                s1 = fma(load(work, b + j), weights, s1)
                s2 = fma(load(work, c + j), weights, s2)
                s3 = fma(load(work, d + j), weights, s3)
                s4 = fma(load(work, a + e), weights, s4)
                s5 = fma(load(work, b + e), weights, s5)
                s6 = fma(load(work, c + e), weights, s6)
                s7 = fma(load(work, d + e), weights, s7)
            store(work, out + i, bias + totals(s0, s1, s2, s3, s4, s5, s6, s7))


@inner
def forward(
    plan: Plan, parameters: Any, work: Any, n: int, training: bool, key: int, first: int
) -> None:
    """Take a block of sums of the first layer on to the logits; see `activate`."""
    last = len(plan.layers) - 1
    for layer in range(1, last):
        below, own = plan.layers[layer - 1], plan.layers[layer]
        activate(plan, layer - 1, work, n, training, key + layer, first)
        multiply(
            work, below.hidden, below.width, ONE,
            parameters, own.weight, own.width,
            parameters, own.bias, ZERO,
            n, own.inputs,
            work, own.hidden, own.width, own.width,
        )  # fmt: skip
    activate(plan, last - 1, work, n, training, key + last, first)
    classify(plan, parameters, work, n)


@inner
def largest(plan: Plan, work: Any, i: int) -> tuple[Any, Any]:
    """Return the largest logits of 32 windows from `i` on, and their classes."""
    at = plan.layers[-1].hidden + i
    highest, best = load_wide(work, at), splat_wide(0.0)
    for k in range(1, plan.layers[-1].outputs):
        logit, number = load_wide(work, at + k * BLOCK), types.float32(k)
        best = fma(above(logit, highest), number - best, best)
        highest = maximum(highest, logit)
    return highest, best


@inner
def exponentials(plan: Plan, work: Any, i: int, highest: Any) -> Any:
    """Turn the logits of 32 windows into e^(z - highest); return their sums."""
    summed = splat_wide(0.0)
    for k in range(plan.layers[-1].outputs):
        at = plan.layers[-1].hidden + k * BLOCK + i
        y = exp(load_wide(work, at) - highest)
        store(work, at, y)
        summed = summed + y
    return summed


@inner
def softmax(plan: Plan, work: Any, n: int) -> None:
    """Turn a block of logits into probabilities."""
    for i in range(0, n, WIDE):
        inverse = 1.0 / exponentials(plan, work, i, largest(plan, work, i)[0])
        for k in range(plan.layers[-1].outputs):
            at = plan.layers[-1].hidden + k * BLOCK + i
            store(work, at, load_wide(work, at) * inverse)


@compiled()
def outputs(
    plan: Plan, parameters: Any, codes: Any, features: Any, starts: Any, probabilities: bool,
    work: Any, rows: Any, out: Any,
) -> None:  # fmt: skip
    """Set the rows of `out` to the logits, or probabilities, of the windows at `starts`.

    Windows are of `codes` `(T,)`, or of `features` `(T * features of a position,)`.
    """
    own, at, classes = plan.layers[0], plan.layers[-1].hidden, plan.layers[-1].outputs
    flat = out.ravel()
    for first in range(0, len(starts), BLOCK):
        n = min(BLOCK, len(starts) - first)
        if plan.symbols:
            for i in range(n):
                select(plan, codes, starts[first + i], i, rows)
            gather(plan, parameters, rows, n, work)
        else:
            per_position, i = own.inputs // plan.window, 0
            while i < n:  # windows that follow one another are rows of a matrix that overlap
                start, run = starts[first + i], 1
                while i + run < n and starts[first + i + run] == start + run:
                    run += 1
                multiply(
                    features, start * per_position, per_position, ONE,
                    parameters, own.weight, own.width,
                    parameters, own.bias, ZERO,
                    run, own.inputs,
                    work, own.hidden + i * own.width, own.width, own.width,
                )  # fmt: skip
                i += run
        forward(plan, parameters, work, n, PREDICTING, ZERO, ZERO)
        if probabilities:
            softmax(plan, work, n)
        for k in range(classes):
            own_class = work[at + k * BLOCK : at + k * BLOCK + n]
            for i in range(n):
                flat[(first + i) * classes + k] = own_class[i]
