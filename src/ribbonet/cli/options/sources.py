"""Options for what models read beside residues, and what they stand for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.chains.chain import Chain
    from ribbonet.chains.relatives.alignments import AlignmentFiles
    from ribbonet.models.inputs import Source

Msa = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Profiles from the chains' files here: ID.a3m, ID.sto, ID.hhm or ID.pssm.",
    ),
]
Homologues = Annotated[
    Path | None,
    typer.Option(
        metavar="FASTA",
        help="Profiles from what MMseqs2, or else jackhmmer, finds for the chains in this FASTA.",
    ),
]
Arrays = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Arrays (L, D), one a chain, in HDF5 or .npz: embeddings, or profiles.",
    ),
]


@contextmanager
def opened(
    chains: Callable[[], Iterable[Chain]],
    msa: Path | None,
    homologues: Path | None,
    inputs: Path | None,
    *,
    alignments: AlignmentFiles | None = None,
    often: bool = False,
) -> Iterator[Source | None]:
    """Give the source that the options name, ready for the chains.

    Parameters
    ----------
    chains : callable
        Returns all chains that will be asked for.
    msa, homologues, inputs : Path, optional
        The options' values; at most one.
    alignments : AlignmentFiles, optional
        What the chains come from, if they come with profiles.
    often : bool
        Whether each chain will be asked for more than once; files of `msa` are then read once.
    """
    if sum(option is not None for option in (msa, homologues, inputs)) > 1:
        raise InputError("give one of --msa, --homologues and --inputs")
    if alignments is not None:
        if msa or homologues or inputs:
            raise InputError(
                f"{alignments}: brings its own profile; leave --msa, --homologues and --inputs out"
            )
        yield alignments
    elif inputs is not None:
        from ribbonet.chains.arrays import ArrayFile

        yield ArrayFile(inputs)
    elif msa is not None:
        from ribbonet.chains.relatives.profile_files import ProfileFolder
        from ribbonet.chains.relatives.profiles import stored_profiles

        folder = ProfileFolder(msa)
        if not often:
            yield folder
            return
        with stored_profiles(chains(), lambda each: map(folder, each), folder.settings) as source:
            yield source
    elif homologues is not None:
        from ribbonet.chains.arrays import state_of
        from ribbonet.chains.relatives.profiles import (
            by_jackhmmer,
            find_profiles,
            stored_profiles,
        )

        if not homologues.is_file():
            raise InputError(f"{homologues}: no such file; give a FASTA file")
        with stored_profiles(
            chains(),
            lambda each: find_profiles(_announced(each, homologues), homologues),
            f"{state_of(homologues)} {'jackhmmer' if by_jackhmmer() else 'MMseqs2'}",
        ) as source:
            yield source
    else:
        yield None


def _announced(chains: Sequence[Chain], homologues: Path) -> Sequence[Chain]:
    """Say on a terminal what will take long."""
    if sys.stderr.isatty():
        from ribbonet.chains.relatives.profiles import by_jackhmmer

        program = "jackhmmer (MMseqs2, which is faster, is not installed)"
        what = f"homologues of {len(chains):,} sequences in {homologues}, by " + (
            program if by_jackhmmer() else "MMseqs2"
        )
        sys.stderr.write(f"ribbonet: looking for {what}\n")
    return chains
