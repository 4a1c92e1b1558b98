"""`ribbonet data convert`: from one published form to another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ribbonet.cli import say
from ribbonet.cli.options import States, flat
from ribbonet.cli.options.labelled import Labels
from ribbonet.cli.options.outputs import spare_inputs
from ribbonet.errors import InputError
from ribbonet.system.terminal import count_of


@flat
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A file of labelled chains.")],
    output: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write.")],
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="FORMAT", help="Format of IN; by default recognised by its content."
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(metavar="FORMAT", help="Format of OUT; by default that of its extension."),
    ] = None,
    states: Annotated[
        States, typer.Option(help="8 keeps the states that IN has; 3 reduces them to H, E, C.")
    ] = States.EIGHT,
    *,
    labels: Labels,
) -> None:
    """Convert labelled chains from one format to another.

    The guide data-and-evaluation.md has a table of the formats.
    """
    from ribbonet.chains.alphabet import ALPHABETS
    from ribbonet.chains.open import name_of
    from ribbonet.chains.readers.registry import FORMS, form_to_write, write_chains
    from ribbonet.tasks.labels import interpret, read_written
    from ribbonet.tasks.structure import Structure

    if from_ is not None and from_ not in FORMS:
        raise InputError(f"{from_!r} is not a format; give one of {', '.join(FORMS)}")
    target = form_to_write(output, to)
    spare_inputs(output, [source])
    options = labels.options()
    labelled = interpret(
        list(read_written(source, options, form=from_)),
        options,
        name_of(source),
        ALPHABETS[int(states)],
    )
    if not isinstance(labelled.task, Structure):
        say(labelled.reason)
    say(f"{count_of(write_chains(output, labelled.chains, target), 'chain')} written to {output}")
