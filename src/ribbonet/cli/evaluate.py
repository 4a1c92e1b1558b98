"""`ribbonet evaluate`: scores on labelled chains, a model's or another predictor's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ribbonet.cli.options import flat
from ribbonet.cli.options.labelled import Labels
from ribbonet.cli.options.outputs import check_ending, spare_inputs
from ribbonet.cli.options.sources import Chosen, Sources, TemplatesCommand
from ribbonet.cli.predict import one_thread_a_process
from ribbonet.errors import InputError

COMMAND = TemplatesCommand
"""What parses the options."""

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="MODEL DATA...",
        help="A shipped model or a folder made by train, and files of labelled chains; "
        "with --predictions: files or folders of predictions, and one file of labelled chains.",
    ),
]
Against = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TRAIN",
        help="A file of training chains, without those of --exclude: report Q3 by identity to the "
        "nearest of them (MMseqs2), and warn of leakage; repeat it for several.",
    ),
]


@flat
def command(
    files: Files,
    predictions: Annotated[
        bool,
        typer.Option(
            "--predictions",
            help="Score predictions in files (.ss2, .horiz, .csv, three-line, ...), not a model's.",
        ),
    ] = False,
    exclude: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="File of ids of chains to leave out, one per line; repeat it for several.",
        ),
    ] = None,
    *,
    labels: Labels,
    compare: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL|FILE|FOLDER",
            help="Another model, or a file or folder of predictions, to compare with by paired "
            "tests.",
        ),
    ] = None,
    against: Against = None,
    sources: Sources,
    templates: Chosen = None,
    max_identity: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=100,
            metavar="PERCENT",
            help="With --templates: ignore homologues above this identity.",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html", help="Also write an HTML report with charts, chains and scores."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object per file.")] = False,
) -> None:
    """Score a model, or another predictor's files, on labelled chains."""
    one_thread_a_process()
    if len(files) < 2:
        what = "predictions" if predictions else "a model"
        raise InputError(f"give {what} and a file of labelled chains")
    if report is not None:
        read = [sources.homologues, sources.inputs, sources.msa, compare, templates or None]
        spare_inputs(report, [*files, *(exclude or []), *(against or []), *read])
        check_ending(report, ".html", ".htm")

    from ribbonet.cli.runs.evaluation import Run

    Run(
        files,
        predictions,
        exclude or [],
        labels.options(),
        compare,
        against or [],
        sources,
        templates,
        max_identity,
        report,
        json,
    )()
