"""The rows of weights that windows select, in strips of columns, compiled by Numba.

`gather` adds them up, forward; `scatter` adds a gradient to each of them, backward. A strip of 40
or 32 columns stays in registers; eight are what any width is made of. The three of each are
written out: a strip's vectors must be variables of their own to stay there.
"""

from __future__ import annotations

from typing import Any

from numba import types

from ribbonet.nn.compiled.layout import Plan
from ribbonet.nn.compiled.simd import inner, load, load_wide, store


@inner
def gather(plan: Plan, parameters: Any, rows: Any, n: int, work: Any) -> None:
    """Sum the rows of weights that each window selects, and the biases, into the first layer.

    A strip of columns at a time, whose sums stay in registers.
    """
    own = plan.layers[0]
    for column in range(0, own.width, own.strip):
        if own.strip == 40:
            _gather_40(plan, parameters, rows, n, work, column)
        elif own.strip == 32:
            _gather_32(plan, parameters, rows, n, work, column)
        else:
            _gather_8(plan, parameters, rows, n, work, column)


@inner
def _gather_40(plan: Plan, parameters: Any, rows: Any, n: int, work: Any, column: int) -> None:
    """Do what `gather` does for 40 columns."""
    own, places, window = plan.layers[0], plan.places, plan.window
    strip = own.weight + column * own.inputs
    hidden, width, bias = own.hidden + column, own.width, own.bias + column
    b0, b1, b2 = load(parameters, bias), load(parameters, bias + 8), load(parameters, bias + 16)
    b3, b4 = load(parameters, bias + 24), load(parameters, bias + 32)
    for i in range(n):
        z0, z1, z2, z3, z4 = b0, b1, b2, b3, b4
        for j in range(types.uintp(i * places), types.uintp(i * places + window)):
            at = strip + types.intp(rows[j])
            z0, z1 = z0 + load(parameters, at), z1 + load(parameters, at + 8)
            z2, z3 = z2 + load(parameters, at + 16), z3 + load(parameters, at + 24)
            z4 = z4 + load(parameters, at + 32)
        at = hidden + i * width
        store(work, at, z0)
        store(work, at + 8, z1)
        store(work, at + 16, z2)
        store(work, at + 24, z3)
        store(work, at + 32, z4)


@inner
def _gather_32(plan: Plan, parameters: Any, rows: Any, n: int, work: Any, column: int) -> None:
    """Do what `gather` does for 32 columns."""
    own, places, window = plan.layers[0], plan.places, plan.window
    strip = own.weight + column * own.inputs
    hidden, width, bias = own.hidden + column, own.width, load_wide(parameters, own.bias + column)
    for i in range(n):
        z = bias
        for j in range(types.uintp(i * places), types.uintp(i * places + window)):
            z = z + load_wide(parameters, strip + types.intp(rows[j]))
        store(work, hidden + i * width, z)


@inner
def _gather_8(plan: Plan, parameters: Any, rows: Any, n: int, work: Any, column: int) -> None:
    """Do what `gather` does for eight columns."""
    own, places, window = plan.layers[0], plan.places, plan.window
    strip = own.weight + column * own.inputs
    hidden, width, bias = own.hidden + column, own.width, load(parameters, own.bias + column)
    for i in range(n):
        z = bias
        for j in range(types.uintp(i * places), types.uintp(i * places + window)):
            z = z + load(parameters, strip + types.intp(rows[j]))
        store(work, hidden + i * width, z)


@inner
def scatter(plan: Plan, gradient: Any, rows: Any, n: int, work: Any) -> None:
    """Add each window's gradient of the first layer to the rows of weights it selected.

    On the way, gradients of the layer's outputs become those of its sums, and are added to those
    of the biases.
    """
    own = plan.layers[0]
    for column in range(0, own.width, own.strip):
        if own.strip == 40:
            _scatter_40(plan, gradient, rows, n, work, column)
        elif own.strip == 32:
            _scatter_32(plan, gradient, rows, n, work, column)
        else:
            _scatter_8(plan, gradient, rows, n, work, column)


@inner
def _scatter_40(plan: Plan, gradient: Any, rows: Any, n: int, work: Any, column: int) -> None:
    """Do what `scatter` does for 40 columns; all of a row is read before it is written."""
    own, places, window = plan.layers[0], plan.places, plan.window
    strip = own.weight + column * own.inputs
    hidden, slope, bias, width = (
        own.hidden + column,
        own.slope + column,
        own.bias + column,
        own.width,
    )
    db0, db1, db2 = load(gradient, bias), load(gradient, bias + 8), load(gradient, bias + 16)
    db3, db4 = load(gradient, bias + 24), load(gradient, bias + 32)
    for i in range(n):
        h, s = hidden + i * width, slope + i * width
        dz0, dz1 = load(work, h) * load(work, s), load(work, h + 8) * load(work, s + 8)
        dz2, dz3 = load(work, h + 16) * load(work, s + 16), load(work, h + 24) * load(work, s + 24)
        dz4 = load(work, h + 32) * load(work, s + 32)
        db0, db1, db2, db3, db4 = db0 + dz0, db1 + dz1, db2 + dz2, db3 + dz3, db4 + dz4
        for j in range(types.uintp(i * places), types.uintp(i * places + window)):
            at = strip + types.intp(rows[j])
            g0, g1 = load(gradient, at) + dz0, load(gradient, at + 8) + dz1
            g2, g3 = load(gradient, at + 16) + dz2, load(gradient, at + 24) + dz3
            g4 = load(gradient, at + 32) + dz4
            store(gradient, at, g0)
            store(gradient, at + 8, g1)
            store(gradient, at + 16, g2)
            store(gradient, at + 24, g3)
            store(gradient, at + 32, g4)
    store(gradient, bias, db0)
    store(gradient, bias + 8, db1)
    store(gradient, bias + 16, db2)
    store(gradient, bias + 24, db3)
    store(gradient, bias + 32, db4)


@inner
def _scatter_32(plan: Plan, gradient: Any, rows: Any, n: int, work: Any, column: int) -> None:
    """Do what `scatter` does for 32 columns."""
    own, places, window = plan.layers[0], plan.places, plan.window
    strip = own.weight + column * own.inputs
    hidden, slope, bias, width = (
        own.hidden + column,
        own.slope + column,
        own.bias + column,
        own.width,
    )
    db = load_wide(gradient, bias)
    for i in range(n):
        dz = load_wide(work, hidden + i * width) * load_wide(work, slope + i * width)
        db = db + dz
        for j in range(types.uintp(i * places), types.uintp(i * places + window)):
            at = strip + types.intp(rows[j])
            store(gradient, at, load_wide(gradient, at) + dz)
    store(gradient, bias, db)


@inner
def _scatter_8(plan: Plan, gradient: Any, rows: Any, n: int, work: Any, column: int) -> None:
    """Do what `scatter` does for eight columns."""
    own, places, window = plan.layers[0], plan.places, plan.window
    strip = own.weight + column * own.inputs
    hidden, slope, bias, width = (
        own.hidden + column,
        own.slope + column,
        own.bias + column,
        own.width,
    )
    db = load(gradient, bias)
    for i in range(n):
        dz = load(work, hidden + i * width) * load(work, slope + i * width)
        db = db + dz
        for j in range(types.uintp(i * places), types.uintp(i * places + window)):
            at = strip + types.intp(rows[j])
            store(gradient, at, load(gradient, at) + dz)
    store(gradient, bias, db)
