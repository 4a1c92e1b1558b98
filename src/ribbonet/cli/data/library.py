"""`ribbonet data list` and `ribbonet data fetch`: the data sets known by name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from ribbonet.cli import say
from ribbonet.errors import InputError
from ribbonet.system.terminal import count_of, drawing


def list_data(
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the data sets that can be fetched by name.

    Contents, source, licence, and whether each is fetched already.
    """
    from json import dumps

    from ribbonet.datasets.catalogue import DATASETS, NOT_LISTED
    from ribbonet.datasets.library import data_folder

    kept = {name: data_folder() / dataset.file for name, dataset in DATASETS.items()}
    if json:
        rows = [
            {
                "name": name,
                "summary": dataset.summary,
                "chains": dataset.chains,
                "file": str(kept[name]) if kept[name].exists() else None,
                "licence": dataset.licence,
                "citation": dataset.citation,
                "urls": dataset.urls,
                "sha256": dataset.sha256,
            }
            for name, dataset in DATASETS.items()
        ]
        sys.stdout.write(dumps(rows, indent=1) + "\n")
        return
    for name, dataset in DATASETS.items():
        chains = f", {count_of(dataset.chains, 'chain')}" if dataset.chains else ""
        lines = [
            f"{name}: {dataset.summary}{chains}",
            f"  licence   {dataset.licence}",
            f"  cite      {dataset.citation}",
            f"  from      {dataset.urls[0]}",
            f"  here      {kept[name] if kept[name].exists() else 'not fetched'}",
        ]
        sys.stdout.write("\n".join(lines) + "\n")
    for name, reason in NOT_LISTED.items():
        say(f"{name} is not here: {reason}")


def fetch_data(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="See `data list`.")],
) -> None:
    """Download data sets and check them.

    They are kept in RIBBONET_DATA or the user's cache.
    """
    from ribbonet.datasets.catalogue import DATASETS, NOT_LISTED
    from ribbonet.datasets.library import fetch

    for name in names:
        if name in NOT_LISTED:
            raise InputError(f"{name} is not here: {NOT_LISTED[name]}")
        if name not in DATASETS:
            raise InputError(f"{name!r} is no data set; give one of {', '.join(DATASETS)}")
    for name in names:
        with _progress(name) as on_bytes:
            path = fetch(DATASETS[name], on_bytes=on_bytes)
        say(f"{name} ({DATASETS[name].licence}) is in {path}")


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int | None], None] | None]:
    """Show bytes on a terminal as they come."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn(name), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(file=drawing(sys.stderr)), transient=True) as progress:
        task = progress.add_task(name, total=None)
        yield lambda size, total: progress.update(task, completed=size, total=total)
