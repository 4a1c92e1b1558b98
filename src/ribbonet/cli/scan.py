"""`ribbonet scan`: what each single mutation would change."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ribbonet.cli.options import Colours
from ribbonet.cli.options.inputs import find_input
from ribbonet.cli.options.outputs import spare_inputs
from ribbonet.cli.predict import one_thread_a_process
from ribbonet.errors import InputError
from ribbonet.system.terminal import count_of


def command(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", help="FASTA; - is standard input.")
    ] = None,
    sequence: Annotated[
        str | None, typer.Option(metavar="SEQUENCE", help="Scan this sequence instead.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="A table (.csv, .tsv, .jsonl) or a heat map (.svg, .pdf, .png); by default CSV to "
            "standard output.",
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL", help="A shipped model, or a folder made by train; by default accurate."
        ),
    ] = None,
    positions: Annotated[
        str | None, typer.Option(metavar="10-20,35", help="Positions to mutate; by default all.")
    ] = None,
    width: Annotated[
        float | None, typer.Option(metavar="NUMBER", help="Width of a heat map in millimetres.")
    ] = None,
    wrap: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", help="Residues per line of a heat map; 0 for all on one line."
        ),
    ] = None,
    colours: Annotated[
        Colours | None, typer.Option(help="Colours of a heat map; by default safe.")
    ] = None,
) -> None:
    """Predict every single mutant of a chain, and what each changes."""
    one_thread_a_process()

    from ribbonet.models import DEFAULT_MODEL, load_model
    from ribbonet.prediction.figures.style import style_of
    from ribbonet.prediction.mutations.files import TABLES, format_of, write_scans
    from ribbonet.prediction.mutations.scan import Scan, scan_chain
    from ribbonet.system.atomic import atomic_write

    form = "csv" if output is None else format_of(output)
    looks = {"width": width, "wrap": wrap, "colours": colours and colours.value}
    chosen = {name: value for name, value in looks.items() if value is not None}
    if chosen and form in TABLES:
        raise InputError(
            f"--{', --'.join(chosen)}: for a heat map only; leave out, or give -o FILE.svg, .pdf "
            "or .png"
        )
    style = style_of(**chosen)
    given = find_input(files or [], sequence, "error")
    if given.folder:
        raise InputError(f"{given.folder}: is a folder; give FASTA files")
    if output is not None:
        spare_inputs(output, [*given.files, model])
    wanted = None if positions is None else _positions(positions)
    loaded = load_model(model or DEFAULT_MODEL)
    mutants = 0

    def scans() -> Iterator[Scan]:
        nonlocal mutants
        for chain in given.read(None):
            found = scan_chain(chain, loaded, wanted)
            mutants += len(found)
            yield found

    if output is None:
        write_scans(scans(), form, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        with atomic_write(output, "wb") as target:
            write_scans(scans(), form, target, style)
        sys.stderr.write(
            f"ribbonet: {count_of(mutants, 'mutant')} predicted, written to {output}\n"
        )


def _positions(text: str) -> list[int]:
    """Read `10-20,35`."""
    found: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,7})\s*(?:-\s*(\d{1,7})\s*)?", part)
        if match is None or int(match[2] or match[1]) < int(match[1]):
            raise InputError(f"--positions {text}: {part!r} is no position; write 10-20,35")
        found += range(int(match[1]), int(match[2] or match[1]) + 1)
    return found
