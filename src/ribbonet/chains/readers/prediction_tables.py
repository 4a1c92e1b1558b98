"""Predictions in tables of a row a residue, by the names of their columns, and as lines of JSON.

Tables of `ribbonet predict --format csv`, `tsv` and `jsonl`, in three or eight states; of
NetSurfP-2.0 and 3.0 (Klausen et al. 2019, Proteins 87, 520-527; Høie et al. 2022, Nucleic Acids
Res. 50, W510-W515); of SPOT-1D-Single (Singh et al. 2021, Bioinformatics 37, 3464-3472); of
Porter 5 (Torrisi et al. 2019, Sci. Rep. 9, 12374).
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import labelled_chain
from ribbonet.chains.open import blamed_on, name_of, open_text
from ribbonet.chains.readers.predictors import REMEDY, Predicted, id_of, normalised
from ribbonet.errors import InputError

THREE = (("p_helix",), ("p_strand",), ("p_coil",))
EIGHT = (("p_G", "p_H", "p_I"), ("p_E", "p_B"), ("p_T", "p_S", "p_C"))
"""Names of the probabilities of helix, strand and coil, or of what they are the sums of."""


@dataclass(frozen=True)
class Kind:
    """Which columns of a table say what; `id` is None where a file holds one chain."""

    id: str | None
    position: str
    residue: str
    state: str
    probabilities: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> set[str]:
        """All that a table of this kind has."""
        names = {self.position, self.residue, self.state, *sum(self.probabilities, ())}
        return names if self.id is None else {*names, self.id}


KINDS = (
    Kind("id", "position", "residue", "state", THREE),
    Kind("id", "position", "residue", "state", EIGHT),
    Kind("id", "n", "seq", "q3", (("p[q3_H]",), ("p[q3_E]",), ("p[q3_C]",))),
    Kind(None, "", "AA", "SS3", (("P3H",), ("P3E",), ("P3C",))),
    Kind(None, "#", "AA", "SS", (("Helix",), ("Sheet",), ("Coil",))),
)


class _Residue(NamedTuple):
    """A row of a table; `number` is its chain's, from 1."""

    number: int
    id: str
    position: int
    letter: str
    state: str
    probabilities: tuple[float, ...]


def looks_like_table(lines: list[str]) -> bool:
    """Whether the first line names the columns of one of the `KINDS`."""
    try:
        return bool(lines) and _kind(_reader(lines[0], lines[:1])) is not None
    except csv.Error:
        return False


def _reader(heading: str, lines: Iterable[str]) -> csv.DictReader[str]:
    """Read rows parted by tabs, where nothing is quoted, or else by commas."""
    if "\t" in heading:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    else:
        rows = csv.DictReader(lines, skipinitialspace=True)
    rows.fieldnames = [name.strip() for name in rows.fieldnames or ()]
    return rows


def _kind(rows: csv.DictReader[str]) -> Kind | None:
    return next((kind for kind in KINDS if kind.columns <= {*(rows.fieldnames or ())}), None)


def read_table(path: str | Path) -> Iterator[Predicted]:
    """Predictions of a table with a row a residue, parted by commas or tabs.

    A chain ends where the id changes or the position does not grow; where the table has no ids, it
    is named as the file, with a number behind it from the second on.

    Raises
    ------
    InputError
        If the file cannot be read, names no such columns, or a row is wrong. Names the line.
    """
    name = name_of(path)
    with open_text(path) as file:
        first = next(file, "")
        rows = _reader(first, chain([first], file))
        kind = _kind(rows)
        if kind is None:
            raise InputError(f"{name}: line 1 names no columns of predictions; predict again")
        number = 0
        for number, group in groupby(_residues(rows, kind, name), lambda residue: residue.number):
            found = list(group)
            letters, states, shares = zip(*(residue[3:] for residue in found), strict=True)
            id = id_of(path, number) if kind.id is None else found[0].id
            with blamed_on(f"{name}: chain {number}", REMEDY):
                yield _predicted(id, "".join(letters), "".join(states), shares)
        if number == 0:
            raise InputError(f"{name}: holds no residue; predict the chain again")


def _residues(rows: csv.DictReader[str], kind: Kind, name: str) -> Iterator[_Residue]:
    width = len(rows.fieldnames or ())
    last = _Residue(0, "", 0, "", "", ())
    while True:
        with blamed_on(f"{name}: line {rows.line_num + 1}", REMEDY):
            try:
                row = next(rows, None)
            except csv.Error as error:
                raise ValueError(str(error)) from None
            if row is None:
                return
            if None in row or None in row.values():
                raise ValueError(f"this row has not the {width} columns of line 1")
            id = "" if kind.id is None else row[kind.id].strip().removeprefix(">")
            position = int(row[kind.position])
            number = last.number
            if not number or id != last.id or position <= last.position:
                number += 1
            elif position != last.position + 1:
                raise ValueError(f"residue {last.position + 1} of a chain should stand here")
            letter, state = row[kind.residue].strip(), row[kind.state].strip()
            if len(letter) != 1 or len(state) != 1:
                raise ValueError(f"{letter!r} and {state!r} are not a residue and its state")
            shares = tuple(sum(float(row[n]) for n in names) for names in kind.probabilities)
            last = _Residue(number, id, position, letter, state, shares)
        yield last


def looks_like_json(lines: list[str]) -> bool:
    """Whether the first line is an object with a sequence and its states."""
    return bool(lines) and lines[0].startswith("{") and '"sequence":' in lines[0]


def read_json_lines(path: str | Path) -> Iterator[Predicted]:
    """Predictions of `ribbonet predict --format jsonl`: an object a line.

    Raises
    ------
    InputError
        If the file cannot be read or a line is no such object. Names the line.
    """
    name = name_of(path)
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            with blamed_on(f"{name}: line {number}", REMEDY):
                try:
                    record = json.loads(line)
                    names = THREE if "p_helix" in record else EIGHT
                    shares = [sum(np.array([record[n] for n in group])) for group in names]
                    id, letters, states = (record[key] for key in ("id", "sequence", "states"))
                except (KeyError, TypeError, RecursionError) as error:
                    raise ValueError(f"is no object of a prediction ({error})") from None
                yield _predicted(id, letters, states, np.array(shares).T)


def _predicted(
    id: str, letters: str, states: str, shares: Sequence[Sequence[float]] | np.ndarray
) -> Predicted:
    labelled = labelled_chain(id, letters, states, STATES8)
    array = np.array(shares, np.float32)
    if array.shape != (len(letters), 3):
        raise ValueError("should have a probability for each residue and state")
    return Predicted(labelled, normalised(array))
