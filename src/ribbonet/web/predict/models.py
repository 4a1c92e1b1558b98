"""Models as the page knows them: their names, and what it says of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from ribbonet.errors import InputError
from ribbonet.models.library import load_model
from ribbonet.models.model import Model
from ribbonet.tasks import Structure
from ribbonet.tasks.structure_scores import StructureScores


def load_named(given: Sequence[str], taken: Collection[str] = ()) -> dict[str, Model]:
    """Load models for the page; each has the name of its folder.

    Parameters
    ----------
    given : sequence of str
        Shipped models, or folders of others, that predict secondary structure from sequences.
    taken : collection of str
        Names of models that are there already.

    Returns
    -------
    models : dict of str to Model
        In the order in which they are given.

    Raises
    ------
    InputError
        When there is no such model, two have one name, or the page cannot show what one predicts,
        or has not what it reads.
    """
    models: dict[str, Model] = {}
    for one in given:
        name = Path(one).resolve().name
        if name in models or name in taken:
            raise InputError(f"--model {one}: there is a model {name} already; rename the folder")
        models[name] = model = load_model(one)
        if not isinstance(model.task, Structure):
            raise InputError(
                f"{one}: predicts {model.task.summary}, and the page shows secondary structure; "
                "give another --model"
            )
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
        "summary": card.summary,
        "licence": card.licence,
        "weights": model.size,
        "states": len(model.states),
        "scores": {
            _set(data): scores.q3
            for data, scores in card.tests().items()
            if isinstance(scores, StructureScores)
        },
    }


def _set(data: str) -> str:
    """Name a data set as it is known, not by its file."""
    return data.removesuffix("_q3").upper()
