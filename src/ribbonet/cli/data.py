"""`ribbonet data`: files of labelled chains, converted from one published form to another."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ribbonet.errors import InputError

app = typer.Typer(
    help="Labelled chains of one's own: converted, fetched, labelled, split.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


class States(StrEnum):
    """How many states labels are written in."""

    THREE = "3"
    EIGHT = "8"


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A file of labelled chains.")],
    output: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write.")],
    from_: Annotated[
        str | None, typer.Option("--from", help="Form of IN; else guessed from its content.")
    ] = None,
    to: Annotated[
        str | None, typer.Option(help="Form of OUT; else told by the end of its name.")
    ] = None,
    states: Annotated[
        States, typer.Option(help="8 keeps the states that IN has; 3 reduces them to H, E, C.")
    ] = States.EIGHT,
) -> None:
    """Convert labelled chains: three-line, biotrainer, NetSurfP CSV and .npz, UCI, DSSP, .ss2."""
    from ribbonet.sequence.forms import FORMS, form_to_write, read_chains, write_chains

    for form in (from_, to):
        if form is not None and form not in FORMS:
            raise InputError(f"{form!r} is no form; give one of {', '.join(FORMS)}")
    target = to or form_to_write(output)
    chains = read_chains(source, states=8 if states is States.EIGHT else 3, form=from_)
    _say(f"{write_chains(output, chains, target):,} chains written to {output}")


def _say(message: str) -> None:
    sys.stderr.write(f"ribbonet: {message}\n")
