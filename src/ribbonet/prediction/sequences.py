"""The sequences that Python callers pass: text, objects of Biopython and biotite, tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, ItemsView, Iterable, Iterator, Mapping, Set
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from ribbonet.chains.chain import Chain
from ribbonet.chains.mistaken import LONGEST, download_of, is_sequence
from ribbonet.chains.sequences.conventions import is_file_name
from ribbonet.chains.sequences.counts import doubts
from ribbonet.chains.sequences.resemblance import warn_of_nucleotides
from ribbonet.chains.sequences.residues import clean_sequence
from ribbonet.chains.sequences.rules import OnInvalid
from ribbonet.errors import InputError
from ribbonet.prediction.wording import in_arguments, warn_caller

if TYPE_CHECKING:
    import pandas as pd

SEQUENCE, ID = "sequence", "id"
"""Columns of a table that are read."""
RECORD = {ID, SEQUENCE, "name", "description"}
"""Keys of what is one record, and no sequences by id."""


class Given(NamedTuple):
    """A sequence as it was given: its text, and the header that it brings, which may be empty."""

    text: str
    header: str = ""


def given(item: object, remedy: str = "") -> Given:
    """Read an object as a sequence.

    Parameters
    ----------
    item : str, or an object of a sequence
        Either a record with its sequence in `seq` (Biopython's SeqRecord), whose id and
        description are the header, or an object of as many symbols as `str()` of it has letters
        (Biopython's Seq, biotite's ProteinSequence).
    remedy : str
        Added to the error message for anything else.

    Raises
    ------
    InputError
        For an object that is no sequence, names its type; and for one of nucleotides.
    """
    if isinstance(item, PathLike) or (isinstance(item, str) and is_file_name(item.strip())):
        raise InputError("sequence: is the name of a file; give it to ribbonet.predict_file")
    if isinstance(item, str):
        if found := download_of(item.strip()):
            database, address = found
            raise InputError(
                f"sequence: looks like an accession of {database}; download {address} and give "
                "that file to ribbonet.predict_file"
            )
        return Given(str(item))
    if _is_of_nucleotides(item):
        raise InputError(
            f"sequence: is a {type(item).__name__} of nucleotides; give the protein's, translated"
        )
    if (own := getattr(item, "seq", None)) is not None and hasattr(item, "id"):
        return Given(given(own, remedy).text, _header(item))
    if (text := _as_text(item)) is not None:
        return Given(text)
    if isinstance(item, bytes | bytearray):
        remedy = ", decoded: sequence.decode()"
    kind = type(item).__name__
    raise InputError(f"sequence: is of the type {kind}; give its residues as a str{remedy}")


def single(sequence: object, id: str, on_invalid: OnInvalid, several: str) -> Chain:
    """Read one sequence as a chain; warn where it may be none, or of nucleotides.

    Parameters
    ----------
    sequence : str, or an object of a sequence
        See `given`.
    id : str
        For its header; by default that of a record.
    on_invalid : {"error", "mask", "degap"}
    several : str
        What many sequences are for, added to the error message for a list of them.

    Raises
    ------
    InputError
        As `given` and `clean_sequence` do.
    """
    text, header = given(sequence, several)
    if on_invalid == "skip":
        raise InputError("on_invalid = 'skip': is for many sequences; give one of the others")
    counts: Counter[str] = Counter()
    chains = [Chain(id or header, clean_sequence(text, on_invalid, counts))]
    (chain,) = warn_of_nucleotides(chains, "sequence", warn_caller)
    if doubted := doubts(counts):
        warn_caller(f"sequence: {doubted}")
    return chain


def _is_of_nucleotides(item: object) -> bool:
    """Whether an object of biotite's or Biopython's says so."""
    if type(item).__name__ == "NucleotideSequence":
        return True
    annotations = getattr(item, "annotations", None)
    kind = annotations.get("molecule_type") if isinstance(annotations, Mapping) else None
    return any(name in str(kind).upper() for name in ("DNA", "RNA"))


def _as_text(item: object) -> str | None:
    """Return the text of an object whose `str()` is its sequence; None for any other."""
    if isinstance(item, bytes | bytearray | Mapping | Set | list | tuple) or hasattr(item, "shape"):
        return None
    if type(item).__str__ is object.__str__ or not hasattr(item, "__len__"):
        return None
    try:
        text = str(item)
    except Exception as error:  # Biopython's Seq of unknown content has one of its own
        raise InputError(f"sequence: its residues cannot be read ({error})") from None
    return text if len(text) == len(item) else None


def _is_missing(item: object) -> bool:
    """Whether it is None, NaN or pandas' NA."""
    if item is None or type(item).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(item, float) and item != item


def _header(record: Any) -> str:
    """Return a record's id, and its description where there is one."""
    id, description = str(record.id or ""), str(getattr(record, "description", "") or "")
    if description.startswith("<unknown") or description == id:
        description = ""
    if description.startswith(f"{id} "):
        return description
    return f"{id} {description}".strip()


class Listed(NamedTuple):
    """Many sequences: pairs of an id, or None for its number, and a sequence; a Series' index."""

    pairs: Iterable[tuple[str | None, object]]
    labels: pd.Index | None = None


def listed(sequences: object) -> Listed:
    """Read an object as many sequences.

    Parameters
    ----------
    sequences : iterable or mapping
        Sequences as `given` reads them, or pairs (id, sequence), in any iterable that has an
        order; a mapping of ids to sequences; a pandas Series, whose index is kept and names the
        sequences unless it merely numbers them; or a data frame, of which the column `sequence`
        is read, and `id` if there is one.

    Raises
    ------
    InputError
        For an object that would be misread: a single sequence, a set, a table without a column
        `sequence`.
    """
    if isinstance(sequences, str | bytes | bytearray | PathLike) or _as_text(sequences) is not None:
        raise InputError(
            "give a list of sequences; one sequence alone is for ribbonet.predict, and a FASTA "
            "file for ribbonet.predict_file"
        )
    if hasattr(sequences, "collect"):
        raise InputError("sequences: is a lazy frame; give sequences.collect()")
    if hasattr(sequences, "columns"):
        return _of_table(sequences)
    if hasattr(sequences, "seq") and hasattr(sequences, "id"):
        raise InputError("give a list of records; one record alone is for ribbonet.predict")
    sequences = _plain(sequences)
    if isinstance(sequences, Mapping):
        if {ID, SEQUENCE} <= {*sequences} <= RECORD:
            raise InputError(
                "sequences: is a dict of one record; give a dict of sequences by id, or a list of "
                "pairs (id, sequence)"
            )
        return Listed(map(_pair, sequences.items()))
    if isinstance(sequences, Set) and not isinstance(sequences, ItemsView):
        raise InputError("sequences: is a set, which has no order; give a list, or a dict by id")
    if not _is_iterable(sequences) or len(getattr(sequences, "shape", (0,))) != 1:
        raise InputError(
            f"sequences: is of the type {type(sequences).__name__}; give a list of sequences or of "
            "pairs (id, sequence), or a dict of sequences by id"
        )
    if isinstance(sequences, Collection) and _are_letters(sequences):
        raise InputError(
            "sequences: is a list of single letters; give one sequence alone, ''.join(letters), to "
            "ribbonet.predict"
        )
    if (index := _index(sequences)) is not None:
        ids = [None] * len(index) if _is_numbered(index) else map(_id, index)
        return Listed(zip(ids, sequences, strict=True), index)
    return Listed(map(_pair, sequences))


def _is_iterable(sequences: object) -> TypeGuard[Iterable[object]]:
    """Whether it can be gone through; biotite's Alignment, for one, has a method and cannot."""
    try:
        iter(sequences)  # type: ignore[call-overload]
    except TypeError:
        return False
    return True


FEW = 5
"""Sequences of one residue that may be meant."""


def _are_letters(items: Collection[object]) -> bool:
    return len(items) > FEW and all(isinstance(item, str) and len(item) == 1 for item in items)


def _pair(item: object) -> tuple[str | None, object]:
    if not isinstance(item, tuple | list) or len(item) != 2:
        return None, item
    id, sequence = item
    texts = isinstance(id, str) and isinstance(sequence, str)
    if texts and len(id) > min(len(sequence), LONGEST) and is_sequence(id):
        raise InputError(
            f"sequences: {id[:20]!r}, the id of {sequence!r}, reads as a sequence; give pairs (id, "
            "sequence), or a dict of sequences by id"
        )
    return _id(id), sequence


def _id(label: object) -> str | None:
    """Return a label as text, levels of an index joined; None if it is missing."""
    if isinstance(label, tuple):
        return "_".join(map(str, label))
    return None if _is_missing(label) else str(label)


def _of_table(table: Any) -> Listed:
    """Read the columns of a data frame, pandas' or polars', or of a table of Arrow."""
    columns = list(getattr(table, "column_names", table.columns))
    for name in {SEQUENCE, ID} & {*columns}:
        if columns.count(name) > 1:
            raise InputError(f"sequences: is a table with several columns {name!r}; leave one")
    if SEQUENCE not in columns:
        names = ", ".join(map(repr, columns[:10]))
        raise InputError(
            f"sequences: is a table without a column {SEQUENCE!r} (it has {names}); give the "
            "column of the sequences: table[COLUMN]"
        )
    own = listed(_plain(table[SEQUENCE]))
    named = [name for name in columns if str(name).lower() == ID]
    if ID not in columns and len(named) != 1:
        return own
    ids = map(_id, _plain(table[ID if ID in columns else named[0]]))
    pairs = ((id, text) for id, (_, text) in zip(ids, own.pairs, strict=True))
    return Listed(pairs, own.labels)


def _plain(column: Any) -> Any:
    """Return the values of a column of Arrow; any other as it is."""
    return column.to_pylist() if hasattr(column, "to_pylist") else column


def _index(series: object) -> pd.Index | None:
    """Return the index of a pandas Series."""
    index = getattr(series, "index", None)
    return index if hasattr(index, "get_indexer") else None


def _is_numbered(index: pd.Index) -> bool:
    return type(index).__name__ == "RangeIndex"


def chains_of(
    pairs: Iterable[tuple[str | None, object]],
    on_invalid: OnInvalid,
    kept: list[tuple[int, str | None]],
    counts: Counter[str],
) -> Iterator[Chain]:
    """Read many sequences as chains.

    Parameters
    ----------
    pairs : iterable of (id, sequence)
        As `listed` gives them.
    on_invalid : {"error", "mask", "skip"}
        What to do with a sequence that is missing or has a symbol that is not a residue.
    kept : list of (int, str)
        The places of those that are not left out, and their ids as given, are added to it.
    counts : Counter
        Of symbols changed or left out; updated.

    Raises
    ------
    InputError
        Names the sequence by its number and its id.
    """
    for place, (id, item) in enumerate(pairs):
        if on_invalid == "skip" and _is_missing(item):
            continue
        try:
            found = given(item, ", or leave it out by on_invalid='skip'" * _is_missing(item))
            residues = clean_sequence(found.text, on_invalid, counts)
        except InputError as error:
            fault = in_arguments(str(error)).removeprefix("sequence")
            if id is None:
                fault = fault.replace("its residues as a str", "a str, or a pair (id, sequence)")
            own = "" if id is None else f" ({id})"
            raise InputError(f"sequence {place + 1}{own}{fault}") from None
        if residues:
            kept.append((place, id))
            yield Chain(id or found.header or str(place + 1), residues)
