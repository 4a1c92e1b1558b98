"""The list of records that a prediction leaves out, beside its output."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from ribbonet.errors import InputError
from ribbonet.system.terminal import printable
from ribbonet.system.working import WorkingFolder, move

LIST = "skipped.tsv"
"""The list's name in the working folder."""

SKIPPED = ".skipped.tsv"
"""Ends the name of an output's list of the records that it leaves out."""

SKIPPED_COLUMNS = b"record\tfault\theader\n"
"""First line of that list."""


class Skipped:
    """The list of records that are left out: a file, if there are any.

    Parameters
    ----------
    folder : WorkingFolder
        Where it grows.
    target : Path
        Where it goes; what is there already is replaced if it is such a list, and nothing else.
    """

    def __init__(self, folder: WorkingFolder, target: Path) -> None:
        self._folder, self._target = folder, target
        self._file: BinaryIO | None = None

    def __call__(self, number: int, header: str, fault: str) -> None:
        """Add a record."""
        if self._file is None:
            if os.path.lexists(self._target) and not self._is_list():
                raise InputError(
                    f"{self._target}: records that are left out would be listed there, and it is "
                    "another file; move it, or choose another --output"
                )
            self._file = self._folder.open(LIST)
            self._file.truncate(0)
            self._file.write(SKIPPED_COLUMNS)
        self._file.write(f"{number}\t{printable(fault)}\t{printable(header)}\n".encode())

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def finish(self) -> None:
        """Put the list in its place, or take an earlier one away if nothing is left out."""
        if self._file is not None:
            move(self._folder.path / LIST, self._target)
        elif self._is_list():
            self._target.unlink()

    def _is_list(self) -> bool:
        """Whether the target is a list of records left out, and not a link to one."""
        if self._target.is_symlink() or not self._target.is_file():
            return False
        with self._target.open("rb") as file:
            return file.readline(len(SKIPPED_COLUMNS)) == SKIPPED_COLUMNS
