"""`ribbonet data`: files of labelled chains, converted from one published form to another."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ribbonet.cli import embed
from ribbonet.cli.options.choices import States
from ribbonet.cli.options.groups import flat
from ribbonet.cli.options.labelled import Labels
from ribbonet.cli.options.outputs import spare_inputs
from ribbonet.cli.options.sources import Homologues, Msa, Sources
from ribbonet.cli.terminal.messages import say, warn
from ribbonet.errors import InputError
from ribbonet.system.counts import count_of
from ribbonet.system.terminal import drawing

app = typer.Typer(
    help="Labelled chains: fetch, convert, label and split them, and prepare what models read.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


SOME_FAILED = 3
"""Exit code where some inputs of several failed and what came of the others is written."""


class InvalidStructure(StrEnum):
    """What to do with what cannot be read."""

    ERROR = "error"
    MASK = "mask"
    SKIP = "skip"


@app.command()
@flat
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A file of labelled chains.")],
    output: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write.")],
    from_: Annotated[
        str | None,
        typer.Option("--from", help="Format of IN; by default recognised by its content."),
    ] = None,
    to: Annotated[
        str | None, typer.Option(help="Format of OUT; by default that of its extension.")
    ] = None,
    states: Annotated[
        States, typer.Option(help="8 keeps the states that IN has; 3 reduces them to H, E, C.")
    ] = States.EIGHT,
    *,
    labels: Labels,
) -> None:
    """Convert labelled chains: three-line, biotrainer, NetSurfP CSV and .npz, UCI, DSSP, .ss2."""
    from ribbonet.chains.alphabet import ALPHABETS
    from ribbonet.chains.open import name_of
    from ribbonet.chains.readers.registry import FORMS, form_to_write, write_chains
    from ribbonet.tasks.labels import read_written
    from ribbonet.tasks.meaning import interpret
    from ribbonet.tasks.structure import Structure

    if from_ is not None and from_ not in FORMS:
        raise InputError(f"{from_!r} is no form; give one of {', '.join(FORMS)}")
    target = form_to_write(output, to)
    spare_inputs(output, [source])
    options = labels.options()
    labelled = interpret(
        list(read_written(source, options, form=from_)),
        options,
        name_of(source),
        ALPHABETS[int(states)],
    )
    if not isinstance(labelled.task, Structure):
        say(labelled.reason)
    say(f"{count_of(write_chains(output, labelled.chains, target), 'chain')} written to {output}")


app.command("embed")(embed.command)


@app.command("list")
def list_(
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List the data sets that have a name: contents, source, licence, and whether fetched."""
    from json import dumps

    from ribbonet.datasets.catalogue import DATASETS, NOT_LISTED
    from ribbonet.datasets.library import data_folder

    kept = {name: data_folder() / dataset.file for name, dataset in DATASETS.items()}
    if json:
        rows = [
            {
                "name": name,
                "summary": dataset.summary,
                "chains": dataset.chains,
                "file": str(kept[name]) if kept[name].exists() else None,
                "licence": dataset.licence,
                "citation": dataset.citation,
                "urls": dataset.urls,
                "sha256": dataset.sha256,
            }
            for name, dataset in DATASETS.items()
        ]
        sys.stdout.write(dumps(rows, indent=1) + "\n")
        return
    for name, dataset in DATASETS.items():
        chains = f", {count_of(dataset.chains, 'chain')}" if dataset.chains else ""
        lines = [
            f"{name}: {dataset.summary}{chains}",
            f"  licence   {dataset.licence}",
            f"  cite      {dataset.citation}",
            f"  from      {dataset.urls[0]}",
            f"  here      {kept[name] if kept[name].exists() else 'not fetched'}",
        ]
        sys.stdout.write("\n".join(lines) + "\n")
    for name, reason in NOT_LISTED.items():
        say(f"{name} is not here: {reason}")


@app.command("fetch")
def fetch_(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="See `data list`.")],
) -> None:
    """Download data sets, check them and keep them in RIBBONET_DATA or the user's cache."""
    from ribbonet.datasets.catalogue import DATASETS, NOT_LISTED
    from ribbonet.datasets.library import fetch

    for name in names:
        if name in NOT_LISTED:
            raise InputError(f"{name} is not here: {NOT_LISTED[name]}")
        if name not in DATASETS:
            raise InputError(f"{name!r} is no data set; give one of {', '.join(DATASETS)}")
    for name in names:
        with _progress(name) as on_bytes:
            path = fetch(DATASETS[name], on_bytes=on_bytes)
        say(f"{name} ({DATASETS[name].licence}) is in {path}")


@app.command()
def label(
    structures: Annotated[
        list[Path], typer.Argument(metavar="STRUCTURE...", help="PDB or mmCIF files, or .gz.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Three-line file to write instead of standard output."),
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
    """Label the protein chains of structures by DSSP (the program mkdssp), in eight states.

    All that can be labelled are; the others are listed on standard error, and the exit code is 3.
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


@app.command()
def split(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Labelled chains.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the parts.")],
    shares: Annotated[
        str, typer.Option(help="Percentages of train and test, or of train, valid and test.")
    ] = "80,10,10",
    folds: Annotated[
        int | None,
        typer.Option(min=2, help="Make this many equal folds instead, for cross-validation."),
    ] = None,
    identity: Annotated[
        float,
        typer.Option(min=0, max=100, help="Per cent identity above which chains stay together."),
    ] = 25,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    sensitivity: Annotated[
        float,
        typer.Option(min=1, max=7.5, help="Sensitivity of the MMseqs2 search; higher is slower."),
    ] = 7.0,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads of MMseqs2; by default one per core.")
    ] = None,
) -> None:
    """Split chains into train, valid and test, or folds, that share no homologues (MMseqs2)."""
    from ribbonet.chains.relatives.splits import SHARES, read_shares, split_chains, write_parts
    from ribbonet.datasets.library import read_all
    from ribbonet.system.working import refuse_a_full_folder

    refuse_a_full_folder(output)
    names = [f"fold{n + 1}" for n in range(folds)] if folds else SHARES[len(read_shares(shares))]
    wanted = [1.0] * folds if folds else read_shares(shares)
    chains = read_all(files)
    result = split_chains(
        chains, wanted, identity=identity / 100, seed=seed, sensitivity=sensitivity, threads=threads
    )
    write_parts(output, chains, names, result)
    say(
        f"{count_of(len(chains), 'chain')} in {count_of(len(result.families), 'family')} at "
        f"{identity:g} % identity, the largest of {len(result.families[0]):,}"
    )
    for name, part in zip(names, result.parts, strict=True):
        written = next(output.glob(f"{name}.[3f]*"))
        say(f"{written}: {count_of(len(part), 'chain')} ({100 * len(part) / len(chains):.1f} %)")


@app.command()
def profiles(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Labelled chains, or FASTA.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The .npz file to write.")],
    msa: Msa = None,
    homologues: Homologues = None,
) -> None:
    """Compute the profiles of chains once, for --inputs of train, predict and evaluate."""
    from ribbonet.chains.relatives.profiles import write_profiles
    from ribbonet.datasets.library import chains_of

    spare_inputs(output, [*files, homologues, msa])
    chains = [chain for file in files for chain in chains_of(file)]
    with Sources(msa, homologues).opened(lambda: chains) as source:
        if source is None:
            raise InputError("give --homologues FASTA or --msa FOLDER")
        write_profiles(output, chains, map(source, chains))
    say(f"profiles of {count_of(len(chains), 'chain')} written to {output}")


@app.command()
@flat
def templates(
    files: Annotated[
        list[str],
        typer.Argument(metavar="CHAINS...", help="Labelled chains, or structures (PDB, mmCIF)."),
    ],
    output: Annotated[Path, typer.Option("--output", "-o", help="The .templates file to write.")],
    *,
    labels: Labels,
) -> None:
    """Pack chains of known structure into a set of templates, for --templates of predict."""
    from ribbonet.chains.alphabet import STATES8
    from ribbonet.chains.relatives.template_set import write_templates
    from ribbonet.chains.structures.batch import is_structure
    from ribbonet.chains.structures.mkdssp import label_structure
    from ribbonet.tasks.labels import read_labelled

    spare_inputs(output, files)
    chains = (
        chain
        for name in files
        for chain in (
            label_structure(Path(name), on_warning=warn)
            if is_structure(name)
            else read_labelled([name], options=labels.options(), states=STATES8).structure()
        )
    )
    say(f"{count_of(write_templates(output, chains), 'template')} written to {output}")


@contextmanager
def _progress(name: str) -> Iterator[Callable[[int, int | None], None] | None]:
    """Show bytes on a terminal as they come."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn(name), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(file=drawing(sys.stderr)), transient=True) as progress:
        task = progress.add_task(name, total=None)
        yield lambda size, total: progress.update(task, completed=size, total=total)
