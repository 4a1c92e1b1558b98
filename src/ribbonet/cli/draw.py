"""`ribbonet draw`: states of any file as a figure."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ribbonet.cli.options import Figure, flat
from ribbonet.cli.options.outputs import spare_inputs
from ribbonet.system.terminal import count_of


@flat
def command(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="Predictions of any program, DSSP files or labelled chains, in any supported "
            "format; states of the same sequence are drawn one above the other.",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The figure: .svg, .pdf or .png.")
    ],
    reference: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The structure, PDB or mmCIF, or a file of states, to compare with: differences "
            "are marked, Q3 and SOV printed.",
        ),
    ] = None,
    *,
    figure: Figure,
) -> None:
    """Draw the states in files as a figure, one file above the other."""
    from ribbonet.evaluation.drawing import draw

    spare_inputs(output, [*files, reference])
    number = draw(files, output, reference=reference, **figure.chosen)
    sys.stderr.write(f"ribbonet: {count_of(number, 'chain')} drawn to {output}\n")
