"""Training steps of networks over windows of codes, compiled; see `kernels`."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import prange, types
from numpy.typing import NDArray

from ribbonet.nn.kernels import (
    ONE,
    ZERO,
    compiled,
    exponentials,
    forward,
    gather,
    largest,
    multiply,
    select,
)
from ribbonet.nn.lanes import constant, equal, fma, inner, load, log, splat, store, total
from ribbonet.nn.plan import BLOCK, LANES, Plan

SGD, MOMENTUM, ADAM = 0, 1, 2
"""Rules of optimisation."""

TINY = 1e-300
"""What a batch counts at least, so that one of no weight has cost 0."""


class Learning(NamedTuple):
    """What is learned from, and what for.

    Attributes
    ----------
    codes : (T,) uint8 array
        What windows are of.
    starts : (N,) int64 array
        Where in it the window of each example begins.
    targets : (N,) uint8 array
        Labels.
    weights, shares : (N,) float32 arrays
        What each example counts, and what it weighs in the loss; empty where all are one.
    on, off : float32
        The probability meant for the label, and for each other class.
    mean : bool
        Whether the loss is the mean or the sum of the examples'.
    """

    codes: NDArray[np.uint8]
    starts: NDArray[np.int64]
    targets: NDArray[np.uint8]
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
    """Vectors that change in a step; those by thread are `(threads, ...)`.

    Attributes
    ----------
    parameters, turned : float32 arrays
        The weights and biases, and the weights a second time, column after column.
    average, first, second : float32 arrays
        Of the parameters' length, or empty: their running average, and the optimiser's memory.
    gradients, work, rows : float32, float32 and int64 arrays, by thread
        The gradients are zero between steps.
    sums : (threads, 2) float64 array
        Loss and right answers.
    """

    parameters: NDArray[np.float32]
    turned: NDArray[np.float32]
    average: NDArray[np.float32]
    first: NDArray[np.float32]
    second: NDArray[np.float32]
    gradients: NDArray[np.float32]
    work: NDArray[np.float32]
    rows: NDArray[np.int64]
    sums: NDArray[np.float64]


@inner
def scatter(plan: Plan, gradient: Any, rows: Any, n: int, work: Any) -> None:
    """Add each window's gradient of the first layer to the rows of weights it selected."""
    window, width, column = plan.window, plan.width[0], 0
    while column + 32 <= width:
        for i in range(n):
            at = plan.hidden[0] + i * width + column
            dz0, dz1 = load(work, at), load(work, at + 8)
            dz2, dz3 = load(work, at + 16), load(work, at + 24)
            for j in range(types.uintp(i * window), types.uintp((i + 1) * window)):
                at = rows[j] + column
                store(gradient, at, load(gradient, at) + dz0)
                store(gradient, at + 8, load(gradient, at + 8) + dz1)
                store(gradient, at + 16, load(gradient, at + 16) + dz2)
                store(gradient, at + 24, load(gradient, at + 24) + dz3)
        column += 32
    while column < width:
        for i in range(n):
            dz0 = load(work, plan.hidden[0] + i * width + column)
            for j in range(types.uintp(i * window), types.uintp((i + 1) * window)):
                at = rows[j] + column
                store(gradient, at, load(gradient, at) + dz0)
        column += 8


@inner
def _losses(
    plan: Plan, learning: Learning, indices: Any, scale: float, work: Any
) -> tuple[float, float]:
    """Turn a block of logits into gradients; return loss and right answers, weighted."""
    n, logits = len(indices), plan.hidden[-1]
    labels = plan.slope[-1]
    weights, shares = labels + BLOCK, labels + 2 * BLOCK
    for i in range(n):
        work[labels + i] = learning.targets[indices[i]]
        work[weights + i] = _weight(learning.weights, indices[i])
        work[shares + i] = _weight(learning.shares, indices[i])
    for i in range(n, -(-n // LANES) * LANES):
        work[labels + i] = work[weights + i] = work[shares + i] = 0
    loss = hits = constant(0.0)
    off, more = splat(learning.off), splat(types.float32(learning.on - learning.off))
    for i in range(0, n, LANES):
        label, share = load(work, labels + i), load(work, shares + i)
        highest, best = largest(plan, work, i)
        hits = fma(equal(best, label), load(work, weights + i), hits)
        meant = constant(0.0)
        for k in range(plan.outputs[-1]):
            r = fma(equal(label, splat(types.float32(k))), more, off)
            meant = fma(r, load(work, logits + k * BLOCK + i) - highest, meant)
        summed = exponentials(plan, work, i, highest)
        loss = fma(share, log(summed) - meant, loss)
        inverse, share = constant(1.0) / summed, share * splat(types.float32(scale))
        for k in range(plan.outputs[-1]):
            at = logits + k * BLOCK + i
            r = fma(equal(label, splat(types.float32(k))), more, off)
            store(work, at, (load(work, at) * inverse - r) * share)
    return total(loss), total(hits)


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
    last, block = len(plan.width) - 1, np.int64(BLOCK)
    below, before, dz = plan.hidden[last - 1], plan.width[last - 1], plan.hidden[last]
    for k in range(plan.outputs[last]):
        bias = constant(0.0)
        for i in range(0, n, LANES):  # those beyond the last window are zero
            bias = bias + load(work, dz + k * BLOCK + i)
        gradient[plan.bias[last] + k] += total(bias)
    multiply(
        work, dz, block, ONE,
        work, below, before,
        gradient, plan.weight[last], before,
        plan.width[last], n,
        gradient, plan.weight[last], before, before,
    )  # fmt: skip
    for k in range(plan.outputs[last]):  # sigmoid's filling is not zero, as its weights must be
        for j in range(plan.inputs[last], before):
            gradient[plan.weight[last] + k * before + j] = 0
    multiply(
        work, dz, ONE, block,
        parameters, plan.weight[last], before,
        turned, ZERO, ZERO,
        n, plan.outputs[last],
        work, below, before, before,
    )  # fmt: skip
    _times_slope(plan, last - 1, work, n)
    for layer in range(last - 1, 0, -1):
        before, width = plan.width[layer - 1], plan.width[layer]
        dz, below = plan.hidden[layer], plan.hidden[layer - 1]
        _add_rows(work, dz, n, width, gradient, plan.bias[layer])
        multiply(
            work, below, ONE, before,
            work, dz, width,
            gradient, plan.weight[layer], width,
            plan.inputs[layer], n,
            gradient, plan.weight[layer], width, width,
        )  # fmt: skip
        multiply(
            work, dz, width, ONE,
            turned, plan.turned[layer], before,
            turned, ZERO, ZERO,
            n, plan.outputs[layer],
            work, below, before, before,
        )  # fmt: skip
        _times_slope(plan, layer - 1, work, n)
    _add_rows(work, plan.hidden[0], n, plan.width[0], gradient, plan.bias[0])
    scatter(plan, gradient, rows, n, work)


@inner
def _times_slope(plan: Plan, layer: int, work: Any, n: int) -> None:
    """Turn a block of gradients of a layer's outputs into those of its sums."""
    for i in range(0, n * plan.width[layer], LANES):
        at = plan.hidden[layer] + i
        store(work, at, load(work, at) * load(work, plan.slope[layer] + i))


@inner
def turn(plan: Plan, parameters: Any, turned: Any) -> None:
    """Copy the weights between hidden layers column after column; the vector begins with zeros."""
    for layer in range(1, len(plan.width) - 1):
        for i in range(plan.inputs[layer]):
            own = plan.weight[layer] + i * plan.width[layer]
            for k in range(plan.outputs[layer]):
                turned[plan.turned[layer] + k * plan.width[layer - 1] + i] = parameters[own + k]


@inner
def _part(
    plan: Plan, learning: Learning, memory: Memory, thread: int, threads: int, indices: Any,
    scale: float, key: int,
) -> None:  # fmt: skip
    """Add up loss and gradients of one thread's part of a batch."""
    work, rows, gradient = memory.work[thread], memory.rows[thread], memory.gradients[thread]
    loss = hits = 0.0
    start, stop = thread * len(indices) // threads, (thread + 1) * len(indices) // threads
    for first in range(start, stop, BLOCK):
        block = indices[first : min(first + BLOCK, stop)]
        n = len(block)
        found = BLOCK * plan.window
        for i in range(n):  # first of all, so that many windows are fetched from afar at once
            rows[found + i] = learning.starts[block[i]]
            work[i] = learning.codes[rows[found + i]]
        for i in range(n):
            select(plan, learning.codes, rows[found + i], i, rows)
        gather(plan, memory.parameters, rows, n, work)
        forward(plan, memory.parameters, work, n, key, first)
        own, right = _losses(plan, learning, block, scale, work)
        loss, hits = loss + own, hits + right
        _backward(plan, memory.parameters, memory.turned, rows, n, work, gradient)
    memory.sums[thread, 0], memory.sums[thread, 1] = loss, hits


@inner
def _update(memory: Memory, rule: Rule, step: int, start: int, stop: int) -> None:
    """Change a stretch of the parameters by their gradients, which are set to zero."""
    parameters, first, second = memory.parameters, memory.first, memory.second
    gradient = memory.gradients[0]
    for other in memory.gradients[1:]:
        for i in range(start, stop):
            gradient[i] += other[i]
            other[i] = 0
    rate, beta1 = types.float32(rule.rates[step]), types.float32(rule.beta1)
    if rule.kind == SGD:
        for i in range(start, stop):
            parameters[i] -= rate * gradient[i]
            gradient[i] = 0
    elif rule.kind == MOMENTUM:
        for i in range(start, stop):
            first[i] = beta1 * first[i] + gradient[i]
            parameters[i] -= rate * first[i]
            gradient[i] = 0
    else:
        time = rule.done + step + 1
        beta2, epsilon = types.float32(rule.beta2), types.float32(rule.epsilon)
        new1, new2 = types.float32(1 - rule.beta1), types.float32(1 - rule.beta2)
        rate = types.float32(rule.rates[step] / (1 - rule.beta1**time))
        root = types.float32(1 / np.sqrt(1 - rule.beta2**time))
        for i in range(start, stop):
            g = gradient[i]
            first[i] = beta1 * first[i] + new1 * g
            second[i] = beta2 * second[i] + new2 * (g * g)
            parameters[i] -= rate * (first[i] / (np.sqrt(second[i]) * root + epsilon))
            gradient[i] = 0
    if len(memory.average):
        average = memory.average
        kept, moved = types.float32(rule.kept[step]), types.float32(1 - rule.kept[step])
        for i in range(start, stop):
            average[i] = kept * average[i] + moved * parameters[i]


@inner
def _weight(weights: Any, i: int) -> Any:
    """Return the weight of an example."""
    return weights[i] if len(weights) else types.float32(1.0)


@inner
def _sum(weights: Any, indices: Any) -> float:
    """Return the sum of a batch's weights."""
    if not len(weights):
        return float(len(indices))
    count = 0.0
    for i in indices:
        count += weights[i]
    return count


@inner
def _record(memory: Memory, scale: float, count: float, row: Any) -> bool:
    """Write a step's cost, count and right answers down; return whether it is finite."""
    row[0], row[1], row[2] = scale * memory.sums[:, 0].sum(), count, memory.sums[:, 1].sum()
    return bool(np.isfinite(row[0]))


@compiled()
def steps(
    plan: Plan, learning: Learning, memory: Memory, rule: Rule, indices: Any, size: int,
    record: Any,
) -> None:  # fmt: skip
    """Take a step for each row of `record` `(steps, 3)`, with `size` examples in a batch.

    The rows become cost, count and right answers; the first cost that is not finite is the last.
    """
    for step in range(len(record)):
        batch = indices[step * size : (step + 1) * size]
        turn(plan, memory.parameters, memory.turned)
        scale = 1 / max(_sum(learning.shares, batch), TINY) if learning.mean else 1.0
        _part(plan, learning, memory, ZERO, ONE, batch, scale, rule.keys[step])
        if not _record(memory, scale, _sum(learning.weights, batch), record[step]):
            break
        _update(memory, rule, step, ZERO, len(memory.parameters))


@compiled(parallel=True)
def steps_in_threads(
    plan: Plan, learning: Learning, memory: Memory, rule: Rule, indices: Any, size: int,
    record: Any,
) -> None:  # fmt: skip
    """Do what `steps` does, each batch cut into a part for each thread.

    The parts' gradients are added in the order of the threads.
    """
    threads, length = len(memory.gradients), len(memory.parameters)
    for step in range(len(record)):
        batch = indices[step * size : (step + 1) * size]
        turn(plan, memory.parameters, memory.turned)
        scale = 1 / max(_sum(learning.shares, batch), TINY) if learning.mean else 1.0
        for t in prange(threads):
            _part(plan, learning, memory, t, threads, batch, scale, rule.keys[step])
        if not _record(memory, scale, _sum(learning.weights, batch), record[step]):
            break
        for t in prange(threads):
            _update(memory, rule, step, t * length // threads, (t + 1) * length // threads)
