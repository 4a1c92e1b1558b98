"""Any number of chains in, an HDF5 file of their embeddings out, resumable."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ribbonet import __version__
from ribbonet.chains.arrays import stored_name
from ribbonet.chains.chain import Chain
from ribbonet.embedding.language_model import LanguageModel
from ribbonet.errors import InputError, lacking
from ribbonet.nn.arithmetic import fingerprint
from ribbonet.prediction.blocks import PROCESSOR, Parts, blocks
from ribbonet.prediction.runs.growing import growing
from ribbonet.prediction.runs.journal import Entry
from ribbonet.prediction.runs.outputs import PartsFile
from ribbonet.prediction.runs.stream import Block, finished
from ribbonet.system.working import OUTPUT, WorkingFolder, move

try:
    import h5py
except ImportError:
    raise lacking("embedding", "h5py", "plm") from None

Precision = Literal["float16", "float32"]


def embed_to(
    output: Path,
    chains: Iterable[Chain],
    model: LanguageModel,
    *,
    precision: Precision = "float16",
    resume: bool = False,
    on_block: Callable[[Sequence[Chain]], None] = lambda block: None,
) -> int:
    """Embed chains to an HDF5 file.

    It has a data set `(L, D)` a chain, named by the id with `_` for `.` and `/`, whose attribute
    `original_id` is the id; `ribbonet.chains.arrays.ArrayFile` reads it. It grows in a working
    folder beside it, as predictions do, and takes its name when it is whole.

    Parameters
    ----------
    output : Path
    chains : iterable of Chain
        All of them, when going on, too. One that comes again is embedded once.
    model : LanguageModel
    precision : {"float16", "float32"}
        Of the numbers in the file.
    resume : bool
        Whether to resume an interrupted output, if there is one.
    on_block : callable
        Called with each block of chains that is finished.

    Returns
    -------
    number : int
        Of arrays.

    Raises
    ------
    InputError
        When two chains have one id, numbers are too large for the precision, the output cannot be
        written, or an interrupted one had other chains or settings.
    """
    output = Path(os.path.realpath(output))
    if output.is_dir():
        raise InputError(f"{output}: is a folder; give the name of a file")
    settings = {
        "version": __version__,
        "--model": model.digest,
        "--precision": precision,
        "--window": model.window,
        "--batch": model.batch,
        "device": model.device,
        PROCESSOR: fingerprint(),
    }

    def embedded(rest: Iterator[list[Chain]], _: int) -> Iterator[tuple[list[Chain], Parts]]:
        for block in rest:
            yield block, Parts([_encode(block, model, precision)])

    with growing(output, settings, Block, resume) as (folder, journal):
        attributes = {"model": model.name, "digest": model.digest, "ribbonet": __version__}
        with closing(_ArraysFile(folder, attributes)) as grown:
            for block in finished(blocks(_once(chains)), journal, grown, embedded):
                on_block(block)
            grown.finish(journal.entries)
        number = sum(entry.records for entry in journal.entries)
        move(grown.path, output)
    return number


def _once(chains: Iterable[Chain]) -> Iterator[Chain]:
    """Yield each chain once."""
    known: dict[str, int] = {}
    for chain in chains:
        checksum = crc32(chain.sequence.encode())
        if not chain.id:
            raise InputError("a chain has no id; its array needs one")
        if chain.id not in known:
            known[chain.id] = checksum
            yield chain
        elif known[chain.id] != checksum:
            raise InputError(f"two chains have the id {chain.id!r}; give each its own")


def _encode(chains: Sequence[Chain], model: LanguageModel, precision: Precision) -> bytes:
    """Embed a block, as a part of an unfinished output."""
    found = model([chain.sequence for chain in chains])
    with np.errstate(over="ignore"):
        rows: NDArray[np.floating] = np.concatenate(found).astype(precision)
    ends = np.cumsum([len(chain) for chain in chains])
    if len(wrong := np.flatnonzero(~np.isfinite(rows).all(axis=1))):
        owner = chains[int(np.searchsorted(ends, wrong[0], side="right"))].id
        raise InputError(
            f"{model.name}: gives numbers for {owner!r} that {precision} does not hold; give "
            "--precision float32"
        )
    buffer = BytesIO()
    np.savez(buffer, ids=np.array([chain.id for chain in chains]), ends=ends, rows=rows)
    return buffer.getvalue()


class _ArraysFile(PartsFile):
    """Parts of arrays, and the HDF5 file that is made of them."""

    def __init__(self, folder: WorkingFolder, attributes: dict[str, str]) -> None:
        super().__init__(folder, "parts")
        self._attributes = attributes

    def finish(self, entries: Sequence[Entry]) -> None:
        """Make the file of all parts."""
        taken: set[str] = set()
        with self._folder.open(OUTPUT) as made:
            made.truncate(0)
            with h5py.File(made, "w") as file:
                file.attrs.update(self._attributes)
                for part in self._written(entries):
                    arrays = np.load(BytesIO(part), allow_pickle=False)
                    rows = np.split(arrays["rows"], arrays["ends"][:-1])
                    for id, own in zip(arrays["ids"].tolist(), rows, strict=True):
                        data = file.create_dataset(_free(stored_name(id), taken), data=own)
                        data.attrs["original_id"] = id
            made.flush()
            os.fsync(made.fileno())


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no other array has: the name itself, or with a number."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    taken.add(free)
    return free
