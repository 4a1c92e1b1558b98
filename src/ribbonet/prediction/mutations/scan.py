"""The effect of each single mutation of a chain on its predicted structure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import RESIDUES, STATES
from ribbonet.chains.chain import Chain
from ribbonet.chains.sequences.rules import OnInvalid
from ribbonet.errors import InputError
from ribbonet.models import DEFAULT_MODEL, load_model
from ribbonet.models.inputs import called
from ribbonet.models.model import Model
from ribbonet.models.stages import no_pause
from ribbonet.prediction.blocks import predict_block
from ribbonet.prediction.prediction import Prediction
from ribbonet.prediction.sequences import single
from ribbonet.prediction.wording import naming_arguments
from ribbonet.system.pools import cores
from ribbonet.tasks.structure import Structure

BLOCK = 16384
"""Residues that are predicted together."""
MOST = 100_000_000
"""Residues of all mutants of a scan, at most: an hour."""


class Mutation(NamedTuple):
    """A mutation, and what it changes.

    Attributes
    ----------
    id : str
        The chain's.
    position : int
        From 1.
    residue, mutant : str
        The chain's letter, and the one in its place.
    change : float
        Half the absolute differences of the probabilities, summed over the chain: the expected
        number of residues whose state changes.
    states : int
        Number of residues whose likeliest state changes.
    helix, strand, coil : float
        Differences of the probabilities, summed over the chain: the expected change in the number
        of residues in each state.
    """

    id: str
    position: int
    residue: str
    mutant: str
    change: float
    states: int
    helix: float
    strand: float
    coil: float


@dataclass(frozen=True, eq=False)
class Scan:
    """All single mutants of a chain, or of some of its positions.

    Parameters
    ----------
    prediction : Prediction
        Of the chain as it is.
    positions : (P,) int array
        Those that are mutated, from 0.
    changes : (P, 20, 5) float32 array
        By position and residue in the order of `ribbonet.chains.alphabet.RESIDUES`: change,
        states, and the differences of helix, strand and coil, see `Mutation`; zeros where the
        residue is the chain's own.
    """

    prediction: Prediction
    positions: NDArray[np.int64]
    changes: NDArray[np.float32]

    @property
    def change(self) -> NDArray[np.float32]:
        """What each mutation changes in all, `(P, 20)`."""
        return self.changes[:, :, 0]

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Mutation]:
        """Give the mutations by position, then by residue."""
        chain = self.prediction.chain
        for place, numbers in zip(self.positions.tolist(), self.changes.tolist(), strict=True):
            own = chain.sequence[place]
            for mutant, (change, states, helix, strand, coil) in zip(
                RESIDUES.symbols, numbers, strict=True
            ):
                if mutant != own:
                    yield Mutation(
                        *(chain.id, place + 1, own, mutant, change),
                        *(round(states), helix, strand, coil),
                    )


def scan(
    sequence: object,
    *,
    model: str | Path | Model = DEFAULT_MODEL,
    id: str = "",
    positions: Iterable[int] | None = None,
    on_invalid: OnInvalid = "error",
) -> Scan:
    """Predict all single mutants of a sequence, from the sequence alone.

    Parameters
    ----------
    sequence : str, or an object of a sequence
        As for `ribbonet.predict`.
    model : str, Path or Model
        Name of a shipped model, folder of another one, or one that is loaded; of secondary
        structure, which reads sequences alone.
    id : str
    positions : iterable of int, optional
        Those to mutate, from 1; by default all.
    on_invalid : {"error", "mask", "degap"}
        What to do with a symbol that is not a residue.

    Returns
    -------
    scan : Scan
        Iterate over it for each `Mutation`.

    Raises
    ------
    InputError
        As `ribbonet.predict` does, when a position is not in the chain, the model reads profiles
        or arrays or predicts something else, or there would be too many residues to predict.

    Examples
    --------
    >>> found = scan("MKTAYIAKQRQISFVKSHF", model="fast", positions=[5])
    >>> len(found), next(iter(found))[:4]
    (19, ('', 5, 'Y', 'A'))
    """
    loaded = model if isinstance(model, Model) else load_model(model)
    with naming_arguments():
        chain = single(sequence, id, on_invalid, "; scan one at a time")
        return scan_chain(chain, loaded, positions)


def scan_chain(
    chain: Chain,
    model: Model,
    positions: Iterable[int] | None = None,
    pause: Callable[[], None] = no_pause,
    threads: int | None = None,
) -> Scan:
    """Scan a chain; see `scan`. `pause` is called between forward passes, by each thread."""
    _check_model(model)
    places = _places(chain, positions)
    mutants = [
        (row, column, mutant)
        for row, place in enumerate(places)
        for column, mutant in enumerate(RESIDUES.symbols)
        if mutant != chain.sequence[place]
    ]
    if len(mutants) * len(chain) > MOST:
        raise InputError(
            f"{chain.id or 'the chain'}: its {len(mutants):,} mutants have "
            f"{len(mutants) * len(chain):,} residues, and {MOST:,} are the most; choose positions"
        )
    (own,) = predict_block([chain], model, pause=pause)
    changes = np.zeros((len(places), len(RESIDUES), 5), np.float32)

    def work(block: Sequence[tuple[int, int, str]]) -> None:
        made = [_mutant(chain, places[row], mutant) for row, _, mutant in block]
        for (row, column, _), found in zip(
            block, predict_block(made, model, pause=pause), strict=True
        ):
            changes[row, column] = _changed(own, found)

    size = max(BLOCK // max(len(chain), 1), 1)
    blocks = [mutants[start : start + size] for start in range(0, len(mutants), size)]
    with ThreadPoolExecutor(
        threads or cores()
    ) as pool:  # NumPy's products leave the interpreter free
        for _ in pool.map(work, blocks):
            pass
    return Scan(own, np.array(places), changes)


def mutate(
    chain: Chain, model: Model, position: int, residue: str
) -> tuple[Prediction, Prediction, Mutation]:
    """Predict a chain, and a mutant of it.

    Parameters
    ----------
    chain : Chain
    model : Model
        As for `scan`.
    position : int
        From 1.
    residue : str
        One of the twenty.

    Returns
    -------
    own, mutant : Prediction
    mutation : Mutation
        What changes.

    Raises
    ------
    InputError
        When the position is not in the chain, or the residue is none of the twenty.
    """
    _check_model(model)
    (place,) = _places(chain, [position])
    if len(residue) != 1 or residue not in RESIDUES.symbols:
        raise InputError(f"residue: {residue!r} is none of {RESIDUES.symbols}")
    own, other = predict_block([chain, _mutant(chain, place, residue)], model)
    change, states, *each = _changed(own, other).tolist()
    mutation = Mutation(
        chain.id, position, chain.sequence[place], residue, change, round(states), *each
    )
    return own, other, mutation


def _check_model(model: Model) -> None:
    if not isinstance(model.task, Structure) or model.inputs != "sequence":
        raise InputError(
            f"{called(model.card.name)}: a scan needs a model of secondary structure that reads "
            "sequences alone"
        )


def _places(chain: Chain, positions: Iterable[int] | None) -> list[int]:
    if positions is None:
        return list(range(len(chain)))
    found = sorted(set(positions))
    wrong = [position for position in found if not 1 <= position <= len(chain)]
    if wrong or not found:
        raise InputError(
            f"positions: {wrong[0] if wrong else 'none'} is not in {chain.id or 'the chain'}; give "
            f"some from 1 to {len(chain):,}"
        )
    return [position - 1 for position in found]


def _mutant(chain: Chain, place: int, letter: str) -> Chain:
    sequence = chain.sequence
    return replace(chain, sequence=f"{sequence[:place]}{letter}{sequence[place + 1 :]}")


def _changed(own: Prediction, mutant: Prediction) -> NDArray[np.float32]:
    """Return change, states, helix, strand and coil, see `Mutation`."""
    before, after = own.probabilities, mutant.probabilities
    difference = after - before
    states = np.count_nonzero(before.argmax(axis=1) != after.argmax(axis=1))
    each = difference.sum(axis=0)
    assert len(each) == len(STATES)
    return np.array([np.abs(difference).sum() / 2, states, *each], np.float32)
