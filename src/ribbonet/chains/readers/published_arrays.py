"""Chains in arrays: NetSurfP-2.0's .npz, and the .npy of CullPDB and CB513 with profiles.

Sources: Klausen et al. 2019 (doi:10.1002/prot.25674), arrays at
https://services.healthtech.dtu.dk/services/NetSurfP-2.0; Zhou & Troyanskaya 2014 (ICML),
``cullpdb+profile_6133.npy.gz`` and ``cb513+profile_split1.npy.gz``.
"""

import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from tokenize import TokenError
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.open import name_of, open_bytes, stem_of
from ribbonet.chains.readers.records.entry import Entry, Form, Head, Ids
from ribbonet.errors import InputError

RESIDUES = "ACDEFGHIKLMNPQRSTVWYX"
"""Order of the first twenty features; X where all of them are 0."""
STATES = "GHIBESTC"
"""Order of the features 57 to 64."""
IN_CHAIN, ORDERED, EVALUATED = 50, 51, 52
FEATURES = 68
CULLPDB_RESIDUES = "ACEDGFIHKMLNQPSRTWVYX"
CULLPDB_STATES = "CBEGIHST"
"""Order of the features 22 to 29; the first is written L, for loop."""
CULLPDB_FEATURES, CULLPDB_LENGTH = 57, 700
CULLPDB_NONE, CULLPDB_UNLABELLED = 21, 30
"""Features that are 1 where no residue, after the ends of chains, or no label is."""
REMEDY = "fetch the file again"
NPY, ZIP = b"\x93NUMPY", b"PK\x03\x04"

Array = NDArray[np.floating]


def read_npz(path: str | Path) -> Iterator[Entry]:
    """Chains of NetSurfP-2.0's arrays: ``data`` (n, L, 68) and ``pdbids`` (n,).

    The features of a residue: 0 to 19 one-hot amino acids, 20 to 49 a profile, 50 whether it is of
    the chain, 51 whether it is ordered, 52 whether it is evaluated, 53 to 56 accessibility, 57 to
    64 one-hot states in the order GHIBESTC, then angles. One chain is in memory at a time.
    """
    name, ids = name_of(path), Ids()
    try:
        with zipfile.ZipFile(path) as archive:
            with archive.open("pdbids.npy") as file:
                names = _ids(file, name)
            with archive.open("data.npy") as file:
                shape, dtype = _header(file, name)
                if len(shape) != 3 or shape[2] < FEATURES - 3 or dtype.kind != "f":
                    raise InputError(
                        f"{name}: data has shape {shape} of {dtype}, not (chains, residues, "
                        f"{FEATURES}) of numbers; give NetSurfP-2.0's arrays"
                    )
                for number, features in enumerate(_slices(file, shape, dtype, name)):
                    place = f"record {number + 1}"
                    if number >= len(names):
                        yield Entry(place, "", fault="has no id in pdbids")
                    else:
                        yield _entry(place, ids(names[number]), features)
    except InputError:
        raise
    except Exception as error:  # an archive can be broken in many ways
        raise InputError(
            f"{name}: is not an .npz of the arrays data and pdbids ({error}); give one"
        ) from None


def read_cullpdb(path: str | Path) -> Iterator[Entry]:
    """Chains of CullPDB's array (n, 700 x 57), or (n, 700, 57), named by the file and the row.

    The features of a residue: 0 to 20 one-hot residues, 21 no residue (all before it are 0), 22 to
    29 one-hot states in the order LBEGIHST, 30 no state, then ends, accessibility and a profile.
    """
    name, stem = name_of(path), stem_of(path)
    with open_bytes(path) as file:
        shape, dtype = _header(file, name)
        width = CULLPDB_FEATURES
        known = (CULLPDB_LENGTH * width,), (CULLPDB_LENGTH, width)
        if tuple(shape[1:]) not in known or dtype.kind not in "fiu":
            raise InputError(
                f"{name}: is an array of shape {shape} of {dtype}, not (chains, {CULLPDB_LENGTH} x "
                f"{width}) as CullPDB's; arrays of numbers go with --inputs"
            )
        for number, row in enumerate(_slices(file, shape, dtype, name)):
            features = row.reshape(-1, width)
            features = features[features[:, :CULLPDB_NONE].any(axis=1)]
            kinds = features[:, :CULLPDB_NONE].argmax(axis=1)
            found = features[:, 22:30]
            labelled = found.any(axis=1) & ~(features[:, CULLPDB_UNLABELLED] > 0)
            labels = np.where(labelled, found.argmax(axis=1), len(CULLPDB_STATES))
            yield Entry(
                f"record {number + 1} of CullPDB's array",
                f"{stem}_{number:03}",
                "".join(CULLPDB_RESIDUES[kind] for kind in kinds),
                "".join(f"{CULLPDB_STATES}-"[label] for label in labels),
            )


def _ids(file: IO[bytes], name: str) -> list[str]:
    shape, dtype = _header(file, name)
    if len(shape) != 1 or dtype.kind not in "US" or shape[0] * dtype.itemsize > MOST_BYTES:
        raise InputError(f"{name}: pdbids has shape {shape} of {dtype}, not (chains,) of texts")
    data = file.read(shape[0] * dtype.itemsize)
    return [i.decode() if isinstance(i, bytes) else i for i in np.frombuffer(data, dtype).tolist()]


def _header(file: IO[bytes], name: str) -> tuple[tuple[int, ...], np.dtype]:
    """Read the shape and type of a .npy; objects are never read."""
    try:
        version = np.lib.format.read_magic(file)
        read = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of files that Python 2 wrote, as CullPDB
            shape, fortran, dtype = read(file)
    except (ValueError, KeyError, SyntaxError, TokenError):
        raise InputError(f"{name}: is not a NumPy array: its header is damaged; {REMEDY}") from None
    if fortran and len(shape) > 1:
        raise InputError(f"{name}: holds an array in the order of Fortran; save it in that of C")
    if dtype.hasobject or any(length < 0 for length in shape):
        raise InputError(f"{name}: holds an array of {dtype} of shape {shape}; give numbers")
    return shape, dtype


MOST_BYTES = 1 << 26
"""Of one chain, or of all ids."""


def _slices(
    file: IO[bytes],
    shape: tuple[int, ...],
    dtype: np.dtype,
    name: str,
) -> Iterator[Array]:
    """Yield the parts of an array along its first axis, read one by one."""
    size = int(np.prod(shape[1:], dtype=object)) * dtype.itemsize
    if size > MOST_BYTES:
        raise InputError(f"{name}: a chain of shape {shape[1:]} is too large; {REMEDY}")
    for _ in range(shape[0]):
        data = file.read(size)
        if len(data) < size:
            raise InputError(f"{name}: is cut short; {REMEDY}")
        yield np.frombuffer(data, dtype).reshape(shape[1:])


def _entry(place: str, id: str, features: Array) -> Entry:
    residues = features[features[:, IN_CHAIN] > 0]
    kinds = np.where(residues[:, :20].any(axis=1), residues[:, :20].argmax(axis=1), 20)
    found = residues[:, 57:65]
    labelled = (residues[:, [ORDERED, EVALUATED]] > 0).all(axis=1) & found.any(axis=1)
    labels = np.where(labelled, found.argmax(axis=1), len(STATES))
    return Entry(
        place,
        id,
        "".join(RESIDUES[kind] for kind in kinds),
        "".join(f"{STATES}-"[label] for label in labels),
    )


def _is_npz(head: Head) -> bool:
    return head.data.startswith(ZIP) and b".npy" in head.data


FORMS = {
    "netsurfp-npz": Form("NetSurfP-2.0's arrays data and pdbids", read_npz, _is_npz, remedy=REMEDY),
    "cullpdb": Form(
        "CullPDB's and CB513's array of 57 features, .npy",
        read_cullpdb,
        lambda head: head.data.startswith(NPY),
        remedy=REMEDY,
    ),
}
