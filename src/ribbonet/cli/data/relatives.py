"""`ribbonet data profiles` and `ribbonet data templates`: what relatives tell, kept in files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ribbonet.cli import say, warn
from ribbonet.cli.options import flat
from ribbonet.cli.options.labelled import Labels
from ribbonet.cli.options.outputs import check_ending, spare_inputs
from ribbonet.cli.options.sources import Homologues, Msa, Sources
from ribbonet.errors import InputError
from ribbonet.system.terminal import count_of


def profiles(
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="Labelled chains, or FASTA.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The .npz file to write.")
    ],
    msa: Msa = None,
    homologues: Homologues = None,
) -> None:
    """Compute the profiles of chains and write them to a file.

    The file is for --inputs of train, predict and evaluate.
    """
    from ribbonet.chains.relatives.profiles import write_profiles
    from ribbonet.datasets.library import chains_of

    spare_inputs(output, [*files, homologues, msa])
    check_ending(output, ".npz")
    chains = [chain for file in files for chain in chains_of(file)]
    with Sources(msa, homologues).opened(lambda: chains) as source:
        if source is None:
            raise InputError("give --homologues FASTA or --msa FOLDER")
        write_profiles(output, chains, map(source, chains))
    say(f"profiles of {count_of(len(chains), 'chain')} written to {output}")


@flat
def templates(
    files: Annotated[
        list[str],
        typer.Argument(metavar="CHAINS", help="Labelled chains, or structures (PDB, mmCIF)."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The .templates file to write.")
    ],
    *,
    labels: Labels,
) -> None:
    """Pack chains of known structure into a set of templates.

    The file is for --templates of predict.
    """
    from ribbonet.chains.alphabet import STATES8
    from ribbonet.chains.structures.batch import is_structure
    from ribbonet.chains.structures.mkdssp import label_structure
    from ribbonet.chains.templates.packing import write_templates
    from ribbonet.tasks.labels import read_labelled

    spare_inputs(output, files)
    check_ending(output, ".templates")
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
