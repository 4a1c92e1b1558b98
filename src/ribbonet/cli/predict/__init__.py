"""`ribbonet predict`: FASTA in, secondary structure out."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any

import typer

from ribbonet.cli.options import Figure, Invalid, States, flat
from ribbonet.cli.options.inputs import Input, find_input
from ribbonet.cli.options.sources import Sources, Templates, TemplatesCommand
from ribbonet.errors import InputError
from ribbonet.prediction.formats import Known

_ADDRESS = re.compile(r"auto|local|.*:\d+")


class PredictCommand(TemplatesCommand):
    """Lets `--ray` stand alone, before anything that is no address."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the address in where it is left out."""
        for place, arg in enumerate(args):
            if arg == "--ray" and not _ADDRESS.fullmatch("".join(args[place + 1 : place + 2])):
                args = [*args[:place], "--ray=local", *args[place + 1 :]]
        return super().parse_args(ctx, args)


COMMAND = PredictCommand


Files = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE",
        help="FASTA, plain or compressed by gzip, xz, bzip2 or zstd; - is standard input; a folder "
        "of such files gets a folder of predictions. Or alignments, in A3M (.a3m) or Stockholm: "
        "the first sequence of each, with the others as its profile.",
    ),
]
FormatName = Annotated[
    Known | None,
    typer.Option(
        help="fasta has the states as sequences; text is for reading; svg, pdf and png are "
        "figures; pdf and png need Matplotlib, parquet pyarrow. By default that of the output's "
        "extension, or three-line."
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE|FOLDER/",
        help="Write here instead of standard output; FOLDER/ gets one file per record.",
    ),
]
OnInvalid = Annotated[
    Invalid,
    typer.Option(
        help="What to do with an invalid symbol: stop, read it as X, skip the record (and list it "
        "in OUTPUT.skipped.tsv, or on standard error), or remove the gaps of an alignment."
    ),
]
Address = Annotated[
    str | None,
    typer.Option(
        metavar="[ADDRESS]",
        help="Run on a Ray cluster at ADDRESS (auto, or HOST:PORT), or on one started on this "
        "machine; see the guide scale.md.",
    ),
]


ModelName = Annotated[
    str | None,
    typer.Option(
        metavar="MODEL",
        help="A shipped model (see `ribbonet models`), or a folder made by train; by default "
        "accurate.",
    ),
]
MinConfidence = Annotated[
    float,
    typer.Option(
        min=0, max=1, metavar="NUMBER", help="Write - in place of states that are less probable."
    ),
]
HowManyStates = Annotated[
    States, typer.Option(help="Number of states; 8 needs a model of DSSP's eight.")
]
Smooth = Annotated[
    bool,
    typer.Option(
        "--smooth",
        help="Predict plausible segments only: helices of three residues or more, strands of two.",
    ),
]
MaxLength = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="NUMBER",
        help="Longest sequence to accept, in residues; 1,000,000 by default.",
    ),
]
Threads = Annotated[
    int | None,
    typer.Option(
        min=1,
        metavar="NUMBER",
        help="Number of processes; by default one per core if there is enough to predict.",
    ),
]
Summaries = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE",
        help="Also write counts, model and options as JSON; or, where the name ends in "
        "_mqc.tsv, a row for MultiQC. Repeat it for both.",
    ),
]
WithProvenance = Annotated[
    bool,
    typer.Option(
        "--provenance",
        help="Name version, model and options in each record, as jsonl always does.",
    ),
]
Further = Annotated[
    str,
    typer.Option(
        metavar="NAMES",
        show_default=False,
        help="What else to predict in the same pass, separated by commas: disorder, topology (of "
        "membrane proteins); as columns of csv, tsv, jsonl or parquet.",
    ),
]


@flat
def command(
    files: Files = None,
    sequence: Annotated[
        str | None,
        typer.Option(metavar="SEQUENCE", help="Predict this sequence instead of a file."),
    ] = None,
    model: ModelName = None,
    format: FormatName = None,
    output: Output = None,
    min_confidence: MinConfidence = 0.0,
    states: HowManyStates = States.THREE,
    smooth: Smooth = False,
    on_invalid: OnInvalid = Invalid.ERROR,
    max_length: MaxLength = None,
    threads: Threads = None,
    *,
    sources: Sources,
    templates: Templates,
    figure: Figure,
    resume: Annotated[
        bool, typer.Option("--resume", help="Resume an output that was interrupted.")
    ] = False,
    ray: Address = None,
    summary: Summaries = None,
    provenance: WithProvenance = False,
    tracks: Further = "structure",
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print only warnings and errors.")
    ] = False,
) -> None:
    """Predict the secondary structure of the chains in FASTA files."""
    one_thread_a_process()
    given = find_input(files or [], sequence, on_invalid.value, max_length)
    summaries = tuple(summary or ())
    others = [model, templates.templates or None]  # empty for the set in the package
    _check(given, output, resume, ray, sources, summaries, others)

    from ribbonet.chains.alphabet import ALPHABETS
    from ribbonet.cli.predict.run import Run

    Run(
        given,
        output,
        format=None if format is None else format.value,
        model=model,
        min_confidence=min_confidence,
        states=ALPHABETS[int(states)],
        smooth=smooth,
        sources=sources,
        templates=templates.choice(),
        figure=figure.chosen,
        threads=threads,
        ray=ray,
        resume=resume,
        summaries=summaries,
        provenance=provenance,
        tracks=tracks,
        quiet=quiet,
    )()


def _check(
    given: Input,
    output: str | None,
    resume: bool,
    ray: str | None,
    sources: Sources,
    summaries: tuple[Path, ...],
    others: list[str | None],
) -> None:
    """Refuse options that do not go together, before anything is loaded."""
    if given.folder and output is None:
        raise InputError(f"{given.folder}: is a folder; name one for its predictions by --output")
    if ray is not None and not given.folder and not (given.is_regular and len(given.files) == 1):
        raise InputError(
            "--ray reads files by their names; give one FASTA file or a folder of them"
        )
    if resume and output is None:
        raise InputError("--resume needs the file or folder to resume; name it by --output")
    if ray is not None and given.alignments is not None:
        raise InputError("--ray reads FASTA, not alignments; leave it out")
    if sources.homologues is not None and (ray is not None or "-" in given.files):
        raise InputError(
            "--homologues reads the chains twice, on this machine: give a file, no --ray"
        )
    if output is None and not summaries:
        return
    from ribbonet.cli.options.outputs import spare_inputs
    from ribbonet.prediction.runs.skipped import SKIPPED

    read = [*given.files, given.folder, sources.homologues, sources.inputs, sources.msa, *others]
    if output is not None:
        spare_inputs(output, read, ("", SKIPPED))
    for path in summaries:
        spare_inputs(path, read)
        if output is not None and path.resolve() in (
            Path(f"{Path(output)}{end}").resolve() for end in ("", SKIPPED)
        ):
            raise InputError(f"{path}: --summary and --output name one file; give two")


def one_thread_a_process() -> None:
    """Keep libraries of linear algebra from starting threads; call it before NumPy is imported.

    The matrices are small, and several processes share the cores: threads that wait for one another
    take many times as long where other programs run, too. Each library has its variable.
    """
    for name in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{name}_NUM_THREADS", "1")
    os.environ.setdefault("VECLIB_MAXIMUM_THREADS", "1")
