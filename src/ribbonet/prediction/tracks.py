"""Tracks: disorder, topology and others, predicted besides secondary structure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models import load_model, shipped_tracks
from ribbonet.models.embedding import Embedding
from ribbonet.models.model import Model
from ribbonet.models.stages import no_pause
from ribbonet.prediction.prediction import Prediction
from ribbonet.tasks.base import Task
from ribbonet.tasks.structure import Structure

Array = NDArray[Any]

STRUCTURE = "structure"
"""Name of the track that is always predicted."""


@dataclass(frozen=True)
class Tracks:
    """Models that read one embedding, which is computed once for all of them.

    Parameters
    ----------
    models : mapping of str to Model
        By the names of the tracks; at least one.
    """

    models: Mapping[str, Model]

    @property
    def embedding(self) -> Embedding:
        """What the models read."""
        first, *_ = (model.stages[0] for model in self.models.values())
        assert isinstance(first, Embedding), "shipped_tracks names such models alone"
        return first

    @property
    def settings(self) -> dict[str, str]:
        """What the tracks depend on besides the chains."""
        return {name: model.digest for name, model in self.models.items()}

    @property
    def tasks(self) -> dict[str, Task]:
        """The task of each track."""
        return {name: model.task for name, model in self.models.items()}

    def check_beside(self, task: Task) -> None:
        """Raise InputError where something else than secondary structure is predicted."""
        if not isinstance(task, Structure):
            raise InputError(f"--tracks: are beside secondary structure, not beside {task.summary}")

    def beside(
        self,
        model: Model,
        inputs: Sequence[Array],
        asked: Task,
        chains: Sequence[Chain],
        pause: Callable[[], None] = no_pause,
    ) -> tuple[list[NDArray[np.float32]], list[dict[str, NDArray[np.float32]]]]:
        """Predict chains by a model, and the tracks.

        Parameters
        ----------
        model : Model
            Predicts secondary structure; shares the tracks' pass where the embedding is its own.
        inputs : sequence of arrays
            Its inputs for the chains.
        asked : Task
            The task that it is to predict.
        chains : sequence of Chain
        pause : callable
            Called between forward passes: it may wait, or raise to end the prediction.

        Returns
        -------
        probabilities : list of (L, K) float32 arrays
            What the model alone gives.
        tracks : list of dict of (L, ...) float32 arrays
            For each chain the predictions of each track.
        """
        embedding = self.embedding
        known = embedding.for_next([chain.codes for chain in chains], pause)
        if len(model.stages) == 1 and model.stages[0].networks is embedding.networks:
            own = embedding.predictions(known, asked)
        else:
            own = model.probabilities(inputs, asked, pause)
        each = [track.after(known, pause) for track in self.models.values()]
        by_chain = zip(*each, strict=True)
        return own, [dict(zip(self.models, given, strict=True)) for given in by_chain]

    def predictions(
        self, chain: Chain, given: Mapping[str, NDArray[np.float32]]
    ) -> dict[str, Prediction]:
        """Return what is predicted of a chain, by the names of the tracks."""
        return {
            name: Prediction(chain, given[name], task=model.task, model=name)
            for name, model in self.models.items()
        }


def find_tracks(names: str | Iterable[str]) -> Tracks | None:
    """Return the shipped models of the tracks of these names; None for the structure alone.

    Parameters
    ----------
    names : str or iterable of str
        Names, in one text separated by commas; `structure` may be among them.

    Raises
    ------
    InputError
        When one is not known.
    """
    wanted = names.split(",") if isinstance(names, str) else list(names)
    known = shipped_tracks()
    for name in wanted:
        if name not in (STRUCTURE, *known):
            raise InputError(
                f"tracks: {name!r} is none; give some of {', '.join([STRUCTURE, *known])}"
            )
    further = dict.fromkeys(name for name in wanted if name != STRUCTURE)
    return Tracks({name: load_model(name) for name in further}) if further else None
