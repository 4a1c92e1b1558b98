"""Labels or values of any kind in a table with one row per residue, in text or in Parquet.

It names the columns ``id``, ``residue`` and ``label`` or ``value``, and perhaps ``position``, or
``chain``, which becomes part of the id; an empty cell is no label.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from ribbonet.chains.chain import Chain
from ribbonet.chains.open import name_of
from ribbonet.chains.readers.published_tables import COLUMNS
from ribbonet.chains.readers.records.entry import (
    NONE,
    Entry,
    Form,
    Head,
    Ids,
    labels_of,
    number,
    whole,
)
from ribbonet.chains.readers.records.parquet import PARQUET, parquet_file
from ribbonet.chains.readers.records.rows import Rows, heading_of
from ribbonet.errors import InputError

NEEDED = {"id", "residue"}
NUMBERINGS = {"position", "pos", "index", "number", "n", "i", "resnum", "resi", "residuenumber"}
"""Columns, in any case, with or without ``_``, whose numbers do not fall within a chain."""


class _Residue(NamedTuple):
    line: int
    id: str
    letter: str
    cell: str
    fault: str
    skipped: int


def read_entries(path: str | Path) -> Iterator[Entry]:
    """Read the rows of each chain, which stand together; where the id changes, it ends."""
    ids = Ids()
    seen: set[str] = set()
    in_parquet = Head.of(path).data.startswith(PARQUET)
    column, rows = _parquet_rows(path) if in_parquet else _text_rows(path)
    residues = _residues(rows, column)
    for id, group in groupby(residues, lambda residue: residue.id):
        found = list(group)
        fault = next((residue.fault for residue in found if residue.fault), "")
        if id in seen:
            fault = fault or f"the rows of chain {id!r} do not stand together"
        seen.add(id)
        yield _entry(f"line {found[0].line}", ids(id), found, column, fault)


Row = tuple[int, dict[str, str], str]


def _text_rows(path: str | Path) -> tuple[str, Iterator[Row]]:
    with Rows.of(path, ()) as rows:
        column = _column({*rows.columns}, name_of(path))

    def numbered() -> Iterator[Row]:
        with Rows.of(path, ()) as rows:
            yield from rows

    return column, numbered()


def _parquet_rows(path: str | Path) -> tuple[str, Iterator[Row]]:
    with parquet_file(path) as file:
        column = _column({*file.schema_arrow.names}, name_of(path))
        table = file.read().to_pylist()
    texts = ({k: "" if v is None else str(v) for k, v in row.items()} for row in table)
    return column, ((line, row, "") for line, row in enumerate(texts, 1))


def _column(names: set[str], name: str) -> str:
    """Return the column that tells: label or value."""
    if {"label", "value"} <= names:
        raise InputError(f"{name}: has the columns label and value; leave one of them")
    column = "value" if "value" in names and "label" not in names else "label"
    if lacking := (NEEDED | {column}) - names:
        raise InputError(
            f"{name}: lacks the column {min(lacking)}; give id, residue, and label or value"
        )
    return column


def _residues(rows: Iterable[Row], column: str) -> Iterator[_Residue]:
    last, before = "", 0
    reached: dict[str, int] = {}
    for line, cells, fault in rows:
        id, letter = _id_of(cells), cells.get("residue", "").strip()
        reached = reached if id == last else {}
        skipped, disorder = _order(cells, reached)
        fault = fault or disorder
        if not fault and (not id or len(letter) != 1):
            fault = f"{letter!r} of chain {id!r} is not one residue of a chain"
        if not fault and cells.get("position"):
            try:
                position = whole(cells["position"])
            except ValueError as error:
                fault = str(error)
            else:
                if id == last and position != before + 1:
                    fault = f"residue {before + 1} of chain {id!r} should stand in line {line}"
                before = position
        last = id
        yield _Residue(line, id, letter, cells.get(column, ""), fault, skipped)


def _id_of(cells: dict[str, str]) -> str:
    id = cells.get("id", "").strip()
    chain = next((cells[name].strip() for name in COLUMNS["chain"] if name in cells), "")
    return f"{id}-{chain}" if id and chain else id


def _order(cells: dict[str, str], reached: dict[str, int]) -> tuple[int, str]:
    """Say how many numbers a column skips, and what is wrong where it falls.

    The numbers reached in a chain are noted.
    """
    skipped = 0
    for name, cell in cells.items():
        if name == "position" or name.lower().replace("_", "") not in NUMBERINGS:
            continue
        if cell.strip().isdecimal() and len(cell) < LONGEST_NUMBER:
            number = int(cell)
            before = reached.get(name, number)
            if number < before:
                fell = f"{name} falls from {before} to {number}"
                return 0, f"{fell}; sort the rows by it, or leave the column out"
            skipped = max(skipped, number - before - 1)
            reached[name] = number
    return skipped, ""


LONGEST_NUMBER = 18
"""Digits of what numbers residues."""


def _entry(place: str, id: str, residues: list[_Residue], column: str, fault: str) -> Entry:
    if fault:
        return Entry(place, id, fault=fault)
    letters = "".join(residue.letter for residue in residues)
    skipped = sum(residue.skipped for residue in residues)
    cells = ["" if _is_none(residue.cell) else residue.cell for residue in residues]
    if (times := _repeated(list(zip(letters, cells, strict=True)))) > 1:
        fault = f"each residue of chain {id!r} stands {times} times; leave one row a residue"
        return Entry(place, id, fault=fault)
    if column == "value":
        if (thousands := _with_thousands(cells)) is not None:
            plain = thousands.replace(".", "")
            fault = f"{thousands!r} seems to be {plain}, its point for thousands; write {plain}"
            return Entry(place, id, fault=fault)
        try:
            values = tuple(_value(cell) for cell in cells)
        except ValueError as error:
            return Entry(place, id, fault=str(error))
        return Entry(place, id, letters, values=values, skipped=skipped)
    long = next((cell for cell in cells if len(cell) > 1), None)
    if long is not None:
        return Entry(place, id, fault=f"label {long!r} has more than one symbol")
    mask = "".join("1" if cell else "0" for cell in cells)
    labels = "".join(cell or "-" for cell in cells)
    known = mask if "0" in mask else None
    return Entry(place, id, letters, labels, mask=known, skipped=skipped)


def _repeated(rows: list[tuple[str, str]]) -> int:
    """How often each row stands, one behind the other, as where a table has a row an atom."""
    for times in (4, 3, 2):
        kinds = rows[::times]
        several = len({letter for letter, _ in kinds}) >= LEAST_KINDS
        if several and rows == [row for row in kinds for _ in range(times)]:
            return times
    return 1


def _with_thousands(cells: list[str]) -> str | None:
    """Return a number whose point parts thousands, where all that have one have three digits.

    Decimal fractions would also have fewer digits behind it, or none before it but 0.
    """
    pointed = [cell for cell in cells if "." in cell]
    whole = [cell for cell in cells if cell and "." not in cell]
    if len(pointed) < LEAST_POINTED or not whole or any(len(cell) > 3 for cell in whole):
        return None
    return pointed[0] if all(map(_THOUSANDS.fullmatch, pointed)) else None


LEAST_KINDS, LEAST_POINTED = 8, 20
"""Kinds of residues, and numbers with a point, from which on it is no chance how they stand."""
_THOUSANDS = re.compile(r"\s*[1-9][0-9]{0,2}(\.[0-9]{3})+\s*")


def _is_none(cell: str) -> bool:
    return not cell or cell.strip().lower() in NONE


def _value(cell: str) -> float:
    if not cell.strip():
        return math.nan
    try:
        return number(cell)
    except ValueError as error:
        raise ValueError(f"{error}, or empty for none") from None


def format_rows(chains: Iterable[Chain]) -> Iterator[str]:
    """Format labelled chains as a table, commas between its cells."""
    column = ""
    for chain in chains:
        found = "label" if chain.values is None else "value"
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if not column:
            column = found
            writer.writerow(("id", "position", "residue", column))
        if found != column:
            raise ValueError(f"chain {chain.id!r} has {found}s, and the others {column}s")
        cells = zip(chain.sequence, _cells(chain), strict=True)
        for n, (letter, cell) in enumerate(cells, 1):
            writer.writerow((chain.id, n, letter, cell))
        yield text.getvalue()


def _cells(chain: Chain) -> list[str]:
    """Text of each residue's label or value, none where there is none."""
    if chain.values is not None:
        return ["" if math.isnan(value) else repr(value) for value in chain.values]
    cells = [s if known else "" for s, known in zip(labels_of(chain), chain.mask, strict=True)]
    if " " in cells:
        raise ValueError(
            f"chain {chain.id!r}: residue {cells.index(' ') + 1} has a blank for a label, which "
            "would be read as none"
        )
    return cells


def _fits(head: Head) -> bool:
    if head.data.startswith(PARQUET):
        return True
    names = {*heading_of(head.first)}
    return names >= NEEDED and bool({"label", "value"} & names)


FORMS = {
    "residues": Form(
        "a table id,position,residue,label or value, one row per residue, as text or Parquet",
        read_entries,
        _fits,
        remedy="correct the row",
        extensions=(".residues.csv",),
        write=format_rows,
    )
}
