"""Training steps of networks over windows of codes, compiled; see `kernels`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import types
from numpy.typing import NDArray

from ribbonet.nn.compiled.barrier import wait
from ribbonet.nn.compiled.cache import compiled
from ribbonet.nn.compiled.kernels import (
    ONE,
    TRAINING,
    ZERO,
    exponentials,
    forward,
    largest,
    multiply,
    select,
)
from ribbonet.nn.compiled.layout import BLOCK, LANES, WIDE, Plan
from ribbonet.nn.compiled.simd import (
    ask,
    equal,
    fma,
    inner,
    load,
    load_wide,
    log,
    splat_wide,
    sqrt,
    store,
    total,
)
from ribbonet.nn.compiled.window_rows import gather, scatter

SGD, MOMENTUM, ADAM = 0, 1, 2
"""Rules of optimisation."""

LINE = 16
"""Floats in a line of the cache."""

TINY = 1e-300
"""What a batch counts at least, so that one of no weight has cost 0."""


class Learning(NamedTuple):
    """What is learned from, and what for.

    Attributes
    ----------
    codes : (T,) uint8 array
        What windows are of, and seven more.
    examples : (N,) int64 array
        Where in it the window of each example begins, times 256, and its label: one number, so
        that one is fetched from memory.
    weights, shares : (N,) float32 arrays
        What each example counts, and what it weighs in the loss; empty where all are one.
    on, off : float32
        The probability meant for the label, and for each other class.
    mean : bool
        Whether the loss is the mean or the sum of the examples'.
    """

    codes: NDArray[np.uint8]
    examples: NDArray[np.int64]
    weights: NDArray[np.float32]
    shares: NDArray[np.float32]
    on: np.float32
    off: np.float32
    mean: bool


class Rule(NamedTuple):
    """How steps follow from gradients.

    Attributes
    ----------
    kind : {SGD, MOMENTUM, ADAM}
    beta1, beta2, epsilon : float
        Of Adam; `beta1` is also the momentum.
    done : int
        Steps before the first of these.
    rates : (steps,) float64 array
    kept : (steps,) float64 array
        What the average keeps of itself.
    keys : (steps,) int64 array
        What dropout's numbers follow from.
    """

    kind: int
    beta1: float
    beta2: float
    epsilon: float
    done: int
    rates: NDArray[np.float64]
    kept: NDArray[np.float64]
    keys: NDArray[np.int64]


class Memory(NamedTuple):
    """Vectors that change in a step; those by part of a batch are `(parts, ...)`.

    Attributes
    ----------
    parameters : float32 array
        The weights and biases.
    turned : float32 array, by part
        The weights a second time, column after column.
    average, first, second : float32 arrays
        Of the parameters' length, or empty: their running average, and the optimiser's memory.
    gradients, work, rows : float32, float32 and int32 arrays, by part
    sums : (parts, 8) float64 array
        Loss and right answers, with a line of the cache to themselves.
    """

    parameters: NDArray[np.float32]
    turned: NDArray[np.float32]
    average: NDArray[np.float32]
    first: NDArray[np.float32]
    second: NDArray[np.float32]
    gradients: NDArray[np.float32]
    work: NDArray[np.float32]
    rows: NDArray[np.int32]
    sums: NDArray[np.float64]


@inner
def _weigh(weights: Any, indices: Any, work: Any, at: int) -> None:
    """Set a row of a block to its examples' weights, and to zeros after the last of them."""
    n = len(indices)
    for i in range(0, n, WIDE):
        store(work, at + i, splat_wide(1.0))
    if len(weights):
        for i in range(n):
            work[at + i] = weights[indices[i]]
    for i in range(n, -(-n // WIDE) * WIDE):
        work[at + i] = 0


@inner
def _losses(
    plan: Plan, learning: Learning, indices: Any, scale: float, work: Any
) -> tuple[float, float]:
    """Turn a block of logits into gradients; return loss and right answers, weighted."""
    logits, labels, classes = plan.layers[-1].hidden, plan.layers[-1].slope, plan.layers[-1].outputs
    weights, shares = labels + BLOCK, labels + 2 * BLOCK
    _weigh(learning.weights, indices, work, weights)
    _weigh(learning.shares, indices, work, shares)
    loss = hits = 0.0
    off, more = learning.off, types.float32(learning.on - learning.off)
    for i in range(0, len(indices), WIDE):
        label, share = load_wide(work, labels + i), load_wide(work, shares + i)
        highest, best = largest(plan, work, i)
        hits += total(equal(best, label) * load_wide(work, weights + i))
        meant = splat_wide(0.0)
        for k in range(classes):
            r = fma(equal(label, types.float32(k)), more, off)
            meant = fma(r, load_wide(work, logits + k * BLOCK + i) - highest, meant)
        summed = exponentials(plan, work, i, highest)
        loss += total(share * (log(summed) - meant))
        inverse, share = 1.0 / summed, share * types.float32(scale)
        for k in range(classes):
            at = logits + k * BLOCK + i
            r = fma(equal(label, types.float32(k)), more, off)
            store(work, at, (load_wide(work, at) * inverse - r) * share)
    return loss, hits


@inner
def _add_rows(a: Any, at: int, n: int, width: int, gradient: Any, out: int) -> None:
    """Add the sum of a block's rows to a gradient."""
    for column in range(0, width, LANES):
        bias = load(gradient, out + column)
        for i in range(n):
            bias = bias + load(a, at + i * width + column)
        store(gradient, out + column, bias)


@inner
def _backward(
    plan: Plan, parameters: Any, turned: Any, rows: Any, n: int, work: Any, gradient: Any
) -> None:
    """Take a block of gradients of the logits back to the first layer, and add up all others."""
    last, block = len(plan.layers) - 1, np.int64(BLOCK)
    own, below = plan.layers[last], plan.layers[last - 1]
    for k in range(own.outputs):
        bias = splat_wide(0.0)
        for i in range(0, n, WIDE):  # those beyond the last window are zero
            bias = bias + load_wide(work, own.hidden + k * BLOCK + i)
        gradient[own.bias + k] += total(bias)
    multiply(
        work, own.hidden, block, ONE,
        work, below.hidden, below.width,
        gradient, own.weight, below.width,
        own.width, n,
        gradient, own.weight, below.width, below.width,
    )  # fmt: skip
    for k in range(own.outputs):  # sigmoid's filling is not zero, as its weights must be
        for j in range(own.inputs, below.width):
            gradient[own.weight + k * below.width + j] = 0
    multiply(
        work, own.hidden, ONE, block,
        parameters, own.weight, below.width,
        turned, ZERO, ZERO,
        n, own.outputs,
        work, below.hidden, below.width, below.width,
    )  # fmt: skip
    for layer in range(last - 1, 0, -1):
        own, below = plan.layers[layer], plan.layers[layer - 1]
        for i in range(0, n * own.width, WIDE):  # from gradients of outputs to those of sums
            at = own.hidden + i
            store(work, at, load_wide(work, at) * load_wide(work, own.slope + i))
        _add_rows(work, own.hidden, n, own.width, gradient, own.bias)
        multiply(
            work, below.hidden, ONE, below.width,
            work, own.hidden, own.width,
            gradient, own.weight, own.width,
            own.inputs, n,
            gradient, own.weight, own.width, own.width,
        )  # fmt: skip
        multiply(
            work, own.hidden, own.width, ONE,
            turned, own.turned, below.width,
            turned, ZERO, ZERO,
            n, own.outputs,
            work, below.hidden, below.width, below.width,
        )  # fmt: skip
    scatter(plan, gradient, rows, n, work)


@inner
def turn(plan: Plan, parameters: Any, turned: Any) -> None:
    """Copy the weights between hidden layers column after column; the vector begins with zeros."""
    for layer in range(1, len(plan.layers) - 1):
        own, width = plan.layers[layer], plan.layers[layer - 1].width
        for i in range(own.inputs):
            for k in range(own.outputs):
                turned[own.turned + k * width + i] = parameters[own.weight + i * own.width + k]


@inner
def _fetch(learning: Learning, indices: Any, window: int, first: int) -> None:
    """Ask for what windows need from afar: examples two blocks ahead, codes one block ahead."""
    for i in range(min(first + BLOCK, len(indices)), min(first + 2 * BLOCK, len(indices))):
        ask(learning.examples, indices[i])
    for i in range(first, min(first + BLOCK, len(indices))):
        start = learning.examples[indices[i]] >> 8
        ask(learning.codes, start)
        ask(learning.codes, start + window - 1)


@inner
def _part(
    plan: Plan, learning: Learning, memory: Memory, part: int, indices: Any, begin: int,
    end: int, scale: float, key: int,
) -> None:  # fmt: skip
    """Add up loss and gradients of one part of a batch."""
    work, rows, turned = memory.work[part], memory.rows[part], memory.turned[part]
    gradient, parameters, parts = memory.gradients[part], memory.parameters, len(memory.work)
    for i in range(0, len(parameters), WIDE):
        store(gradient, i, splat_wide(0.0))
        ask(parameters, i)  # other threads changed them
        ask(parameters, i + LINE)
    turn(plan, parameters, turned)
    loss, hits, labels = 0.0, 0.0, plan.layers[-1].slope
    size = end - begin
    start, stop = begin + part * size // parts, begin + (part + 1) * size // parts
    for first in range(start, stop, BLOCK):
        block = indices[first : min(first + BLOCK, stop)]
        n, ahead = len(block), first + BLOCK
        _fetch(learning, indices, plan.window, ahead if ahead < stop else start + size)
        for i in range(n):
            example = learning.examples[block[i]]
            work[labels + i] = example & 255
            select(plan, learning.codes, example >> 8, i, rows)
        gather(plan, parameters, rows, n, work)
        forward(plan, parameters, work, n, TRAINING, key, first - begin)
        own, right = _losses(plan, learning, block, scale, work)
        loss, hits = loss + own, hits + right
        _backward(plan, parameters, turned, rows, n, work, gradient)
    memory.sums[part, 0], memory.sums[part, 1] = loss, hits


@inner
def _update(memory: Memory, rule: Rule, step: int, start: int, stop: int) -> None:
    """Change a stretch of the parameters by their gradients."""
    time, rate = rule.done + step + 1, rule.rates[step]
    new1, new2, root = 1 - rule.beta1, 1 - rule.beta2, 1.0
    if rule.kind == ADAM:
        rate, root = rate / (1 - rule.beta1**time), 1 / np.sqrt(1 - rule.beta2**time)
    for i in range(start, stop, WIDE):
        g = load_wide(memory.gradients[0], i)
        for part in range(1, len(memory.gradients)):
            g = g + load_wide(memory.gradients[part], i)
        if rule.kind == MOMENTUM:
            g = fma(load_wide(memory.first, i), rule.beta1, g)
            store(memory.first, i, g)
        elif rule.kind == ADAM:
            first = fma(load_wide(memory.first, i), rule.beta1, g * new1)
            second = fma(load_wide(memory.second, i), rule.beta2, g * g * new2)
            store(memory.first, i, first)
            store(memory.second, i, second)
            g = first / fma(sqrt(second), root, rule.epsilon)
        parameters = load_wide(memory.parameters, i) - g * rate
        store(memory.parameters, i, parameters)
        if len(memory.average):
            average, kept = load_wide(memory.average, i), rule.kept[step]
            store(memory.average, i, average * kept + parameters * (1 - kept))


@inner
def _sum(weights: Any, indices: Any) -> float:
    """Return the sum of a batch's weights."""
    if not len(weights):
        return float(len(indices))
    count = 0.0
    for i in indices:
        count += weights[i]
    return count


@compiled()
def steps(
    plan: Plan, learning: Learning, memory: Memory, rule: Rule, indices: Any, size: int,
    record: Any, gate: Any, threads: int, thread: int,
) -> None:  # fmt: skip
    """Take a step for each row of `record` `(steps, 3)`, with `size` examples in a batch.

    The rows become cost, count and right answers; the first cost that is not finite is the last.
    Each of the threads calls this with its number. It takes its parts of each batch, and when all
    have, it adds up the parts' gradients, in their order, for its stretch of the parameters.
    """
    parts, stretches = len(memory.gradients), len(memory.parameters) // WIDE
    first, last = thread * stretches // threads * WIDE, (thread + 1) * stretches // threads * WIDE
    passed = ZERO
    for step in range(len(record)):
        begin, end = step * size, min((step + 1) * size, len(indices))
        batch, scale = indices[begin:end], 1.0
        if learning.mean:
            scale = 1 / max(_sum(learning.shares, batch), TINY)
        key = rule.keys[step] if len(rule.keys) else ZERO
        for part in range(thread, parts, threads):
            _part(plan, learning, memory, part, indices, begin, end, scale, key)
        passed = wait(gate, threads, passed)
        cost = scale * memory.sums[:, 0].sum()
        if thread == 0:
            record[step, 0], record[step, 1] = cost, _sum(learning.weights, batch)
            record[step, 2] = memory.sums[:, 1].sum()
        if not np.isfinite(cost):
            break
        _update(memory, rule, step, first, last)
        passed = wait(gate, threads, passed)
