"""Chains of known structure, packed into one file: residues, states and ids.

The residues of all chains are compressed as one, for a search reads them all; the states in
chunks of `CHUNK` chains, for only those of relatives are read.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from hashlib import file_digest, sha256
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import RESIDUES, SPACER, STATES8, UNLABELLED
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError

FORMAT = "ribbonet templates 1"
"""The one key of the file's metadata, whose value is a checksum of all else."""
LABELLED_SHA256 = "be0c65bd6986cb53478b8298ba06b8f7cf76a12b065c247207cdcb288d01b77c"
"""Of the file of labelled chains that the set in the package is packed from."""
CHUNK = 512
"""Chains whose states are compressed together."""
WINDOW = 26
"""Logarithm to the base 2 of the window of the compression (zstd), in bytes: a whole set."""
_ARRAYS = {
    **dict.fromkeys(("ids", "lengths", "residues", "states"), np.uint8),
    "chunks": np.uint64,
}
"""Names of the arrays, and types of their numbers."""
_CODES = np.array([*range(len(STATES8)), UNLABELLED], np.uint8)
"""Of the states."""
MOST_CHAINS, MOST_RESIDUES, MOST_IDS = 1 << 24, 1 << 29, 1 << 26
"""That memory has room for; of the ids, in bytes."""


class TemplateSet:
    """Chains of known structure.

    Parameters
    ----------
    path : Path
        A file that `ribbonet.chains.templates.packing.write_templates` wrote.

    Raises
    ------
    InputError
        If it cannot be read, is no such file, its checksum differs, or it holds what is no chain;
        the ids and the states of chains are only looked at when they are needed.
    """

    def __init__(self, path: Path) -> None:
        from safetensors import SafetensorError, safe_open

        self.path = path
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: is not a file; give a set of templates")
        try:
            with safe_open(path, framework="numpy") as file:
                digest = (file.metadata() or {}).get(FORMAT)
                if digest is None:
                    raise InputError(
                        f"{path}: is not a set of templates; make one by `ribbonet data templates`"
                    )
                self._stored = {name: file.get_tensor(name) for name in _ARRAYS}
            self.digest = digest
            if digest_of(self._stored) != self.digest:
                raise InputError(f"{path}: is damaged (its checksum differs); get the file again")
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
        except (SafetensorError, KeyError) as error:
            raise self._not_a_set(error) from None
        with self._checked():
            self.starts: NDArray[np.int64] = self._starts()
            self.residues: NDArray[np.uint8] = self._residues()

    @contextmanager
    def _checked(self) -> Iterator[None]:
        """Say of what file it is that something is wrong with."""
        try:
            yield
        except (ValueError, RecursionError) as error:
            raise self._not_a_set(error) from None

    def _not_a_set(self, error: Exception) -> InputError:
        return InputError(
            f"{self.path}: is not a set of templates ({error}); make one by `ribbonet data "
            "templates`"
        )

    def _starts(self) -> NDArray[np.int64]:
        """Where each chain starts, and the end, once the arrays are of the right form."""
        stored = self._stored
        if any(stored[n].dtype != kind or stored[n].ndim != 1 for n, kind in _ARRAYS.items()):
            raise ValueError("it holds arrays of another type")
        lengths = np.frombuffer(_decompress(stored["lengths"], 4 * MOST_CHAINS), "<u4")
        starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
        if not len(lengths) or not lengths.all() or starts[-1] > MOST_RESIDUES:
            raise ValueError("its chains are empty, or too many")
        ends, number = stored["chunks"].astype(np.int64), -(-len(lengths) // CHUNK)
        if ends.shape != (number + 1,) or ends[0] != 0 or ends[-1] != stored["states"].size:
            raise ValueError("its states are not those of its chains")
        if (np.diff(ends) < 0).any():
            raise ValueError("its states are in no order")
        return starts

    def _residues(self) -> NDArray[np.uint8]:
        stored = self._stored.pop("residues")
        residues = np.frombuffer(_decompress(stored, self.starts[-1]), np.uint8)
        if len(residues) != self.starts[-1] or residues.max() > SPACER:
            raise ValueError("its residues are not those of its chains")
        return residues

    def __len__(self) -> int:
        return len(self.starts) - 1

    @cached_property
    def ids(self) -> list[str]:
        """Of the chains, in their order."""
        with self._checked():
            names = json.loads(_decompress(self._stored["ids"], MOST_IDS))
            if not isinstance(names, list) or len(names) != len(self):
                raise ValueError("its ids are not those of its chains")
            if any(not isinstance(name, str) or "\n" in name or "\r" in name for name in names):
                raise ValueError("an id is no text of one line")
            return names

    def sequence(self, place: int) -> NDArray[np.uint8]:
        """Codes of the residues of a chain, `(L,)`."""
        return self.residues[self.starts[place] : self.starts[place + 1]]

    def states(self, place: int) -> NDArray[np.uint8]:
        """Codes of the eight states of a chain, `(L,)`; 255 where there is none."""
        first = place // CHUNK * CHUNK
        start, end = self.starts[place : place + 2] - self.starts[first]
        states: NDArray[np.uint8] = self._chunk(place // CHUNK)[start:end]
        return states

    @cached_property
    def _chunk(self) -> Any:
        return lru_cache(maxsize=64)(self._read_chunk)

    def _read_chunk(self, number: int) -> NDArray[np.uint8]:
        start, end = self._stored["chunks"][number : number + 2].tolist()
        chains = self.starts[number * CHUNK : (number + 1) * CHUNK + 1]
        size = chains[-1] - chains[0]
        with self._checked():
            states = np.frombuffer(_decompress(self._stored["states"][start:end], size), np.uint8)
            if len(states) != size or not np.isin(states, _CODES).all():
                raise ValueError("its states are not those of its chains")
            return states

    def __iter__(self) -> Iterator[Chain]:
        """All chains, with their labels."""
        letters = np.frombuffer(f"{RESIDUES.symbols}X".encode(), np.uint8)
        for place, id in enumerate(self.ids):
            sequence = letters[self.sequence(place)].tobytes().decode()
            yield Chain(id, sequence, decode_labels(self.states(place)))

    def __reduce__(self) -> tuple[Any, ...]:
        """Let another process read the file itself."""
        return read_templates, (self.path,)


def decode_labels(states: NDArray[np.uint8]) -> str:
    """Letters of the eight states, `-` where there is none."""
    symbols = np.frombuffer(f"{STATES8.symbols}-".encode(), np.uint8)
    return symbols[np.minimum(states, len(STATES8))].tobytes().decode()


@lru_cache(maxsize=2)
def read_templates(path: Path) -> TemplateSet:
    """Read a set of templates, once in a process."""
    return TemplateSet(path)


def is_template_set(path: str | Path) -> bool:
    """Whether a file is a set of templates."""
    try:
        with Path(path).open("rb") as file:
            return f'"{FORMAT}"'.encode() in file.read(1024)
    except OSError:
        return False


def refuse_to_train_on(path: str | Path) -> None:
    """Refuse templates as chains to learn from: relatives of public test chains are among them.

    Raises
    ------
    InputError
        If the file is a set of templates, or the chains that the set in the package is made of.
    """
    known = is_template_set(path)
    if not known and Path(path).is_file():
        with Path(path).open("rb") as file:
            known = file_digest(file, "sha256").hexdigest() == LABELLED_SHA256
    if known:
        raise InputError(
            f"{path}: holds templates, with relatives of CB513, TS115 and CASP12, which no network "
            "learns from; train on other chains"
        )


def digest_of(stored: dict[str, NDArray[Any]]) -> str:
    """SHA-256 of the arrays of a set."""
    digest = sha256()
    for name in _ARRAYS:
        digest.update(np.ascontiguousarray(stored[name]).tobytes())
    return digest.hexdigest()


def _decompress(stored: NDArray[np.uint8], most: int) -> bytes:
    """Decompress bytes, at most so many.

    Raises
    ------
    ValueError
        If there are more, or they are damaged.
    """
    zstd = zstandard()
    options = {zstd.DecompressionParameter.window_log_max: WINDOW}
    decompressor = zstd.ZstdDecompressor(options=options)
    try:
        text: bytes = decompressor.decompress(stored.tobytes(), max_length=int(most) + 1)
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from None
    if len(text) > most or not decompressor.eof:
        raise ValueError("what is compressed has another size")
    return text


def zstandard() -> Any:
    """Return the module: Python's own from 3.14 on, before that the one that xopen brings."""
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    return import_module(name)
