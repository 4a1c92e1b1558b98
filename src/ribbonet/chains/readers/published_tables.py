"""Tables of one row per chain: NetSurfP-2.0's data as CSV, and the PISCES sets of PDB chains.

Sources: Klausen et al. 2019 (doi:10.1002/prot.25674), as CSV with ProtTrans (Elnaggar et al. 2021,
doi:10.1109/TPAMI.2021.3095381); the tables of A. Kirkegaard and others on Kaggle ("Protein
Secondary Structure"), in which ``*`` stands for a residue that is not standard.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from ribbonet.chains.alphabet import reduce_states
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import as_id, name_of, stem_of
from ribbonet.chains.readers.records.entry import Entry, Form, Head, Ids, labels_of, number
from ribbonet.chains.readers.records.rows import Rows, heading_of
from ribbonet.errors import InputError

COLUMNS: dict[str, tuple[str, ...]] = {
    "sequence": ("input", "seq", "sequence", "aa_seq", "protein_sequence", "primary"),
    "three": ("dssp3", "sst3", "ss3", "q3"),
    "eight": ("dssp8", "sst8", "ss8", "q8", "dssp", "ss", "states", "labels", "label", "target"),
    "id": ("id", "pdbid", "pdb_id", "pdb", "name", "entry"),
    "chain": ("chain_code", "chain", "chain_id"),
    "set": ("set", "split"),
    "validation": ("validation",),
}
"""What columns are called, in any case, with or without ``_``; of several ids the first counts."""
MARKS = ("mask", "resolved", "cb513_mask")
"""Columns of 0 for no label, and 1; so is ``disorder``, in the table with ``input``."""


def read_entries(path: str | Path) -> Iterator[Entry]:
    """Chains of a table ``input, dssp3, dssp8, disorder, cb513_mask`` or ``seq, sst3, sst8``.

    Symbols stand together or with spaces between; a byte-order mark may stand first. Of the
    columns of states one may be lacking. A residue that is disordered (0) or not of the mask (0)
    has no label. A chain's id is that of the column id, pdbid or pdb_id (with chain_code, if there
    is one), or the file's name and the row. Several columns of sequences, or of labels but for
    those in three states and in eight, are an error.
    """
    with Rows.of(path, COLUMNS["id"]) as rows:
        if not _fits(rows.columns):
            raise InputError(
                f"{name_of(path)}: line 1 should name the columns input, dssp3, dssp8 or seq, "
                "sst3, sst8; give such a table"
            )
        _check_columns(rows.columns, name_of(path))
        entries = _entries(rows, stem_of(path))
        first = [*islice(entries, FIRST)]
        named = "id" in _columns(rows.columns) and len({entry.header for entry in first}) > 1
        if len(first) == FIRST and not named and all(len(e.sequence) == 1 for e in first):
            raise InputError(
                f"{name_of(path)}: has a residue, not a chain, in each row; name its columns id, "
                "residue and label"
            )
        yield from first
        yield from entries


FIRST = 4
"""Rows that may be of one residue each, and still be chains."""


def _entries(rows: Rows, stem: str) -> Iterator[Entry]:
    columns, ids = _columns(rows.columns), Ids()
    for row_number, (line, row, fault) in enumerate(rows):
        found = {meaning: row.get(column, "") for meaning, column in columns.items()}
        place = f"line {line}"
        id = ids(_id_of(found) or f"{stem}_{row_number:03}") + _sets(found)
        try:
            entry = Entry(place, id, fault=fault) if fault else _entry(place, id, found, row)
            yield replace(entry, joined=rows.joined)
        except ValueError as error:
            yield Entry(place, id, fault=str(error))


def _columns(names: Iterable[str]) -> dict[str, str]:
    """Names of the columns by what they mean."""
    plain = {_plain(name): name for name in reversed([*names])}
    return {
        meaning: plain[found]
        for meaning, known in COLUMNS.items()
        if (found := next((_plain(name) for name in known if _plain(name) in plain), None))
    }


def _check_columns(names: Iterable[str], file: str) -> None:
    """Refuse several columns of one meaning."""
    plain = {_plain(name): name for name in names}
    for meaning in ("sequence", "three", "eight"):
        found = [plain[_plain(known)] for known in COLUMNS[meaning] if _plain(known) in plain]
        if len(found) > 1:
            what = "sequences" if meaning == "sequence" else "labels"
            raise InputError(
                f"{file}: line 1: the columns {' and '.join(found)} are all {what}; leave one"
            )


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def _fits(names: Iterable[str]) -> bool:
    columns = _columns(names)
    return "sequence" in columns and bool({"three", "eight"} & {*columns})


def _entry(place: str, id: str, found: dict[str, str], row: dict[str, str]) -> Entry:
    sequence = _together(found["sequence"])
    labels = {key: _together(found[key]) for key in ("three", "eight") if key in found}
    for mark in (*MARKS, *(("disorder",) if "input" in row else ())):
        if mark in row:
            labels = {key: _unmarked(own, row[mark], mark) for key, own in labels.items()}
    three, eight = labels.get("three"), labels.get("eight")
    if three and eight and _contradict(three, eight):
        raise ValueError("the two columns of labels contradict each other; leave one of them")
    return Entry(place, id, sequence, eight or three, three=three)


def _contradict(three: str, eight: str) -> bool:
    """Whether labels are not, for most residues, the same in three states and in eight."""
    try:
        reduced = reduce_states(eight)
    except ValueError:
        return True
    unlike = sum(a != b for a, b in zip(three, reduced, strict=False))
    return 2 * unlike > len(three)


def _together(symbols: str) -> str:
    """Drop the spaces between symbols, but not a blank that is one of DSSP's states."""
    return symbols[::2] if set(symbols[1::2]) == {" "} else symbols.strip()


def _unmarked(labels: str, marks: str, column: str) -> str:
    values = list(marks) if {*marks} <= {*"01"} else marks.split()
    if len(values) != len(labels):
        raise ValueError(f"{len(labels)} labels, and {len(values)} values in the column {column}")
    return "".join("-" if number(v) == 0 else s for s, v in zip(labels, values, strict=True))


def _id_of(found: dict[str, str]) -> str:
    id, chain = found.get("id", ""), found.get("chain", "")
    return f"{id}-{chain}" if id and chain else id


def _sets(found: dict[str, str]) -> str:
    """Words for the header by which training finds the chain's set."""
    told = {key: as_id(found.get(key, "")) for key in ("set", "validation")}
    return "".join(f" {key.upper()}={value}" for key, value in told.items() if value)


def format_netsurfp_csv(chains: Iterable[Chain]) -> Iterator[str]:
    """Yield the lines of the table ``input,dssp3,dssp8,disorder,cb513_mask,id``, its heading first.

    A residue without a label is C in both columns of states and 0 in the mask; what was disordered
    is not known any more, and the column holds 1.
    """
    yield "input,dssp3,dssp8,disorder,cb513_mask,id\n"
    for chain in chains:
        labels = labels_of(chain)
        mask = ("0.0" if label == "-" else "1.0" for label in labels)
        states = labels.replace("-", "C")
        columns = (chain.sequence, reduce_states(states), states, ["1.0"] * len(chain), mask)
        yield ",".join([*map(" ".join, columns), _cell(chain.id)]) + "\n"


def format_csv(chains: Iterable[Chain]) -> Iterator[str]:
    """Yield the lines of the table ``id,seq,sst3,sst8``, its heading first; ``-`` is no label."""
    yield "id,seq,sst3,sst8\n"
    for chain in chains:
        labels = labels_of(chain)
        yield f"{_cell(chain.id)},{chain.sequence},{reduce_states(labels)},{labels}\n"


def _cell(text: str) -> str:
    return f'"{text.replace(chr(34), 2 * chr(34))}"' if {*'",'} & {*text} else text


def names_of_columns(head: Head) -> bool:
    """Whether a file starts with names of columns, some of them of labels or of chains."""
    names = heading_of(head.first)
    return len(names) > 1 and bool(_columns(names))


def has_spaced_columns(head: Head) -> bool:
    """Whether a file starts with names of columns of labelled chains, spaces between them."""
    names = [name.strip('"') for name in head.first.split()]
    return len(_columns(names)) > 1 or {"id", "residue"} <= {*names}


def _is_netsurfp(head: Head) -> bool:
    names = heading_of(head.first)
    return "input" in names and _fits(names)


def _is_table(head: Head) -> bool:
    return _fits(heading_of(head.first))


FORMS = {
    "netsurfp-csv": Form(
        "the table input,dssp3,dssp8,disorder,cb513_mask",
        read_entries,
        _is_netsurfp,
        remedy="correct the row",
        extensions=(".netsurfp.csv",),
        write=format_netsurfp_csv,
    ),
    "csv": Form(
        "the table seq,sst3,sst8",
        read_entries,
        _is_table,
        remedy="correct the row",
        extensions=(".csv",),
        write=format_csv,
    ),
}
