"""Prediction of any number of chains to a file or a folder, resumable."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain as joined
from pathlib import Path
from zlib import crc32

from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.prediction.blocks import Parts, Predict, Work, blocks, predicted
from ribbonet.prediction.runs.growing import growing
from ribbonet.prediction.runs.journal import Entry, Journal
from ribbonet.prediction.runs.outputs import FileARecord, OneFile, Output
from ribbonet.prediction.runs.skipped import SKIPPED, Skipped
from ribbonet.system.working import move, refuse_a_full_folder

OnSkip = Callable[[int, str, str], None]
"""What is called for a record that is left out: its number, its header, what is wrong."""


@dataclass(frozen=True, slots=True)
class Block(Entry):
    """A finished block, and how many of its chains have relatives of known structure."""

    related: int = 0


def predict_to(
    output: Path,
    read: Callable[[OnSkip], Iterable[Chain]],
    work: Work,
    *,
    predict: Predict = predicted,
    resume: bool = False,
    on_block: Callable[[Sequence[Chain]], None] | None = None,
) -> int:
    """Predict chains to a file, or to a folder of one file per record.

    The output grows in a working folder beside it (see `ribbonet.system.working`), with a journal
    of the blocks of chains that are finished, and takes its name when it is complete. Otherwise the
    folder stays, to be resumed. Records that are left out are listed in a file of the output's name
    and `.skipped.tsv`.

    Parameters
    ----------
    output : Path
        A file, replaced if it exists; or, by `work.file_a_record`, a folder, new or empty.
    read : callable
        Returns all chains (when resuming, too); its argument is to be called for each record that
        is left out, as `ribbonet.chains.fasta.read_fasta` does.
    work : Work
    predict : Predict
        What does it.
    resume : bool
        Whether to resume an interrupted output, if there is one.
    on_block : callable, optional
        Called with each block of chains that is finished.

    Returns
    -------
    related : int
        How many of the chains have relatives of known structure, if templates are used.

    Raises
    ------
    InputError
        When the output cannot be written, or an interrupted one had other chains or another
        work. What reading the chains raises is raised here.
    """
    output = Path(os.path.realpath(output))
    if work.file_a_record:
        refuse_a_full_folder(output)
    elif output.is_dir():
        raise InputError(
            f"{output}: is a folder; end its name by / to get one file per record there"
        )
    with growing(output, work.settings, Block, resume) as (folder, journal):
        skipped = Skipped(folder, output.with_name(output.name + SKIPPED))
        kind = FileARecord if work.file_a_record else OneFile
        grown: Output = kind(folder, work.format)
        with closing(grown), closing(skipped):
            chains = read(skipped)

            def new(rest: Iterator[list[Chain]], done: int) -> Iterator[tuple[list[Chain], Parts]]:
                return predict(rest, work, done)

            with closing(finished(blocks(chains), journal, grown, new)) as done:
                for block in done:
                    if on_block is not None:
                        on_block(block)
            grown.finish(journal.entries)
        related = sum(entry.related for entry in journal.entries)
        skipped.finish()
        move(grown.path, output)
    return related


def finished(
    blocks: Iterator[list[Chain]],
    journal: Journal[Block],
    grown: Output,
    new: Callable[[Iterator[list[Chain]], int], Iterator[tuple[list[Chain], Parts]]],
) -> Generator[list[Chain]]:
    """Go through the blocks of an earlier run, then through new ones as they are finished.

    Parameters
    ----------
    blocks : iterator of list of Chain
        All of them.
    journal : Journal
        Of those that are finished; added to.
    grown : Output
        Holds what came of them; added to.
    new : callable
        Yields blocks and what is to be written of them, from those that are left and the number
        of those that are finished.

    Raises
    ------
    InputError
        When the blocks are not those of the earlier run.
    """
    for number, entry in enumerate(journal.entries):
        block = next(blocks, [])
        if checksum_of(block) != entry.read:
            first = sum(entry.records for entry in journal.entries[:number]) + 1
            raise InputError(
                f"records {first} to {first + entry.records - 1} are not those of the run to go "
                "on with; give the same input"
            )
        if not grown.holds(block, entry):
            journal.keep(number)
            blocks = joined([block], blocks)
            break
        yield block
    for block, parts in new(blocks, len(journal.entries)):
        checksum, size = grown.write(block, parts)
        journal.add(Block(len(block), checksum_of(block), checksum, size, parts.related))
        yield block


def checksum_of(chains: Iterable[Chain]) -> int:
    """CRC-32 of chains' headers and sequences."""
    checksum = 0
    for chain in chains:
        checksum = crc32(f"{chain.header}\n{chain.sequence}\n".encode(), checksum)
    return checksum
