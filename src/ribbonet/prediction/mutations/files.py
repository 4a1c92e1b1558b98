"""Scans of mutations as files: tables and heat maps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from ribbonet.errors import InputError
from ribbonet.prediction.figures.heat_map import explained, heat_map
from ribbonet.prediction.figures.layout import ending
from ribbonet.prediction.figures.style import Style
from ribbonet.prediction.formats.pictures import PICTURES
from ribbonet.prediction.formats.tables import quoted
from ribbonet.prediction.mutations.scan import Mutation, Scan

TABLES = ("csv", "tsv", "jsonl")
FORMATS = (*TABLES, *PICTURES)
"""Extensions of the files of scans."""


def format_of(path: str | Path) -> str:
    """Return the format that a name's extension tells, and check that it can be written.

    Raises
    ------
    InputError
        When it tells none, or a library is missing.
    """
    name = Path(path).suffix.lower().removeprefix(".")
    if name not in FORMATS:
        raise InputError(f"{path}: end the name with one of .{', .'.join(FORMATS)}")
    if name in PICTURES:
        PICTURES[name].check()
    return name


def write_scans(
    scans: Iterable[Scan],
    name: str,
    file: BinaryIO,
    style: Style = Style(),  # noqa: B008
) -> None:
    """Write scans as a table, a row a mutation, or as heat maps, one below the other.

    Parameters
    ----------
    scans : iterable of Scan
    name : str
        One of `FORMATS`.
    file : binary file
    style : Style
        Of heat maps.
    """
    if name in PICTURES:
        drawn = [row for scan in scans for row in heat_map(scan, style)]
        rest = list(ending(drawn, replace(style, legend=False)))
        if drawn and style.legend:
            rest = [explained(drawn[0].width), *rest]
        PICTURES[name].render([*drawn, *rest], style, file)
        return
    for text in _table(scans, name):
        file.write(text.encode())


def _table(scans: Iterable[Scan], name: str) -> Iterator[str]:
    if name == "jsonl":
        for scan in scans:
            yield "".join(f"{json.dumps(_row(own))}\n" for own in scan)
        return
    separator = "," if name == "csv" else "\t"
    yield separator.join(Mutation._fields) + "\n"
    for scan in scans:
        id = quoted(scan.prediction.id) if name == "csv" else scan.prediction.id
        yield "".join(
            separator.join([id, *map(str, list(_row(own).values())[1:])]) + "\n" for own in scan
        )


def _row(mutation: Mutation) -> dict[str, Any]:
    """Return its fields, numbers with three decimals."""
    return {
        name: round(value, 3) + 0.0 if isinstance(value, float) else value
        for name, value in mutation._asdict().items()
    }
