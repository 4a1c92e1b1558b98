"""Map a function over many items in several processes, with results in the items' order."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from threading import current_thread, get_native_id, main_thread
from typing import TYPE_CHECKING, Any, TypeVar

from ribbonet.errors import InputError
from ribbonet.system import keep_freed_memory

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

Item = TypeVar("Item")
Result = TypeVar("Result")

AHEAD = 4
"""Items for each process that may be under way or wait for an earlier one to finish."""

NICER = 10
"""What is added to the niceness of a thread that lets others go first."""


def cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def let_others_first() -> None:
    """Let this thread compute only where others leave it time; on Linux, elsewhere nothing changes.

    For threads with long work, so that those whose answer somebody waits for are not held up.
    """
    if sys.platform == "linux":  # where a thread has a niceness of its own
        thread = get_native_id()
        with suppress(OSError):  # not allowed in some sandbox
            nice = os.getpriority(os.PRIO_PROCESS, thread) + NICER
            os.setpriority(os.PRIO_PROCESS, thread, nice)


def in_order(
    function: Callable[[Item], Result], items: Iterable[Item], processes: int
) -> Iterator[tuple[Item, Result]]:
    """Call a function with each item; pairs of item and result, in the items' order.

    Parameters
    ----------
    function : callable
        Can be pickled; one copy of it goes to each process.
    items : iterable
        Read as they are needed, a few ahead of the results.
    processes : int
        With one, all is done in this process.

    Raises
    ------
    InputError
        When a worker process is killed. What `function` raises is raised here.
    """
    if processes == 1:
        for item in items:
            yield item, function(item)
        return
    from multiprocessing.connection import wait

    upcoming = enumerate(items)
    ahead = next(upcoming, None)
    given: dict[Connection, tuple[int, Item]] = {}
    finished: dict[int, tuple[Item, Result]] = {}
    delivered = 0
    with _started(function, processes) as idle:
        while ahead is not None or given:
            while ahead is not None and idle and ahead[0] < delivered + AHEAD * processes:
                connection = idle.pop()
                given[connection] = ahead
                with _alive():
                    connection.send(ahead[1])
                ahead = next(upcoming, None)
            ready = wait(list(given))
            for connection in [known for known in given if known in ready]:
                number, item = given.pop(connection)
                finished[number] = item, _received(connection)
                idle.append(connection)
            while delivered in finished:
                yield finished.pop(delivered)
                delivered += 1


@contextmanager
def _started(function: Callable[[Any], Any], processes: int) -> Iterator[list[Connection]]:
    """Start processes, each at the other end of a connection; they end with the block."""
    from multiprocessing import get_context

    context = get_context("spawn")
    with ExitStack() as stack:
        connections = []
        with _interrupts_ignored():
            for _ in range(processes):
                own, other = context.Pipe()
                process = context.Process(target=_serve, args=(other, function), daemon=True)
                process.start()
                stack.callback(process.join)
                stack.callback(process.terminate)
                stack.callback(own.close)
                other.close()
                connections.append(own)
        yield connections


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Let processes started here ignore Ctrl-C: it is their parent's to answer."""
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _serve(connection: Connection, function: Callable[[Any], Any]) -> None:
    """Answer items until there are no more, or the process that sends them has gone."""
    keep_freed_memory()
    while True:
        try:
            item = connection.recv()
        except (EOFError, ConnectionError):
            return
        try:
            answer = True, function(item)
        except Exception as error:
            answer = False, error
        try:
            connection.send(answer)
        except ConnectionError:
            return


def _received(connection: Connection) -> Any:
    with _alive():
        succeeded, answer = connection.recv()
    if not succeeded:
        raise answer
    return answer


@contextmanager
def _alive() -> Iterator[None]:
    try:
        yield
    except (EOFError, ConnectionError):
        raise InputError(
            "a worker process was killed, perhaps because memory ran out; fewer --threads need less"
        ) from None
