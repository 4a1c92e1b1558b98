"""Self-attention along a chain as compiled loops (`ribbonet.nn.SelfAttention`, for prediction)."""

from __future__ import annotations

from typing import Any

import numpy as np

from ribbonet.nn.compiled.chains.layout import LOWEST, ROWS, STRIP, ChainPlan
from ribbonet.nn.compiled.kernels import ONE, ZERO, multiply
from ribbonet.nn.compiled.layout import LANES
from ribbonet.nn.compiled.simd import exp, inner, load, maximum, splat, store, total


@inner
def attend(
    plan: ChainPlan, parameters: Any, block: Any, turns: Any, length: int, normal: Any,
    asked: Any, scores: Any,
) -> None:  # fmt: skip
    """Set the first rows of `asked` to what each residue asks of all, all heads side by side.

    In `asked` stand queries, a row a residue; keys, a column a residue, filled up; and values, a
    row a residue. What a head gives takes the place of its queries. Only the scores of some
    residues are in memory at a time. The layer's last product is left to the caller.
    """
    width, head, most = plan.width, plan.head, -(-length // STRIP) * STRIP
    keys = length * width
    values = keys + most * width
    project(parameters, block.query, block.zeros, length, width, normal, asked, ZERO)
    project(parameters, block.key, block.zeros, length, width, normal, asked, values)
    turn(turns, length, width, head, asked, ZERO, values, keys, most)
    project(parameters, block.value, block.zeros, length, width, normal, asked, values)
    for column in range(0, width, head):
        for first in range(0, length, ROWS):
            rows = min(ROWS, length - first)
            for i in range(0, rows * most, LANES):
                store(scores, i, splat(0.0))
            multiply(
                asked, first * width + column, width, ONE,
                asked, keys + column * most, most,
                scores, ZERO, most,
                rows, head,
                scores, ZERO, most, most,
            )  # fmt: skip
            for r in range(rows):
                weigh(scores, r * most, length, most, ROWS * most, r)
            multiply(
                scores, ZERO, most, ONE,
                asked, values + column, width,
                parameters, block.zeros, ZERO,
                rows, length,
                asked, first * width + column, width, head,
            )  # fmt: skip
            for r in range(rows):
                at = (first + r) * width + column
                for i in range(at, at + head, LANES):
                    store(asked, i, load(asked, i) * scores[ROWS * most + r])


@inner
def project(
    parameters: Any, weights: int, zeros: int, length: int, width: int, x: Any, z: Any, at: int
) -> None:
    """Set the rows of z that begin at `at` to those of x times a layer's weights."""
    multiply(
        x, ZERO, width, ONE,
        parameters, weights, width,
        parameters, zeros, ZERO,
        length, width,
        z, at, width, width,
    )  # fmt: skip


@inner
def turn(
    turns: Any, length: int, width: int, head: int, asked: Any, queries: int, rows: int,
    columns: int, most: int,
) -> None:  # fmt: skip
    """Rotate queries in their place, and keys from rows to columns; scale the queries.

    Numbers i and i + D / 2 of a head are rotated by the residue's position times the angle of i.
    """
    half = head // 2
    scale = np.float32(1 / np.sqrt(head))
    for i in range(columns, columns + width * most, LANES):
        store(asked, i, splat(0.0))
    for t in range(length):
        for column in range(0, width, head):
            for i in range(half):
                cosine, sine = turns[t * half + i], turns[(length + t) * half + i]
                at = t * width + column + i
                a, b = asked[queries + at], asked[queries + at + half]
                asked[queries + at] = (a * cosine - b * sine) * scale
                asked[queries + at + half] = (b * cosine + a * sine) * scale
                a, b = asked[rows + at], asked[rows + at + half]
                own = columns + (column + i) * most + t
                asked[own] = a * cosine - b * sine
                asked[own + half * most] = b * cosine + a * sine


@inner
def weigh(scores: Any, at: int, length: int, most: int, after: int, row: int) -> None:
    """Turn a row of scores into weights that are yet to be multiplied by `scores[after + row]`."""
    for t in range(length, most):
        scores[at + t] = np.float32(LOWEST)
    highest = load(scores, at)
    for i in range(at, at + most, LANES):
        highest = maximum(highest, load(scores, i))
    store(scores, after + ROWS, highest)
    largest = scores[after + ROWS]
    for i in range(after + ROWS + 1, after + ROWS + LANES):
        largest = max(largest, scores[i])
    summed = splat(0.0)
    for i in range(at, at + most, LANES):
        weights = exp(load(scores, i) - largest)
        store(scores, i, weights)
        summed = summed + weights
    scores[after + row] = np.float32(1) / total(summed)
