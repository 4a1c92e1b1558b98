"""Predictions in tables of one row per residue, by the names of their columns.

Tables of `ribbonet predict --format csv` and `tsv`, in three or eight states; of NetSurfP-2.0 and
3.0 (Klausen et al. 2019, Proteins 87, 520-527; Høie et al. 2022, Nucleic Acids Res. 50, W510-W515),
by BioLib too; of SPOT-1D-Single (Singh et al. 2021, Bioinformatics 37, 3464-3472); of Porter 5
(Torrisi et al. 2019, Sci. Rep. 9, 12374), .ss3 and .ss8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ribbonet.chains.open import name_of
from ribbonet.chains.readers.predictors import REMEDY, id_of
from ribbonet.chains.readers.records.entry import Entry, Form, Head, Ids, number, whole
from ribbonet.chains.readers.records.rows import Rows, heading_of
from ribbonet.errors import InputError

THREE = (("p_helix",), ("p_strand",), ("p_coil",))
EIGHT = (("p_G", "p_H", "p_I"), ("p_E", "p_B"), ("p_T", "p_S", "p_C"))
"""Names of the probabilities of helix, strand and coil, or of what they are the sums of."""


@dataclass(frozen=True)
class Kind:
    """The names of a table's columns; `id` is None where a file holds one chain."""

    id: str | None
    position: str
    residue: str
    state: str
    probabilities: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> set[str]:
        """All columns of a table of this kind."""
        names = {self.position, self.residue, self.state, *sum(self.probabilities, ())}
        return names if self.id is None else {*names, self.id}


KINDS = (
    Kind("id", "position", "residue", "state", THREE),
    Kind("id", "position", "residue", "state", EIGHT),
    Kind("id", "n", "seq", "q3", (("p[q3_H]",), ("p[q3_E]",), ("p[q3_C]",))),
    Kind(None, "", "residue", "q3", (("q3(h)",), ("q3(e)",), ("q3(c)",))),
    Kind(None, "", "AA", "SS3", (("P3H",), ("P3E",), ("P3C",))),
    Kind(None, "#", "AA", "SS", (("Helix",), ("Sheet",), ("Coil",))),
    Kind(None, "#", "AA", "SS", (("G", "H", "I"), ("E", "B"), ("C", "S", "T"))),
)


class _Residue(NamedTuple):
    """A row of a table; `chain` is its chain's number, from 1."""

    chain: int
    line: int
    id: str
    position: int
    letter: str = "X"
    state: str = "-"
    shares: tuple[float, ...] = (0, 0, 0)
    fault: str = ""


def _kind(columns: list[str]) -> Kind | None:
    return next((kind for kind in KINDS if kind.columns <= {*columns}), None)


def read_entries(path: str | Path) -> Iterator[Entry]:
    """Predictions of a table with one row per residue, separated by commas, semicolons or tabs.

    A chain ends where the id changes or the position does not grow; where the table has no ids, it
    is named as the file, with a number after it from the second on.
    """
    name = name_of(path)
    with Rows.of(path, id_columns=("id",)) as rows:
        kind = _kind(rows.columns)
        if kind is None:
            raise InputError(f"{name}: line 1 names no columns of predictions; predict again")
        count, ids = 0, Ids()
        for count, group in groupby(_residues(rows, kind), lambda residue: residue.chain):
            found = list(group)
            id = id_of(path, count) if kind.id is None else ids(found[0].id)
            wrong = next((residue for residue in found if residue.fault), None)
            if wrong is not None:
                yield Entry(f"line {wrong.line}", id, fault=wrong.fault)
                continue
            yield Entry(
                f"chain {count}",
                id,
                "".join(residue.letter for residue in found),
                "".join(residue.state for residue in found),
                probabilities=np.array([residue.shares for residue in found], np.float32),
            )
        if count == 0:
            raise InputError(f"{name}: holds no residue; predict the chain again")


def _residues(rows: Rows, kind: Kind) -> Iterator[_Residue]:
    last = _Residue(0, 0, "", 0)
    for line, row, fault in rows:
        id = "" if kind.id is None else (row.get(kind.id) or last.id).strip().removeprefix(">")
        position, new = last.position + 1, not last.chain or id != last.id
        try:
            if fault:
                raise ValueError(fault)
            position = whole(row[kind.position])
            new = new or position <= last.position
            if not new and position != last.position + 1:
                raise ValueError(f"residue {last.position + 1} of a chain is expected here")
            if new and position != 1 and rows.joined:
                raise ValueError(
                    f"a chain begins here with residue {position}, and its id, {id[:40]!r}, is of "
                    "several cells; quote it, or name the column of row names in line 1"
                )
            letter, state = row[kind.residue].strip(), row[kind.state].strip()
            if len(letter) != 1 or len(state) != 1:
                raise ValueError(f"{letter!r} and {state!r} are not a residue and its state")
            shares = tuple(sum(number(row[n]) for n in names) for names in kind.probabilities)
            last = _Residue(last.chain + new, line, id, position, letter, state, shares)
        except ValueError as error:
            last = _Residue(last.chain + new, line, id, position, fault=str(error))
        yield last


def _fits(head: Head) -> bool:
    return _kind(heading_of(head.first)) is not None


FORMS = {
    "table": Form(
        "predictions, one row per residue: ribbonet's .csv and .tsv, NetSurfP-2's and 3's, "
        "SPOT-1D-Single's, Porter 5's",
        read_entries,
        _fits,
        remedy=REMEDY,
    )
}
