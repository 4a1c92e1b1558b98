"""A folder of FASTA files predicted to a folder: one file for each, each by one process."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_fasta
from ribbonet.chains.sequences.resemblance import warn_of_nucleotides
from ribbonet.chains.sequences.rules import MAX_LENGTH, OnInvalid
from ribbonet.errors import InputError
from ribbonet.prediction.blocks import Work, predicted
from ribbonet.prediction.formats import split_compression
from ribbonet.prediction.runs.growing import growing
from ribbonet.prediction.runs.skipped import SKIPPED
from ribbonet.prediction.runs.stream import OnSkip, predict_to
from ribbonet.system.pools import cores, in_order
from ribbonet.system.working import OUTPUT, move, refuse_a_full_folder, working_path

FASTA = (".fasta", ".fa", ".faa", ".fas")


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished shard: its file's name, its counts, the bytes read and written.

    `modified` is when the file that was read last changed, in nanoseconds; `on_invalid` what was
    done with records that are not valid; `masked` counts symbols read as X, `skipped` records, and
    `related` those that have relatives of known structure.
    """

    name: str
    records: int
    residues: int
    read: int
    written: int
    modified: int
    on_invalid: OnInvalid
    masked: int = 0
    skipped: int = 0
    related: int = 0


@dataclass(frozen=True)
class ShardWork:
    """Predicts the chains of a file in a folder, to a file in another one.

    A shard that another process began is continued, so that little is repeated when a killed
    process is started again.
    """

    source: Path
    target: Path
    work: Work
    on_invalid: OnInvalid
    max_length: int = MAX_LENGTH

    def __call__(self, name: str) -> tuple[Finished, list[str]]:
        """Predict the file of this name; what was done, and warnings."""
        path, target = self.source / name, self.path_of(name)
        warnings: list[str] = []
        lengths: list[int] = []
        counts: Counter[str] = Counter()

        def read(on_skip: OnSkip) -> Iterator[Chain]:
            chains = read_fasta(
                path,
                on_invalid=self.on_invalid,
                max_length=self.max_length,
                on_warning=warnings.append,
                on_skip=on_skip,
                counts=counts,
            )
            return warn_of_nucleotides(chains, str(path), warnings.append)

        def count(block: Sequence[Chain]) -> None:
            lengths.extend(map(len, block))

        alone = partial(predicted, threads=1)
        related = predict_to(target, read, self.work, predict=alone, resume=True, on_block=count)
        state = self._state(name)
        done = Finished(
            name,
            len(lengths),
            sum(lengths),
            *state,
            self.on_invalid,
            counts["masked"],
            counts["skipped"] + counts["empty"],
            related,
        )
        return done, warnings

    def path_of(self, name: str) -> Path:
        """Where the predictions for the file of this name go."""
        return self.target / (_stem(name) + self.work.format.suffix)

    def files_of(self, name: str) -> list[str]:
        """Names of what is made in the other folder for the file of this name."""
        path = self.path_of(name)
        return [path.name, path.name + SKIPPED, working_path(path).name]

    def holds(self, shard: Finished) -> bool:
        """Whether the files, in and out, are those of a shard that was finished as it would be."""
        if shard.on_invalid not in ("error", self.on_invalid):  # "error": all records were valid
            return False
        if not (self.source / shard.name).is_file() or not self.path_of(shard.name).is_file():
            return False
        return self._state(shard.name) == (shard.read, shard.written, shard.modified)

    def _state(self, name: str) -> tuple[int, int, int]:
        """Bytes of a shard's files, in and out, and when the first last changed."""
        read, written = (self.source / name).stat(), self.path_of(name).stat()
        return read.st_size, written.st_size, read.st_mtime_ns


class Each(Protocol):
    """Calls a function with each name, in other processes: `each`, or the one that uses Ray."""

    def __call__(
        self, function: ShardWork, names: Sequence[str]
    ) -> Iterator[tuple[Finished, list[str]]]:
        """Give the results in any order."""


def each(
    function: ShardWork, names: Sequence[str], *, threads: int | None = None
) -> Iterator[tuple[Finished, list[str]]]:
    """Call a function with each name, by several processes or, without `threads`, one a core."""
    processes = threads or max(1, min(cores(), len(names)))
    return (result for _, result in in_order(function, names, processes))


def shards_of(folder: Path) -> list[str]:
    """Names of the FASTA files in a folder, compressed or not, in their order.

    Raises
    ------
    InputError
        When there is none, or two would be predicted to one file.
    """
    names = sorted(
        path.name
        for path in folder.iterdir()
        if path.is_file() and split_compression(path.name)[0].endswith(FASTA)
    )
    if not names:
        ends = ", ".join(FASTA)
        raise InputError(f"{folder}: holds no FASTA files; end their names by {ends} (and .gz)")
    stems: dict[str, str] = {}
    for name in names:
        other = stems.setdefault(_stem(name), name)
        if other != name:
            raise InputError(
                f"{folder}: {other} and {name} would have predictions of one name; rename one"
            )
    return names


def _stem(name: str) -> str:
    return _without(split_compression(name)[0], FASTA)


def _without(name: str, ends: Iterable[str]) -> str:
    return next((name.removesuffix(end) for end in ends if name.endswith(end)), name)


def predict_shards(
    folder: Path,
    output: Path,
    work: Work,
    *,
    each: Each = each,
    on_invalid: OnInvalid = "error",
    max_length: int = MAX_LENGTH,
    resume: bool = False,
    on_shard: Callable[[Finished], None] | None = None,
    on_warning: Callable[[str], None] | None = None,
) -> None:
    """Predict the FASTA files of a folder, each to a file of its name in another folder.

    Each file's bytes are those that `predict_to` gives for it. The output grows as there, a
    finished file at a time.

    Parameters
    ----------
    folder : Path
    output : Path
        New or empty.
    work : Work
    each : Each
        What does it.
    on_invalid : {"error", "mask", "skip"}
        As `read_fasta` takes it.
    max_length : int
        As `read_fasta` takes it.
    resume : bool
        Whether to resume an interrupted output, if there is one; files that have changed since, are
        new, or were finished under another `on_invalid`, are predicted.
    on_shard : callable, optional
        Called with each shard that is finished.
    on_warning : callable, optional
        Called with messages about symbols and records that were changed or left out.

    Raises
    ------
    InputError
        As `predict_to` does.
    """
    names = shards_of(folder)
    output = Path(os.path.realpath(output))
    refuse_a_full_folder(output)
    with growing(output, work.settings, Finished, resume) as (working, journal):
        grown = working.make(OUTPUT)
        function = ShardWork(Path(os.path.realpath(folder)), grown, work, on_invalid, max_length)
        expected = {f"{OUTPUT}/{own}" for name in names for own in function.files_of(name)}
        working.add(sorted(expected))
        done = {shard.name: shard for shard in journal.entries if function.holds(shard)}
        for name in names:
            if name in done and on_shard is not None:
                on_shard(done[name])
        for shard, warnings in each(function, [name for name in names if name not in done]):
            if not function.holds(shard):
                raise InputError(
                    f"{function.path_of(shard.name)}: is not as it was written; the folder must "
                    "be one and the same on all machines"
                )
            journal.add(shard)
            if on_warning is not None:
                for warning in warnings:
                    on_warning(warning)
            if on_shard is not None:
                on_shard(shard)
        for name in working.names:
            if name.startswith(f"{OUTPUT}/") and name not in expected:
                working.discard(name)
        move(grown, output)
