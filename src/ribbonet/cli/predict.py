"""`ribbonet predict`: FASTA in, secondary structure out."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer
from typer.core import TyperCommand

from ribbonet.cli.outputs import spare_inputs
from ribbonet.cli.progress import Files, Reading, progress
from ribbonet.cli.sources import Arrays, Homologues, Msa, opened
from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.chains.alphabet import NumberOfStates
    from ribbonet.chains.chain import Chain
    from ribbonet.chains.fasta import OnInvalid
    from ribbonet.prediction.runs.folders import Each, Finished
    from ribbonet.prediction.runs.stream import Predict


class Format(StrEnum):
    """Names of `ribbonet.prediction.formats.registry.FORMATS`, known before NumPy is loaded."""

    THREE_LINE = "three-line"
    FASTA = "fasta"
    TEXT = "text"
    SS2 = "ss2"
    HORIZ = "horiz"
    CSV = "csv"
    TSV = "tsv"
    JSONL = "jsonl"
    PARQUET = "parquet"


_TOLD = {
    f".{form.value}": form
    for form in (Format.SS2, Format.HORIZ, Format.CSV, Format.TSV, Format.JSONL, Format.PARQUET)
}
"""Formats that the end of a name tells."""


class States(StrEnum):
    """How many states are told apart."""

    THREE = "3"
    EIGHT = "8"


class Invalid(StrEnum):
    """What to do with a symbol that is no residue."""

    ERROR = "error"
    MASK = "mask"
    SKIP = "skip"
    DEGAP = "degap"


_ADDRESS = re.compile(r"auto|local|.*:\d+")


class PredictCommand(TyperCommand):
    """Lets `--ray` stand alone, before anything that is no address."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the address in where it is left out."""
        for place, arg in enumerate(args):
            if arg == "--ray" and not _ADDRESS.fullmatch("".join(args[place + 1 : place + 2])):
                args = [*args[:place], "--ray=local", *args[place + 1 :]]
        return super().parse_args(ctx, args)


def command(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="FASTA; plain, or compressed by gzip, xz, bzip2 or zstd; - is standard input; a "
            "folder of such files gets a folder of predictions.",
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
        Format | None,
        typer.Option(
            help="fasta is of the states; text is for reading; parquet needs pyarrow. Else told by "
            "the end of the output's name (.ss2, .horiz, .csv, .tsv, .jsonl, .parquet), or "
            "three-line."
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            help="Write here, not to standard output; FOLDER/ gets one file a record.",
        ),
    ] = None,
    min_confidence: Annotated[
        float,
        typer.Option(min=0, max=1, help="Write - for states less probable than this."),
    ] = 0.0,
    states: Annotated[
        States, typer.Option(help="States to predict: eight where the model knows them.")
    ] = States.THREE,
    on_invalid: Annotated[
        Invalid,
        typer.Option(
            help="A symbol that is no residue: stop, read as X, skip the record (and list it in "
            "OUTPUT.skipped.tsv, or on standard error), or take out the gaps of an alignment."
        ),
    ] = Invalid.ERROR,
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="Processes; else one a core when there is enough to predict."),
    ] = None,
    msa: Msa = None,
    homologues: Homologues = None,
    inputs: Arrays = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with an output that was broken off.")
    ] = False,
    ray: Annotated[
        str | None,
        typer.Option(
            metavar="[ADDRESS]",
            help="Predict by Ray, on the cluster at ADDRESS (auto, or HOST:PORT), or on one that "
            "is started on this machine; see docs/scale.md.",
        ),
    ] = None,
) -> None:
    """Predict the secondary structure of the chains in a FASTA file."""
    if (file is None) == (sequence is None):
        raise InputError("give either a FASTA file (- is standard input) or --sequence")
    folder = file is not None and Path(file).is_dir()
    if folder and output is None:
        raise InputError(f"{file}: is a folder; name one for its predictions by --output")
    if ray is not None and not folder and not Path(file or "-").is_file():
        raise InputError("--ray reads files by their names; give a FASTA file or a folder of them")
    if resume and output is None:
        raise InputError("--resume goes on with a file or folder; name it by --output")
    if homologues is not None and (file == "-" or ray is not None):
        raise InputError(
            "--homologues reads the chains twice, on this machine: give a file, no --ray"
        )
    if output is not None:
        spare_inputs(output, [file, homologues, inputs])
    one_thread_a_process()

    from ribbonet.chains.chain import Chain
    from ribbonet.chains.fasta import clean_sequence, read_fasta
    from ribbonet.chains.open import name_of
    from ribbonet.models.inputs import check_source
    from ribbonet.models.library import DEFAULT_MODEL, load_model
    from ribbonet.prediction.formats.compressed import compressed, parted
    from ribbonet.prediction.formats.registry import FORMATS, FORMATS8
    from ribbonet.prediction.predictor import blocks, warn_of_nucleotides
    from ribbonet.prediction.runs.folders import predict_shards, shards_of
    from ribbonet.prediction.runs.growing import unfinished
    from ribbonet.prediction.runs.stream import Work, predict_to

    known = msa is not None or homologues is not None
    loaded = load_model(model or DEFAULT_MODEL, profiles=known)
    check_source(loaded.inputs, msa or homologues or inputs, model or DEFAULT_MODEL)
    number: NumberOfStates = 3 if states is States.THREE else 8
    formats = FORMATS if number == 3 else FORMATS8
    name = "" if folder else output or ""
    form = format or _TOLD.get(Path(parted(name)[0]).suffix, Format.THREE_LINE)
    if form not in formats:
        raise InputError(f"--format {form} has room for three states; give another format")
    chosen = compressed(formats[form], name)
    chosen.check()
    stdout = sys.stdout.buffer
    where = Reading()

    def records(on_skip: Callable[[int, str, str], None] | None) -> Iterator[Chain]:
        if sequence is None:
            yield from read_fasta(
                str(file),
                on_invalid=on_invalid.value,
                on_warning=_warn,
                on_skip=on_skip,
                on_open=where.open,
            )
        elif residues := clean_sequence(sequence, on_invalid.value):
            yield Chain("sequence", residues)

    def read(on_skip: Callable[[int, str, str], None] | None) -> Iterator[Chain]:
        name = "sequence" if file is None else name_of(file)
        return warn_of_nucleotides(records(on_skip), name, _warn)

    def everything() -> Iterator[Chain]:
        if sequence is not None:
            yield from records(None)
            return
        inside = Path(str(file))
        for path in [inside / name for name in shards_of(inside)] if folder else [str(file)]:
            yield from read_fasta(path, on_invalid=on_invalid.value)

    try:
        with (
            opened(everything, msa, homologues, inputs) as source,
            _machines(ray, threads, file, on_invalid.value) as (predict, each),
        ):
            work = Work(loaded, chosen, min_confidence, number, source=source)
            if output is None or _is_a_stream(output):
                with _opened(output, stdout) as target:
                    if target.isatty():
                        work = replace(work, format=chosen.for_terminal())
                    done = predict(blocks(read(_warn_of_skipped)), work)
                    work.format.assemble((part for _, parts in done for part in parts), target)
            elif folder:
                shards = [Path(str(file), name) for name in shards_of(Path(str(file)))]
                files = Files(sum(shard.stat().st_size for shard in shards))
                with progress(files) as show:

                    def on_shard(shard: Finished) -> None:
                        files.position += shard.read
                        show(shard.records, shard.residues)

                    predict_shards(
                        Path(str(file)),
                        Path(output),
                        work,
                        each=each,
                        on_invalid=on_invalid.value,
                        resume=resume,
                        on_shard=on_shard,
                        on_warning=_warn,
                    )
            else:
                work = replace(work, file_a_record=output.endswith(_SLASHES))
                with progress(where) as show:

                    def on_block(block: Sequence[Chain]) -> None:
                        show(len(block), sum(map(len, block)))

                    predict_to(
                        Path(output), read, work, predict=predict, resume=resume, on_block=on_block
                    )
    except KeyboardInterrupt:
        kept = output is not None and unfinished(Path(os.path.realpath(output)))
        advice = "; what is finished is kept, go on by --resume" if kept else ""
        sys.stderr.write(f"ribbonet: interrupted{advice}\n")
        raise typer.Exit(130) from None


_SLASHES = ("/", os.sep)


@contextmanager
def _machines(
    ray: str | None, threads: int | None, file: str | None, on_invalid: OnInvalid
) -> Iterator[tuple[Predict, Each]]:
    """Give what predicts: processes of this machine, or Ray's."""
    if ray is None:
        from ribbonet.prediction.runs.folders import each
        from ribbonet.prediction.runs.stream import predicted

        yield partial(predicted, threads=threads), partial(each, threads=threads)
        return
    from ribbonet.prediction.runs import ray as ray_engine

    # Ray prints what happens to its workers; standard output is for the predictions
    with redirect_stdout(sys.stderr), ray_engine.cluster(ray, threads) as workers:
        yield (
            ray_engine.by_blocks(Path(str(file)), on_invalid, workers),
            partial(ray_engine.each, workers=workers),
        )


def one_thread_a_process() -> None:
    """Keep libraries of linear algebra, loaded later, from starting threads.

    The matrices are small, and several processes share the cores; each library has its variable.
    """
    for name in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{name}_NUM_THREADS", "1")
    os.environ.setdefault("VECLIB_MAXIMUM_THREADS", "1")


def _warn(message: str) -> None:
    sys.stderr.write(f"ribbonet: warning: {message}\n")


def _warn_of_skipped(number: int, header: str, fault: str) -> None:
    _warn(f"record {number} ({header}) is left out: {fault}")


def _is_a_stream(output: str) -> bool:
    """Whether an output is neither a file nor a folder, but a pipe, `/dev/null` or the like."""
    path = Path(output)
    return path.exists() and not path.is_file() and not path.is_dir()


@contextmanager
def _opened(output: str | None, stdout: BinaryIO) -> Iterator[BinaryIO]:
    if output is None:
        yield stdout
        stdout.flush()
    else:
        with Path(output).open("wb") as file:
            yield file
