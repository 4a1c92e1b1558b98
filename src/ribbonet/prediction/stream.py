"""Any number of chains in, predictions out: in blocks, by several processes, resumable."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from itertools import chain as joined
from itertools import islice
from pathlib import Path
from typing import Any
from zlib import crc32

from ribbonet import __version__
from ribbonet.errors import InputError
from ribbonet.prediction.format import Format
from ribbonet.prediction.journal import Entry, Journal
from ribbonet.prediction.model import Model
from ribbonet.prediction.outputs import FileARecord, OneFile, Output, Skipped
from ribbonet.prediction.predictor import NumberOfStates, blocks, predict_block
from ribbonet.prediction.workers import cores, in_order
from ribbonet.sequence.records import Chain

PAYS = 4
"""Blocks of input that several processes are started for; fewer are done before they would be."""

OnSkip = Callable[[int, str, str], None]
"""What is called for a record that is left out: its number, its header, what is wrong."""


@dataclass(frozen=True)
class Work:
    """Turns a block of chains into parts of an output: one, or a whole file a record."""

    model: Model
    format: Format
    min_confidence: float = 0.0
    states: NumberOfStates = 3
    file_a_record: bool = False

    def __call__(self, chains: Sequence[Chain]) -> list[bytes]:
        """Predict the chains and write them down."""
        predictions = predict_block(chains, self.model, self.min_confidence, self.states)
        if not self.file_a_record:
            return [self.format.encode(predictions)]
        files = [BytesIO() for _ in predictions]
        for prediction, file in zip(predictions, files, strict=True):
            self.format.assemble([self.format.encode([prediction])], file)
        return [file.getvalue() for file in files]

    @property
    def settings(self) -> dict[str, Any]:
        """All that the output depends on but the chains."""
        return {
            "version": __version__,
            "--model": _fingerprint(self.model),
            "--format": self.format.suffix,
            "--min-confidence": self.min_confidence,
            "--states": self.states,
            "kind of --output": "folder" if self.file_a_record else "file",
        }


def _fingerprint(model: Model) -> str:
    digest = sha256()
    for stage in model.stages:
        digest.update(f"{stage.window} {stage.states}".encode())
        for network in stage.networks:
            digest.update(json.dumps(network.config()).encode())
            for array in network.state.values():
                digest.update(array.tobytes())
    return digest.hexdigest()


def predicted(
    blocks: Iterable[list[Chain]], work: Work, threads: int | None = None
) -> Iterator[tuple[list[Chain], list[bytes]]]:
    """Predict blocks of chains, in their order, by several processes.

    Parameters
    ----------
    blocks : iterable of list of Chain
        Read as they are needed.
    work : Work
    threads : int, optional
        Processes; without it, as many as there are cores when there is enough to predict.
    """
    if threads is None:
        blocks = iter(blocks)
        first = list(islice(blocks, PAYS))
        threads = cores() if len(first) == PAYS else 1
        blocks = joined(first, blocks)
    return in_order(work, blocks, threads)


def predict_to(
    output: Path,
    read: Callable[[OnSkip], Iterable[Chain]],
    work: Work,
    *,
    threads: int | None = None,
    resume: bool = False,
    on_block: Callable[[Sequence[Chain]], None] | None = None,
) -> None:
    """Predict chains to a file, or to a folder of one file a record.

    The output grows in a folder of its name and `.partial`, beside a journal of the blocks of
    chains that are finished, and takes its name when it is whole. If it does not come to that, the
    folder stays, to be gone on with. Records that are left out are listed in a file of the
    output's name and `.skipped.tsv`.

    Parameters
    ----------
    output : Path
        A file, replaced if it exists; or, by `work.file_a_record`, a folder, new or empty.
    read : callable
        Returns all chains (when going on, too); its argument is to be called for each record that
        is left out, as `ribbonet.sequence.files.read_fasta` does.
    work : Work
    threads : int, optional
        As for `predicted`.
    resume : bool
        Go on with an output that was broken off, if there is one.
    on_block : callable, optional
        Called with each block of chains that is finished.

    Raises
    ------
    InputError
        When the output cannot be written, or one that was broken off had other chains or another
        work. What reading the chains raises is raised here.
    """
    output = Path(os.path.realpath(output))
    if work.file_a_record:
        if output.exists() and not (output.is_dir() and not any(output.iterdir())):
            raise InputError(f"{output}: exists and is no empty folder; choose another folder")
    elif output.is_dir():
        raise InputError(f"{output}: is a folder; end its name by / to get one file a record there")
    partial = output.with_name(f"{output.name}.partial")
    listed = output.with_name(f"{output.name}.skipped.tsv")
    skipped = Skipped(partial / "skipped.tsv")
    with _complaints(output):
        partial.mkdir(exist_ok=True)
        with closing(Journal(partial / "journal", work.settings)) as journal:
            if not journal.entries:
                _clear(partial, but=journal.path)
            elif not resume:
                raise InputError(
                    f"{partial}: holds an unfinished prediction; go on with it by --resume, or "
                    "remove that folder to start anew"
                )
            kind = FileARecord if work.file_a_record else OneFile
            grown: Output = kind(partial, work.format)
            with closing(grown), closing(skipped), _kept(partial, journal), _complaints(output):
                chains = read(skipped)
                with closing(_finished(blocks(chains), journal, grown, work, threads)) as finished:
                    for block in finished:
                        if on_block is not None:
                            on_block(block)
                grown.finish(journal.entries)
        _move(grown.path, output)
        listed.unlink(missing_ok=True)
        if skipped.path.exists():
            _move(skipped.path, listed)
        shutil.rmtree(partial)


def _finished(
    blocks: Iterator[list[Chain]],
    journal: Journal,
    grown: Output,
    work: Work,
    threads: int | None,
) -> Generator[list[Chain]]:
    """Go through the blocks of an earlier run, then through new ones as they are finished."""
    for number, entry in enumerate(journal.entries):
        block = next(blocks, [])
        if _checksum(block) != entry.read:
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
    for block, parts in predicted(blocks, work, threads):
        checksum, size = grown.write(block, parts)
        journal.add(Entry(len(block), _checksum(block), checksum, size))
        yield block


def _checksum(chains: Iterable[Chain]) -> int:
    checksum = 0
    for chain in chains:
        checksum = crc32(f"{chain.header}\n{chain.sequence}\n".encode(), checksum)
    return checksum


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def _complaints(output: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        remedy = "make room" if error.errno in _FULL else "choose another place"
        raise InputError(f"{output}: cannot be written ({error.strerror}); {remedy}") from None


@contextmanager
def _kept(partial: Path, journal: Journal) -> Iterator[None]:
    """Say what is kept of an output that is broken off; remove what holds nothing."""
    try:
        yield
    except BaseException as error:
        if not journal.entries:
            shutil.rmtree(partial)
        elif isinstance(error, InputError):
            records = sum(entry.records for entry in journal.entries)
            raise InputError(
                f"{error}; {records:,} finished records are kept, go on by --resume"
            ) from None
        raise


def _clear(folder: Path, but: Path) -> None:
    """Remove what a run without a finished block left."""
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path != but:
            path.unlink()


def _move(path: Path, target: Path) -> None:
    """Give a file or folder its final name, for good."""
    if target.is_dir():
        target.rmdir()
    path.replace(target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
