"""An output that grows in a folder beside its place, and takes its name when it is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from ribbonet.errors import FULL, InputError
from ribbonet.prediction.runs.journal import Journal

Made = TypeVar("Made")


@contextmanager
def growing(
    output: Path, settings: dict[str, Any], entry: Callable[..., Made], resume: bool
) -> Iterator[tuple[Path, Journal[Made]]]:
    """Hold the folder in which an output grows, and its journal; remove it at the end.

    If the block raises, the folder stays, to be gone on with, unless it holds nothing finished.

    Parameters
    ----------
    output : Path
        The place, without symbolic links.
    settings : dict
        What the output depends on.
    entry : callable
        Makes an entry of the journal of its values.
    resume : bool
        Go on with an output that was broken off, if there is one.

    Yields
    ------
    partial, journal : Path, Journal

    Raises
    ------
    InputError
        When nothing can be written there, another process writes there, or what was broken off
        there is not to be gone on with or had other settings.
    """
    partial = output.with_name(f"{output.name}.partial")
    with complaints(output):
        partial.mkdir(exist_ok=True)
        with closing(Journal(partial / "journal", settings, entry)) as journal:
            if not _holds(partial, journal):
                _clear(partial, but=journal.path)
            elif not resume:
                raise InputError(
                    f"{partial}: holds an unfinished prediction; go on with it by --resume, or "
                    "remove that folder to start anew"
                )
            with _kept(partial, journal), complaints(output):
                yield partial, journal
            journal.remove()


@contextmanager
def _kept(partial: Path, journal: Journal[Any]) -> Iterator[None]:
    """Say what is kept of an output that is broken off; remove what holds nothing."""
    try:
        yield
    except BaseException as error:
        if not _holds(partial, journal):
            journal.remove()
        elif isinstance(error, InputError) and _GO_ON not in str(error):
            records = sum(entry.records for entry in journal.entries)
            raise InputError(f"{error}; {records:,} finished records are kept, {_GO_ON}") from None
        raise


_GO_ON = "go on by --resume"


def _holds(partial: Path, journal: Journal[Any]) -> bool:
    """Whether something is finished, or finished in part."""
    return bool(journal.entries) or any(partial.glob("output/*.partial"))


def _clear(folder: Path, but: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path != but:
            path.unlink()


@contextmanager
def complaints(output: Path) -> Iterator[None]:
    """Turn what the system says of writing an output into an InputError."""
    try:
        yield
    except OSError as error:
        remedy = "make room" if error.errno in FULL else "choose another place"
        raise InputError(f"{output}: cannot be written ({error.strerror}); {remedy}") from None


def move(path: Path, target: Path) -> None:
    """Give a file or folder its final name, for good."""
    if target.is_dir():
        target.rmdir()
    path.replace(target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def refuse_a_full_folder(output: Path) -> None:
    """Raise InputError where a new folder is to be made and something is."""
    if output.exists() and not (output.is_dir() and not any(output.iterdir())):
        raise InputError(f"{output}: exists and is no empty folder; choose another folder")
