"""Arrays of numbers for each residue, from files of one array a chain: HDF5 or NPZ.

So protein language models' programs write their embeddings: a data set `(L, D)` under the id of
each chain. HDF5 needs h5py (`pip install ribbonet[embeddings]`).
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError

Key = Callable[[Chain], str]
"""What a chain's array is called."""

HDF5, ZIP = b"\x89HDF\r\n\x1a\n", b"PK"
"""What files begin with."""


def by_id(chain: Chain) -> str:
    """Name of a chain's array: its id."""
    return chain.id


def by_sequence(chain: Chain) -> str:
    """Name of a chain's array: a checksum of its sequence."""
    return sha256(chain.sequence.encode()).hexdigest()


def state_of(path: Path) -> str:
    """Which file this is, and of when."""
    known = path.stat()
    return f"{path.resolve()} {known.st_size} {known.st_mtime_ns}"


def fitting(array: NDArray[Any], chain: Chain, where: str) -> NDArray[np.float32]:
    """Return a chain's array in float32.

    Parameters
    ----------
    array : (L, D) array
    chain : Chain
        Of L residues.
    where : str
        What messages begin with.

    Raises
    ------
    InputError
        If it has not a row for each residue, or has anything but finite numbers.
    """
    if array.dtype.kind not in "fiu" or array.ndim != 2 or not array.shape[1]:
        raise InputError(
            f"{where} is {array.dtype} of shape {array.shape}; give numbers of shape (L, D)"
        )
    if len(array) != len(chain):
        raise InputError(
            f"{where} has {len(array):,} rows, and the chain has {len(chain):,} residues; give "
            "a row for each residue, without those for marks of the ends"
        )
    with np.errstate(over="ignore"):
        result: NDArray[np.float32] = array.astype(np.float32)
    wrong = ~np.isfinite(result)
    if wrong.any():
        row, column = np.argwhere(wrong)[0] + 1
        raise InputError(
            f"{where} has {array[row - 1, column - 1]} in row {row}, column {column}; give "
            "finite numbers"
        )
    return result


class ArrayFile:
    """A file of one array `(L, D)` a chain, each read when it is asked for.

    Called with a chain, it gives the chain's array, as float32. In HDF5 files a chain is found by
    its id, by the id with `_` for `.` and `/` (as ProtTrans writes it), or by the attribute
    `original_id` (as bio_embeddings does).

    Parameters
    ----------
    path : str or Path
    key : callable
        What a chain's array is called in it.
    made_of : str, optional
        What the arrays were computed from, for `settings`, where the file itself is not to last.

    Raises
    ------
    InputError
        When it is made: if the file cannot be read, is neither HDF5 nor NPZ, or h5py is missing.
        When it is called: if the chain's array is missing, has not a row for each residue, or has
        anything but finite numbers. Names the file and the id.
    """

    def __init__(self, path: str | Path, key: Key = by_id, made_of: str | None = None) -> None:
        self.path, self.key, self.made_of = Path(path), key, made_of
        _ = self._file  # what is wrong with it is said now

    def __call__(self, chain: Chain) -> NDArray[np.float32]:
        """Return the array of a chain, `(L, D)`."""
        name = self._name(self.key(chain))
        where = f"{self.path}: the array of {chain.id!r}"
        try:
            array = np.asarray(self._file[name])
        except Exception as error:  # an archive can be broken in many ways
            raise InputError(f"{where} cannot be read ({error}); write the file anew") from None
        return fitting(array, chain, where)

    def close(self) -> None:
        """Close the file; no array can be had then."""
        self._file.close()  # type: ignore[attr-defined]

    @property
    def settings(self) -> str:
        """Which file it is, and of when; or what it was made of."""
        return self.made_of or state_of(self.path)

    @cached_property
    def _file(self) -> Mapping[str, Any]:
        try:
            with self.path.open("rb") as file:
                start = file.read(len(HDF5))
            if start == HDF5:
                return self._hdf5()
            if start.startswith(ZIP):
                with ZipFile(self.path):  # raises what np.load leaves its file open after
                    pass
                return np.load(self.path, allow_pickle=False)  # type: ignore[no-any-return]
        except InputError:
            raise
        except Exception as error:  # an archive can be broken in many ways
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"{self.path}: cannot be read ({reason})") from None
        raise InputError(f"{self.path}: is neither HDF5 nor .npz; give one array (L, D) a chain")

    def _hdf5(self) -> Mapping[str, Any]:
        try:
            import h5py
        except ImportError:
            raise InputError(
                "h5py is missing; add it by: pip install 'ribbonet[embeddings]'"
            ) from None
        file: Mapping[str, Any] = h5py.File(self.path, "r")
        return file

    def _name(self, wanted: str) -> str:
        """Return what the file calls an array."""
        for name in (wanted, wanted.replace("/", "_").replace(".", "_")):
            if name in self._file:
                return name
        if wanted in self._original:
            return self._original[wanted]
        raise InputError(
            f"{self.path}: has no array for {wanted!r} (it has {len(self._file):,}); add it, or "
            "leave the chain out"
        )

    @cached_property
    def _original(self) -> dict[str, str]:
        """Names by the attribute `original_id`, for HDF5 files that have it."""
        if isinstance(self._file, np.lib.npyio.NpzFile):
            return {}
        sets = ((name, data.attrs.get("original_id")) for name, data in self._file.items())
        return {original: name for name, original in sets if isinstance(original, str)}

    def __getstate__(self) -> dict[str, Any]:
        """Leave the open file out: another process opens its own."""
        return {"path": self.path, "key": self.key, "made_of": self.made_of}

    def __str__(self) -> str:
        return str(self.path)
