"""What the benchmarks have in common: turns, medians, the machine."""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

Name = TypeVar("Name")


def alternate(runs: Mapping[Name, Callable[[], object]], repeats: int) -> dict[Name, float]:
    """Call each in turn, each time after a call that does not count; return medians in seconds.

    In that call the threads of the one before, which look for more work for a while, go to sleep,
    and its own wake up.
    """
    seconds: dict[Name, list[float]] = {name: [] for name in runs}
    for _ in range(repeats):
        for name, run in runs.items():
            run()
            started = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - started)
    return {name: statistics.median(values) for name, values in seconds.items()}


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def clock() -> float:
    """Return the processor's cycles a second, from a chain of operations of five cycles each.

    Multiplication (3), addition and exclusive or (1 each), each of which waits for the one before,
    take these cycles on AMD's and Intel's processors of the last ten years.
    """
    from numba import njit

    @njit  # type: ignore[untyped-decorator]
    def chain(n: int) -> int:
        x = 1
        for i in range(n):
            x = (x * 6364136223846793005 + i) ^ (x >> 7)
        return x

    n, best = 20_000_000, 1e9
    chain(1)
    for _ in range(5):
        started = time.perf_counter()
        chain(n)
        best = min(best, time.perf_counter() - started)
    return 5 * n / best


def line() -> str:
    """Return the processor, its cores, and how busy it is."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [row for row in info.read_text().splitlines() if row.startswith("model name")]
        name = models[0].partition(":")[2].strip() if models else name
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{name}, {cores()} cores, Python {platform.python_version()}{load}"
