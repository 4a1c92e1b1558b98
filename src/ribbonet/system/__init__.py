"""The operating system: memory, atomic files and locks, other programs, pools of processes."""

from __future__ import annotations

import ctypes
import mmap
from contextlib import suppress
from pathlib import Path

MMAP_THRESHOLD, TRIM_THRESHOLD, ARENA_MAX = -3, -1, -8
"""Their numbers for glibc's `mallopt`, from <malloc.h>."""

LARGEST, MOST = 2**23, 2**26
"""Bytes of the largest array that is kept when it is freed, and of all that are kept."""


def keep_freed_memory() -> None:
    """Let this process keep arrays' memory for the next arrays.

    The layers of a network make arrays of some megabytes, one after the other. By default glibc
    hands each back to the system, which fills the next one's pages with zeros when they are first
    touched: a fifth of the time of a prediction by convolutions. All threads keep it together, or
    each would keep as much again. It is for programs to call, not for libraries; nothing happens
    with other C libraries.
    """
    with suppress(AttributeError, OSError, TypeError):  # no such function, no library of that kind
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(MMAP_THRESHOLD, LARGEST)
        mallopt(TRIM_THRESHOLD, MOST)
        mallopt(ARENA_MAX, 1)


def return_freed_memory() -> None:
    """Return to the system what was kept of freed arrays; nothing happens with other C libraries.

    For moments after which much of it is not needed again.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def release_code(library: str) -> None:
    """Release the memory of a shared library's code, on Linux; what runs again is mapped again.

    For a large library that has done its work. Its pages stay in the system's cache of files.

    Parameters
    ----------
    library : str
        How the name of its file begins.
    """
    with suppress(AttributeError, OSError, TypeError):  # another system, or one without /proc
        madvise = ctypes.CDLL(None, use_errno=True).madvise
        for mapping in Path("/proc/self/maps").read_text().splitlines():
            addresses, rights, _, _, _, *name = mapping.split(maxsplit=5)
            if rights == "r-xp" and name and Path(name[0]).name.startswith(library):
                start, end = (int(address, 16) for address in addresses.split("-"))
                size = ctypes.c_size_t(end - start)
                madvise(ctypes.c_void_p(start), size, mmap.MADV_DONTNEED)
