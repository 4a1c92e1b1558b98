"""Models as the page knows them: their names, and what it says of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from ribbonet.errors import InputError
from ribbonet.models import load_model
from ribbonet.models.model import Model
from ribbonet.tasks import Task
from ribbonet.tasks.scores import AnyScores
from ribbonet.tasks.structure_scores import StructureScores
from ribbonet.web.predict.tasks import described_task


def load_named(given: Sequence[str], taken: Collection[str] = ()) -> dict[str, Model]:
    """Load models for the page; each has the name of its folder.

    Parameters
    ----------
    given : sequence of str
        Shipped models, or folders of others, that read sequences.
    taken : collection of str
        Names of models that are there already.

    Returns
    -------
    models : dict of str to Model
        In the order in which they are given.

    Raises
    ------
    InputError
        When there is no such model, two have one name, or one reads more than sequences.
    """
    models: dict[str, Model] = {}
    for one in given:
        name = Path(one).resolve().name
        if name in models or name in taken:
            raise InputError(f"--model {one}: there is a model {name} already; rename the folder")
        models[name] = model = load_model(one)
        if model.inputs != "sequence":
            raise InputError(
                f"{one}: reads more than the sequence, and the page has nothing else; give another "
                "--model"
            )
    return models


def described(name: str, model: Model) -> dict[str, Any]:
    """Say what the page shows of a model, ready for JSON."""
    card = model.card
    return {
        "name": name,
        "summary": card.summary or f"predicts {model.task.summary}",
        "licence": card.licence,
        "weights": model.size,
        "task": described_task(model.task),
        "scored": _score_of(model.task),
        "scores": {_set(data): _said(scores) for data, scores in card.tests().items()},
    }


def _score_of(task: Task) -> str:
    named = {"Q3": "Residues in the right state of three"}
    return named.get(task.measure, task.measure)


def _said(scores: AnyScores) -> str:
    if isinstance(scores, StructureScores):
        return f"{scores.q3:.1f} %"
    return f"{scores.best_is_highest[1]:.2f}"


def _set(data: str) -> str:
    """Name a data set as it is known, not by its file."""
    return data.removesuffix("_q3").upper()
