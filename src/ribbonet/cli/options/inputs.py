"""What `ribbonet predict` reads: files, standard input, a folder of files, or one sequence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from ribbonet.cli import warn
from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.chains.chain import Chain
    from ribbonet.chains.relatives.alignment_files import AlignmentFiles
    from ribbonet.chains.sequences.rules import OnInvalid
    from ribbonet.cli.terminal.progress import Reading

OnSkip = Callable[[int, str, str], None]

STDIN = "-"


@dataclass(frozen=True)
class Input:
    """Where the chains come from; either `files`, of which a folder is the only one, or `sequence`.

    Files that are alignments give their first sequences, and the profiles of these.

    Parameters
    ----------
    files : tuple of str
        Names, `-` for standard input.
    sequence : str or None
    on_invalid : {"error", "mask", "skip"}
        What to do with symbols that are no residues.
    max_length : int
        Residues of a chain, at most.
    counts : Counter
        What was masked and skipped, once the chains are read.
    alignments : AlignmentFiles or None
        The files, where they are alignments.
    refuse_second : str
        What to say where there is a second chain and only one may be; empty where many may.
    """

    files: tuple[str, ...]
    sequence: str | None
    on_invalid: OnInvalid
    max_length: int
    counts: Counter[str] = field(default_factory=Counter)
    alignments: AlignmentFiles | None = None
    refuse_second: str = ""

    @property
    def folder(self) -> Path | None:
        """The folder whose files are read, if it is one."""
        return Path(self.files[0]) if self.files and Path(self.files[0]).is_dir() else None

    @property
    def is_regular(self) -> bool:
        """Whether all of it can be read again, by another process too."""
        return bool(self.files) and all(Path(name).is_file() for name in self.files)

    def reading(self) -> Reading:
        """Return how far reading is, as `read` goes on."""
        from ribbonet.cli.terminal.progress import Reading

        return Reading(sum(Path(n).stat().st_size for n in self.files) if self.is_regular else None)

    def read(self, on_skip: OnSkip | None, where: Reading | None = None) -> Iterator[Chain]:
        """Read the chains of all files, one after the other, and warn of what is unusual."""
        for number, chain in enumerate(self._chains(on_skip, where)):
            if number and self.refuse_second:
                raise InputError(self.refuse_second)
            yield chain

    def _chains(self, on_skip: OnSkip | None, where: Reading | None) -> Iterator[Chain]:
        from ribbonet.chains.chain import Chain
        from ribbonet.chains.sequences.counts import doubts
        from ribbonet.chains.sequences.resemblance import warn_of_nucleotides
        from ribbonet.chains.sequences.residues import clean_sequence

        if self.sequence is not None:
            residues = clean_sequence(self.sequence, self.on_invalid, self.counts)
            if doubted := doubts(self.counts):
                warn(f"sequence: {doubted}")
            chains = [Chain("sequence", residues)] if residues else []
            yield from warn_of_nucleotides(chains, "sequence", warn)
        if self.alignments is not None:
            yield from warn_of_nucleotides(self.alignments.chains, str(self.alignments), warn)
            return
        for name in self.files:
            from ribbonet.chains.fasta import read_fasta
            from ribbonet.chains.open import name_of

            read = read_fasta(
                name,
                on_invalid=self.on_invalid,
                max_length=self.max_length,
                on_warning=warn,
                on_skip=on_skip if len(self.files) == 1 else _of_file(name, on_skip),
                on_open=None if where is None else where.open,
                counts=self.counts,
            )
            yield from warn_of_nucleotides(read, name_of(name), warn)

    def again(self) -> Iterator[Chain]:
        """Read the chains, those of a folder's files too, without a word."""
        from ribbonet.chains.chain import Chain
        from ribbonet.chains.fasta import read_fasta
        from ribbonet.chains.sequences.residues import clean_sequence
        from ribbonet.prediction.runs.folders import shards_of

        if self.sequence is not None:
            yield Chain("sequence", clean_sequence(self.sequence, self.on_invalid))
        if self.alignments is not None:
            yield from self.alignments.chains
            return
        names = self.files
        if self.folder is not None:
            names = tuple(str(self.folder / name) for name in shards_of(self.folder))
        for name in names:
            yield from read_fasta(name, on_invalid=self.on_invalid, max_length=self.max_length)


def find_input(
    names: Sequence[str], sequence: str | None, on_invalid: OnInvalid, max_length: int | None = None
) -> Input:
    """Check what was given, and expand patterns that the shell left as they are.

    Raises
    ------
    InputError
        When there is neither a file nor a sequence, or both, or a file is not there.
    """
    from ribbonet.chains.sequences.rules import MAX_LENGTH

    longest = max_length or MAX_LENGTH
    if bool(names) == (sequence is not None):
        raise InputError("give either FASTA files (- is standard input) or --sequence")
    if sequence is not None:
        _check_sequence(sequence)
        return Input((), sequence, on_invalid, longest)
    files = [file for name in names for file in _matching(name)]
    if len(files) > 1:
        if folders := [file for file in files if Path(file).is_dir()]:
            raise InputError(f"{folders[0]}: is a folder; give one folder alone, or files")
        if files.count(STDIN) > 1:
            raise InputError("- is standard input, which can be read once")
    alignments = None if on_invalid == "degap" else _alignments(files, longest)
    return Input(tuple(files), None, on_invalid, longest, alignments=alignments)


def _alignments(files: Sequence[str], max_length: int) -> AlignmentFiles | None:
    """Read files that are alignments; None where they are others."""
    from ribbonet.chains.relatives.alignment_files import AlignmentFiles, is_alignment

    aligned = [file for file in files if is_alignment(file)]
    if not aligned:
        return None
    if others := [file for file in files if file not in aligned]:
        raise InputError(
            f"{aligned[0]}: is an alignment, and {others[0]} is none; predict them apart"
        )
    alignments = AlignmentFiles(files)
    for chain in alignments.chains:
        if len(chain) > max_length:
            raise InputError(f"{chain.id}: has more than {max_length:,} residues; see --max-length")
    return alignments


def _matching(name: str) -> list[str]:
    if name == STDIN or Path(name).exists():
        return [name]
    if found := sorted(glob(name)):  # noqa: PTH207 - the pattern may be absolute
        return found
    if any(mark in name for mark in "*?["):
        raise InputError(f"{name}: matches no file")
    from ribbonet.chains.mistaken import hint_of

    raise InputError(f"{name}: no such file{hint_of(name)}")


def _check_sequence(sequence: str) -> None:
    if not sequence.isalpha():  # accessions have digits
        from ribbonet.chains.mistaken import download_of

        if found := download_of(sequence):
            raise InputError(
                f"--sequence {sequence}: looks like an accession of {found[0]}; download "
                f"{found[1]} and give that file"
            )
    if "." in sequence and Path(sequence).is_file():
        raise InputError(f"--sequence {sequence}: is a file; give it without --sequence")


def _of_file(name: str, on_skip: OnSkip | None) -> OnSkip | None:
    """Add the file's name to what is said of records left out."""
    if on_skip is None:
        return None
    return lambda number, header, fault: on_skip(number, header, f"{name}: {fault}")
