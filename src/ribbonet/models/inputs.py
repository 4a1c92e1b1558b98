"""The inputs of models for a chain: codes of its residues, arrays from elsewhere, or both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Literal, Protocol, get_args

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import RESIDUES, SYMBOLS
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError

Inputs = Literal["sequence", "profile", "features"]
INPUTS: tuple[str, ...] = get_args(Inputs)
"""Residues alone; residues and their profiles, `(L, 21 + 22)`; arrays `(L, D)` alone."""

ONE_HOT: NDArray[np.float32] = np.eye(SYMBOLS, dtype=np.float32)


class Source(Protocol):
    """A callable that returns the array `(L, D)` of a chain: a file, or a folder of alignments."""

    def __call__(self, chain: Chain) -> NDArray[np.float32]:
        """Return the array of a chain."""

    @property
    def settings(self) -> str:
        """A text that identifies the arrays: equal where they are equal."""


class GivenArray:
    """A source with the array of one chain.

    Parameters
    ----------
    array : (L, D) array of numbers
        Checked where it is read, as that of any source.
    """

    def __init__(self, array: Any) -> None:
        self.array = array

    def __call__(self, chain: Chain) -> Any:
        """Return the array."""
        return self.array

    @property
    def settings(self) -> str:
        """A checksum of the array."""
        return sha256(np.ascontiguousarray(self.array).tobytes()).hexdigest()

    def __str__(self) -> str:
        return "the array"


class ModelInputs:
    """The inputs of a model for each chain, made when they are asked for.

    Parameters
    ----------
    chains : sequence of Chain
    inputs : {"sequence", "profile", "features"}
        Codes `(L,)`; or float32: 21 columns of residues, one-hot, and the source's, `(L, 21 + D)`;
        or the source's alone, `(L, D)`.
    source : Source, optional
        Of the arrays.
    columns : int, optional
        How many the source's arrays should have, D.

    Raises
    ------
    InputError
        When the source is none, a chain's array has another number of columns, no row for each
        residue or a number that is not finite, and as the source does.
    """

    def __init__(
        self,
        chains: Sequence[Chain],
        inputs: Inputs = "sequence",
        source: Source | None = None,
        columns: int | None = None,
    ) -> None:
        if source is not None and not callable(source):
            raise InputError(
                f"source: is of the type {type(source).__name__}; give "
                "ribbonet.chains.arrays.ArrayFile(path), or a function from a chain to its array"
            )
        self.chains, self.inputs, self.source, self.columns = chains, inputs, source, columns

    def __len__(self) -> int:
        return len(self.chains)

    def __iter__(self) -> Iterator[NDArray[Any]]:
        return (self[place] for place in range(len(self)))

    def __getitem__(self, place: int) -> NDArray[Any]:
        chain = self.chains[place]
        if self.source is None:
            return chain.codes
        from ribbonet.chains.arrays import fitting

        where = f"{self.source}: the array of {chain.id!r}"
        if isinstance(self.source, GivenArray):
            where = str(self.source)
        array = fitting(self.source(chain), chain, where)
        if self.columns is not None and array.shape[1] != self.columns:
            raise InputError(
                f"{where} has {array.shape[1]:,} columns, not {self.columns:,}; give arrays of the "
                "kind that the model was trained on"
            )
        return array if self.inputs == "features" else np.hstack([ONE_HOT[chain.codes], array])


def without_relatives(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a chain's input `(L, 21 + 22)` with the profile that it would have without homologues.

    That profile is the chain's own residues, without gaps, of depth 0.
    """
    alone = np.zeros_like(rows)
    alone[:, :SYMBOLS] = rows[:, :SYMBOLS]
    alone[:, SYMBOLS : SYMBOLS + len(RESIDUES)] = rows[:, : len(RESIDUES)]
    return alone


def origin_of(source: object) -> Mapping[str, str] | None:
    """Return name and checksum of the language model that made a source's arrays, if known."""
    origin: Mapping[str, str] | None = getattr(source, "origin", None)
    return origin


def check_origin(trained_on: Mapping[str, str] | None, source: object) -> None:
    """Refuse arrays of another language model than those that a model was trained on.

    Parameters
    ----------
    trained_on : mapping or None
        What `origin_of` said when the model was trained.
    source : Source or None

    Raises
    ------
    InputError
        When both are known, and are not the same.
    """
    given = origin_of(source)
    if trained_on and given and given["checksum"] != trained_on["checksum"]:
        raise InputError(
            f"{source}: holds embeddings by {given['name']} (checksum {given['checksum']}), and "
            f"the model was trained on those by {trained_on['name']} (checksum "
            f"{trained_on['checksum']}); embed the chains by that one"
        )


def called(name: str) -> str:
    """Return how messages call a model, which may have no name."""
    return f"the model {name!r}" if name else "this model"


def check_source(inputs: Inputs, source: object, name: str) -> None:
    """Refuse arrays for a model that reads none, and a model that reads them without any.

    Parameters
    ----------
    inputs : {"sequence", "profile", "features"}
        What the model reads.
    source : Source or other object, or None
        Only whether there is one counts.
    name : str
        The model's, for the message.

    Raises
    ------
    InputError
        When the two do not fit.
    """
    if inputs == "sequence" and source is not None:
        raise InputError(
            f"{called(name)} reads sequences alone; leave profiles and arrays out, or give a model "
            "that reads them"
        )
    if source is None and inputs != "sequence":
        wanted = {
            "profile": "profiles beside residues; give homologues or alignments "
            "(--homologues FASTA or --msa FOLDER; in Python array or source)",
            "features": "arrays of numbers; give them (--inputs FILE; in Python array or source)",
        }
        raise InputError(f"{called(name)} reads {wanted[inputs]}")
