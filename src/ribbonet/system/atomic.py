"""Files that are there whole or not at all, and that one process writes at a time."""

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal, TextIO, overload

from ribbonet.errors import InputError


@overload
def atomic_write(path: str | Path, mode: Literal["w"] = "w") -> AbstractContextManager[TextIO]: ...
@overload
def atomic_write(path: str | Path, mode: Literal["wb"]) -> AbstractContextManager[BinaryIO]: ...
def atomic_write(
    path: str | Path, mode: Literal["w", "wb"] = "w"
) -> AbstractContextManager[IO[Any]]:
    """Write a file that takes its name when all of it is on the disk, and never otherwise.

    It is written under a temporary name in the same folder, which goes if the block raises; what
    stood under its own name stays until then. What is no ordinary file (a pipe, ``/dev/null``)
    cannot be replaced and is written to as it is.

    Parameters
    ----------
    path : str or Path
    mode : {"w", "wb"}
        Text, in UTF-8 with the line ends of Unix on every system, or bytes.

    Raises
    ------
    InputError
        If the path is a folder, or nothing can be written in its folder.
    """
    return _atomic_write(Path(os.path.realpath(path)), str(path), mode)


@contextmanager
def _atomic_write(path: Path, name: str, mode: str) -> Iterator[IO[Any]]:
    replaceable = path.is_file() or not path.exists()
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp") if replaceable else path
    with _complaints(name):
        encoding, newline = (None, None) if "b" in mode else ("utf-8", "\n")
        file = temporary.open(mode, encoding=encoding, newline=newline)
    try:
        with file:
            yield file
            file.flush()
            if replaceable:
                os.fsync(file.fileno())
        if replaceable:
            with _complaints(name):
                temporary.replace(path)
    except BaseException:
        if replaceable:
            temporary.unlink(missing_ok=True)
        raise


@contextmanager
def _complaints(name: str) -> Iterator[None]:
    try:
        yield
    except IsADirectoryError:
        raise InputError(f"{name}: is a folder; give the name of a file") from None
    except OSError as error:
        raise InputError(
            f"{name}: cannot be written ({error.strerror}); choose another place"
        ) from None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes that ask for it off a file as long as the block runs.

    A file beside it, of its name and ``.lock``, is held for that. There is no lock on Windows.

    Raises
    ------
    InputError
        If another process is in such a block, or nothing can be written in the folder.
    """
    if sys.platform == "win32":
        yield
        return
    held = path.with_name(f"{path.name}.lock")
    with _complaints(str(path)):
        file = held.open("ab")
    with file:
        lock(file.fileno(), path)
        try:
            yield
        finally:
            held.unlink(missing_ok=True)


def lock(descriptor: int, place: Path) -> None:
    """Hold an open file as long as it is open; without a lock on Windows.

    Parameters
    ----------
    descriptor : int
        The file's.
    place : Path
        What it is held for.

    Raises
    ------
    InputError
        If another process holds it.
    """
    if sys.platform == "win32":
        return
    from fcntl import LOCK_EX, LOCK_NB, flock

    try:
        flock(descriptor, LOCK_EX | LOCK_NB)
    except BlockingIOError:
        raise InputError(
            f"{place}: another process is writing there; wait for it, or choose another place"
        ) from None
