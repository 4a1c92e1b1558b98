"""Options for what models read besides residues: profiles, arrays, structures of homologues."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from ribbonet.cli import say
from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.chains.chain import Chain
    from ribbonet.chains.relatives.alignment_files import AlignmentFiles
    from ribbonet.models.inputs import Source

Msa = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Folder with a profile for each chain: ID.a3m, ID.sto, ID.hhm or ID.pssm.",
    ),
]
Homologues = Annotated[
    Path | None,
    typer.Option(
        metavar="FASTA",
        help="FASTA to search for homologues by MMseqs2, or else jackhmmer; gives profiles.",
    ),
]
Arrays = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="An array of shape (L, D) for each chain, embeddings or profiles, in HDF5 or .npz.",
    ),
]


@dataclass(frozen=True)
class Sources:
    """What models read beside residues, or instead of them: at most one of the options."""

    msa: Msa = None
    homologues: Homologues = None
    inputs: Arrays = None

    @property
    def are_profiles(self) -> bool:
        """Whether profiles are given."""
        return self.msa is not None or self.homologues is not None

    @property
    def path(self) -> Path | None:
        """Where they are; None where there are none."""
        return self.msa or self.homologues or self.inputs

    @contextmanager
    def opened(
        self,
        chains: Callable[[], Iterable[Chain]],
        *,
        alignments: AlignmentFiles | None = None,
        often: bool = False,
    ) -> Iterator[Source | None]:
        """Give the source that the options name, ready for the chains.

        Parameters
        ----------
        chains : callable
            Returns all chains that will be asked for.
        alignments : AlignmentFiles, optional
            What the chains come from, if they come with profiles.
        often : bool
            Whether each chain will be asked for more than once; files of `msa` are then read once.
        """
        if sum(path is not None for path in (self.msa, self.homologues, self.inputs)) > 1:
            raise InputError("give one of --msa, --homologues and --inputs")
        if alignments is not None:
            if self.path is not None:
                raise InputError(
                    f"{alignments}: brings its own profile; leave --msa, --homologues and --inputs "
                    "out"
                )
            yield alignments
        elif self.inputs is not None:
            from ribbonet.chains.arrays import ArrayFile

            yield ArrayFile(self.inputs)
        elif self.msa is not None:
            from ribbonet.chains.relatives.profile_files import ProfileFolder
            from ribbonet.chains.relatives.profiles import stored_profiles

            folder = ProfileFolder(self.msa)
            if not often:
                yield folder
                return
            with stored_profiles(chains(), partial(map, folder), folder.settings) as source:
                yield source
        elif self.homologues is not None:
            with _searched(chains(), self.homologues) as source:
                yield source
        else:
            yield None


@contextmanager
def _searched(chains: Iterable[Chain], homologues: Path) -> Iterator[Source]:
    """Give profiles of what MMseqs2 or jackhmmer finds for the chains in a file."""
    from ribbonet.chains.arrays import state_of
    from ribbonet.chains.relatives.profiles import by_jackhmmer, find_profiles, stored_profiles

    if not homologues.is_file():
        raise InputError(f"{homologues}: no such file; give a FASTA file")

    def find(each: Sequence[Chain]) -> Iterable[Any]:
        if sys.stderr.isatty():
            slow = "jackhmmer (MMseqs2, which is faster, is not installed)"
            program = slow if by_jackhmmer() else "MMseqs2"
            say(f"looking for homologues of {len(each):,} sequences in {homologues}, by {program}")
        return find_profiles(each, homologues)

    made_of = f"{state_of(homologues)} {'jackhmmer' if by_jackhmmer() else 'MMseqs2'}"
    with stored_profiles(chains, find, made_of) as source:
        yield source


SHIPPED = ""
"""Value of `--templates` alone: the set in the package."""

Chosen = Annotated[
    str | None,
    typer.Option(
        "--templates",
        metavar="[FILE]",
        help="Use known structures of homologues: those of the set in the package, or of one that "
        "`ribbonet data templates` wrote (FILE ends in .templates).",
    ),
]


class TemplatesCommand(TyperCommand):
    """Lets `--templates` stand alone, before anything that is no set of templates."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the value in where it is left out."""
        given = [
            f"--templates={SHIPPED}"
            if arg == "--templates" and not _is_set(args[place + 1 : place + 2])
            else arg
            for place, arg in enumerate(args)
        ]
        return super().parse_args(ctx, given)


def _is_set(following: Sequence[str]) -> bool:
    return any(arg.endswith(".templates") for arg in following)


@dataclass(frozen=True)
class Templates:
    """Whether known structures of relatives are used."""

    templates: Chosen = None
    no_templates: Annotated[
        bool,
        typer.Option(
            "--no-templates",
            help="Predict from the sequence alone, as for designed proteins, mutants and "
            "benchmarks.",
        ),
    ] = False

    def choice(self) -> bool | str | None:
        """Return what is chosen, as `ribbonet.prediction.templates.find_templates` takes it.

        Raises
        ------
        InputError
            If the options contradict each other.
        """
        if self.no_templates and self.templates is not None:
            raise InputError("--templates and --no-templates exclude each other; give one")
        if self.no_templates:
            return False
        return True if self.templates == SHIPPED else self.templates
