"""An output that grows in a working folder and takes its name when it is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from ribbonet.errors import InputError
from ribbonet.prediction.runs.journal import JOURNAL, Journal
from ribbonet.system.atomic import write_errors
from ribbonet.system.working import (
    WorkingFolder,
    is_working_folder,
    working_folder,
    working_path,
)

Made = TypeVar("Made")


@contextmanager
def growing(
    output: Path, settings: dict[str, Any], entry: Callable[..., Made], resume: bool
) -> Iterator[tuple[WorkingFolder, Journal[Made]]]:
    """Hold the folder in which an output grows, and its journal; remove it at the end.

    If the block raises, the folder stays, to be resumed, unless it holds nothing finished.

    Parameters
    ----------
    output : Path
        The place, without symbolic links.
    settings : dict
        What the output depends on.
    entry : callable
        Makes an entry of the journal from its values.
    resume : bool
        Whether to resume an interrupted output, if there is one.

    Yields
    ------
    folder, journal : WorkingFolder, Journal

    Raises
    ------
    InputError
        When nothing can be written there, another process writes there, or an interrupted output
        there is not to be resumed or had other settings.
    """
    with working_folder(working_path(output), output) as folder:
        with closing(Journal(folder, settings, entry)) as journal:
            if not _holds(folder, journal):
                for name in reversed(folder.names):
                    if name != JOURNAL:
                        folder.discard(name)
            elif not resume:
                raise InputError(
                    f"{folder.path}: holds an unfinished output; go on with it by --resume, or "
                    "remove that folder to start anew"
                )
            with _kept(folder, journal), write_errors(output):
                yield folder, journal
        folder.remove()


@contextmanager
def _kept(folder: WorkingFolder, journal: Journal[Any]) -> Iterator[None]:
    """Report what is kept of an interrupted output; remove it if it holds nothing."""
    try:
        yield
    except BaseException as error:
        if not _holds(folder, journal):
            journal.close()
            folder.remove()
        elif isinstance(error, InputError) and _GO_ON not in str(error):
            records = sum(entry.records for entry in journal.entries)
            raise InputError(f"{error}; {records:,} finished records are kept, {_GO_ON}") from None
        raise


_GO_ON = "go on by --resume"


def unfinished(output: Path) -> bool:
    """Whether there is an interrupted output."""
    return is_working_folder(working_path(output))


def _holds(folder: WorkingFolder, journal: Journal[Any]) -> bool:
    """Whether something is finished, or finished in part."""
    return bool(journal.entries) or any(
        is_working_folder(folder.path / name) for name in folder.names
    )
