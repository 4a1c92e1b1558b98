"""Multiple alignments in A3M, A2M, aligned FASTA or Stockholm; the first sequence is the query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain as joined
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import encode_residues
from ribbonet.chains.open import (
    HEAD,
    LONGEST_LINE,
    blamed_on,
    name_of,
    open_text,
    refuse_foreign,
)
from ribbonet.chains.relatives.profiles import ABSENT, GAP, encode_row, profile
from ribbonet.chains.sequences.lines import half_is_labels
from ribbonet.chains.sequences.resemblance import reads_as_states
from ribbonet.errors import InputError

REMEDY = "; correct the line, or make the file again"
STOCKHOLM = "# STOCKHOLM"
MOST_CELLS = 1 << 28
"""Symbols of an alignment that memory has room for."""
ANNOTATIONS = ("ss_", "sa_", "aa_")
"""Records of an A3M whose names begin so are no sequences."""
MOST_GAPS = 0.8
"""Share of gaps, or of residues without a label, beyond which a line is a row's, not labels."""
GAPS = "-._~"
"""Symbols of gaps in Stockholm."""


@dataclass(frozen=True)
class Alignment:
    """An alignment of a family to its query.

    Parameters
    ----------
    preamble : str
        Lines before the first record, which begin with `#`.
    headers : list of str
        Of the sequences, the query's first.
    rows : list of str
        The sequences in A3M: a column for each residue of the query, insertions in lower case.
    """

    preamble: str
    headers: list[str]
    rows: list[str]

    @property
    def sequence(self) -> str:
        """The query's residues."""
        return self.rows[0]

    @property
    def profile(self) -> NDArray[np.float32]:
        """The family's profile, `(L, 22)`.

        Gaps at the ends of a row count as nothing aligned there, as beyond a local alignment.
        """
        rows = (encode_row(_LOWER.sub("", row)) for row in self.rows)
        return profile(np.stack([ends_absent(row) for row in rows]))

    @property
    def a3m(self) -> str:
        """The records of the sequences, as A3M has them."""
        pairs = zip(self.headers, self.rows, strict=True)
        return "".join(f">{header}\n{row}\n" for header, row in pairs)


_LOWER = re.compile("[a-z]+")
_COMPLEX = re.compile(r"#([0-9]+(?:,[0-9]+)+)\s")
"""What ColabFold writes before the alignment of several chains: their lengths."""


def read_alignment(path: str | Path) -> Alignment:
    """Read an alignment in A3M, A2M, aligned FASTA or Stockholm.

    Columns in which the query has a gap become insertions; residues of the query that are
    insertions become columns of their own. Annotations (`>ss_pred` and the like, `#=GC` and the
    like) are left out.

    Raises
    ------
    InputError
        If the file cannot be read, holds no sequence, or more than one alignment, or a row has a
        symbol that is not a residue, or other columns than the first. Names the line.
    """
    name = name_of(path)
    with open_text(path, nul=True) as lines:
        head: list[str] = []
        while not head or head[-1].isspace():
            head.append(next(lines, ""))
        read = _stockholm if head[-1].startswith(STOCKHOLM) else _a3m
        return read(joined(head, lines), name)


def _a3m(lines: Iterable[str], name: str) -> Alignment:
    preamble = ""
    headers: list[str] = []
    rows: list[str] = []
    query = _Row("", [""])
    for number, header, text, starts in _records(lines, name):
        if not number:
            preamble = text
            if (found := _COMPLEX.match(preamble)) is not None:
                raise InputError(
                    f"{name}: is the alignment of a complex (chains of {found[1]} residues, one "
                    "after the other); give an alignment for each chain"
                )
            continue
        with blamed_on(f"{name}: line {number}", REMEDY):
            if not headers and _is_labelled(text):
                raise ValueError("half of the sequence reads as labels, as of three lines a chain")
            text = text.replace("\n", "")
            residues = text.replace("-", "").replace(".", "").upper()
            encode_residues(residues)
            if reads_as_states(residues):
                raise ValueError("the record reads as labels, not as a sequence")
            row = _Row.of(text)
            if starts and headers and row.residues != query.residues:
                raise ValueError(
                    "a second alignment, of another sequence, starts here (after a NUL byte); "
                    "split the file, one alignment per file"
                )
            if not headers:
                query = row
                if not query.residues:
                    raise ValueError("the first record has no residue")
            if len(row.columns) != len(query.columns):
                raise ValueError(
                    f"the record has {len(row.columns)} columns but its insertions, and the first "
                    f"one has {len(query.columns)}"
                )
            headers.append(header)
            rows.append(row.aligned_to(query))
            _check_size(len(rows) * len(query.residues), name)
    if not rows:
        raise InputError(f"{name}: holds no sequence; give an alignment in A3M")
    return Alignment(preamble, headers, rows)


def _is_labelled(text: str) -> bool:
    """Whether the lines of a query are a sequence and its labels, and not rows with gaps."""
    halves = text[: len(text) // 2], text[len(text) // 2 :]
    if any(half.count("-") > MOST_GAPS * len(half) for half in halves):
        return False
    return half_is_labels(text) or half_is_labels(text.upper().replace("-", "C"))


@dataclass(frozen=True)
class _Row:
    """A sequence of an A3M: its columns, and what it inserts before each and after the last."""

    columns: str
    inserted: list[str]

    @classmethod
    def of(cls, text: str) -> _Row:
        text = text.replace(".", "")
        columns = _LOWER.sub("", text)
        if len(columns) == len(text):
            return cls(text, [""] * (len(text) + 1))
        inserted = re.split("[^a-z]", text)
        return cls(columns, inserted)

    @property
    def residues(self) -> str:
        return self._text.replace("-", "").upper()

    @property
    def _text(self) -> str:
        pieces = zip(self.inserted, [*self.columns, ""], strict=True)
        return "".join(insertion + column for insertion, column in pieces)

    def aligned_to(self, query: _Row) -> str:
        """Return the row with a column for each residue of the query, and no other."""
        if "-" not in query.columns and not any(query.inserted):
            return self._text
        if self is query:
            return self.residues
        made = []
        pairs = zip([*query.columns, ""], query.inserted, strict=True)
        own = zip([*self.columns, ""], self.inserted, strict=True)
        for (known, added), (column, insertion) in zip(pairs, own, strict=True):
            made += ["-" * len(added), insertion]
            made.append(column if known != "-" else column.lower().replace("-", ""))
        return "".join(made)


def _records(lines: Iterable[str], name: str) -> Iterator[tuple[int, str, str, bool]]:
    """Lines where records begin, their headers and lines, and whether an alignment starts.

    Before them, with line 0, the preamble. MMseqs2 and ColabFold end an alignment by a NUL byte,
    after which another may follow.
    """
    header, begun, starts, ended = "", 0, False, True
    parts: list[str] = []
    size, preamble, foreign = 0, "", ""

    def is_sequence() -> bool:
        return bool(begun) and not header.lower().startswith(ANNOTATIONS)

    for number, text in enumerate(lines, 1):
        ended = ended or "\0" in text
        line = text.replace("\0", "").strip()
        if "\0" in text.strip("\0\n"):
            refuse_foreign(text.encode(), name)
            raise InputError(f"{name}: line {number}: a NUL byte stands within it{REMEDY}")
        if line.startswith(">"):
            if not begun:
                yield 0, "", preamble, False
            elif is_sequence():
                yield begun, header, "\n".join(parts), starts
            starts, ended = ended or (starts and begun > 0 and not is_sequence()), False
            header, parts, begun, size = line[1:].strip(), [], number, 0
        elif not line or (ended and line.startswith("#")):
            foreign += "" if begun else text[:80]
            preamble += "" if begun or not line else line + "\n"
        elif not begun:
            refuse_foreign((foreign + text).encode()[:HEAD], name)
            raise InputError(f"{name}: line {number}: a record should begin by >{REMEDY}")
        else:
            parts.append(line)
            size += len(line)
            if size > LONGEST_LINE:
                raise InputError(f"{name}: line {begun}: the record is too long{REMEDY}")
    if is_sequence():
        yield begun, header, "\n".join(parts), starts


def _stockholm(lines: Iterable[str], name: str) -> Alignment:
    texts: dict[str, list[str]] = {}
    begun: dict[str, int] = {}
    cells, ended = 0, False
    for number, text in enumerate(lines, 1):
        line = text.replace("\0", "").strip()
        if not line or (line.startswith("#") and not (ended and line.startswith(STOCKHOLM))):
            continue
        if ended:
            raise InputError(
                f"{name}: line {number}: a second alignment starts here; split the file, an "
                "alignment each"
            )
        if line == "//":
            ended = True
            continue
        id, _, aligned = line.partition(" " if "\t" not in line else "\t")
        aligned = aligned.strip()
        if not aligned or len(aligned.split()) > 1:
            raise InputError(
                f"{name}: line {number}: should be a name and an aligned sequence{REMEDY}"
            )
        with blamed_on(f"{name}: line {number}", REMEDY):
            encode_residues(aligned.translate(_NO_GAPS).upper())
        texts.setdefault(id, []).append(aligned)
        begun.setdefault(id, number)
        cells += len(aligned)
        _check_size(cells, name)
    if not texts:
        raise InputError(f"{name}: holds no sequence; give an alignment in Stockholm")
    if not ended:
        raise InputError(f"{name}: ends without //, so it may be cut short; fetch or copy it again")
    whole = {id: "".join(parts).translate(_ONE_GAP).upper() for id, parts in texts.items()}
    query = next(iter(whole.values()))
    if not query.strip("-"):
        raise InputError(f"{name}: line {min(begun.values())}: the first sequence has no residue")
    for id, text in whole.items():
        if len(text) != len(query):
            raise InputError(
                f"{name}: line {begun[id]}: {id} has {len(text):,} columns, and the first "
                f"sequence has {len(query):,}{REMEDY}"
            )
    inserted = [column for column, letter in enumerate(query) if letter == "-"]
    return Alignment("", list(whole), [_inserting(text, inserted) for text in whole.values()])


_NO_GAPS = dict.fromkeys(map(ord, GAPS))
_ONE_GAP = str.maketrans(GAPS, "-" * len(GAPS))


def _inserting(text: str, columns: list[int]) -> str:
    """Return a row of aligned columns as A3M has it where these columns are insertions."""
    letters = list(text)
    for column in columns:
        letters[column] = letters[column].lower().replace("-", "")
    return "".join(letters)


def _check_size(cells: int, name: str) -> None:
    if cells > MOST_CELLS:
        raise InputError(
            f"{name}: is too large (more than {MOST_CELLS >> 20} Mi cells); filter the alignment, "
            "as with hhfilter"
        )


def ends_absent(row: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Turn the gaps at both ends of a row into `ABSENT`."""
    there = np.flatnonzero(row != GAP)
    first, last = (there[0], there[-1]) if there.size else (len(row), len(row))
    row[:first] = ABSENT
    row[last + 1 :] = ABSENT
    return row
