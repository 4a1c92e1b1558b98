"""Working folders: where an output is made, and the only place from which anything is removed.

A working folder has a name of ribbonet's own and holds a listing, which marks it as ribbonet's and
names each file and folder in it before that is made. Only what is listed is ever changed or
removed; links are never followed. One process at a time holds the folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from filecmp import cmp
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from ribbonet.errors import InputError
from ribbonet.system.atomic import write_errors
from ribbonet.system.leftovers import (
    LOCK,
    OWN,
    PREFIX,
    remove_emptied,
    remove_leftovers,
    temporary_path,
)
from ribbonet.system.listing import add_to_listing, begin_listing, listed, opened, token_of

if TYPE_CHECKING:
    from filelock import BaseFileLock

OUTPUT = "output"
"""In the working folder, what takes the output's name."""

LONGEST = 255
"""Bytes of a file's name, at most."""

ATTEMPTS = 100
"""At holding a folder that other processes finish and remove just then."""


def working_path(output: Path) -> Path:
    """Return where the working folder of an output stands: beside it, by a name of its own.

    Examples
    --------
    >>> working_path(Path("out.csv")).name
    '.ribbonet-out.csv'
    """
    name = PREFIX + output.name
    if len(os.fsencode(name)) > LONGEST:
        name = PREFIX + sha256(os.fsencode(output.name)).hexdigest()
    return output.with_name(name)


def is_working_folder(path: Path) -> bool:
    """Whether a path is a folder, not a link to one, with a listing of ribbonet's."""
    return token_of(path) is not None


@contextmanager
def working_folder(path: Path, place: str | Path) -> Iterator[WorkingFolder]:
    """Hold a working folder, made if it does not exist, until the block ends; it is not removed.

    Parameters
    ----------
    path : Path
        As `working_path` returns it, or another name that begins with `PREFIX`.
    place : str or Path
        The output that it is for, for messages.

    Raises
    ------
    InputError
        If another process holds it, if something of that name is not ribbonet's, or if nothing can
        be written there.
    """
    remove_leftovers(path.parent)
    with write_errors(place):
        folder = _held(path, place)
    try:
        yield folder
    finally:
        folder.release()


def move(path: Path, target: Path) -> None:
    """Give a file or folder its final name, for good."""
    if target.is_dir() and not target.is_symlink():
        target.rmdir()
    path.replace(target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def write_folder(folder: str | Path, files: Mapping[str, bytes]) -> None:
    """Write a folder that has its name once all of its files are written.

    Parameters
    ----------
    folder : str or Path
        New or empty.
    files : mapping of str to bytes
        Their names in the folder, with slashes, and their content.

    Raises
    ------
    InputError
        If something is in the folder, or it cannot be written.
    """
    refuse_a_full_folder(folder)
    output = Path(os.path.realpath(folder))
    with working_folder(working_path(output), folder) as work, write_errors(folder):
        work.clear()
        made = work.make(OUTPUT)
        for name, content in files.items():
            for parent in reversed(PurePosixPath(OUTPUT, name).parents[:-2]):
                work.make(str(parent))
            with work.open(f"{OUTPUT}/{name}") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        move(made, output)
        work.remove()


def refuse_a_full_folder(folder: str | Path) -> None:
    """Raise InputError where something is in the place of a new folder."""
    output = Path(os.path.realpath(folder))
    remove_leftovers(output.parent)
    if not output.exists() or (output.is_dir() and not any(output.iterdir())):
        return
    working = working_path(output) if output.name else output
    if output.is_dir() and is_working_folder(working) and not os.path.lexists(working / OUTPUT):
        # of a process that was killed after it had moved the output to its place
        with suppress(InputError), working_folder(working, folder) as left:
            left.remove()
    raise InputError(f"{folder}: exists and is not an empty folder; choose another folder")


def refuse_existing(paths: Iterable[Path]) -> None:
    """Raise InputError where something, even a link to nothing, has one of the names."""
    for path in paths:
        remove_leftovers(path.parent)
        if os.path.lexists(path):
            raise InputError(f"{path}: exists already; move it, or choose another folder")


def _held(path: Path, place: str | Path) -> WorkingFolder:
    from filelock import FileLock, Timeout

    for _ in range(ATTEMPTS):
        if not os.path.lexists(path) and not _make(path):
            continue
        token = token_of(path)
        if token is None:
            if os.path.lexists(path) and not _remove_debris(path):
                raise InputError(
                    f"{path}: stands where working files of {place} would be and is not "
                    "ribbonet's; move it, or choose another place"
                )
            continue
        lock = FileLock(path / LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise InputError(
                f"{place}: another process is writing there; wait for it, or choose another place"
            ) from None
        except FileNotFoundError:  # just removed by the process that finished with it
            continue
        if token_of(path) == token:
            return WorkingFolder(path, lock)
        lock.release()
    raise InputError(f"{place}: other processes keep writing there; choose another place")


def _make(path: Path) -> bool:
    """Make a folder that has its listing when it gets its name; whether it, or another, has it."""
    new = temporary_path(path, "new")
    new.mkdir()
    try:
        begin_listing(new)
        new.rename(path)
    except FileNotFoundError:  # another process took it for what a killed one had left
        return False
    except OSError:
        remove_emptied(new)
        if not os.path.lexists(path):
            raise
    return True


def _remove_debris(path: Path) -> bool:
    """Remove a folder that holds nothing but an empty lock; whether it was one.

    FileLock makes it when it comes too late for the folder whose lock it was to take.
    """
    if path.is_symlink() or not path.is_dir() or [own.name for own in path.iterdir()] != [LOCK]:
        return False
    known = (path / LOCK).lstat()
    if not stat.S_ISREG(known.st_mode) or known.st_size:
        return False
    (path / LOCK).unlink(missing_ok=True)
    with suppress(OSError):
        path.rmdir()
    return True


class WorkingFolder:
    """A working folder that this process holds; `working_folder` makes it.

    Attributes
    ----------
    path : Path
    """

    def __init__(self, path: Path, lock: BaseFileLock) -> None:
        self.path = path
        self._lock = lock
        self._names = listed(path)

    @property
    def names(self) -> list[str]:
        """Files and folders that are listed, relative to the folder, in the order of listing."""
        return list(self._names)

    def add(self, names: Iterable[str]) -> None:
        """List names for files that this or another process will make.

        Raises
        ------
        InputError
            If something that is not listed has such a name already.
        """
        new = [name for name in dict.fromkeys(names) if name not in self._names]
        for name in new:
            if os.path.lexists(self.path / name):
                raise InputError(f"{self.path / name}: is not ribbonet's; move it away")
        if new:
            add_to_listing(self.path, new)
            self._names |= dict.fromkeys(new)

    def open(self, name: str) -> BinaryIO:
        """Open a file to read and to write, made if it does not exist.

        Raises
        ------
        InputError
            If something else has its name.
        """
        new = name not in self._names
        self.add([name])
        path = self.path / name
        descriptor = opened(path, os.O_RDWR | os.O_CREAT | (os.O_EXCL if new else 0))
        return os.fdopen(descriptor, "r+b")

    def make(self, name: str) -> Path:
        """Make a folder, if it is not there, and return its path."""
        self.add([name])
        path = self.path / name
        path.mkdir(exist_ok=True)
        if path.is_symlink():
            raise InputError(f"{path}: is a link, and not the folder that was made there")
        return path

    def place(self, name: str, target: Path) -> None:
        """Move a file out of the folder to its final place, where nothing else may be.

        Raises
        ------
        InputError
            If anything is there, but for the same file with the same content.
        """
        source = self.path / name
        try:
            os.link(source, target, follow_symlinks=False)
        except FileExistsError:
            pass
        except OSError:  # a file system that has no hard links
            if not os.path.lexists(target):
                source.rename(target)
                return
        if target.is_symlink() or not target.is_file() or not cmp(source, target, shallow=False):
            raise InputError(f"{target}: exists, and is no file of this run; move it away")
        source.unlink()

    def discard(self, name: str) -> None:
        """Remove a file or folder if it is there and listed; what is not listed in it stays."""
        if name not in self._names:
            return
        path = self.path / name
        with suppress(FileNotFoundError):
            kind = path.lstat().st_mode
            if stat.S_ISREG(kind):
                path.unlink()
            elif is_working_folder(path):
                with working_folder(path, path) as inner:
                    inner.remove()
            elif stat.S_ISDIR(kind):
                remove_leftovers(path)
                with suppress(OSError):  # something of the user's is in it
                    path.rmdir()

    def clear(self) -> None:
        """Remove all that is listed."""
        for name in reversed(self._names):
            self.discard(name)
        remove_leftovers(self.path)
        self._names = {name: None for name in self._names if os.path.lexists(self.path / name)}

    def remove(self) -> None:
        """Remove all that is listed, and the folder unless something else is in it."""
        self.clear()
        if {path.name for path in self.path.iterdir()} - set(OWN):
            return
        if os.name != "posix":  # where a folder with an open file cannot be renamed
            self.release()
        gone = temporary_path(self.path, "old")
        try:
            self.path.rename(gone)
        except OSError:
            return  # another process holds it now
        self.release()
        with suppress(OSError):
            remove_emptied(gone)

    def release(self) -> None:
        """Let other processes hold the folder."""
        self._lock.release()
