"""Arrays of numbers for each residue, from files of one array per chain: HDF5 or NPZ.

Programs of protein language models write embeddings in this form: a data set `(L, D)` under the id
of each chain. HDF5 needs h5py (`pip install ribbonet[embeddings]`).
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cached_property
from hashlib import sha256
from itertools import islice
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


def check_kind(shape: tuple[int, ...], dtype: np.dtype[Any], chain: Chain, where: str) -> None:
    """Check the shape and the type of an array.

    Raises
    ------
    InputError
        If it has no row of numbers for each residue.
    """
    if dtype.kind not in "fiu" or len(shape) != 2 or not 0 < shape[1] <= MOST_COLUMNS:
        raise InputError(f"{where} is {dtype} of shape {shape}; give numbers of shape (L, D)")
    if shape[0] != len(chain):
        raise InputError(
            f"{where} has {shape[0]:,} rows, and the chain has {len(chain):,} residues; give "
            "a row for each residue, without special tokens at the ends"
        )


def fitting(given: Any, chain: Chain, where: str) -> NDArray[np.float32]:
    """Return a chain's array in float32.

    Parameters
    ----------
    given : (L, D) array, or what makes one
    chain : Chain
        Of L residues.
    where : str
        File and array, for messages.

    Raises
    ------
    InputError
        If it has no row for each residue, or a number that is masked or not finite.
    """
    if np.ma.is_masked(given):
        raise InputError(f"{where} has masked numbers; give finite numbers")
    try:
        array = np.asarray(given)
    except (TypeError, ValueError, RuntimeError):  # rows of unlike lengths; a tensor of a GPU
        raise InputError(f"{where} is a {type(given).__name__}; give an array (L, D)") from None
    check_kind(array.shape, array.dtype, chain, where)
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


MOST_COLUMNS = 1 << 17
"""Numbers of a residue: many times what the largest language models give."""
_ACCESSION = re.compile(r"(?:sp|tr)\|([A-Z0-9]+(?:-[0-9]+)?)\|\S*")


def accession_of(id: str) -> str | None:
    """UniProt's accession in an id of UniProt's form, None where it has another.

    Examples
    --------
    >>> accession_of("sp|P69905|HBA_HUMAN"), accession_of("1abc-A")
    ('P69905', None)
    """
    found = _ACCESSION.fullmatch(id)
    return found[1] if found else None


def stored_name(id: str) -> str:
    """Name of a data set for an id, as ProtTrans makes it, since `/` would make a group.

    Examples
    --------
    >>> stored_name("1abc.A/1-20")
    '1abc_A_1-20'
    """
    return id.replace("/", "_").replace(".", "_")


class ArrayFile:
    """A file of one array `(L, D)` per chain, each read when it is asked for.

    Called with a chain, it returns the chain's array, as float32. An array of an HDF5 file that has
    the attribute `original_id` (of bio_embeddings and biotrainer) is that of this id alone.
    Others are found by the id of the chain, by the id with `_` for `.` and `/` (as ProtTrans writes
    it), or by UniProt's accession, where the id or the array's name is of the form
    `sp|P12345|NAME`. Shapes and types are checked before anything is read.

    Parameters
    ----------
    path : str or Path
    key : callable
        Returns the name of a chain's array in the file.
    made_of : str, optional
        What the arrays were computed from, for `settings` of a temporary file.

    Raises
    ------
    InputError
        On construction: if the file cannot be read, is neither HDF5 nor NPZ, or h5py is missing.
        On a call: if the chain's array is missing or ambiguous, has no row for each residue, or has
        a number that is not finite. Names the file and the id.
    """

    def __init__(self, path: str | Path, key: Key = by_id, made_of: str | None = None) -> None:
        self.path, self.key, self.made_of = Path(path), key, made_of
        self._owners: dict[str, str] = {}
        _ = self._file  # what is wrong with it is said now

    def __call__(self, chain: Chain) -> NDArray[np.float32]:
        """Return the array of a chain, `(L, D)`."""
        where = f"{self.path}: the array of {chain.id!r}"
        try:
            name = self._name(self.key(chain))
            shape, dtype = self._kind(name, where)
            if shape is not None:
                check_kind(shape, dtype, chain, where)
            array = np.asarray(self._file[name])
        except InputError:
            raise
        except Exception as error:  # an archive can be broken in many ways
            raise InputError(f"{where} cannot be read ({error}); write the file again") from None
        return fitting(array, chain, where)

    def close(self) -> None:
        """Close the file; arrays can no longer be read."""
        self._file.close()  # type: ignore[attr-defined]

    @property
    def settings(self) -> str:
        """Which file it is, and of when; or what it was made of."""
        return self.made_of or state_of(self.path)

    @cached_property
    def origin(self) -> dict[str, str] | None:
        """Name and checksum of the language model, as `ribbonet data embed` notes them in HDF5."""
        try:
            noted = getattr(self._file, "attrs", {})
            known = noted.get("model"), noted.get("digest")
        except Exception as error:  # of a damaged file
            raise InputError(
                f"{self.path}: its attributes cannot be read ({error}); write the file again"
            ) from None
        match known:
            case str(name), str(digest):
                return {"name": name, "checksum": digest}
        return None

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
                f"{self.path}: is HDF5, and h5py is missing; add it by: pip install "
                "'ribbonet[embeddings]'"
            ) from None
        file: Mapping[str, Any] = h5py.File(self.path, "r")
        return file

    def _kind(self, name: str, where: str) -> tuple[tuple[int, ...] | None, np.dtype[Any]]:
        """Shape and type of an array that is not read yet; refuse what is kept in other files."""
        if isinstance(self._file, np.lib.npyio.NpzFile):
            with ZipFile(self.path) as archive, archive.open(f"{name}.npy") as member:
                version = np.lib.format.read_magic(member)
                read = np.lib.format.read_array_header_1_0
                if version == (2, 0):
                    read = np.lib.format.read_array_header_2_0
                elif version != (1, 0):
                    return None, np.dtype(np.float32)
                shape, _, dtype = read(member)
                return shape, dtype
        data = self._file[name]
        if not hasattr(data, "shape"):
            raise InputError(f"{where} is a group; give one array (L, D) a chain")
        own = Path(data.file.filename).resolve() == self.path.resolve()
        if not own or data.external or data.is_virtual:
            raise InputError(
                f"{where} is kept in another file, which is not read; copy it into one"
            )
        return data.shape, data.dtype

    def _name(self, wanted: str) -> str:
        """Return what the file calls an array."""
        names = self._names
        tried = [wanted, stored_name(wanted), accession_of(wanted)]
        found = next((names[name] for name in tried if name in names), None)
        found = found or self._accessions.get(wanted)
        if found is not None:
            owner = self._owners.setdefault(found, wanted)
            if owner != wanted:
                raise InputError(
                    f"{self.path}: the array {found!r} would be that of {owner!r} and of "
                    f"{wanted!r}; name the arrays as the chains"
                )
            return found
        some = ", ".join(map(repr, islice(names, 3)))
        raise InputError(
            f"{self.path}: has no array for {wanted!r} (it has {len(names):,}: {some}"
            f"{', ...' if len(names) > 3 else ''}); add it, or leave the chain out"
        )

    @cached_property
    def _names(self) -> dict[str | None, str]:
        """What the file calls an array, by the id that it is for."""
        if isinstance(self._file, np.lib.npyio.NpzFile):
            return {name: name for name in self._file}
        names: dict[str | None, str] = {}
        for name in self._file:
            original = self._original(name)
            id = name if original is None else original
            if id in names:
                raise InputError(
                    f"{self.path}: the arrays {names[id]!r} and {name!r} are both for {id!r}; keep "
                    "one"
                )
            names[id] = name
        return names

    def _original(self, name: str) -> str | None:
        """Return the attribute `original_id` of an array; of a whole header, its first word."""
        try:
            data = self._file.get(name)
            value = None if data is None else data.attrs.get("original_id")
        except Exception as error:  # a link can lead nowhere in many ways
            raise InputError(
                f"{self.path}: the array {name!r} cannot be read ({error}); write the file again"
            ) from None
        if isinstance(value, bytes):
            value = value.decode(errors="backslashreplace")
        words = [] if value is None else str(value).split()
        return words[0] if words else None

    @cached_property
    def _accessions(self) -> dict[str, str]:
        """What the file calls an array, by UniProt's accession in the id that it is for."""
        named = ((accession_of(id or ""), name) for id, name in self._names.items())
        pairs = [(accession, name) for accession, name in named if accession is not None]
        counts = Counter(accession for accession, _ in pairs)
        return {accession: name for accession, name in pairs if counts[accession] == 1}

    def __getstate__(self) -> dict[str, Any]:
        """Leave the open file out: another process opens its own."""
        known = {"path": self.path, "key": self.key, "made_of": self.made_of}
        return {**known, "_owners": {}}

    def __str__(self) -> str:
        return str(self.path)
