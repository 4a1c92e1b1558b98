"""Predictions in Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ribbonet import __version__
from ribbonet.errors import InputError
from ribbonet.prediction.formats.base import PROVENANCE, Format, Provenance, track_columns
from ribbonet.prediction.formats.relatives import identities, sources
from ribbonet.prediction.prediction import Prediction
from ribbonet.tasks.base import Labelling, Task
from ribbonet.tasks.structure import Structure

if TYPE_CHECKING:
    import pyarrow as pa

ROW_GROUP = 1 << 24
"""Bytes of parts that go into one row group, or more by less than a part."""


def make(name: str, task: Task, relatives: bool) -> Format:
    """Return the format of a name."""
    return Parquet(task, relatives)


class Parquet(Format):
    """One row per record: id, description, length, sequence, states or labels, and the numbers.

    The probabilities of each state are lists of whole thousandths (uint16), as the file's metadata
    say, and so are identities where relatives of known structure are looked for (null without one);
    values are lists of float32; columns are named as the task names them; all is compressed by
    zstd. A Parquet file cannot be continued, since its index is at its end; so `encode` returns
    tables in the stream format of Arrow, and `assemble` makes a file of them.
    """

    suffix = ".parquet"
    appendable = False
    not_compressed = "is compressed within"

    def __init__(
        self,
        task: Task,
        relatives: bool = False,
        about: Mapping[str, str] | None = None,
        tracks: Mapping[str, Task] | None = None,
    ) -> None:
        self.task, self.relatives = task, relatives
        self.about, self.tracks = dict(about or {}), dict(tracks or {})

    def with_provenance(self, provenance: Provenance) -> Parquet:
        """Return the format that says where predictions come from in the file's metadata."""
        about = {PROVENANCE: json.dumps(provenance.to_json())}
        return Parquet(self.task, self.relatives, {**self.about, **about}, self.tracks)

    def with_tracks(self, tracks: Mapping[str, Task]) -> Parquet:
        """Return the format that holds further tracks, in more columns."""
        return Parquet(self.task, self.relatives, self.about, tracks)

    def check(self) -> None:
        """Raise InputError without pyarrow."""
        if find_spec("pyarrow") is None:
            raise InputError("Parquet needs pyarrow; add it by: pip install 'ribbonet[parquet]'")

    def for_terminal(self) -> Format:
        """Raise InputError: it is no text."""
        raise InputError("Parquet is no text for a terminal; give a file by --output")

    def encode(self, predictions: Sequence[Prediction]) -> bytes:
        """Return the predictions as an Arrow stream of one batch."""
        import pyarrow as pa

        lengths = [len(p) for p in predictions]
        offsets = np.cumsum([0, *lengths], dtype=np.int32)
        columns = [
            [p.id for p in predictions],
            [p.chain.description for p in predictions],
            lengths,
            [p.sequence for p in predictions],
            *_columns(predictions, offsets),
        ]
        if self.relatives:
            columns += [[sources(p) for p in predictions], [identities(p) for p in predictions]]
        for name in self.tracks:
            columns += _columns([p.tracks[name] for p in predictions], offsets)
        schema = self._schema()
        batch = pa.record_batch(
            [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema
        )
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, schema) as stream:
            stream.write_batch(batch)
        encoded: bytes = sink.getvalue().to_pybytes()
        return encoded

    def assemble(self, parts: Iterable[bytes], file: BinaryIO) -> None:
        """Write a file of Arrow streams, several of them to a row group."""
        import pyarrow.parquet as pq

        with pq.ParquetWriter(file, self._schema(), compression="zstd") as writer:
            for table in _row_groups(parts):
                writer.write_table(table, row_group_size=len(table))

    def _schema(self) -> pa.Schema:
        import pyarrow as pa

        texts = ["id", "description", "length", "sequence"]
        kind = pa.float32()
        about = {"program": f"ribbonet {__version__}"}
        if isinstance(self.task, Labelling):
            texts.append("states" if isinstance(self.task, Structure) else "labels")
            kind = pa.uint16()
            about = {"probabilities": "in thousandths", **about}
        fields = [pa.field(name, pa.int32() if name == "length" else pa.string()) for name in texts]
        lists = [pa.field(name, pa.list_(kind)) for name in self.task.columns]
        if self.relatives:
            lists += [pa.field("source", pa.list_(pa.string()))]
            lists += [pa.field("identity", pa.list_(pa.uint16()))]
        for name, task in self.tracks.items():
            columns = track_columns(name, task)
            if isinstance(task, Labelling):
                lists.append(pa.field(columns.pop(0), pa.string()))
            kind = pa.uint16() if isinstance(task, Labelling) else pa.float32()
            lists += [pa.field(column, pa.list_(kind)) for column in columns]
        return pa.schema([*fields, *lists], {**about, **self.about})


def _columns(predictions: Sequence[Prediction], offsets: NDArray[np.int32]) -> list[Any]:
    """Return the column of the labels, if there are any, and those of the numbers."""
    import pyarrow as pa

    labelled = isinstance(predictions[0].task, Labelling)
    numbers = np.concatenate([p.thousandths if labelled else p.probabilities for p in predictions])
    lists = [pa.ListArray.from_arrays(offsets, np.ascontiguousarray(c)) for c in numbers.T]
    return [[p.states for p in predictions], *lists] if labelled else lists


def _row_groups(parts: Iterable[bytes]) -> Iterator[pa.Table]:
    import pyarrow as pa

    tables: list[pa.Table] = []
    size = 0
    for part in parts:
        tables.append(pa.ipc.open_stream(part).read_all())
        size += len(part)
        if size >= ROW_GROUP:
            yield pa.concat_tables(tables)
            tables, size = [], 0
    if tables:
        yield pa.concat_tables(tables)
