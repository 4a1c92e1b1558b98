"""A model: stages of networks, their weights and their card, in a folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import SYMBOLS
from ribbonet.errors import InputError
from ribbonet.models.card import Card
from ribbonet.models.inputs import Inputs, called
from ribbonet.models.stages import Stage, no_pause
from ribbonet.system.terminal import count_of
from ribbonet.tasks import Task
from ribbonet.tasks.base import Labelling

if TYPE_CHECKING:
    from ribbonet.prediction.prediction import Prediction

Array = NDArray[Any]


@dataclass(frozen=True, repr=False)
class Model:
    """Stages one after the other: codes of residues in, probabilities of labels, or values, out.

    Parameters
    ----------
    stages : tuple of Stage
    card : Card
        What is known of the model: how it was trained, its scores, its licence.
    inputs : {"sequence", "profile", "features"}
        What the first stage reads; see `ribbonet.models.inputs`.
    """

    stages: tuple[Stage, ...]
    card: Card = field(default_factory=Card)
    inputs: Inputs = "sequence"

    def __repr__(self) -> str:
        name = f" {self.card.name!r}" if self.card.name else ""
        return (
            f"<Model{name}: {count_of(len(self.stages), 'stage')}, {self.size:,} weights, "
            f"states {self.states}, reads {self.inputs}>"
        )

    def predict(self, sequence: object, **options: Any) -> Prediction:
        """Predict one sequence: `ribbonet.predict` with this model, with the same options."""
        from ribbonet.prediction.predictor import predict

        return predict(sequence, model=self, **options)

    @property
    def columns(self) -> int:
        """Columns of the arrays that the model reads; 0 where it reads sequences alone."""
        return self.stages[0].features - (SYMBOLS if self.inputs == "profile" else 0)

    @property
    def digest(self) -> str:
        """SHA-256 of the architecture and the weights."""
        digest = sha256(self.inputs.encode() if self.inputs != "sequence" else b"")
        for stage in self.stages:
            for part in stage.identity():
                digest.update(part)
        return digest.hexdigest()

    @property
    def task(self) -> Task:
        """What the model predicts."""
        return self.stages[-1].task

    @property
    def states(self) -> str:
        """The states or labels that the model predicts; empty where it predicts values."""
        return self.task.alphabet.symbols if isinstance(self.task, Labelling) else ""

    def check_asked(self, asked: Task) -> None:
        """Refuse what the model does not predict.

        Raises
        ------
        InputError
            Names the model and what it predicts.
        """
        try:
            self.task.check_asked(asked)
        except InputError as error:
            name = called(self.card.name)
            raise InputError(f"{name} {error}") from None

    def probabilities(
        self,
        chains: Sequence[Array],
        asked: Task | None = None,
        pause: Callable[[], None] = no_pause,
    ) -> list[NDArray[np.float32]]:
        """Probabilities of the labels, or values, of each residue of each chain.

        Parameters
        ----------
        chains : sequence of (L,) uint8 or (L, F) float32 arrays
            Codes of residues (`ribbonet.chains.alphabet.encode_residues`), or what the model
            reads instead (`ribbonet.models.inputs.ModelInputs`).
        asked : Task, optional
            What they are to be of; by default, three states of secondary structure, or the model's
            own task.
        pause : callable
            Called between forward passes: it may wait, or raise to end the prediction.

        Returns
        -------
        probabilities : list of (L, K) float32 arrays
            In the order of the chains; each row sums to 1, unless it is a value.

        Raises
        ------
        InputError
            When the model predicts something else, or gives numbers that are not finite.
        """
        asked = self.task.default if asked is None else asked
        self.check_asked(asked)
        return self._through(self.stages, chains, asked, pause)

    def after(
        self, embeddings: Sequence[Array], pause: Callable[[], None] = no_pause
    ) -> list[NDArray[np.float32]]:
        """Predictions of a model whose first stage is an embedding, from given embeddings.

        Parameters
        ----------
        embeddings : sequence of (L, D) float32 arrays
            As `ribbonet.models.embedding.Embedding.for_next` gives them.
        pause : callable
            Called between forward passes: it may wait, or raise to end the prediction.

        Returns
        -------
        predictions : list of (L, K) float32 arrays
        """
        return self._through(self.stages[1:], embeddings, self.task, pause)

    def _through(
        self,
        stages: Sequence[Stage],
        tracks: Sequence[Array],
        asked: Task,
        pause: Callable[[], None],
    ) -> list[NDArray[np.float32]]:
        """Predict by stages, each of which reads what the one before gives."""
        if not tracks:
            return []
        *before, last = stages
        for stage in before:
            tracks = stage.for_next(tracks, pause)
        given = last.probabilities(tracks, asked, pause)
        if not all(np.isfinite(own).all() for own in given):
            raise InputError(
                f"{called(self.card.name)} gives numbers that are not finite; take "
                "another model, or arrays of smaller numbers"
            )
        return given

    @property
    def reach(self) -> float:
        """Residues on either side that a residue's probabilities depend on."""
        return sum(stage.reach for stage in self.stages)

    @property
    def size(self) -> int:
        """The number of weights in all networks."""
        return sum(network.size for stage in self.stages for network in stage.networks)
