"""Arrays' memory is kept for the next arrays."""

import platform
import subprocess
import sys

import pytest

from ribbonet.system import release_code, return_freed_memory

FAULTS = """
import resource, sys
import numpy as np
from ribbonet.system import keep_freed_memory
if sys.argv[1] == "kept":
    keep_freed_memory()
def work():
    for _ in range(20):
        layers = [np.ones(100_000) for _ in range(8)]
        del layers
work()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
work()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="nothing happens without glibc")
def test_the_system_is_asked_once():
    kept, by_default = (
        int(subprocess.check_output([sys.executable, "-c", FAULTS, how]))
        for how in ("kept", "default")
    )
    assert kept < 100
    assert by_default > 10 * kept


RESIDENT = """
import sys
import numpy as np
from ribbonet.system import keep_freed_memory, return_freed_memory
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1])
keep_freed_memory()
parts = [np.ones(100_000) for _ in range(40)]
last = np.ones(100_000)
full = resident()
del parts
kept = resident()
return_freed_memory()
print(full - kept, kept - resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="nothing happens without glibc")
def test_what_is_kept_can_be_returned():
    at_once, then = subprocess.check_output([sys.executable, "-c", RESIDENT]).split()
    assert int(at_once) < 1000  # pages
    assert int(then) > 5000


CODE = """
import numpy as np
from ribbonet.system import release_code
def resident():
    with open("/proc/self/smaps") as file:
        mappings = file.read().split("VmFlags")
    code = [own for own in mappings if "_multiarray_umath" in own and " r-xp " in own]
    return sum(int(own.split("Rss:")[1].split()[0]) for own in code)
before = np.linspace(0, 1, 100).cumsum()
full = resident()
release_code("_multiarray_umath")
print(full, resident())
assert (np.linspace(0, 1, 100).cumsum() == before).all()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="nothing happens on other systems")
def test_a_librarys_code_can_be_released_and_runs_again():
    full, rest = subprocess.check_output([sys.executable, "-c", CODE]).split()
    assert int(rest) < int(full) / 2


def test_nothing_happens_where_the_system_has_no_such_call(monkeypatch):
    def without_a_name(name, **options):  # as Windows answers
        raise TypeError(f"LoadLibrary() argument 1 must be str, not {name}")

    monkeypatch.setattr("ctypes.CDLL", without_a_name)
    return_freed_memory()
    release_code("libllvmlite")
