"""Secondary structure: helix, strand and coil, or the eight states of DSSP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import (
    STATE_OF_STATE8,
    STATES,
    STATES8,
    Alphabet,
    encode_labels,
    reduce_states,
)
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.tasks.base import Array, Labelling, LossOptions, Task

if TYPE_CHECKING:
    from ribbonet.nn.losses import Loss

THREE_OF_EIGHT: NDArray[np.float32] = np.eye(len(STATES), dtype=np.float32)[STATE_OF_STATE8]
"""Ones where one of DSSP's eight states, a row, belongs to one of the three, a column."""

ONLY_EIGHT = set(STATES8) - set(STATES)
"""States that labels in three do not have."""


@dataclass(frozen=True)
class Structure(Labelling):
    """Secondary structure.

    Parameters
    ----------
    alphabet : Alphabet
        `STATES`, or `STATES8`, whose probabilities add up to those of the three.
    labels : Alphabet
        What the labels to learn from are in, see `fitted`.
    """

    kind = "structure"
    measure = "Q3"

    alphabet: Alphabet = STATES

    labels: Alphabet = field(default=STATES, compare=False)

    def fitted(self, chains: Sequence[Chain]) -> Structure:
        """Note whether there are labels in eight states to learn from."""
        if self.alphabet == STATES:
            return self
        eight = any(set(chain.labels or "") & ONLY_EIGHT for chain in chains)
        return replace(self, labels=STATES8 if eight else STATES)

    @property
    def summary(self) -> str:
        """Secondary structure, and in how many states."""
        return f"secondary structure in the states {self.alphabet.symbols}"

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the probabilities."""
        if self.alphabet == STATES:
            return ("p_helix", "p_strand", "p_coil")
        return tuple(f"p_{state}" for state in self.alphabet)

    @property
    def inner(self) -> Structure:
        """Three states: what the next stage of a cascade reads."""
        return Structure()

    @property
    def default(self) -> Structure:
        """Three states."""
        return Structure()

    def targets(self, chain: Chain) -> NDArray[np.uint8]:
        """Return codes of the labels in three states, or in eight where the training has them."""
        labels = chain.labels or "-" * len(chain)
        if self.labels == STATES:
            labels = reduce_states(labels)
        return encode_labels(labels, self.labels)

    def loss(self, options: LossOptions, targets: Sequence[Array]) -> Loss:
        """Cross-entropy; in eight states that of the three counts, and the eight within them."""
        from ribbonet.nn.losses import GroupedCrossEntropy, NestedCrossEntropy

        if self.alphabet == STATES:
            return super().loss(options, targets)
        self._check_loss(options)
        if options.label_smoothing:
            raise InputError("label_smoothing: is for three states; leave it out")
        weights = self._weights(options, targets)
        groups = tuple(STATE_OF_STATE8.tolist())
        kind = GroupedCrossEntropy if self.labels == STATES else NestedCrossEntropy
        return kind(groups, class_weights=weights)

    def taught(self, predictions: Array, teacher: Task) -> Array:
        """Return probabilities of the states that the labels are in."""
        if self.labels != self.alphabet:
            return Structure(self.labels).taught(predictions, teacher)
        return super().taught(predictions, teacher)

    def check_asked(self, asked: Task) -> None:
        """Allow three states of eight."""
        if asked not in (self, Structure()):
            raise InputError(
                f"knows the states {self.alphabet.symbols} only; "
                "take another model, or three states"
            )

    def convert(self, predictions: Array, asked: Task) -> Array:
        """Sum the probabilities of the eight states to those of the three."""
        return predictions if asked == self else predictions @ THREE_OF_EIGHT

    def to_json(self) -> dict[str, Any]:
        """Return the states."""
        return {"states": self.alphabet.symbols}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Structure:
        """Read the states."""
        known = {alphabet.symbols: alphabet for alphabet in (STATES, STATES8)}
        return cls(known[stored["states"]])
