"""`ribbonet data label`: structures, labelled by DSSP."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ribbonet.cli import say, warn
from ribbonet.cli.options.outputs import spare_inputs
from ribbonet.system.terminal import count_of

SOME_FAILED = 3
"""Exit code where some inputs of several failed and what came of the others is written."""


class InvalidStructure(StrEnum):
    """What to do with what cannot be read."""

    ERROR = "error"
    MASK = "mask"
    SKIP = "skip"


def label(
    structures: Annotated[
        list[Path],
        typer.Argument(
            metavar="STRUCTURE",
            help="PDB or mmCIF files, plain or compressed by gzip, xz, bzip2 or zstd.",
        ),
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Three-line file to write instead of standard output.",
        ),
    ] = None,
    all_models: Annotated[
        bool, typer.Option("--all-models", help="Label every model, not only the first.")
    ] = False,
    on_invalid: Annotated[
        InvalidStructure,
        typer.Option(
            help="What to do with a structure that cannot be labelled: label the others and exit "
            "with 3; leave out atoms that cannot be read, so that their residues get no label; or "
            "skip it."
        ),
    ] = InvalidStructure.ERROR,
) -> None:
    """Label the protein chains of structures by DSSP.

    In eight states, by the program mkdssp. All that can be labelled are; the others are listed on
    standard error, and the exit code is 3.
    """
    from ribbonet.chains.readers.registry import write_chains
    from ribbonet.chains.readers.three_line import format_three_line
    from ribbonet.chains.structures.batch import label_structures

    failed: list[str] = []

    def on_failure(fault: str) -> None:
        failed.append(fault)
        kind = "warning: left out" if on_invalid is InvalidStructure.SKIP else "error"
        say(f"{kind}: {fault}")

    chains = label_structures(
        structures,
        all_models=all_models,
        mask=on_invalid is InvalidStructure.MASK,
        on_failure=on_failure,
        on_warning=warn,
    )
    if output is None:
        for chain in chains:
            sys.stdout.write(format_three_line(chain))
    else:
        spare_inputs(output, structures)
        number = write_chains(output, chains, "three-line")
        say(f"{count_of(number, 'chain')} written to {output}")
    if failed and on_invalid is not InvalidStructure.SKIP:
        say(f"{len(failed):,} of {count_of(len(structures), 'structure')} could not be labelled")
        raise typer.Exit(SOME_FAILED)
