"""The description of a training: written to the model's card, and compared on resuming."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

import numpy as np

import ribbonet
from ribbonet.chains.chain import Chain
from ribbonet.models.card import Card, Training
from ribbonet.models.embedding import embedding_of
from ribbonet.models.inputs import origin_of
from ribbonet.models.model import Model
from ribbonet.training.fine_tuning import training_alone
from ribbonet.training.team import Team

if TYPE_CHECKING:
    from ribbonet.training.plan import Plan


def identity(plan: Plan) -> dict[str, Any]:
    """Return what must be unchanged for a training to be resumed, as JSON reads it back."""
    train, valid = plan.sets
    known: dict[str, Any] = {
        "configuration": plan.config.to_dict(),
        "train": digest(train),
        "valid": digest(valid),
    }
    if plan.config.embedding is not None:
        known["embedding"] = embedding_of(plan.config.embedding).digest
    if plan.source is not None:
        known["inputs"] = plan.source.settings
    if plan.start is not None:
        known["start"] = plan.start.digest
    if plan.teacher is not None:
        known["teacher"] = plan.teacher.to_json()
    if plan.repeats is not None:
        known["repeat"] = runs_of(plan.repeats)
    return cast("dict[str, Any]", json.loads(json.dumps(known)))


def describe(plan: Plan, model: Model, team: Team) -> Card:
    """Return the card of a model that has been trained."""
    (train, valid), config, start = plan.sets, plan.config, plan.start
    teacher, repeats, arrays = plan.teacher, plan.repeats, origin_of(plan.source)
    record = {
        "chains": len(train),
        "residues": int(sum(chain.mask.sum() for chain in train)),
        "sha256": digest(train),
        "validation_chains": len(valid),
        "validation_sha256": digest(valid),
        "seed": config.seed,
        "engine": team.engine,
        **({"processes": team.processes} if team.processes > 1 else {}),
        "versions": {
            "ribbonet": ribbonet.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
        },
        "weights": model.size,
        **({} if arrays is None else {"arrays": dict(arrays)}),
        **({} if teacher is None else {"teacher": teacher.to_json()}),
        **({} if repeats is None else {"repeat": runs_of(repeats)}),
    }
    return Card(
        task=model.task,
        configuration=config.to_dict() if start is None else training_alone(config),
        training=Training(record),
        start=None if start is None else described(start),
    )


def runs_of(repeats: Sequence[float]) -> list[dict[str, float]]:
    """Count the successive training chains that an epoch takes equally many times.

    >>> runs_of([2.0, 2.0, 0.5])
    [{'chains': 2, 'times': 2.0}, {'chains': 1, 'times': 0.5}]
    """
    return [{"chains": len([*own]), "times": times} for times, own in groupby(repeats)]


def described(model: Model) -> dict[str, str]:
    """Return the entry in a card for another model that a training used."""
    known = {"sha256": model.digest, "name": model.card.name, "data": model.card.data}
    return {key: value for key, value in known.items() if value}


def digest(chains: Sequence[Chain]) -> str:
    """SHA-256 of chains, their headers, sequences and labels, in order, as three-line text."""
    text = hashlib.sha256()
    for chain in chains:
        text.update(f">{chain.header}\n{chain.sequence}\n{chain.labels}\n".encode())
        if chain.values is not None or chain.known is not None:
            text.update(f"{chain.values}\n{chain.known}\n".encode())
    return text.hexdigest()
