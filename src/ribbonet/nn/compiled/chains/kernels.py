"""Networks of residual blocks as compiled loops, for prediction, a chain at a time.

The mathematics is that of the layers, which are the ones to read; convolutions are computed as in
`ribbonet.nn.layers.winograd`. Here all of a chain's numbers stay in the processor's cache, no array
of a batch is written, and every inner loop works on eight floats or more at a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ribbonet.nn.compiled.cache import compiled
from ribbonet.nn.compiled.chains.attention import attend
from ribbonet.nn.compiled.chains.layout import NONE, ROWS, STRIP, ChainPlan
from ribbonet.nn.compiled.kernels import ONE, ZERO, multiply
from ribbonet.nn.compiled.layout import LANES
from ribbonet.nn.compiled.simd import (
    exp,
    fma,
    inner,
    load,
    maximum,
    splat,
    store,
    total,
)
from ribbonet.nn.layers.norm import EPSILON
from ribbonet.nn.layers.winograd import OUTPUTS

GROUP = np.int64(OUTPUTS)


@compiled()
def outputs(
    plan: ChainPlan, parameters: Any, codes: Any, turns: Any, probabilities: bool, stream: Any,
    units: Any, seen: Any, products: Any, logits: Any,
) -> None:  # fmt: skip
    """Set the logits, or probabilities, `(L * width_out,)`, of a chain's residues.

    `codes` has spacers at the ends, half a window each; `turns` are the cosines and the sines of
    rotary positions, or None where no layer attends, and none is compiled; the arrays between are
    working memory, see `ChainPlan.work`. In `units` a block's normalised stream stands so far
    behind that hidden units only take the place of what the convolution has read.
    """
    length = len(codes) - plan.window + 1
    select(plan, parameters, codes, length, stream)
    for block in plan.blocks:
        if turns is not None and block.query != NONE:
            normalise(
                plan, parameters, block.gamma, block.beta, stream, length, units, ZERO, ZERO, length
            )
            attend(plan, parameters, block, turns, length, units, seen, products)
            add_dense(plan, parameters, block, seen, plan.width, stream, length)
            continue
        ends = block.taps // 2 * block.dilation
        groups = -(-length // (GROUP * block.dilation))
        rows = (groups * GROUP + block.taps - 1) * block.dilation
        behind = groups * GROUP * block.dilation * max(ZERO, block.hidden - plan.width)
        normalise(
            plan, parameters, block.gamma, block.beta, stream, length, units, behind, ends, rows
        )
        convolve(plan, parameters, block, units, behind, groups, seen, products)
        rectify(parameters, block, units, length, products)
        add_dense(plan, parameters, block, units, block.hidden, stream, length)
    normalise(plan, parameters, plan.gamma, plan.beta, stream, length, units, ZERO, ZERO, length)
    multiply(
        units, ZERO, plan.width, ONE,
        parameters, plan.last, plan.width_out,
        parameters, plan.last_bias, ZERO,
        length, plan.width,
        logits, ZERO, plan.width_out, plan.width_out,
    )  # fmt: skip
    if probabilities:
        for t in range(length):
            softmax(logits, t * plan.width_out, plan.width_out)


@inner
def select(plan: ChainPlan, parameters: Any, codes: Any, length: int, stream: Any) -> None:
    """Sum the rows of the first layer's weights that each window selects, and the biases."""
    width = plan.width
    for t in range(length):
        for column in range(0, width, STRIP):
            z0 = load(parameters, plan.first_bias + column)
            z1 = load(parameters, plan.first_bias + column + LANES)
            for j in range(plan.window):
                row = j * plan.symbols + np.int64(codes[t + j])
                at = plan.first + row * width + column
                z0, z1 = z0 + load(parameters, at), z1 + load(parameters, at + LANES)
            store(stream, t * width + column, z0)
            store(stream, t * width + column + LANES, z1)


@inner
def normalise(
    plan: ChainPlan, parameters: Any, gamma: int, beta: int, stream: Any, length: int,
    normal: Any, at: int, before: int, rows: int,
) -> None:  # fmt: skip
    """Set `rows` rows to those of the stream with mean 0 and variance 1, and zeros around them.

    They begin at `at`; `before` of them are zeros.
    """
    width, filling = plan.width, np.float32(plan.width - plan.features)
    share, zero = np.float32(1 / plan.features), splat(0.0)
    for i in range(at, at + before * width, LANES):
        store(normal, i, zero)
    for i in range(at + (before + length) * width, at + rows * width, LANES):
        store(normal, i, zero)
    for t in range(length):
        x, y = t * width, at + (before + t) * width
        sum0, sum1 = zero, zero
        for i in range(x, x + width, STRIP):
            sum0, sum1 = sum0 + load(stream, i), sum1 + load(stream, i + LANES)
        mean = total(sum0 + sum1) * share
        sum0, sum1 = zero, zero
        for i in range(0, width, STRIP):
            d0, d1 = load(stream, x + i) - mean, load(stream, x + i + LANES) - mean
            sum0, sum1 = fma(d0, d0, sum0), fma(d1, d1, sum1)
        variance = (total(sum0 + sum1) - filling * mean * mean) * share
        scale = np.float32(1) / np.sqrt(variance + np.float32(EPSILON))
        for i in range(0, width, LANES):
            deviation = (load(stream, x + i) - mean) * scale
            own = fma(deviation, load(parameters, gamma + i), load(parameters, beta + i))
            store(normal, y + i, own)


@inner
def convolve(
    plan: ChainPlan, parameters: Any, block: Any, units: Any, behind: int, groups: int, seen: Any,
    products: Any,
) -> None:  # fmt: skip
    """Set the hidden units to the convolution of the normalised stream, which begins at `behind`.

    A group is eight neighbours, `dilation` apart, of each of `dilation` residues; the inputs
    that they see are rows of a matrix.
    """
    d, width, points = block.dilation, plan.width, GROUP + block.taps - 1
    step = max(ONE, ROWS // d)
    for first in range(0, groups, step):
        n = min(step, groups - first)
        for g in range(n):
            multiply(
                parameters, block.inwards, points, ONE,
                units, behind + (first + g) * GROUP * d * width, d * width,
                parameters, block.zeros, ZERO,
                points, points,
                seen, g * d * width, n * d * width, d * width,
            )  # fmt: skip
        for p in range(points):
            multiply(
                seen, p * n * d * width, width, ONE,
                parameters, block.points + p * width * block.hidden, block.hidden,
                parameters, block.zeros, ZERO,
                n * d, width,
                products, p * n * d * block.hidden, block.hidden, block.hidden,
            )  # fmt: skip
        for g in range(n):
            multiply(
                parameters, block.outwards, points, ONE,
                products, g * d * block.hidden, n * d * block.hidden,
                parameters, block.bias, ZERO,
                GROUP, points,
                units, (first + g) * GROUP * d * block.hidden, d * block.hidden, d * block.hidden,
            )  # fmt: skip


@inner
def rectify(parameters: Any, block: Any, hidden: Any, length: int, work: Any) -> None:
    """Add what the mean over the chain gives, if the block has one, and set negatives to zero."""
    width = block.hidden
    for i in range(0, 2 * width, LANES):
        store(work, i, splat(0.0))
    if block.mean != NONE:
        for t in range(length):
            for i in range(0, width, LANES):
                store(work, i, load(work, i) + load(hidden, t * width + i))
        for i in range(0, width, LANES):
            store(work, i, load(work, i) * np.float32(1 / length))
        multiply(
            work, ZERO, width, ONE,
            parameters, block.mean, width,
            work, width, width,
            ONE, width,
            work, width, width, width,
        )  # fmt: skip
    for t in range(length):
        for i in range(0, width, LANES):
            own = load(hidden, t * width + i) + load(work, width + i)
            store(hidden, t * width + i, maximum(own, 0.0))


@inner
def add_dense(
    plan: ChainPlan, parameters: Any, block: Any, units: Any, hidden: int, stream: Any, length: int
) -> None:
    """Add to the stream what a block's last layer makes of its hidden units."""
    width = plan.width
    multiply(
        units, ZERO, hidden, ONE,
        parameters, block.dense, width,
        stream, ZERO, width,
        length, hidden,
        stream, ZERO, width, width,
    )  # fmt: skip
    for t in range(0, length * width, width):
        for i in range(0, width, LANES):
            own = load(stream, t + i) + load(parameters, block.dense_bias + i)
            store(stream, t + i, own)


@inner
def softmax(logits: Any, at: int, width: int) -> None:
    """Turn a residue's logits into probabilities."""
    highest = logits[at]
    for k in range(1, width):
        highest = max(highest, logits[at + k])
    summed = splat(0.0)
    for k in range(at, at + width, LANES):
        y = exp(load(logits, k) - highest)
        store(logits, k, y)
        summed = summed + y
    inverse = np.float32(1) / total(summed)
    for k in range(at, at + width, LANES):
        store(logits, k, load(logits, k) * inverse)
