"""`ribbonet draw`: states of any file as a figure."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ribbonet.cli.options.outputs import spare_inputs
from ribbonet.system.counts import count_of


class Colours(StrEnum):
    """Names of `ribbonet.prediction.figures.style.PALETTES`."""

    SAFE = "safe"
    GREY = "grey"
    CLASSIC = "classic"


class Track(StrEnum):
    """Names of `ribbonet.prediction.figures.style.TRACKS`."""

    RIBBON = "ribbon"
    RESIDUES = "residues"
    STATES = "states"
    PROBABILITIES = "probabilities"
    CONFIDENCE = "confidence"
    RELATIVES = "relatives"
    HYDROPATHY = "hydropathy"
    CHARGE = "charge"


def command(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Predictions of any program, DSSP's files or labelled chains, in any form that is "
            "read; what several say of one sequence is drawn one above the other.",
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The picture: .svg, .pdf or .png.")
    ],
    reference: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The structure: PDB, mmCIF, or a file of states. Differences are marked, Q3 and "
            "SOV are said.",
        ),
    ] = None,
    width: Annotated[
        float | None, typer.Option(help="Millimetres; else 180, two columns of a journal.")
    ] = None,
    wrap: Annotated[
        int | None, typer.Option(help="Residues on a line; 0 for a chain on one line.")
    ] = None,
    track: Annotated[
        list[Track] | None,
        typer.Option(help="What is drawn, once for each; else ribbon, residues, probabilities."),
    ] = None,
    colours: Annotated[
        Colours,
        typer.Option(help="For the colour-blind too, grey, or red helices and yellow strands."),
    ] = Colours.SAFE,
    no_legend: Annotated[bool, typer.Option("--no-legend", help="Without the legend.")] = False,
    no_numbers: Annotated[
        bool, typer.Option("--no-numbers", help="Without numbers of residues.")
    ] = False,
    no_caption: Annotated[bool, typer.Option("--no-caption", help="Without the caption.")] = False,
) -> None:
    """Draw the states in files, several one above the other, as a figure."""
    from ribbonet.evaluation.drawing import draw

    spare_inputs(output, [*files, reference])
    tracks = {"tracks": [own.value for own in track]} if track else {}
    number = draw(
        files,
        output,
        reference=reference,
        width=width,
        wrap=wrap,
        colours=colours.value,
        legend=not no_legend,
        numbers=not no_numbers,
        caption=not no_caption,
        **tracks,
    )
    sys.stderr.write(f"ribbonet: {count_of(number, 'chain')} drawn to {output}\n")
