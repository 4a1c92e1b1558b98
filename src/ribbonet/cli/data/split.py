"""`ribbonet data split`: parts with no homologues across them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ribbonet.cli import say
from ribbonet.errors import InputError
from ribbonet.system.terminal import count_of


def split(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Labelled chains.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Folder for the parts.")
    ],
    shares: Annotated[
        str | None,
        typer.Option(
            metavar="PERCENT,...",
            help="Percentages of train and test, or of train, valid and test; by default 80,10,10.",
        ),
    ] = None,
    folds: Annotated[
        int | None,
        typer.Option(
            min=2,
            metavar="NUMBER",
            help="Make this many equal folds instead, for cross-validation.",
        ),
    ] = None,
    identity: Annotated[
        float,
        typer.Option(
            min=0,
            max=100,
            metavar="PERCENT",
            help="Per cent identity above which chains stay together.",
        ),
    ] = 25,
    seed: Annotated[int, typer.Option(min=0, metavar="NUMBER", help="Random seed.")] = 0,
    sensitivity: Annotated[
        float,
        typer.Option(
            min=1,
            max=7.5,
            metavar="NUMBER",
            help="Sensitivity of the MMseqs2 search; higher is slower.",
        ),
    ] = 7.0,
    threads: Annotated[
        int | None,
        typer.Option(min=1, metavar="NUMBER", help="Threads of MMseqs2; by default one per core."),
    ] = None,
) -> None:
    """Split chains into sets that share no homologues.

    The sets are train, valid and test, or folds; MMseqs2 finds the homologues.
    """
    from ribbonet.chains.relatives.splits import SHARES, read_shares, split_chains, write_parts
    from ribbonet.datasets.library import read_all
    from ribbonet.system.working import refuse_a_full_folder

    refuse_a_full_folder(output)
    if folds and shares is not None:
        raise InputError("--folds makes parts of one size; leave --shares out")
    wanted = [1.0] * folds if folds else read_shares(shares or "80,10,10")
    names = [f"fold{n + 1}" for n in range(folds)] if folds else SHARES[len(wanted)]
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
