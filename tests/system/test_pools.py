"""With functions of the standard library, which a new process finds."""

import math
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import get_native_id

import pytest

from ribbonet.errors import InputError
from ribbonet.system.pools import AHEAD, NICER, in_order, let_others_first

UNEVEN = [60_000, 3, 1, 4, 50_000, 1, 5, 9, 2, 6, 40_000, 5, 3, 5, 8]


@pytest.mark.parametrize("processes", [1, 3])
def test_results_come_in_the_order_of_the_items(processes):
    assert list(in_order(math.factorial, UNEVEN, processes)) == [
        (n, math.factorial(n)) for n in UNEVEN
    ]
    assert list(in_order(math.factorial, [], processes)) == []


def test_items_are_read_a_few_ahead_only():
    read = 0

    def items():
        nonlocal read
        while True:
            read += 1
            yield read

    results = in_order(math.sqrt, items(), 2)
    for _ in range(10):
        next(results)
    results.close()
    assert 10 <= read <= 10 + 2 * AHEAD + 1


@pytest.mark.parametrize("processes", [1, 2])
def test_what_the_function_raises_is_raised(processes):
    with pytest.raises(ValueError, match="math domain error"):
        list(in_order(math.sqrt, [4, 1, -1, 9], processes))


def test_a_process_that_is_ended_is_told_of():
    with pytest.raises(InputError, match="a worker process was killed"):
        list(in_order(os._exit, [3, 3, 3], 2))


@pytest.mark.skipif(sys.platform != "linux", reason="niceness is a process's elsewhere")
def test_a_thread_lets_others_first_and_they_do_not():
    def niceness():
        return os.getpriority(os.PRIO_PROCESS, get_native_id())

    before = niceness()
    with ThreadPoolExecutor(1, initializer=let_others_first) as behind:
        assert behind.submit(niceness).result() == min(before + NICER, 19)
    assert niceness() == before
