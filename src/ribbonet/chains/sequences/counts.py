"""What was changed, left out or doubted when sequences were read, counted and in words."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from ribbonet.chains.alphabet import UNKNOWN
from ribbonet.system.terminal import count_of


class _Fact(NamedTuple):
    key: str
    one: str
    many: str
    end: str = ""


_FACTS = (
    _Fact("lower", "lower-case record", "lower-case records", " read as upper case"),
    _Fact("unknown", "unknown residue", "unknown residues"),
    _Fact("cystines", "half-cystine", "half-cystines", " in DSSP's lower-case letters read as C"),
    _Fact("final", "final asterisk", "final asterisks", " dropped"),
    _Fact("masked", "invalid symbol", "invalid symbols", " read as X"),
    _Fact("stars", "asterisk", "asterisks", " (a residue that is not standard) read as X"),
    _Fact(
        "missing", "residue", "residues", " left out by the numbers; their neighbours are joined"
    ),
    _Fact("predicted", "prediction", "predictions", " read as labels"),
    _Fact("joined", "id", "ids", " of several cells, as nothing is quoted"),
    _Fact("gaps", "gap", "gaps", " taken out"),
    _Fact("numbered", "record", "records", " read without the numbers on its lines"),
    _Fact("three_letters", "record", "records", " read from names of three letters"),
    _Fact("skipped", "record", "records", " skipped"),
    _Fact("empty", "record", "records", " without a sequence left out"),
    _Fact("states", "record looks", "records look", " like states, read as residues"),
    _Fact("labels", "line looks", "lines look", " like labels, read as residues"),
    _Fact("words", "line looks", "lines look", " like text, read as residues"),
    _Fact("parted", "record", "records", " read on below a blank line"),
)


def summary(counts: Counter[str]) -> str:
    """Return one line that counts what was changed or left out; empty if nothing was."""
    return "; ".join(
        f"{counts[key]:,} {one if counts[key] == 1 else many}{_details(key, counts)}{end}"
        f"{_in_records(key, counts)}"
        for key, one, many, end in _FACTS
        if counts[key]
    )


DOUBTS = ("states", "labels", "words", "parted")
"""Of the facts, those for which a sequence may be none."""


def doubts(counts: Counter[str]) -> str:
    """Say in one line what may be no sequence; empty if there is nothing of the kind."""
    return summary(Counter({key: counts[key] for key in DOUBTS}))


def _details(key: str, counts: Counter[str]) -> str:
    if key != "unknown":
        return ""
    return f" ({', '.join(letter for letter in UNKNOWN if counts[letter])})"


def _in_records(key: str, counts: Counter[str]) -> str:
    number = counts[f"{key}_records"]
    return f" in {count_of(number, 'record')}" if number else ""
