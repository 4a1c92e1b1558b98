"""How far a prediction or a training is, shown on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Protocol

from ribbonet.system.terminal import drawing

Show = Callable[[int, int], None]
"""Takes the numbers of chains and of residues that are finished."""


class Position(Protocol):
    """Where in the input the work is; `size` is None as long as it is not known."""

    @property
    def size(self) -> int | None:
        """Bytes there are."""

    @property
    def position(self) -> int:
        """Bytes that are done with."""


class Reading:
    """How far the reading of the input is, in bytes of its files.

    Parameters
    ----------
    size : int or None
        Of all files; None if that is not known.
    """

    def __init__(self, size: int | None) -> None:
        self.size = size
        self._file: BinaryIO | None = None
        self._finished = 0
        self._own = 0

    def open(self, file: BinaryIO) -> None:
        """Go on to the next file."""
        self._finished += self._own
        self._file = None
        if file.seekable():
            self._file, self._own = file, os.fstat(file.fileno()).st_size

    @property
    def position(self) -> int:
        """Bytes read, of `size`."""
        if self._file is None:
            return self._finished
        return self._finished + (self._own if self._file.closed else self._file.tell())


class Files:
    """How many bytes of so many are in the files that are finished."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.position = 0


@contextmanager
def progress(where: Position, *, quiet: bool = False) -> Iterator[Show]:
    """Show on a terminal how far it is, how fast, and how much time is left if that is known."""
    if quiet or not sys.stderr.isatty():
        yield lambda chains, residues: None
        return
    from time import monotonic

    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
    )
    start, chains, residues = monotonic(), 0, 0
    with Progress(*columns, console=Console(file=drawing(sys.stderr)), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def show(more_chains: int, more_residues: int) -> None:
            nonlocal chains, residues
            chains += more_chains
            residues += more_residues
            bar.update(
                task,
                total=where.size,
                completed=where.position,
                description=f"{chains:,} chains, {residues:,} residues, "
                f"{residues / max(monotonic() - start, 1e-9):,.0f} residues/s",
            )

        yield show


def bar(steps: Iterable[Any], description: str, length: int) -> Iterator[Any]:
    """Show on standard error how far an epoch is."""
    from rich.console import Console
    from rich.progress import track

    yield from track(
        steps, description, length, console=Console(file=drawing(sys.stderr)), transient=True
    )
