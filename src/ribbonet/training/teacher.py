"""A teacher: the predictions of a model, or of a file, for the chains to train on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.records.making import Predicted
from ribbonet.errors import InputError
from ribbonet.evaluation.evaluate import predictions_of
from ribbonet.evaluation.stated import COLUMN, Stated, read_stated
from ribbonet.models import load_model
from ribbonet.models.config import ModelConfig
from ribbonet.models.model import Model
from ribbonet.prediction.blocks import blocks
from ribbonet.tasks import Structure, Task
from ribbonet.tasks.base import Labelling, known
from ribbonet.training.description import described

Array = NDArray[Any]

SHARE = 0.5
"""Of a teacher in the targets of labelled residues, where no other is given."""


@dataclass(frozen=True)
class Teacher:
    """Predictions that are learned besides labels: distillation.

    Source: Hinton et al. 2015, arXiv:1503.02531.

    Parameters
    ----------
    task : Task
        What is predicted.
    predict : callable
        Yields `(L, K)` predictions of each chain, or None where there are none.
    share : float
        Share of the teacher in the target of a labelled residue, from 0 to 1; chains without labels
        have the teacher's targets alone.
    about : dict
        Its name and its SHA-256, and what it was trained on where its card says so.
    """

    task: Task
    predict: Callable[[Sequence[Chain]], Iterable[Array | None]]
    share: float
    about: dict[str, Any]

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise InputError(f"the teacher's share {self.share}: give a number from 0 to 1")

    def to_json(self) -> dict[str, Any]:
        """Return the teacher's entry in a model's card."""
        return {**self.about, "share": self.share}

    def check(self, config: ModelConfig, task: Task) -> None:
        """Check that the teacher fits a task and a configuration.

        Raises
        ------
        InputError
            For another task, or a configuration with options for labels alone.
        """
        try:
            task.taught(np.zeros((0, self.task.outputs), np.float32), self.task)
        except InputError as error:
            raise InputError(f"the teacher {self.about['name']} {error}") from None
        for stage in config.stages:
            if stage.class_weights is not None or stage.label_smoothing:
                raise InputError(
                    "class_weights, label_smoothing: are for labels alone; leave them out where "
                    "a teacher's predictions are learned"
                )

    def targets(
        self, task: Task, chains: Sequence[Chain], labels: Sequence[Array]
    ) -> Iterator[Array]:
        """Yield the targets of each chain: its labels' targets mixed with the teacher's.

        In a chain with labels, residues without one are not learned from.

        Raises
        ------
        InputError
            When a chain has neither labels nor predictions.
        """
        for chain, own, said in zip(chains, labels, self.predict(chains), strict=True):
            labelled, certain = known(own).any(), task.certain(own)
            if said is None and not labelled:
                raise InputError(
                    f"chain {chain.id!r} has no labels, and the teacher {self.about['name']} no "
                    "prediction for it; predict it too, or leave it out"
                )
            if said is None:
                yield certain
                continue
            taught = task.taught(said, self.task)
            yield (1 - self.share) * certain + self.share * taught if labelled else taught


def teacher_of(given: str | Path | Model, share: float, task: Task) -> Teacher:
    """Return a model, or a file of predictions, as the teacher of a task.

    Parameters
    ----------
    given : str, Path or Model
        Name of a shipped model, folder of another one, or one that is loaded; or a file that
        `ribbonet predict` wrote: csv, tsv, jsonl or Parquet.
    share : float
        See `Teacher`.
    task : Task
        What is to be learned.

    Raises
    ------
    InputError
        When there is no such model or file, or it predicts something else.
    """
    if not isinstance(given, Model) and Path(given).is_file():
        return _of_file(Path(given), share, task)
    model = given if isinstance(given, Model) else load_model(given)
    name = "a model" if isinstance(given, Model) else str(given)
    about = {"name": name, **described(model)}
    if model.inputs != "sequence":
        raise InputError(
            f"the teacher {about['name']} reads {model.inputs}; predict the chains by it, and give "
            "the file of predictions instead"
        )

    def predict(chains: Sequence[Chain]) -> Iterator[Array]:
        for block in blocks(chains):
            yield from model.probabilities([chain.codes for chain in block], model.task)

    return Teacher(model.task, predict, share, about)


def _of_file(path: Path, share: float, task: Task) -> Teacher:
    """Return a file of predictions as a teacher."""
    stated = read_stated([path])
    candidates = (Structure(STATES8), Structure()) if isinstance(task, Structure) else (task,)
    known = next((own for own in candidates if all(_is_of(own, one) for one in stated)), None)
    if known is None:
        raise InputError(
            f"{path}: has no predictions of {task.summary} for each chain; give a file that "
            "`ribbonet predict` wrote as csv, tsv, jsonl or Parquet"
        )
    predicted = [Predicted(own.chain, _numbers(known, own)) for own in stated]

    def predict(chains: Sequence[Chain]) -> Iterator[Array | None]:
        for found in predictions_of(chains, predicted):
            yield None if found is None else found.probabilities

    with path.open("rb") as file:
        about = {"name": path.name, "sha256": file_digest(file, "sha256").hexdigest()}
    return Teacher(known, predict, share, about)


def _is_of(task: Task, stated: Stated) -> bool:
    if not isinstance(task, Labelling):
        return stated.chain.values is not None
    return {name.removeprefix(COLUMN) for name in task.columns} == set(stated.shares)


def _numbers(task: Task, stated: Stated) -> NDArray[np.float32]:
    if not isinstance(task, Labelling):
        return np.array(stated.chain.values, np.float32)[:, None]
    columns = [stated.shares[name.removeprefix(COLUMN)] for name in task.columns]
    return np.stack(columns, axis=1).astype(np.float32)
