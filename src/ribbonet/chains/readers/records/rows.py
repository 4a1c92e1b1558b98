"""Rows of tables in text: separated by commas, semicolons or tabs, quoted or not."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ribbonet.chains.open import LONGEST_LINE, name_of, open_text
from ribbonet.errors import InputError

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = ("\t", ",", ";")


def heading_of(line: str) -> list[str]:
    """Names of the columns, by the first line of a table; empty where it is none."""
    try:
        cells = next(_cells([line], _delimiter(line)), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in cells]


def _delimiter(heading: str) -> str:
    return max(DELIMITERS, key=heading.count) if "\t" not in heading else "\t"


def _cells(lines: Iterable[str], delimiter: str) -> Reader:
    """Split lines into cells; between tabs nothing is quoted."""
    if delimiter == "\t":
        return csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    return csv.reader(lines, delimiter=delimiter)


class Rows:
    """Rows below a heading, by the names of its columns.

    Where a row has more cells than the heading, and the column of ids, which is named by one of
    `id_columns`, holds headers with commas that nobody quoted, the cells too many are the id's.
    Empty cells at the end, of which the heading says nothing, are passed over; row names without a
    column of their own, as R writes them, are an error where they cannot be a part of an id.

    Iterating gives the number of the line, the cells by name, and what is wrong with the row.

    Attributes
    ----------
    joined : bool
        Whether the id of the row that was given last is of several cells.
    """

    joined = False

    def __init__(self, lines: Iterator[str], name: str, id_columns: tuple[str, ...]) -> None:
        first = next(lines, "")
        self._delimiter = _delimiter(first)
        self.columns = heading_of(first)
        self._lines, self._name, self._id_columns = lines, name, id_columns
        named = Counter(self.columns)
        twice = next((column for column, count in named.items() if column and count > 1), None)
        if twice is not None:
            raise InputError(f"{name}: line 1 names the column {twice!r} twice; leave one of them")
        if len(first) > LONGEST_FIELD:
            raise InputError(f"{name}: line 1: field larger than {LONGEST_FIELD}; correct the row")

    @classmethod
    @contextmanager
    def of(cls, path: str | Path, id_columns: tuple[str, ...]) -> Iterator[Rows]:
        """Open a file."""
        csv.field_size_limit(max(LONGEST_FIELD, csv.field_size_limit()))
        with open_text(path) as lines:
            yield cls(lines, name_of(path), id_columns)

    def __iter__(self) -> Iterator[tuple[int, dict[str, str], str]]:
        reader = _cells(self._lines, self._delimiter)
        width, place = len(self.columns), self._place()
        first = True
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                what = (
                    "a carriage return or a line end in a cell"
                    if "new-line" in str(error)
                    else error
                )
                raise InputError(
                    f"{self._name}: line {reader.line_num + 1}: {what}; correct the row"
                ) from None
            if cells is None:
                return
            if not cells or not any(map(str.strip, cells)):
                continue
            while len(cells) > width and not cells[-1].strip():
                cells.pop()
            more = len(cells) - width
            self.joined = more > 0 and place is not None and self._delimiter != "\t"
            if first and more == 1 and (not self.joined or cells[0].strip() in ("0", "1")):
                raise self._named_rows(reader.line_num + 1, cells[0])
            first = False
            if self.joined and place is not None:
                joined = self._delimiter.join(cells[place : place + more + 1])
                cells = [*cells[:place], joined, *cells[place + more + 1 :]]
            if self._delimiter != "\t":
                cells = [_stripped(cell) for cell in cells]
            fault = "" if len(cells) == width else f"this row has not the {width} columns of line 1"
            yield reader.line_num + 1, dict(zip(self.columns, cells, strict=False)), fault

    def _named_rows(self, line: int, cell: str) -> InputError:
        return InputError(
            f"{self._name}: line {line}: has a cell more than line 1, perhaps the name of the row "
            f"({cell.strip()[:40]!r}); name its column in line 1, or write the table without row "
            "names (in R, row.names = FALSE)"
        )

    def _place(self) -> int | None:
        found = (self.columns.index(name) for name in self._id_columns if name in self.columns)
        return next(found, None)


def _stripped(cell: str) -> str:
    """Leave out white space around a cell, and marks of quotation after it."""
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


LONGEST_FIELD = LONGEST_LINE
"""Characters of a cell, where Python's own limit is for 131,072."""
