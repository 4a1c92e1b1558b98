"""Predictions as bytes: the formats that `ribbonet predict` writes."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ribbonet import __version__
from ribbonet.chains.alphabet import STATES8, Alphabet
from ribbonet.errors import InputError
from ribbonet.prediction.formats.base import Format, Text
from ribbonet.prediction.formats.compressed import parted
from ribbonet.prediction.formats.parquet import Parquet
from ribbonet.prediction.formats.pictures import PICTURES
from ribbonet.prediction.formats.relatives import RELATIVES, identities, listed, sources
from ribbonet.prediction.formats.text import paint, text
from ribbonet.prediction.prediction import Prediction
from ribbonet.tasks.base import Task
from ribbonet.tasks.structure import Structure


def three_line(prediction: Prediction, colour: bool = False) -> str:
    """`>` and the header, the sequence, the states."""
    return f">{prediction.chain.header}\n{prediction.sequence}\n{_states(prediction, colour)}\n"


def fasta(prediction: Prediction, colour: bool = False) -> str:
    """FASTA of the states alone: `>` and the header, the states."""
    return f">{prediction.chain.header}\n{_states(prediction, colour)}\n"


def _states(prediction: Prediction, colour: bool) -> str:
    states = prediction.states
    return paint(states, states) if colour else states


THOUSANDTHS = [f"{n / 1000:.3f}" for n in range(1001)]


def _decimals(prediction: Prediction) -> list[list[str]]:
    """For each state the probabilities with three decimals."""
    return [[THOUSANDTHS[n] for n in column] for column in prediction.thousandths.T.tolist()]


def ss2(prediction: Prediction) -> str:
    """PSIPRED's vertical format: a row a residue, the probabilities of coil, helix and strand.

    As `psipass2` of PSIPRED 4 (Jones 1999) prints it: columns of fixed width for up to 9999
    residues, wider beyond. It has no place for an id.
    """
    h, e, c = _decimals(prediction)
    rows = zip(prediction.sequence, prediction.states, c, h, e, strict=True)
    return f"# PSIPRED VFORMAT (ribbonet {__version__})\n\n" + "".join(
        f"{n:4d} {residue} {state}   {pc}  {ph}  {pe}\n"
        for n, (residue, state, pc, ph, pe) in enumerate(rows, 1)
    )


def horiz(prediction: Prediction) -> str:
    """PSIPRED's horizontal format: blocks of 60 with the confidence as a digit.

    As `psipass2` of PSIPRED 4 (Jones 1999) prints it, with its quirks: a chain whose length
    is a multiple of 60 ends with a block of no residues, and the ruler has spaces behind its last
    number for the residues from the fifth after it on. It has no place for an id.
    """
    confidence = confidence_digits(prediction)
    sequence, states, length = prediction.sequence, prediction.states, len(prediction)
    blocks = [
        f"\nConf: {confidence[start : start + 60]}\nPred: {states[start : start + 60]}\n"
        f"  AA: {sequence[start : start + 60]}\n      {_ruler(start, min(start + 60, length))}\n\n"
        for start in range(0, length + 1, 60)
    ]
    return f"# PSIPRED HFORMAT (ribbonet {__version__})\n{''.join(blocks)}"


def confidence_digits(prediction: Prediction) -> str:
    """Return PSIPRED's confidence of each residue, as a digit.

    Ten times the lead of the highest probability over the second, cut off, at most 9.
    """
    _, second, first = np.sort(prediction.probabilities.astype(np.float64), axis=1).T
    digits = np.minimum(10 * (first - second), 9).astype(np.uint8)
    return "".join(map(str, digits.tolist()))


def _ruler(start: int, end: int) -> str:
    """Return the ruler under residues `start + 1` to `end`, each number's end under its residue."""
    tens = range(start + 10, end + 1, 10)
    return "".join(f"{n:10d}" for n in tens) + " " * max((end - start) % 10 - 4, 0)


def csv(prediction: Prediction, relatives: bool = False) -> str:
    """Give each residue a row; an id with a comma or a quotation mark is quoted (RFC 4180)."""
    return _rows(quoted(prediction.id), ",", prediction, relatives)


def quoted(id: str) -> str:
    """Quote an id for a CSV file where it needs it.

    Examples
    --------
    >>> print(quoted("a"), quoted('a,b'))
    a "a,b"
    """
    return '"' + id.replace('"', '""') + '"' if set(id) & set(',"') else id


def tsv(prediction: Prediction, relatives: bool = False) -> str:
    """Give each residue a row, the columns parted by tabs; nothing is quoted, ids have no space."""
    return _rows(prediction.id, "\t", prediction, relatives)


COLUMNS = ("id", "position", "residue", "state")


def _rows(id: str, sep: str, prediction: Prediction, relatives: bool) -> str:
    columns = _decimals(prediction)
    if relatives:
        columns += [sources(prediction), [text or "" for text in _identities(prediction)]]
    rows = zip(prediction.sequence, prediction.states, *columns, strict=True)
    return "".join(f"{id}{sep}{n}{sep}{sep.join(row)}\n" for n, row in enumerate(rows, 1))


def _identities(prediction: Prediction) -> list[str | None]:
    return [None if n is None else THOUSANDTHS[n] for n in identities(prediction)]


def _header(sep: str, task: Task, relatives: bool = False) -> str:
    names = COLUMNS + task.columns + (RELATIVES if relatives else ())
    return sep.join(names) + "\n"


def jsonl(prediction: Prediction, relatives: bool = False) -> str:
    """One JSON object a line and record."""
    known: dict[str, Any] = {
        "id": prediction.id,
        "description": prediction.chain.description,
        "length": len(prediction),
        "sequence": prediction.sequence,
        "states": prediction.states,
    }
    columns = dict(zip(prediction.task.columns, _decimals(prediction), strict=True))
    if relatives:
        known["relatives"] = listed(prediction)
        columns["source"] = [f'"{source}"' for source in sources(prediction)]
        columns["identity"] = [text or "null" for text in _identities(prediction)]
    lists = ",".join(f'"{name}":[{",".join(column)}]' for name, column in columns.items())
    start = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    return f"{start[:-1]},{lists}}}\n"


def _tables(task: Task, relatives: bool) -> dict[str, Format]:
    """Return the formats that have room for any number of states, and for relatives."""
    return {
        "csv": Text(".csv", partial(csv, relatives=relatives), _header(",", task, relatives)),
        "tsv": Text(".tsv", partial(tsv, relatives=relatives), _header("\t", task, relatives)),
        "jsonl": Text(".jsonl", partial(jsonl, relatives=relatives)),
        "parquet": Parquet(task, relatives),
    }


THREE, EIGHT = Structure(), Structure(STATES8)

FORMATS: dict[str, Format] = {
    "three-line": Text(".3line", three_line, coloured=partial(three_line, colour=True)),
    "fasta": Text(".fasta", fasta, coloured=partial(fasta, colour=True)),
    "text": Text(".txt", text, coloured=partial(text, colour=True)),
    "ss2": Text(".ss2", ss2),
    "horiz": Text(".horiz", horiz),
    **_tables(THREE, relatives=False),
    **PICTURES,
}
"""What `ribbonet predict --format` knows."""

FORMATS8: dict[str, Format] = {
    **{name: FORMATS[name] for name in ("three-line", "fasta")},
    **_tables(EIGHT, relatives=False),
}
"""What it knows for eight states; the other formats have room for three."""


def formats(states: Alphabet, relatives: bool) -> dict[str, Format]:
    """Return what it knows for three or eight states, with or without columns for relatives."""
    eight = states == STATES8
    known = FORMATS8 if eight else FORMATS
    return known | _tables(EIGHT if eight else THREE, relatives=True) if relatives else known


DEFAULT = "three-line"
FURTHER = ("a3m", "bed", "caid", "gff3")
"""Formats for predictions of some kind alone, which are named as their extensions."""


def format_of(output: str, given: str | None = None) -> str:
    """Return the name of the format of an output: as it is given, or as its extension says.

    Parameters
    ----------
    output : str
        The name of a file; behind its extension may stand that of a compressed file.
    given : str, optional
        The name of a format.

    Raises
    ------
    InputError
        When it has an extension, and that names no format, or another one than is given; ``.txt``
        goes with any.

    Examples
    --------
    >>> format_of("a.csv.gz"), format_of("a.3line"), format_of("a")
    ('csv', 'three-line', 'three-line')
    """
    extension = Path(parted(output)[0]).suffix
    known = {format.suffix: name for name, format in FORMATS.items()}
    known |= {f".{name}": name for name in FURTHER}
    named = known.get(extension.lower())
    if given is not None:
        if named not in (None, "text", given):
            raise InputError(
                f"{output}: {extension} names the format {named}, and --format says {given}; "
                "change one of them"
            )
        return given
    if not extension:
        return DEFAULT
    if named is None:
        raise InputError(
            f"{output}: {extension} names no format; end the name by one of {', '.join(known)}, or "
            "give --format"
        )
    return named
