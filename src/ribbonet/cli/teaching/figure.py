"""`ribbonet figure`: the documents' figures, drawn for slides."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ribbonet.cli.options.outputs import check_ending
from ribbonet.errors import InputError


def command(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="Name of a figure; see --list.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The .svg file; by default standard output."
        ),
    ] = None,
    show_list: Annotated[bool, typer.Option("--list", help="List the figures.")] = False,
) -> None:
    """Draw a figure of the teaching documents as SVG."""
    from ribbonet.lessons.figures import FIGURES, figure
    from ribbonet.system.atomic import atomic_write

    if show_list:
        for own, about in FIGURES.items():
            sys.stdout.write(f"{own:20} {about.shows} ({about.source})\n")
        return
    if name is None:
        raise InputError("give the name of a figure; --list shows them")
    if output is not None:
        check_ending(output, ".svg")
    text = figure(name)
    if output is None:
        sys.stdout.write(text)
    else:
        with atomic_write(output, "w") as file:
            file.write(text)
