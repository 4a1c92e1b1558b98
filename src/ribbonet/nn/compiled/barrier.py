"""Where the threads of one computation wait for one another, compiled by Numba.

A step of training takes a tenth of a millisecond; starting threads for it and joining them takes
as long. So each thread runs through all steps by itself and, where it needs the results of the
others, waits at a gate: it adds itself to a count, and polls the count until all threads have
arrived. It polls without pause for a few microseconds, which is enough where each thread has a
core; after that it yields its core between polls.
"""

from __future__ import annotations

import platform
import sys
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from ribbonet.nn.compiled.simd import inner

LOOKS = 500
"""Polls of the count before the thread yields its core; some 40 cycles each."""

OPEN = 2**62
"""A count at which nobody waits."""

COUNT = 8
"""Where in a gate the count stands: with a line of the cache to itself."""

_let_others = types.ExternalFunction(
    "SwitchToThread" if sys.platform == "win32" else "sched_yield", types.int32()
)
_X86 = platform.machine().lower() in ("x86_64", "amd64")


def gate() -> NDArray[np.int64]:
    """Return a gate at which no thread has arrived yet."""
    return np.zeros(2 * COUNT, np.int64)


@intrinsic  # type: ignore[untyped-decorator]
def _arrive(typing: Any, gate: Any) -> Any:
    """Add one to the count; what this thread wrote before is visible to those that poll it."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        one = ir.Constant(ir.IntType(64), 1)
        return builder.atomic_rmw("add", _count(context, builder, gate, *arguments), one, "acq_rel")

    return types.int64(gate), code


@intrinsic  # type: ignore[untyped-decorator]
def _look(typing: Any, gate: Any) -> Any:
    """Return the count, after a moment's pause."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        if _X86:
            name, kind = "llvm.x86.sse2.pause", ir.FunctionType(ir.VoidType(), [])
            pause = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
            builder.call(pause, [])
        return builder.load_atomic(_count(context, builder, gate, *arguments), "acquire", align=8)

    return types.int64(gate), code


def _count(context: Any, builder: Any, kind: Any, array: Any) -> Any:
    """Emit the address of a gate's count."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(data, [ir.Constant(ir.IntType(64), COUNT)])


@inner
def wait(gate: Any, threads: int, times: int) -> int:
    """Wait until each thread has arrived more than `times` times; return `times` + 1."""
    _arrive(gate)
    looks = 0
    while _look(gate) < threads * (times + 1):
        looks += 1
        if looks > LOOKS:
            _let_others()
    return times + 1
