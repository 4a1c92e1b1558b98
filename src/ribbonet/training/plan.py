"""The plan of a training: its chains, task and inputs, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES8, SYMBOLS
from ribbonet.chains.chain import Chain
from ribbonet.chains.relatives.profiles import COLUMNS
from ribbonet.errors import InputError, lacking
from ribbonet.models.config import ModelConfig
from ribbonet.models.embedding import embedding_of
from ribbonet.models.inputs import Inputs, ModelInputs, Source, check_origin, check_source
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn.training.batches import batches
from ribbonet.tasks import Structure, Task
from ribbonet.training.fine_tuning import configure
from ribbonet.training.teacher import Teacher

Array = NDArray[Any]
StageInputs = Sequence[Array] | ModelInputs
"""What a stage reads of each chain."""

CHAINS_AT_ONCE = 256


@dataclass(frozen=True)
class Plan:
    """A training that has been checked; see `ribbonet.training.train.train_model`.

    Parameters
    ----------
    config : ModelConfig
        Completed from the model that the training starts from, if any.
    sets : tuple of two sequences of Chain
        To train on, and to validate on.
    task : Task
        Fitted to the labels.
    inputs : {"sequence", "profile", "features"}
        What the first stage reads.
    columns : int
        Columns of the source's arrays.
    source : Source, optional
    start : Model, optional
    teacher : Teacher, optional
    repeats : sequence of float, optional
    """

    config: ModelConfig
    sets: tuple[Sequence[Chain], Sequence[Chain]]
    task: Task
    inputs: Inputs
    columns: int
    source: Source | None
    start: Model | None
    teacher: Teacher | None
    repeats: Sequence[float] | None

    def untrained(self) -> tuple[Model, list[StageInputs], int]:
        """Return the model before its first trained stage, what that reads, and its features."""
        model = Model((), inputs=self.inputs)
        tracks = [self._tracks(chains) for chains in self.sets]
        if self.config.embedding is None:
            return model, tracks, self.columns + (SYMBOLS if self.inputs == "profile" else 0)
        stage = embedding_of(self.config.embedding)
        embedded: list[StageInputs] = [in_parts(stage, own) for own in tracks]
        return replace(model, stages=(stage,)), embedded, stage.outputs

    def _tracks(self, chains: Sequence[Chain]) -> StageInputs:
        if self.source is None:
            return [chain.codes for chain in chains]
        return ModelInputs(chains, self.inputs, self.source, self.columns)


def plan_of(
    config: ModelConfig,
    sets: tuple[Sequence[Chain], Sequence[Chain]],
    folder: Path,
    source: Source | None,
    start: Model | None,
    task: Task | None,
    teacher: Teacher | None,
    repeats: Sequence[float] | None,
) -> Plan:
    """Check the arguments of a training, and derive its plan from them.

    Raises
    ------
    InputError
        When there is nothing to train on, or parts do not go together.
    """
    _check(*sets, config, source)
    if start is not None:
        config = configure(config, start, task)
    inputs = config.inputs or ("sequence" if source is None else "features")
    check_source(inputs, source, str(folder))
    if start is not None:
        check_origin(start.card.arrays, source)
    if any(stage.profile_dropout for stage in config.stages[inputs == "profile" :]):
        raise InputError("profile_dropout: is for a first stage that reads profiles; leave it out")
    columns = _columns(inputs, source, sets[0], start)
    if config.embedding is not None:
        embedding_of(config.embedding)  # is there, or an error
    task = _fitted(config, task, sets[0], start)
    if teacher is not None:
        teacher.check(config, task)
    return Plan(config, sets, task, inputs, columns, source, start, teacher, repeats)


def _check(
    train: Sequence[Chain], valid: Sequence[Chain], config: ModelConfig, source: Source | None
) -> None:
    """Refuse to train without a program that it needs, or without labels."""
    if config.embedding is not None and source is not None:
        raise InputError("embedding: takes the place of profiles and arrays; leave one out")
    if find_spec("scipy") is None:
        raise lacking("training", "SciPy", "train")
    for name, chains in (("training", train), ("validation", valid)):
        if not any(chain.mask.any() for chain in chains):
            raise InputError(f"no labelled residue in the {name} chains")


def _columns(
    inputs: Inputs, source: Source | None, train: Sequence[Chain], start: Model | None
) -> int:
    """Columns of the arrays that are read: those of the first chain, unless they are known."""
    if source is None or start is not None:
        return 0 if start is None else start.columns
    return COLUMNS if inputs == "profile" else source(train[0]).shape[1]


def _fitted(
    config: ModelConfig, task: Task | None, train: Sequence[Chain], start: Model | None
) -> Task:
    """Return the task with the states of the configuration and what it takes from the chains."""
    wanted: Task = task or Structure()
    if not isinstance(wanted, Structure):
        if config.states is not None:
            raise InputError(f"states = {config.states}: is for secondary structure; leave it out")
    elif config.alphabet == STATES8:
        wanted = Structure(STATES8)
    fitted = wanted.fitted(train)
    in_three = isinstance(fitted, Structure) and fitted.labels != fitted.alphabet
    if in_three and (start is None or start.task != fitted):
        raise InputError("states = 8: the labels are in three states; give the eight of DSSP")
    return fitted


def in_parts(stage: Stage, tracks: StageInputs) -> list[Array]:
    """Return what the next stage reads of many chains, computed a few hundred at a time."""
    result: list[Array] = []
    for places in batches(np.arange(len(tracks)), CHAINS_AT_ONCE):
        result += stage.for_next([tracks[int(place)] for place in places])
    return result
