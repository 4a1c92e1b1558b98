"""Scores of models that predict classes or values, on labelled chains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.chain import Chain
from ribbonet.chains.open import blamed_on
from ribbonet.chains.relatives.homologues import IDENTITY, nearest
from ribbonet.errors import InputError
from ribbonet.evaluation.distance import near
from ribbonet.evaluation.significance import paired_tests
from ribbonet.models.inputs import Source
from ribbonet.models.model import Model
from ribbonet.prediction.blocks import predict_chains
from ribbonet.tasks.base import Scores, Task, known
from ribbonet.tasks.classes import Classes
from ribbonet.tasks.labels import LabelOptions, read_labelled
from ribbonet.tasks.records import to_plain
from ribbonet.tasks.structure_scores import Comparison, Near


@dataclass(frozen=True)
class TaskLeaked:
    """Chains of at least so much identity, in per cent, to a training chain; scores without them.

    `without` is None where no chain is left.
    """

    identity: float
    chains: list[Near]
    without: Scores | None


@dataclass(frozen=True)
class TaskEvaluation:
    """What a model predicted for labelled chains, and its scores."""

    data: str
    predictor: str
    task: Task
    chains: list[Chain]
    outputs: list[np.ndarray]
    scores: Scores
    compared: Comparison | None = None
    leaked: TaskLeaked | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        further = {"compared": self.compared, "leaked": self.leaked}
        added = {key: to_plain(own) for key, own in further.items() if own is not None}
        return {"data": self.data, **self.scores.to_json(), **added}


def options_for(model: Model, options: LabelOptions) -> LabelOptions:
    """Return how labels are read that a model of classes or values is to be scored on."""
    if isinstance(model.task, Classes) and options.unlabelled is None:
        options = replace(options, unlabelled=model.task.unlabelled)
    if options.task not in ("auto", model.task.kind):
        raise InputError(f"--task {options.task}: the model predicts {model.task.summary}")
    return replace(options, task=model.task.kind)


def evaluate_task_on(
    model: Model,
    name: str,
    path: str | Path,
    exclude: Sequence[str | Path] = (),
    source: Source | None = None,
    options: LabelOptions = LabelOptions(),  # noqa: B008 - immutable
) -> TaskEvaluation:
    """Score a model of classes or values on the labelled chains of a file.

    Parameters
    ----------
    model : Model
    name : str
        What it is called.
    path : str or Path
    exclude : sequence of str or Path
        Files of ids to leave out.
    source : Source, optional
        Of the profiles or arrays that the model reads.
    options : LabelOptions

    Raises
    ------
    InputError
        When the file cannot be read, or has labels that the model does not know.
    """
    labelled = read_labelled([path], exclude, options_for(model, options))
    data = Path(path).name.split(".")[0]
    return evaluate_task(model, name, data, labelled.chains, source)


def evaluate_task(
    model: Model, name: str, data: str, chains: Sequence[Chain], source: Source | None = None
) -> TaskEvaluation:
    """Score a model of classes or values on labelled chains; see `evaluate_task_on`."""
    check_labels(model.task, chains, data)
    outputs = [p.probabilities for p in predict_chains(chains, model, source=source)]
    return evaluate_outputs(model.task, name, data, chains, outputs)


def evaluate_outputs(
    task: Task,
    name: str,
    data: str,
    chains: Sequence[Chain],
    outputs: Sequence[NDArray[np.float32]],
) -> TaskEvaluation:
    """Score what was predicted of labelled chains, `(L, K)` for each; see `evaluate_task_on`."""
    scores = task.score(chains, outputs)
    return TaskEvaluation(data, name, task, list(chains), list(outputs), scores)


def check_labels(task: Task, chains: Sequence[Chain], name: str) -> None:
    """Refuse labels that a task does not know.

    Raises
    ------
    InputError
        Names the chain and the residue.
    """
    remedy = "; correct it, or name the symbol that stands for no label by --unlabelled"
    for chain in chains:
        with blamed_on(f"{name}: chain {chain.id!r}", remedy):
            task.targets(chain)


def compare_tasks(one: TaskEvaluation, other: TaskEvaluation) -> TaskEvaluation:
    """Add paired tests over chains: of right residues, or of smaller errors.

    Raises
    ------
    InputError
        When the two predict different things.
    """
    if one.task.kind != other.task.kind or one.task.columns != other.task.columns:
        raise InputError(f"{other.predictor}: predicts {other.task.summary}; compare like models")
    gains, others = (
        np.array([e.task.gain(c, o) for c, o in zip(e.chains, e.outputs, strict=True)])
        for e in (one, other)
    )
    totals = np.array([int(known(one.task.targets(chain)).sum()) for chain in one.chains])
    tests = paired_tests(gains, others, totals, np.random.default_rng(0))
    return replace(one, compared=replace(tests, with_=other.predictor))


def without_leaked(evaluation: TaskEvaluation, trained: Sequence[Chain]) -> TaskEvaluation:
    """Add which chains are homologous to chains that were trained on, and the scores of the others.

    Raises
    ------
    InputError
        If mmseqs is missing or fails.
    """
    found = nearest(evaluation.chains, trained)
    leaked = [own is not None and own[0] >= IDENTITY for own in found]
    rest = [place for place, own in enumerate(leaked) if not own]
    chains = [evaluation.chains[place] for place in rest]
    others = None
    if any(chain.mask.any() for chain in chains):
        others = evaluation.task.score(chains, [evaluation.outputs[place] for place in rest])
    leak = TaskLeaked(100 * IDENTITY, near(evaluation.chains, found, IDENTITY), others)
    return replace(evaluation, leaked=leak)
