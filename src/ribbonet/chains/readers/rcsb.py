"""RCSB's ss.txt and ss_dis.txt: records of sequences, states of DSSP and disorder in turn.

Source: https://cdn.rcsb.org/etl/kabschSander/ss.txt.gz and ss_dis.txt.gz, as the Protein Data Bank
published them until 2020.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from ribbonet.chains.open import LONGEST_LINE, open_text
from ribbonet.chains.readers.records.entry import Entry, Form, Head
from ribbonet.chains.readers.three_line import too_long

_HEADER = re.compile(r">(\S+?):(\S*):(sequence|secstr|disorder)\s*")


def read_entries(path: str | Path) -> Iterator[Entry]:
    """Chains of the file, named as ``101M-A``; a blank is coil, a disordered residue unlabelled."""
    place, key = "", ""
    found: dict[str, list[str]] = {}
    for number, kind, name, lines in _records(path):
        if name != key:
            if found:
                yield _entry(place, key, found)
            place, key, found = f"line {number}", name, {}
        found[kind] = lines
    if found:
        yield _entry(place, key, found)


def _records(path: str | Path) -> Iterator[tuple[int, str, str, list[str]]]:
    number, size, kind, name = 0, 0, "", ""
    lines: list[str] = []
    with open_text(path) as file:
        for at, text in enumerate(file, 1):
            if (header := _HEADER.fullmatch(text)) is not None:
                if kind:
                    yield number, kind, name, lines
                number, kind, name, lines = at, header[3], f"{header[1]}-{header[2]}", []
                size = 0
            elif kind:
                lines.append(text.rstrip("\n"))
                size += len(text)
                if size > LONGEST_LINE:
                    raise too_long(path, number)
    if kind:
        yield number, kind, name, lines


def _entry(place: str, name: str, found: dict[str, list[str]]) -> Entry:
    if "sequence" not in found or "secstr" not in found:
        lacking = "states" if "sequence" in found else "sequence"
        return Entry(place, name, fault=f"this chain lacks its {lacking}; add the record")
    sequence = [line.strip() for line in found["sequence"]]
    while sequence and not sequence[-1]:
        sequence.pop()
    labels = _filled(sequence, found["secstr"]).replace(" ", "C")
    mask = None
    if "disorder" in found:
        mask = _filled(sequence, found["disorder"]).replace("-", "1").replace("X", "0")
    return Entry(place, name, "".join(sequence), labels, mask=mask)


def _filled(sequence: list[str], lines: list[str]) -> str:
    """Add the blanks at the ends of lines that an editor may have taken."""
    widths = [len(line) for line in sequence]
    lines = [line for line in lines if line] if len(lines) > len(widths) else lines
    padded = [
        line[:width].ljust(width) + line[width:].rstrip()
        for line, width in zip(lines, widths, strict=False)
    ]
    return "".join([*padded, *(" " * width for width in widths[len(lines) :])])


def _fits(head: Head) -> bool:
    return _HEADER.fullmatch(head.first) is not None


FORMS = {
    "rcsb": Form(
        "RCSB's ss.txt and ss_dis.txt",
        read_entries,
        _fits,
        remedy="correct the records of RCSB's ss.txt",
    )
}
