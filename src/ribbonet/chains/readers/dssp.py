"""DSSP's own files, of fixed columns (Kabsch & Sander 1983, Biopolymers 22, 2577-2637)."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ribbonet.chains.open import name_of, open_text, stem_of
from ribbonet.chains.readers.records.entry import Entry, Form, Ids, starts
from ribbonet.errors import InputError

HEADING = "  #  RESIDUE AA STRUCTURE"
TOTAL = " TOTAL NUMBER OF RESIDUES,"
"""What follows the number of residues, above the heading."""
COORDINATE = "Z-CA"
"""The last column of the classic form, after which later ones have more."""
MOST_MISSING = 1000
"""Residues that a jump in the numbering may stand for; more is another way of numbering."""


class _Residue(NamedTuple):
    chain: str
    number: int
    letter: str
    state: str


def read_entries(path: str | Path) -> Iterator[Entry]:
    """Chains of a classic DSSP file; an id is the file's name, ``-`` and the chain's.

    A chain's own id is that of the columns AUTHCHAIN or CHAIN, where DSSP 3 and later have them,
    since the classic column has room for one letter. A lower-case residue is half of a cystine, C.
    The file does not state residues that are not resolved: where it marks a break in a chain
    (``!``), as many X without label stand as the numbering leaves out, one at least.
    """
    name, stem, ids = name_of(path), stem_of(path), Ids()
    chains: dict[str, tuple[list[str], list[str]]] = {}
    faults: dict[str, tuple[str, str]] = {}
    last: _Residue | None = None
    broken = False
    for number, line, chain, cut in _rows(path, name):
        if line[13:14] == "!":
            broken = True
            continue
        if not line.strip():
            continue
        letters, labels = chains.setdefault(chain, ([], []))
        residue = _residue(line, chain)
        if residue is None or cut:
            fault = f"{line.rstrip()[:20]!r} is not a residue in DSSP's columns"
            fault = "the file is cut off here" if cut else fault
            faults.setdefault(chain, (f"line {number}", fault))
            continue
        if broken and last is not None and chain == last.chain:
            missing = residue.number - last.number - 1
            missing = missing if 1 <= missing <= MOST_MISSING else 1
            letters.append("X" * missing)
            labels.append("-" * missing)
        letters.append(residue.letter)
        labels.append(residue.state)
        last, broken = residue, False
    if not chains:
        raise InputError(f"{name}: holds no residue; make the file again with mkdssp")
    for chain, (letters, labels) in chains.items():
        place, fault = faults.get(chain, (f"chain {chain!r}", ""))
        yield Entry(place, ids(f"{stem}-{chain}"), "".join(letters), "".join(labels), fault=fault)


def _rows(path: str | Path, name: str) -> Iterator[tuple[int, str, str, bool]]:
    """Yield the lines below the heading, each with the id of its chain, and if the file is cut."""
    place: int | None = None
    shortest = count = total = 0
    columns: list[str] = []
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            if place is not None:
                count += not line.isspace()
                cut = not line.endswith("\n") and len(line.rstrip()) < shortest
                yield number, line, _chain_of(line, place, columns), cut
            elif line.startswith(HEADING):
                before, last, after = line.partition(COORDINATE)
                place, columns = len(before + last), after.split()
                shortest = place if last else 0
            elif TOTAL in line and (found := line.split()[0]).isdecimal():
                total = int(found)
    if place is None:
        raise InputError(f"{name}: lacks the heading {HEADING.strip()!r}; give a file of DSSP's")
    if count < total:
        raise InputError(
            f"{name}: has {count:,} of the {total:,} residues that its header counts, so it is cut "
            "off; fetch or copy it again, or take that line out if residues were left out"
        )


def _chain_of(line: str, place: int, columns: list[str]) -> str:
    found = dict(zip(columns, line[place:].split(), strict=False))
    if len(columns) == len(line[place:].split()):
        for column in ("AUTHCHAIN", "CHAIN"):
            if column in found:
                return found[column]
    return line[11:12].strip()


def _residue(line: str, chain: str) -> _Residue | None:
    number, letter, state = line[5:10].strip(), line[13:14], line[16:17]
    digits = number.removeprefix("-")
    if not (
        digits.isascii() and digits.isdigit() and letter.isalpha() and state.strip("\n ") + " "
    ):
        return None
    state = "C" if state in " \n" else state
    return _Residue(chain, int(number), "C" if letter.islower() else letter, state)


FORMS = {
    "dssp": Form(
        "DSSP's file of fixed columns",
        read_entries,
        starts("==== Secondary"),
        remedy="make the file again with mkdssp",
    )
}
