"""The published forms of labelled chains: which one a file has, read by one function."""

import gzip
import pkgutil
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from importlib import import_module
from itertools import takewhile
from pathlib import Path

from ribbonet.chains import readers
from ribbonet.chains.alphabet import STATES, STATES8, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import HEAD, blamed_on, name_of, refuse_foreign, rereadable
from ribbonet.chains.readers.published_tables import has_spaced_columns, names_of_columns
from ribbonet.chains.readers.records.entry import Form, Head
from ribbonet.chains.readers.records.making import Making, OnSkip, OnWarning, Predicted
from ribbonet.chains.readers.records.rows import heading_of
from ribbonet.chains.readers.three_line import MOST_LABELS
from ribbonet.chains.sequences.rules import OnInvalid
from ribbonet.errors import InputError
from ribbonet.system.atomic import atomic_write


def _found() -> dict[str, Form]:
    """Forms of all files here that have a table `FORMS`, those to be tried last after others."""
    names = sorted(module.name for module in pkgutil.iter_modules(readers.__path__))
    modules = (import_module(f"{readers.__name__}.{n}") for n in names if n != "registry")
    forms = {
        name: form for module in modules for name, form in getattr(module, "FORMS", {}).items()
    }
    return dict(sorted(forms.items(), key=lambda item: item[1].last))


FORMS: dict[str, Form] = _found()
"""Forms of labelled chains by their names."""


def guess_form(path: str | Path) -> str:
    """Name in `FORMS` of the form that a file has, by its content and not its name.

    What can be read but once, as standard input or a pipe, is to be made `rereadable` first.

    Raises
    ------
    InputError
        If the file cannot be read, or has none of the forms.
    """
    head = Head.of(path)
    for name, form in FORMS.items():
        if form.fits(head):
            return name
    if names_of_columns(head):
        raise InputError(
            f"{name_of(path)}: is a table of the columns {', '.join(heading_of(head.first))}; "
            "with one chain per row, name them seq and sst3 or sst8; with one residue per row, id, "
            "residue and label"
        )
    refuse_foreign(head.data[:HEAD], name_of(path), labelled=False)
    if has_spaced_columns(head):
        raise InputError(
            f"{name_of(path)}: is a table separated by spaces; separate its columns by commas or "
            "tabs"
        )
    what = (
        "is empty"
        if not head.data.strip()
        else "is NETtalk's dictionary, of words and not of chains"
        if head.first.count("\t") == 3
        else "has no form of labelled chains"
    )
    raise InputError(f"{name_of(path)}: {what}; give one of {', '.join(FORMS)}")


def is_labelled(path: str | Path) -> bool:
    """Whether a file holds labels, and is not FASTA of sequences alone.

    Raises
    ------
    InputError
        As `guess_form` does.
    """
    form = guess_form(path)
    if form not in ("three-line", "flip"):
        return True
    lines = Head.of(path).lines[1:]
    body = [*takewhile(lambda line: not line.startswith(">"), lines)]
    if form == "flip":  # as FASTA is too, beside a file sequences.fasta
        return len({*filter(str.isalpha, "".join(body))}) <= MOST_LABELS
    half, odd = divmod(len(body), 2)
    if not half or odd:
        return False
    sequence, labels = "".join(body[:half]), "".join(body[half:])
    if abs(len(sequence) - len(labels)) > FEW:
        return False
    # the second of two lines of a sequence has as many letters as the first
    return len({*labels}) <= min(MOST_LABELS, len({*sequence}))


FEW = 3
"""Labels that may be lacking, or too many, by mistake."""


def read_chains(
    path: str | Path,
    *,
    states: Alphabet | None = STATES,
    form: str | None = None,
    on_invalid: OnInvalid = "error",
    on_warning: OnWarning | None = None,
    on_skip: OnSkip | None = None,
) -> Iterator[Chain]:
    """Chains of a file in any of the `FORMS`.

    An asterisk within a sequence, which has a label of its own, is read as X, a residue that is not
    standard.

    Parameters
    ----------
    path : str or Path
        Plain, or compressed with gzip, xz, bzip2 or zstd; ``-`` is standard input.
    states : {STATES, STATES8}, optional
        Whether labels are reduced to H, E and C, or kept in the eight states where the file has
        them. None: labels of any kind, as the file has them.
    form : str, optional
        Name in `FORMS`; guessed from the content if it is not given.
    on_invalid : {"error", "mask", "skip", "degap"}
        What to do with an invalid record: raise; read invalid symbols as X, and leave out records
        that are invalid otherwise; leave it out; or remove the positions of gaps.
    on_warning : callable, optional
        Called at the end with one line that counts what was changed or left out, if anything was.
    on_skip : callable, optional
        Called for each record left out with its number, from 1, its header and its fault.

    Raises
    ------
    InputError
        If the file cannot be read or is not of the form; names the line.
    """
    found = _read(path, form, states, on_invalid, on_warning, on_skip)
    return (chain for chain, _ in found)


def read_predicted(path: str | Path) -> Iterator[Predicted]:
    """Predictions of a file that any predictor wrote, with probabilities where it states them.

    States are as the file has them, three or eight.

    Raises
    ------
    InputError
        As `read_chains` does.
    """
    return _read(path, None, STATES8)


def _read(
    path: str | Path,
    form: str | None,
    states: Alphabet | None,
    on_invalid: OnInvalid = "error",
    on_warning: OnWarning | None = None,
    on_skip: OnSkip | None = None,
) -> Iterator[Predicted]:
    with rereadable(path) as file:
        known = FORMS[form or guess_form(file)]
        making = Making(name_of(file), known, states, on_invalid, on_warning, on_skip)
        yield from making.of(known.read(file))


def form_to_write(path: str | Path, given: str | None = None) -> str:
    """Name in `FORMS` of the form to write to a file: as it is given, or by the end of its name.

    Raises
    ------
    InputError
        If the end names none, or forms of another extension than that of the one given.
    """
    name = str(path).removesuffix(".gz")
    if given is not None:
        if given not in FORMS:
            raise InputError(f"{given!r} is not a format; give one of {', '.join(FORMS)}")
        own = Path(name).suffix
        taken = {Path(f"a{end}").suffix for form in FORMS.values() for end in form.extensions}
        fitting = {Path(f"a{end}").suffix for end in FORMS[given].extensions}
        if fitting and own in taken - fitting:
            raise InputError(
                f"{path}: {own} is the extension of another format than {given}; end the name with "
                f"{' or '.join(sorted(FORMS[given].extensions))}"
            )
        return given
    found = [
        (len(suffix), form)
        for form, known in FORMS.items()
        for suffix in known.extensions
        if name.endswith(suffix)
    ]
    if not found:
        ends = ", ".join(s for form in FORMS.values() for s in form.extensions)
        raise InputError(f"{path}: the extension names no format; use one of {ends}, or use --to")
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
        raise InputError(f"{form} is a format that is read but not written; write one of {known}")
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
