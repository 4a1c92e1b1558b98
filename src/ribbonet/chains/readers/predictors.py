"""What other predictors write, a block of rows a chain: PSIPRED, S4PRED, reprof, RaptorX.

Sources: Jones 1999, J. Mol. Biol. 292, 195-202 (https://github.com/psipred/psipred); Moffat & Jones
2021, Bioinformatics 37, 3744-3751; Rost & Sander 1994, Proteins 19, 55-72 (Debian package reprof);
Wang et al. 2016, Nucleic Acids Res. 44, W430-W435 (RaptorX-Property: .ss3 and .ss8).
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from ribbonet.chains.open import name_of, open_text, stem_of
from ribbonet.chains.readers.records.entry import Entry, Form, Head, number, starts
from ribbonet.chains.readers.three_line import records
from ribbonet.errors import InputError

REMEDY = "correct the line, or predict the chain again"
SS2, HORIZ, REPROF = "# PSIPRED VFORMAT", "# PSIPRED HFORMAT", "##General"
"""What the first line starts with."""
RAPTORX = tuple(f"#{program}_SS{n}" for program in ("DeepConCNF", "DeepCNF") for n in (3, 8))
RAPTORX8 = ("#RaptorX-SS8", *RAPTORX[1::2])
RAPTORX3 = ("#RaptorX-SS3", *RAPTORX[::2])

Row = tuple[int, list[str]]
Places = tuple[tuple[int, ...], ...]
"""Columns of the probabilities of helix, strand and coil, or of what they are the sums of."""


def _tables(beginnings: tuple[str, ...], places: Places) -> Callable[[str | Path], Iterator[Entry]]:
    """Make a reader of tables of rows numbered from 1, their columns separated by spaces.

    The form has no name for a chain: it is the file's, with a number after it from the second
    chain on, which S4PRED may write into the same file.
    """

    def read(path: str | Path) -> Iterator[Entry]:
        count = 0
        for count, rows in enumerate(_blocks(path, beginnings), 1):
            yield _table(id_of(path, count), count, rows, places)
        if count == 0:
            raise InputError(f"{name_of(path)}: holds no residue; predict the chain again")

    return read


def _table(id: str, count: int, rows: list[Row], places: Places) -> Entry:
    letters, states = "", ""
    shares: list[list[float]] = []
    last = max(place for group in places for place in group)
    for line, row in rows:
        try:
            if len(row) <= last or row[0] != str(len(shares) + 1):
                raise ValueError(f"row {len(shares) + 1} of a chain is expected here")
            if len(row[1]) != 1 or len(row[2]) != 1:
                raise ValueError(f"{row[1]!r} and {row[2]!r} are not a residue and its state")
            shares.append([sum(number(row[place]) for place in group) for group in places])
        except ValueError as error:
            return Entry(f"line {line}", id, fault=str(error))
        letters += row[1]
        states += row[2].replace("L", "C")
    array = np.array(shares, np.float32)
    return Entry(f"chain {count}", id, letters, states, probabilities=array)


def _blocks(path: str | Path, beginnings: tuple[str, ...]) -> Iterator[list[Row]]:
    rows: list[Row] = []
    with open_text(path) as file:
        for line_number, line in enumerate(file, 1):
            row = line.split()
            if line.startswith(beginnings) and rows:
                yield rows
                rows = []
            elif row and not line.startswith("#") and row[0] != "No":
                rows.append((line_number, row))
    if rows:
        yield rows


def read_horiz(path: str | Path) -> Iterator[Entry]:
    """Read a .horiz file: lines ``Conf:``, ``Pred:`` and ``AA:``, without probabilities."""
    count = 0
    for count, rows in enumerate(_blocks(path, (HORIZ,)), 1):
        states = "".join(row[1] for _, row in rows if row[0] == "Pred:" and len(row) == 2)
        letters = "".join(row[1] for _, row in rows if row[0] == "AA:" and len(row) == 2)
        yield Entry(f"chain {count}", id_of(path, count), letters, states)
    if count == 0:
        raise InputError(f"{name_of(path)}: holds no residue; predict the chain again")


def read_fas_conf(path: str | Path) -> Iterator[Entry]:
    """Read S4PRED's ``--fas-conf``: header, sequence, states, probabilities of C, H and E."""
    for line, header, lines in records(path):
        place = f"line {line}"
        if header is None or len(lines) != 5:
            fault = "a header, a sequence, states and 3 lines of probabilities are expected here"
            yield Entry(place, header or "", fault=fault)
            continue
        sequence, states = lines[0][1].strip(), lines[1][1].strip()
        try:
            shares = [[number(word) for word in text.split()] for _, text in lines[2:]]
            if {len(row) for row in shares} != {len(sequence)}:
                raise ValueError("should have a probability for each residue and state")
        except ValueError as error:
            yield Entry(place, header, fault=str(error))
            continue
        coil, helix, strand = np.array(shares, np.float32)
        array = np.stack([helix, strand, coil], axis=1)
        yield Entry(place, header, sequence, states, probabilities=array)


def id_of(path: str | Path, number: int) -> str:
    """Name a chain after its file, from the second on with its number."""
    return stem_of(path) if number == 1 else f"{stem_of(path)}_{number}"


def _has_probabilities_below(head: Head) -> bool:
    if not head.first.startswith(">") or len(head.lines) < 4:
        return False
    words = head.lines[3].split()
    return len(words) > 1 and all(word.replace(".", "", 1).isdigit() for word in words)


def _form(summary: str, read: Callable[[str | Path], Iterator[Entry]], *beginnings: str) -> Form:
    return Form(summary, read, starts(*beginnings), remedy=REMEDY, predicted=True)


FORMS = {
    "ss2": _form("PSIPRED's or S4PRED's .ss2", _tables((SS2,), ((4,), (5,), (3,))), SS2),
    "horiz": _form("PSIPRED's .horiz", read_horiz, HORIZ),
    "reprof": _form("reprof's table", _tables((REPROF,), ((4,), (5,), (6,))), REPROF),
    "raptorx-ss3": _form("RaptorX's .ss3", _tables(RAPTORX3, ((3,), (4,), (5,))), *RAPTORX3),
    "raptorx-ss8": _form(
        "RaptorX's .ss8", _tables(RAPTORX8, ((3, 4, 5), (6, 7), (8, 9, 10))), *RAPTORX8
    ),
    "fas-conf": Form(
        "S4PRED's --fas-conf",
        read_fas_conf,
        _has_probabilities_below,
        remedy=REMEDY,
    ),
}
