"""Tables of labelled chains: those of NetSurfP-2.0, and the arrays they were first published in.

Sources: Klausen et al. 2019 (doi:10.1002/prot.25674), arrays ``.npz`` at
https://services.healthtech.dtu.dk/services/NetSurfP-2.0; the same data as CSV with ProtTrans
(Elnaggar et al. 2021, doi:10.1109/TPAMI.2021.3095381).
"""

import csv
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES as THREE
from ribbonet.chains.alphabet import Alphabet, reduce_states
from ribbonet.chains.chain import Chain, labelled_chain
from ribbonet.chains.open import blamed_on, name_of, open_text
from ribbonet.errors import InputError

COLUMNS = {
    ("input", "dssp3", "dssp8"): ("disorder", "cb513_mask"),
    ("seq", "sst3", "sst8"): (),
}
"""Of the published tables: sequence, three states, eight; and marks, 0 for no label."""
ID_COLUMNS = ("id", "pdbid", "pdb_id")

LONGEST = 1 << 24
"""Characters of a field: for millions of residues, where Python's own limit is for 33,000."""


def read_csv(path: str | Path, *, states: Alphabet | None = THREE) -> Iterator[Chain]:
    """Chains of a table ``input, dssp3, dssp8, disorder, cb513_mask`` or ``seq, sst3, sst8``.

    Symbols stand together or with spaces between; a byte-order mark may stand first. Of dssp3 and
    dssp8 one may be lacking. A residue that is disordered (0) or not of the mask (0) has no label.
    A chain's id is that of the column id, pdbid or pdb_id (with chain_code, if there is one), or
    the file's name and the row.

    Parameters
    ----------
    path : str or Path
        Plain, or compressed with gzip, xz, bzip2 or zstd.
    states : Alphabet, optional
        Whether labels are read from the column of three states or of eight, where there are both.

    Raises
    ------
    InputError
        If the file cannot be read, lacks its columns, or a row does not fit. Names the line.
    """
    name = name_of(path)
    csv.field_size_limit(max(LONGEST, csv.field_size_limit()))
    with open_text(path) as file:
        rows = csv.DictReader(file)
        try:
            yield from _chains(rows, name, Path(path).name.split(".")[0], states)
        except csv.Error as error:
            line = rows.reader.line_num
            raise InputError(f"{name}: line {line}: {error}; mend the row") from None


def _chains(
    rows: "csv.DictReader[str]", name: str, stem: str, states: Alphabet | None
) -> Iterator[Chain]:
    found = [name.strip() for name in rows.fieldnames or ()]
    rows.fieldnames = found
    columns = next((c for c in COLUMNS if c[0] in found and {*c[1:]} & {*found}), None)
    if columns is None:
        forms = " or ".join(", ".join(c) for c in COLUMNS)
        raise InputError(f"{name}: line 1 should name the columns {forms}; give such a table")
    sequence, *choices = columns
    label = next(c for c in (choices if states == THREE else choices[::-1]) if c in found)
    marks = [mark for mark in COLUMNS[columns] if mark in found]
    for number, row in enumerate(rows):
        with blamed_on(f"{name}: line {rows.line_num}", "; mend the row"):
            if None in row or None in row.values():
                raise ValueError(f"this row has not the {len(found)} columns of line 1")
            labels = _together(row[label])
            for mark in marks:
                labels = _unmarked(labels, row[mark], mark)
            id = _id_of(row) or f"{stem}_{number:03}"
            yield labelled_chain(id, _together(row[sequence]), labels, states)


def _together(symbols: str) -> str:
    """Drop the spaces between symbols, but not a blank that is one of DSSP's states."""
    return symbols[::2] if set(symbols[1::2]) == {" "} else symbols.strip()


def _unmarked(labels: str, marks: str, column: str) -> str:
    values = marks.split()
    if len(values) != len(labels):
        raise ValueError(f"{len(labels)} labels, and {len(values)} values in the column {column}")
    return "".join("-" if float(v) == 0 else s for s, v in zip(labels, values, strict=True))


def _id_of(row: dict[str, str]) -> str | None:
    id = next((row[column] for column in ID_COLUMNS if row.get(column)), None)
    return f"{id}-{row['chain_code']}" if id and row.get("chain_code") else id


def format_netsurfp_csv(chains: Iterable[Chain]) -> Iterator[str]:
    """Yield the lines of the table ``input,dssp3,dssp8,disorder,cb513_mask``, its heading first.

    A residue without a label is C in both columns of states and 0 in the mask; what was disordered
    is not known any more, and the column holds 1. Ids have no column.
    """
    yield "input,dssp3,dssp8,disorder,cb513_mask\n"
    for chain in chains:
        labels = _labels_of(chain)
        mask = ("0.0" if label == "-" else "1.0" for label in labels)
        states = labels.replace("-", "C")
        yield (
            ",".join(
                " ".join(symbols)
                for symbols in (
                    chain.sequence,
                    reduce_states(states),
                    states,
                    ["1.0"] * len(chain),
                    mask,
                )
            )
            + "\n"
        )


def format_csv(chains: Iterable[Chain]) -> Iterator[str]:
    """Yield the lines of the table ``id,seq,sst3,sst8``, its heading first; ``-`` is no label."""
    yield "id,seq,sst3,sst8\n"
    for chain in chains:
        labels = _labels_of(chain)
        id = f'"{chain.id.replace(chr(34), 2 * chr(34))}"' if {*'",'} & {*chain.id} else chain.id
        yield f"{id},{chain.sequence},{reduce_states(labels)},{labels}\n"


def _labels_of(chain: Chain) -> str:
    if chain.labels is None:
        raise ValueError(f"chain {chain.id!r} has no labels to write")
    return chain.labels


RESIDUES = "ACDEFGHIKLMNPQRSTVWYX"
"""Order of the first twenty features; X where all of them are 0."""
STATES = "GHIBESTC"
"""Order of the features 57 to 64."""
IN_CHAIN, ORDERED, EVALUATED = 50, 51, 52
FEATURES = 68


def read_npz(path: str | Path, *, states: Alphabet | None = THREE) -> Iterator[Chain]:
    """Chains of NetSurfP-2.0's arrays: ``data`` (n, L, 68) and ``pdbids`` (n,).

    The features of a residue: 0 to 19 one-hot amino acids, 20 to 49 a profile, 50 whether it is of
    the chain, 51 whether it is ordered, 52 whether it is evaluated, 53 to 56 accessibility, 57 to
    64 one-hot states in the order GHIBESTC, then angles. One chain is in memory at a time.

    Raises
    ------
    InputError
        If the file cannot be read, or holds other arrays. Names the record.
    """
    name = name_of(path)
    try:
        with zipfile.ZipFile(path) as archive:
            with archive.open("pdbids.npy") as file:
                ids = np.load(file, allow_pickle=False)
            with archive.open("data.npy") as file:
                for number, features in enumerate(_slices(file, name)):
                    with blamed_on(f"{name}: record {number + 1}", "; fetch the file again"):
                        yield _chain(str(ids[number]), features, states)
    except InputError:
        raise
    except Exception as error:  # an archive can be broken in many ways
        raise InputError(
            f"{name}: is not an .npz of the arrays data and pdbids ({error}); give one"
        ) from None


def _slices(file: IO[bytes], name: str) -> Iterator[NDArray[np.floating]]:
    """Yield the rows of a three-dimensional array in a .npy, read one by one."""
    version = np.lib.format.read_magic(file)
    reader = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }[version]
    shape, fortran, dtype = reader(file)
    if len(shape) != 3 or shape[2] < FEATURES - 3 or fortran or dtype.kind != "f":
        raise InputError(
            f"{name}: data has shape {shape} of {dtype}, not (chains, residues, {FEATURES}) of "
            "numbers; give NetSurfP-2.0's arrays"
        )
    size = shape[1] * shape[2] * dtype.itemsize
    for _ in range(shape[0]):
        yield np.frombuffer(file.read(size), dtype).reshape(shape[1:])


def _chain(id: str, features: NDArray[np.floating], states: Alphabet | None) -> Chain:
    residues = features[features[:, IN_CHAIN] > 0]
    kinds = np.where(residues[:, :20].any(axis=1), residues[:, :20].argmax(axis=1), 20)
    found = residues[:, 57:65]
    labelled = (residues[:, [ORDERED, EVALUATED]] > 0).all(axis=1) & found.any(axis=1)
    labels = np.where(labelled, found.argmax(axis=1), len(STATES))
    return labelled_chain(
        id,
        "".join(RESIDUES[kind] for kind in kinds),
        "".join((STATES + "-")[label] for label in labels),
        states,
    )
