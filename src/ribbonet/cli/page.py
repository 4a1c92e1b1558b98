"""`ribbonet page`: the page for any web server, which predicts in the browser itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ribbonet.cli import say


def command(
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FOLDER", help="The folder to make, new or empty."),
    ],
    model: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MODEL",
            help="A shipped model, or a folder made by train; repeat it to offer several, the "
            "first of which is selected at the start. By default fast.",
        ),
    ] = None,
) -> None:
    """Write a static page that predicts in the browser.

    It needs no server, and no sequence leaves the machine.
    """
    from ribbonet.web.standalone import write_page

    size = write_page(output, model or ["fast"])
    say(f"the page is in {output}, {size / 1e6:.1f} MB; put the folder on any web server")
