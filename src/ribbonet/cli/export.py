"""`ribbonet export`: a model for other runtimes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from ribbonet.cli.options import States
from ribbonet.cli.options.outputs import check_ending, spare_inputs


def command(
    model: Annotated[
        str, typer.Argument(metavar="MODEL", help="A shipped model, or a folder made by train.")
    ],
    output: Annotated[Path, typer.Argument(metavar="FILE.onnx", help="The file to write.")],
    states: Annotated[
        States, typer.Option(help="Number of states; 8 needs a model of DSSP's eight.")
    ] = States.THREE,
) -> None:
    """Write a model as ONNX.

    It reads codes of residues and gives probabilities of states.
    """
    check_ending(output, ".onnx")

    from ribbonet.chains.alphabet import ALPHABETS
    from ribbonet.models import load_model

    spare_inputs(output, [model])

    from ribbonet.models.onnx import export_model

    export_model(load_model(model), output, ALPHABETS[int(states)])
    sys.stderr.write(f"ribbonet: the model is in {output}\n")
