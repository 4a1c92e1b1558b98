"""Temporary names that tell whose they are, so that what a killed process left can be removed.

Half of such a name is random, the other half its checksum: nothing else has such a name by chance.
A temporary file is locked by the process that writes it; a folder holds nothing but a listing and
a lock before it takes its name and after it has lost it, so that anyone may remove it.
"""

import os
import re
import secrets
import stat
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be removed
    fcntl = None  # type: ignore[assignment]

PREFIX = ".ribbonet-"
"""Begins the name of every file and folder that is ribbonet's to remove."""

LISTING, LOCK = "listing", "lock"
OWN = (LISTING, LOCK)
"""Files of ribbonet's own in a working folder."""

TEMPORARY = re.compile(re.escape(PREFIX) + r"([0-9a-f]{8})([0-9a-f]{8})\.(tmp|new|old)")
"""Name of a temporary file, and of a working folder that is being made or removed."""


def temporary_path(path: Path, kind: str) -> Path:
    """Return a new temporary name beside a path.

    Parameters
    ----------
    path : Path
    kind : {"tmp", "new", "old"}
        A file, a folder that is being made, or one that is being removed.
    """
    drawn = secrets.token_hex(4)
    return path.with_name(f"{PREFIX}{drawn}{_check(drawn)}.{kind}")


def hold(file: int, path: Path) -> bool:
    """Lock a new temporary file; whether it is still there, as no other process has removed it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks, where nothing is removed
        return True
    try:
        return os.path.samestat(os.fstat(file), path.lstat())
    except FileNotFoundError:
        return False


def remove_leftovers(folder: Path) -> None:
    """Remove what killed processes have left in a folder under temporary names."""
    with suppress(OSError), os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.name.startswith(PREFIX)]
        for name in names:
            match = TEMPORARY.fullmatch(name)
            if match is not None and match[2] == _check(match[1]):
                with suppress(OSError):  # of another user, or gone
                    _remove(folder / name)


def remove_emptied(path: Path) -> None:
    """Remove a working folder in which only its listing and its lock are left."""
    if not stat.S_ISDIR(path.lstat().st_mode) or {own.name for own in path.iterdir()} - set(OWN):
        return
    if path.suffix != ".old":  # a process that is making it notices that, and begins again
        path = path.rename(temporary_path(path, "old"))
    for name in OWN:
        (path / name).unlink(missing_ok=True)
    path.rmdir()


def _check(drawn: str) -> str:
    return sha256(f"{PREFIX}{drawn}".encode()).hexdigest()[:8]


def _remove(path: Path) -> None:
    if path.suffix != ".tmp":
        remove_emptied(path)
        return
    known = path.lstat()
    if not stat.S_ISREG(known.st_mode) or known.st_nlink > 1:
        return
    if fcntl is None:
        path.unlink()
        return
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(file), path.lstat()):
            path.unlink()
    finally:
        os.close(file)
