"""Predictions of classes and values, read from files."""

from __future__ import annotations

import csv
import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain as joined
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.chain import Chain
from ribbonet.chains.open import blamed_on, name_of, open_text
from ribbonet.chains.readers.records.entry import Head, number
from ribbonet.chains.readers.records.parquet import PARQUET, parquet_file
from ribbonet.errors import InputError
from ribbonet.tasks.labels import LabelOptions, read_written

if TYPE_CHECKING:
    import pyarrow as pa

COLUMN = "p_"
"""What the name of a column of probabilities starts with, before the label."""
PARQUET_TEXTS = ("id", "description", "sequence", "labels", "states")
LEAST = 2.0**-23
"""By which a probability differs from one half, so that it says which label is the likelier."""
REMEDY = "; correct it, or predict again"

Shares = dict[str, NDArray[np.float64]]


@dataclass(frozen=True)
class Stated:
    """A chain with predicted labels or values, and the probabilities of labels, if it has them."""

    chain: Chain
    shares: Shares


def read_stated(paths: Iterable[str | Path]) -> list[Stated]:
    """Read predictions: ribbonet's csv, tsv, jsonl and Parquet, CAID's form, or labelled chains.

    Raises
    ------
    InputError
        If a file cannot be read, or has no form that is known.
    """
    return list(joined.from_iterable(map(_read, paths)))


def _read(path: str | Path) -> Iterator[Stated]:
    if Head.of(path).data.startswith(PARQUET):
        with parquet_file(path) as file:
            if "sequence" in file.schema_arrow.names:
                with blamed_on(name_of(path), REMEDY):
                    for batch in file.iter_batches():
                        yield from _of_parquet(batch)
                return
    with open_text(path) as lines:
        first, second = next(lines, ""), next(lines, "")
    if first.startswith(">") and len(second.split()) in (3, 4) and second.split()[0].isdigit():
        yield from _caid(path)
        return
    chains = list(read_written(path, LabelOptions()))
    shares = _of_json(path, len(chains)) if first.startswith("{") else _of_rows(path, first, chains)
    for chain, own in zip(chains, shares, strict=True):
        yield Stated(chain, own)


def _of_parquet(batch: pa.RecordBatch) -> Iterator[Stated]:
    """Read ribbonet's Parquet, one row per chain; its probabilities are whole thousandths.

    Raises
    ------
    ValueError
        If a column is of another kind, or a list does not have a number for each residue.
    """
    names = batch.schema.names
    texts = batch.select([name for name in PARQUET_TEXTS if name in names]).to_pylist()
    for row in texts:
        if not all(isinstance(row.get(name), str) for name in ("id", "sequence")):
            raise ValueError("a row has no id or no sequence")
        if not all(value is None or isinstance(value, str) for value in row.values()):
            raise ValueError(f"the chain {row['id']!r} has labels that are no text")
    lengths = [len(row["sequence"]) for row in texts]
    numbers = {
        name: np.split(_flat(batch.column(name), name, lengths), np.cumsum(lengths)[:-1])
        for name in names
        if name.startswith(COLUMN) or name == "value"
    }
    for place, row in enumerate(texts):
        own = {name: parts[place] for name, parts in numbers.items()}
        values = own.pop("value", None)
        header = f"{row['id']} {row.get('description') or ''}".strip()
        chain = Chain(
            header,
            row["sequence"],
            row.get("labels") or row.get("states"),
            None if values is None else tuple(values.tolist()),
        )
        yield Stated(chain, {n.removeprefix(COLUMN): p / 1000 for n, p in own.items()})


def _flat(column: pa.Array, name: str, lengths: Sequence[int]) -> NDArray[np.floating]:
    """Return the numbers of all chains in a column of lists, one for each residue."""
    import pyarrow as pa

    is_list = pa.types.is_list(column.type) or pa.types.is_large_list(column.type)
    if not is_list or not pa.types.is_primitive(column.type.value_type):
        raise ValueError(f"the column {name} does not hold lists of numbers")
    if column.value_lengths().to_pylist() != lengths:
        raise ValueError(f"the column {name} does not have a number for each residue")
    numbers: NDArray[np.floating] = column.flatten().to_numpy(zero_copy_only=False)
    return numbers.astype(np.float64)


def _of_json(path: str | Path, count: int) -> list[Shares]:
    """Read the probabilities of each line's chain."""
    with open_text(path) as lines, blamed_on(name_of(path), REMEDY):
        records = [json.loads(line) for line in lines if not line.isspace()]
    if len(records) != count:
        return [{} for _ in range(count)]
    with blamed_on(name_of(path), REMEDY):
        return [
            {
                key.removeprefix(COLUMN): np.array(value, np.float64)
                for key, value in record.items()
                if key.startswith(COLUMN)
            }
            for record in records
        ]


def _of_rows(path: str | Path, heading: str, chains: Sequence[Chain]) -> list[Shares]:
    """Read the columns of probabilities of a table, if it is one and has them."""
    sep = "\t" if "\t" in heading else ","
    names = next(csv.reader([heading.rstrip("\n")], delimiter=sep), [])
    columns = {n: name.removeprefix(COLUMN) for n, name in enumerate(names) if name[:2] == COLUMN}
    if not columns or "id" not in names:
        return [{} for _ in chains]
    cells = array("d")
    with open_text(path) as lines:
        next(lines, None)
        for count, row in enumerate(filter(None, csv.reader(lines, delimiter=sep)), 1):
            with blamed_on(f"{name_of(path)}: row {count}", REMEDY):
                if len(row) != len(names):
                    raise ValueError(f"has {len(row)} cells, and the heading {len(names)}")
                cells.extend(number(row[n]) for n in columns)
    table = np.frombuffer(cells).reshape(-1, len(columns))
    if len(table) != sum(map(len, chains)):
        raise InputError(f"{name_of(path)}: does not have a row for each residue{REMEDY}")
    parts = np.split(table, np.cumsum([len(chain) for chain in chains])[:-1])
    return [dict(zip(columns.values(), part.T, strict=True)) for part in parts]


def _caid(path: str | Path) -> Iterator[Stated]:
    """Read CAID's form: `>` and an id; position, residue, score, and perhaps 0 or 1.

    Where predictors tell 0 and 1 apart by another score than 0.5, scores are stretched on both
    sides so that they say the same.
    """
    chains = list(_caid_rows(path))
    scores = {
        answer: [score for _, rows in chains for _, score, own in rows if own == answer]
        for answer in "01"
    }
    highest, lowest = max(scores["0"], default=0.0), min(scores["1"], default=1.0)
    if highest > lowest:
        raise InputError(
            f"{name_of(path)}: a residue of the score {highest:g} is 0, and one of {lowest:g} is "
            "1; leave the column of 0 and 1 out, so that 0.5 tells them apart"
        )
    bound = 0.5 if highest < 0.5 <= lowest else lowest
    for header, rows in chains:
        letters, own, answers = zip(*rows, strict=True)
        ones = np.interp(own, (0, bound, 1), (0, 0.5, 1))
        positive = np.array(answers) == "1"
        ones = np.where(positive, np.maximum(ones, 0.5 + LEAST), np.minimum(ones, 0.5 - LEAST))
        chain = Chain(header, "".join(letters).upper(), "".join(answers))
        yield Stated(chain, {"0": 1 - ones, "1": ones})


def _caid_rows(path: str | Path) -> Iterator[tuple[str, list[tuple[str, float, str]]]]:
    """Yield the header of each chain, and letters, scores and answers of its residues."""
    header = ""
    rows: list[tuple[str, float, str]] = []
    with open_text(path) as lines:
        for place, line in enumerate(lines, 1):
            with blamed_on(f"{name_of(path)}: line {place}", REMEDY):
                if line.startswith(">"):
                    if rows:
                        yield header, rows
                    header, rows = line[1:].strip(), []
                elif words := line.split():
                    if len(words) not in (3, 4) or words[0] != str(len(rows) + 1):
                        raise ValueError(f"residue {len(rows) + 1} is expected here")
                    if any(len(word) != 1 for word in (words[1], *words[3:])):
                        raise ValueError("residue and answer should be one letter each")
                    score = number(words[2])
                    if not 0 <= score <= 1:
                        raise ValueError(f"the score {words[2]} should be from 0 to 1")
                    answer = words[3] if len(words) == 4 else "01"[score >= 0.5]
                    if answer not in ("0", "1"):
                        raise ValueError(f"{answer[:40]!r} should be 0 or 1")
                    rows.append((words[1], score, answer))
    if rows:
        yield header, rows
