"""The listing of a working folder: it marks the folder as ribbonet's and names what is in it."""

import json
import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from ribbonet.errors import InputError
from ribbonet.system.leftovers import LISTING, OWN

MARK = "ribbonet working folder "
"""Begins a listing's first line, before a random token that no other folder has."""


def begin_listing(folder: Path) -> None:
    """Write the listing of a new folder, in which nothing is yet."""
    (folder / LISTING).write_text(f"{MARK}{secrets.token_hex(16)}\n", encoding="utf-8")


def add_to_listing(folder: Path, names: Iterable[str]) -> None:
    """List names in a folder that has a listing."""
    lines = "\n" + "".join(json.dumps(name) + "\n" for name in names)  # ends a torn line
    with os.fdopen(opened(folder / LISTING, os.O_WRONLY | os.O_APPEND), "ab") as file:
        file.write(lines.encode())


def token_of(path: Path) -> str | None:
    """Return the first line of a folder's listing; None where there is no such folder."""
    try:
        if not stat.S_ISDIR(path.lstat().st_mode):
            return None
        with os.fdopen(opened(path / LISTING, os.O_RDONLY), encoding="utf-8") as file:
            line = file.readline()
    except (OSError, InputError, UnicodeDecodeError):
        return None
    return line if line.startswith(MARK) and line.endswith("\n") else None


def opened(path: Path, flags: int) -> int:
    """Open an ordinary file that has one name only; return its descriptor."""
    harmless = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    if path.is_symlink():  # said here, for systems that have no O_NOFOLLOW
        raise InputError(f"{path}: is a link, and not the file that was made there; remove it")
    descriptor = os.open(path, flags | harmless | getattr(os, "O_BINARY", 0), 0o666)
    known = os.fstat(descriptor)
    if not stat.S_ISREG(known.st_mode) or known.st_nlink > 1:
        os.close(descriptor)
        raise InputError(f"{path}: is not the file that was made there; remove it")
    return descriptor


def listed(path: Path) -> dict[str, None]:
    """Return the names in a folder's listing, up to a line that is torn or no name of ours."""
    with os.fdopen(opened(path / LISTING, os.O_RDONLY), "rb") as file:
        lines = file.read().splitlines(keepends=True)[1:]
    names: dict[str, None] = {}
    for line in lines:
        try:
            name = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if line.endswith(b"\n") and isinstance(name, str) and _is_inside(path, name, names):
            names[name] = None
    return names


def _is_inside(path: Path, name: str, known: dict[str, None]) -> bool:
    """Whether a listed name is of something in the folder, under folders that are listed too."""
    pure = PurePosixPath(name)
    if pure.is_absolute() or not pure.parts or name != str(pure) or Path(name).drive:
        return False
    if ".." in pure.parts or "\0" in name or name in OWN or ("\\" in name and os.name == "nt"):
        return False
    parents = [str(parent) for parent in pure.parents if parent != PurePosixPath(".")]
    return all(p in known and not (path / p).is_symlink() for p in parents)
