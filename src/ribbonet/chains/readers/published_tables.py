"""Tables of a row a chain: NetSurfP-2.0's data as CSV, and the PISCES sets of PDB chains.

Sources: Klausen et al. 2019 (doi:10.1002/prot.25674), as CSV with ProtTrans (Elnaggar et al. 2021,
doi:10.1109/TPAMI.2021.3095381); the tables of A. Kirkegaard and others on Kaggle ("Protein
Secondary Structure"), in which ``*`` stands for a residue that is not standard.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ribbonet.chains.alphabet import reduce_states
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import name_of, stem_of
from ribbonet.chains.readers.records.entry import Entry, Form, Head, Ids, labels_of, number
from ribbonet.chains.readers.records.rows import Rows, heading_of
from ribbonet.errors import InputError

COLUMNS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("input", "dssp3", "dssp8"): ("disorder", "cb513_mask"),
    ("seq", "sst3", "sst8"): (),
}
"""Of the published tables: sequence, three states, eight; and marks, 0 for no label."""
ID_COLUMNS = ("id", "pdbid", "pdb_id")


def read_entries(path: str | Path) -> Iterator[Entry]:
    """Chains of a table ``input, dssp3, dssp8, disorder, cb513_mask`` or ``seq, sst3, sst8``.

    Symbols stand together or with spaces between; a byte-order mark may stand first. Of the
    columns of states one may be lacking. A residue that is disordered (0) or not of the mask (0)
    has no label. A chain's id is that of the column id, pdbid or pdb_id (with chain_code, if there
    is one), or the file's name and the row.
    """
    name, stem, ids = name_of(path), stem_of(path), Ids()
    with Rows.of(path, ID_COLUMNS) as rows:
        columns = next((c for c in COLUMNS if _has(rows.columns, c)), None)
        if columns is None:
            forms = " or ".join(", ".join(c) for c in COLUMNS)
            raise InputError(f"{name}: line 1 should name the columns {forms}; give such a table")
        for row_number, (line, row, fault) in enumerate(rows):
            id = ids(_id_of(row) or f"{stem}_{row_number:03}")
            place = f"line {line}"
            if fault:
                yield Entry(place, id, fault=fault)
                continue
            try:
                yield _entry(place, id, row, columns)
            except ValueError as error:
                yield Entry(place, id, fault=str(error))


def _has(found: list[str], columns: tuple[str, ...]) -> bool:
    sequence, *labels = columns
    return sequence in found and bool({*labels} & {*found})


def _entry(place: str, id: str, row: dict[str, str], columns: tuple[str, ...]) -> Entry:
    sequence, *names = columns
    labels = {name: _together(row[name]) for name in names if name in row}
    for mark in COLUMNS[columns]:
        if mark in row:
            labels = {name: _unmarked(own, row[mark], mark) for name, own in labels.items()}
    three, eight = labels.get(names[0]), labels.get(names[1])
    return Entry(place, id, _together(row[sequence]), eight or three, three=three)


def _together(symbols: str) -> str:
    """Drop the spaces between symbols, but not a blank that is one of DSSP's states."""
    return symbols[::2] if set(symbols[1::2]) == {" "} else symbols.strip()


def _unmarked(labels: str, marks: str, column: str) -> str:
    values = marks.split()
    if len(values) != len(labels):
        raise ValueError(f"{len(labels)} labels, and {len(values)} values in the column {column}")
    return "".join("-" if number(v) == 0 else s for s, v in zip(labels, values, strict=True))


def _id_of(row: dict[str, str]) -> str:
    id = next((row[column] for column in ID_COLUMNS if row.get(column)), "")
    return f"{id}-{row['chain_code']}" if id and row.get("chain_code") else id


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


def _fits(name: str) -> Callable[[Head], bool]:
    def fits(head: Head) -> bool:
        columns = next(c for c in COLUMNS if c[0] == name)
        return _has(heading_of(head.first), columns)

    return fits


FORMS = {
    "netsurfp-csv": Form(
        "the table input,dssp3,dssp8,disorder,cb513_mask",
        read_entries,
        _fits("input"),
        remedy="mend the row",
        extensions=(".netsurfp.csv",),
        write=format_netsurfp_csv,
    ),
    "csv": Form(
        "the table seq,sst3,sst8",
        read_entries,
        _fits("seq"),
        remedy="mend the row",
        extensions=(".csv",),
        write=format_csv,
    ),
}
