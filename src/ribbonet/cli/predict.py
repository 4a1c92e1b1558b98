"""`ribbonet predict`: FASTA in, secondary structure out."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.prediction.predictor import Prediction


class Format(StrEnum):
    """Names of `ribbonet.prediction.formats.FORMATS`, known before NumPy is loaded."""

    THREE_LINE = "three-line"
    FASTA = "fasta"
    TEXT = "text"
    SS2 = "ss2"
    HORIZ = "horiz"
    CSV = "csv"
    TSV = "tsv"
    JSONL = "jsonl"
    PARQUET = "parquet"


class Invalid(StrEnum):
    """What to do with a symbol that is no residue."""

    ERROR = "error"
    MASK = "mask"
    SKIP = "skip"


def command(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="FASTA; plain, or compressed by gzip, xz, bzip2 or zstd; - is standard input.",
        ),
    ] = None,
    sequence: Annotated[
        str | None, typer.Option(help="Predict this sequence instead of a file.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="A shipped model (see `ribbonet models`), or a folder made by train."),
    ] = None,
    format: Annotated[
        Format,
        typer.Option(help="fasta is of the states; text is for reading; parquet needs pyarrow."),
    ] = Format.THREE_LINE,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write here, not to standard output.")
    ] = None,
    on_invalid: Annotated[
        Invalid,
        typer.Option(help="A symbol that is no residue: stop, read as X, or skip the record."),
    ] = Invalid.ERROR,
) -> None:
    """Predict the secondary structure of the chains in a FASTA file."""
    if (file is None) == (sequence is None):
        raise InputError("give either a FASTA file (- is standard input) or --sequence")

    from ribbonet.atomic import atomic_write
    from ribbonet.prediction.formats import FORMATS
    from ribbonet.prediction.predictor import DEFAULT_MODEL, load_model, predict_chains
    from ribbonet.sequence.files import clean_sequence, read_fasta
    from ribbonet.sequence.records import Chain

    loaded = load_model(model or DEFAULT_MODEL)
    if sequence is not None:
        residues = clean_sequence(sequence, on_invalid.value)
        chains: Iterable[Chain] = [Chain("sequence", residues)] if residues else []
    else:
        chains = read_fasta(str(file), on_invalid=on_invalid.value, on_warning=_warn)
    predictions = predict_chains(chains, loaded)
    chosen = FORMATS[format]
    chosen.check()
    if output is None and sys.stdout.isatty():
        chosen = chosen.for_terminal()
    shown = _shown(predictions, show=output is not None and sys.stderr.isatty())
    with nullcontext(sys.stdout.buffer) if output is None else atomic_write(output, "wb") as target:
        chosen.assemble((chosen.encode([prediction]) for prediction in shown), target)


def _warn(message: str) -> None:
    sys.stderr.write(f"ribbonet: warning: {message}\n")


def _shown(predictions: Iterable[Prediction], show: bool) -> Iterator[Prediction]:
    """Pass predictions through, counting chains and residues on standard error."""
    if not show:
        yield from predictions
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading")
        residues = 0
        for chains, prediction in enumerate(predictions, 1):
            residues += len(prediction)
            progress.update(task, description=f"{chains:,} chains, {residues:,} residues")
            yield prediction
