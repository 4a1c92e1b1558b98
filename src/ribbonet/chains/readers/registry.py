"""The published forms of labelled chains: which one a file has, read by one function."""

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Protocol

from ribbonet.chains.alphabet import STATES, STATES8, Alphabet, reduce_states
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import format_three_line, read_three_line
from ribbonet.chains.open import blamed_on, name_of, open_bytes
from ribbonet.chains.readers import dssp, netsurfp, predictors
from ribbonet.chains.readers.biotrainer import (
    format_biotrainer,
    looks_like_biotrainer,
    read_biotrainer,
)
from ribbonet.chains.readers.prediction_tables import (
    looks_like_json,
    looks_like_table,
    read_json_lines,
    read_table,
)
from ribbonet.chains.readers.predictors import Predicted
from ribbonet.chains.readers.uci import format_uci, looks_like_uci, read_uci
from ribbonet.errors import InputError
from ribbonet.system.atomic import atomic_write

States = Alphabet | None
HEAD_BYTES = 65536
"""Of a file, looked at to guess its form."""


class Reader(Protocol):
    """Reads the chains of a file in three states, in eight, or as they are labelled."""

    def __call__(self, path: str | Path, *, states: States = STATES) -> Iterator[Chain]:
        """Read them one after the other."""


@dataclass(frozen=True)
class Form:
    """A form of files.

    Parameters
    ----------
    summary : str
    read : Reader
    fits : callable
        Whether the first lines of a file are of this form.
    suffixes : tuple of str
        Ends of names by which a file to be written is known to have this form.
    write : callable, optional
        The text of chains, piece by piece; None for a form that is read alone.
    """

    summary: str
    read: Reader
    fits: Callable[[list[str]], bool]
    suffixes: tuple[str, ...] = ()
    write: Callable[[Iterable[Chain]], Iterator[str]] | None = None


def _predicted(read: Callable[[str | Path], Iterator[Predicted]]) -> Reader:
    """Chains whose labels are a predictor's, reduced to three states if these are asked for."""

    def chains(path: str | Path, *, states: States = STATES) -> Iterator[Chain]:
        for chain, _ in read(path):
            labels = chain.labels or ""
            yield replace(chain, labels=reduce_states(labels) if states == STATES else labels)

    return chains


def _one_by_one(text: Callable[[Chain], str]) -> Callable[[Iterable[Chain]], Iterator[str]]:
    return lambda chains: map(text, chains)


def _starts(start: str) -> Callable[[list[str]], bool]:
    return lambda lines: bool(lines) and lines[0].startswith(start)


def _has_columns(*columns: str) -> Callable[[list[str]], bool]:
    def fits(lines: list[str]) -> bool:
        try:
            heading = next(csv.reader(lines[:1]), [])
        except csv.Error:
            return False
        return set(columns) <= {name.strip() for name in heading}

    return fits


FORMS: dict[str, Form] = {
    "biotrainer": Form(
        "FASTA with TARGET=, SET= and MASK= in the header",
        read_biotrainer,
        looks_like_biotrainer,
        (".fasta", ".fa"),
        _one_by_one(format_biotrainer),
    ),
    "three-line": Form(
        "'>' and a name, sequence, labels",
        read_three_line,
        _starts(">"),
        (".3line",),
        _one_by_one(format_three_line),
    ),
    "table": Form(
        "predictions, a row a residue: ribbonet's .csv and .tsv, NetSurfP-2's and 3's, "
        "SPOT-1D-Single's, Porter 5's",
        _predicted(read_table),
        looks_like_table,
    ),
    "jsonl": Form("ribbonet's .jsonl", _predicted(read_json_lines), looks_like_json),
    "netsurfp-csv": Form(
        "the table input,dssp3,dssp8,disorder,cb513_mask",
        netsurfp.read_csv,
        _has_columns("input"),
        (".netsurfp.csv",),
        netsurfp.format_netsurfp_csv,
    ),
    "csv": Form(
        "the table seq,sst3,sst8",
        netsurfp.read_csv,
        _has_columns("seq"),
        (".csv",),
        netsurfp.format_csv,
    ),
    "netsurfp-npz": Form(
        "NetSurfP-2.0's arrays data and pdbids", netsurfp.read_npz, _starts("PK\x03\x04")
    ),
    "uci": Form(
        "the data of Qian & Sejnowski 1988: a residue and h, e or _ a line",
        read_uci,
        looks_like_uci,
        (".uci",),
        _one_by_one(format_uci),
    ),
    "dssp": Form("DSSP's file of fixed columns", dssp.read_dssp, _starts("==== Secondary")),
    "ss2": Form(
        "PSIPRED's or S4PRED's .ss2", _predicted(predictors.read_ss2), _starts(predictors.SS2)
    ),
    "horiz": Form("PSIPRED's .horiz", _predicted(predictors.read_horiz), _starts(predictors.HORIZ)),
    "reprof": Form(
        "reprof's table", _predicted(predictors.read_reprof), _starts(predictors.REPROF)
    ),
}
WITH_PROBABILITIES: dict[str, Callable[[str | Path], Iterator[Predicted]]] = {
    "ss2": predictors.read_ss2,
    "horiz": predictors.read_horiz,
    "reprof": predictors.read_reprof,
    "table": read_table,
    "jsonl": read_json_lines,
}


def guess_form(path: str | Path) -> str:
    """Name in `FORMS` of the form that a file has, by its content and not its name.

    What can be read but once, as standard input or a pipe, is taken for a three-line file.

    Raises
    ------
    InputError
        If the file cannot be read, or has none of the forms.
    """
    if str(path) == "-" or (Path(path).exists() and not Path(path).is_file()):
        return "three-line"
    with open_bytes(path) as file:
        head = file.read(HEAD_BYTES)
    text = head.decode("utf-8-sig", errors="replace")
    lines = [line for line in islice(io.StringIO(text), 1000) if line.strip()]
    for name, form in FORMS.items():
        if form.fits(lines):
            return name
    what = (
        "is empty"
        if not lines
        else "is NETtalk's dictionary, of words and not of chains"
        if lines[0].count("\t") == 3
        else "has no form of labelled chains"
    )
    raise InputError(f"{name_of(path)}: {what}; give one of {', '.join(FORMS)}")


def read_chains(
    path: str | Path, *, states: States = STATES, form: str | None = None
) -> Iterator[Chain]:
    """Chains of a file in any of the `FORMS`.

    Parameters
    ----------
    path : str or Path
    states : {STATES, STATES8}, optional
        Whether labels are reduced to H, E and C, or kept in the eight states where the file has
        them. None: labels of any kind, as the file has them.
    form : str, optional
        Name in `FORMS`; guessed from the content if it is not given.

    Raises
    ------
    InputError
        If the file cannot be read or is not of the form; names the line.
    """
    return FORMS[form or guess_form(path)].read(path, states=states)


def read_predicted(path: str | Path) -> Iterator[Predicted]:
    """Predictions of a file that any predictor wrote, with probabilities where it tells them.

    States are as the file has them, three or eight.

    Raises
    ------
    InputError
        As `read_chains` does.
    """
    form = guess_form(path)
    if form in WITH_PROBABILITIES:
        return WITH_PROBABILITIES[form](path)
    return (Predicted(chain, None) for chain in FORMS[form].read(path, states=STATES8))


def form_to_write(path: str | Path) -> str:
    """Name in `FORMS` of the form to write to a file, by the end of its name.

    Raises
    ------
    InputError
        If it tells none.
    """
    name = str(path).removesuffix(".gz")
    found = [
        (len(suffix), form)
        for form, known in FORMS.items()
        for suffix in known.suffixes
        if name.endswith(suffix)
    ]
    if not found:
        ends = ", ".join(s for form in FORMS.values() for s in form.suffixes)
        raise InputError(f"{path}: the name tells no form; end it with one of {ends}, or use --to")
    return max(found)[1]


def write_chains(path: str | Path, chains: Iterable[Chain], form: str) -> int:
    """Write chains in one of the `FORMS`, compressed if the name ends with ``.gz``.

    Returns
    -------
    int
        How many.

    Raises
    ------
    InputError
        If the form cannot be written, or has no room for what a chain holds.
    """
    write = FORMS[form].write
    if write is None:
        known = ", ".join(name for name, form in FORMS.items() if form.write is not None)
        raise InputError(f"{form} is a form that is read alone; write one of {known}")
    count = 0

    def counted() -> Iterator[Chain]:
        nonlocal count
        for count, chain in enumerate(chains, 1):  # noqa: B007 - the count is what is wanted
            yield chain

    with atomic_write(path, "wb") as raw:
        zipped = str(path).endswith(".gz")
        with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if zipped else nullcontext(raw) as file:
            pieces = write(counted())
            while True:
                with blamed_on(f"{path}", "; write another form"):
                    piece = next(pieces, None)
                if piece is None:
                    break
                file.write(piece.encode())
    return count
