"""`ribbonet predict`: FASTA in, secondary structure out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.prediction.predictor import NumberOfStates
    from ribbonet.sequence.records import Chain


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


class States(StrEnum):
    """How many states are told apart."""

    THREE = "3"
    EIGHT = "8"


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
            help="A symbol that is no residue: stop, read as X, or skip the record (and list it in "
            "OUTPUT.skipped.tsv)."
        ),
    ] = Invalid.ERROR,
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="Processes; else one a core when there is enough to predict."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with an output that was broken off.")
    ] = False,
) -> None:
    """Predict the secondary structure of the chains in a FASTA file."""
    if (file is None) == (sequence is None):
        raise InputError("give either a FASTA file (- is standard input) or --sequence")
    if resume and output is None:
        raise InputError("--resume goes on with a file or folder; name it by --output")
    one_thread_a_process()

    from ribbonet.prediction.formats import FORMATS, FORMATS8
    from ribbonet.prediction.predictor import DEFAULT_MODEL, blocks, load_model
    from ribbonet.prediction.stream import Work, predict_to, predicted
    from ribbonet.sequence.files import clean_sequence, read_fasta
    from ribbonet.sequence.records import Chain

    loaded = load_model(model or DEFAULT_MODEL)
    number: NumberOfStates = 3 if states is States.THREE else 8
    formats = FORMATS if number == 3 else FORMATS8
    if format not in formats:
        raise InputError(f"--format {format} has room for three states; give another format")
    chosen = formats[format]
    chosen.check()
    where = _Reading()

    def read(on_skip: Callable[[int, str, str], None] | None) -> Iterator[Chain]:
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

    try:
        if output is None or _is_a_stream(output):
            with _opened(output) as target:
                if target.isatty():
                    chosen = chosen.for_terminal()
                work = Work(loaded, chosen, min_confidence, number)
                done = predicted(blocks(read(None)), work, threads)
                chosen.assemble((part for _, parts in done for part in parts), target)
        else:
            work = Work(loaded, chosen, min_confidence, number, output.endswith(_SLASHES))
            with _progress(where) as on_block:
                predict_to(
                    Path(output), read, work, threads=threads, resume=resume, on_block=on_block
                )
    except KeyboardInterrupt:
        kept = output is not None and Path(f"{os.path.realpath(output)}.partial").exists()
        advice = "; what is finished is kept, go on by --resume" if kept else ""
        sys.stderr.write(f"ribbonet: interrupted{advice}\n")
        raise typer.Exit(130) from None


_SLASHES = ("/", os.sep)


def one_thread_a_process() -> None:
    """Keep libraries of linear algebra, loaded later, from starting threads.

    The matrices are small, and several processes share the cores; each library has its variable.
    """
    for name in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{name}_NUM_THREADS", "1")
    os.environ.setdefault("VECLIB_MAXIMUM_THREADS", "1")


def _warn(message: str) -> None:
    sys.stderr.write(f"ribbonet: warning: {message}\n")


def _is_a_stream(output: str) -> bool:
    """Whether an output is neither a file nor a folder, but a pipe, `/dev/null` or the like."""
    path = Path(output)
    return path.exists() and not path.is_file() and not path.is_dir()


@contextmanager
def _opened(output: str | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    else:
        with Path(output).open("wb") as file:
            yield file


class _Reading:
    """How far the reading of the input is, in bytes of the file."""

    def __init__(self) -> None:
        self.size: int | None = None
        self._file: BinaryIO | None = None

    def open(self, file: BinaryIO) -> None:
        """Look at the file from now on."""
        if file.seekable():
            self._file = file
            self.size = os.fstat(file.fileno()).st_size

    @property
    def position(self) -> int:
        """Bytes read, of `size`."""
        if self._file is None or self.size is None:
            return 0
        return self.size if self._file.closed else self._file.tell()


@contextmanager
def _progress(where: _Reading) -> Iterator[Callable[[Sequence[Chain]], None] | None]:
    """Show on a terminal how far it is, how fast, and how much time is left if that is known."""
    if not sys.stderr.isatty():
        yield None
        return
    from time import monotonic

    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
    )
    start, chains, residues = monotonic(), 0, 0
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("reading", total=None)

        def show(block: Sequence[Chain]) -> None:
            nonlocal chains, residues
            chains += len(block)
            residues += sum(map(len, block))
            progress.update(
                task,
                total=where.size,
                completed=where.position,
                description=f"{chains:,} chains, {residues:,} residues, "
                f"{residues / (monotonic() - start):,.0f} residues/s",
            )

        yield show
