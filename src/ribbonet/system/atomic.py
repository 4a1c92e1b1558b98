"""Atomic writes: a file has its name once all of it is on the disk, and never before."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from errno import ENAMETOOLONG
from pathlib import Path
from typing import IO, Any, BinaryIO, Literal, TextIO, overload

from ribbonet.errors import FULL, InputError
from ribbonet.system.leftovers import hold, remove_leftovers, temporary_path


@overload
def atomic_write(path: str | Path, mode: Literal["w"] = "w") -> AbstractContextManager[TextIO]: ...
@overload
def atomic_write(path: str | Path, mode: Literal["wb"]) -> AbstractContextManager[BinaryIO]: ...
def atomic_write(
    path: str | Path, mode: Literal["w", "wb"] = "w"
) -> AbstractContextManager[IO[Any]]:
    """Write a file atomically: it takes its name once all of it is on the disk, or not at all.

    It is written under a temporary name in the same folder, and removed if the block raises; until
    then the file that had the name stays. What killed processes have left in that folder is
    removed. What is not a regular file (a pipe, ``/dev/null``) cannot be replaced and is written to
    directly.

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
    encoding, newline = (None, None) if "b" in mode else ("utf-8", "\n")
    if path.exists() and not path.is_file():
        with write_errors(name), path.open(mode, encoding=encoding, newline=newline) as file:
            yield file
        return
    remove_leftovers(path.parent)
    while True:
        temporary = temporary_path(path, "tmp")
        with write_errors(name):  # "x": nothing, not even a link, may have the name
            opened = temporary.open(mode.replace("w", "x"), encoding=encoding, newline=newline)
        if hold(opened.fileno(), temporary):
            break
        opened.close()
    try:
        with opened as file:
            yield file
            with write_errors(name):
                file.flush()
                os.fsync(file.fileno())
        with write_errors(name):
            temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def write_errors(place: str | Path) -> Iterator[None]:
    """Turn the system's errors on writing to a place into an InputError that names it."""
    try:
        yield
    except IsADirectoryError:
        raise InputError(f"{place}: is a folder; give the name of a file") from None
    except OSError as error:
        remedy = "make room" if error.errno in FULL else "choose another place"
        if error.errno == ENAMETOOLONG:
            remedy = "choose a shorter name"
        raise InputError(f"{place}: cannot be written ({error.strerror}); {remedy}") from None
