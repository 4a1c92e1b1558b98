"""`ribbonet data embed`: embeddings by a protein language model."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ribbonet.cli import say
from ribbonet.cli.options.outputs import check_ending, spare_inputs
from ribbonet.cli.terminal.progress import Reading, progress
from ribbonet.system.terminal import count_of


class Precision(StrEnum):
    """Of numbers that are written."""

    HALF = "float16"
    SINGLE = "float32"


def embed(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="FASTA, or labelled chains.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The HDF5 file to write.")
    ],
    model: Annotated[
        str,
        typer.Option(
            metavar="MODEL",
            help="ESM-2 or ProtT5: a folder as transformers writes it, or a name on its hub, such "
            "as facebook/esm2_t33_650M_UR50D; see the guide embeddings.md.",
        ),
    ],
    precision: Annotated[
        Precision,
        typer.Option(help="Precision of the numbers written, and of the computation on a GPU."),
    ] = Precision.HALF,
    window: Annotated[
        int,
        typer.Option(
            min=4,
            metavar="NUMBER",
            help="Residues read at a time; longer chains by overlapping windows.",
        ),
    ] = 1022,
    batch: Annotated[
        int,
        typer.Option(min=1, metavar="NUMBER", help="Residues per batch; fewer need less memory."),
    ] = 4096,
    device: Annotated[
        str | None,
        typer.Option(
            metavar="DEVICE",
            help="Device, as PyTorch names it; by default a GPU where there is one.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Resume an output that was interrupted.")
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only warnings and errors.")
    ] = False,
) -> None:
    """Embed chains by a protein language model.

    The file is for --inputs of train, predict and evaluate.
    """
    spare_inputs(output, [*files, model])
    check_ending(output, ".h5", ".hdf5")

    from ribbonet.datasets.library import chains_of
    from ribbonet.embedding.files import embed_to
    from ribbonet.embedding.language_model import LanguageModel

    half = precision is Precision.HALF
    chosen = LanguageModel(model, window=window, batch=batch, half=half, device=device)
    with progress(Reading(None), quiet=quiet) as show:
        number = embed_to(
            output,
            (chain for file in files for chain in chains_of(file)),
            chosen,
            precision=precision.value,
            resume=resume,
            on_block=lambda block: show(len(block), sum(map(len, block))),
        )
    if not quiet:
        say(
            f"embeddings of {count_of(number, 'chain')}, {chosen.columns:,} numbers a residue, "
            f"written to {output}"
        )
