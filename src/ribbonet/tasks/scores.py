"""Scores of any kind of task, as they are kept in a model's card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ribbonet.tasks.class_scores import ClassScores
from ribbonet.tasks.records import from_plain
from ribbonet.tasks.structure_scores import StructureScores
from ribbonet.tasks.value_scores import ValueScores

AnyScores = StructureScores | ClassScores | ValueScores

KINDS = {"structure": StructureScores, "classes": ClassScores, "values": ValueScores}


def scores_from_json(stored: Mapping[str, Any]) -> AnyScores:
    """Return the scores whose `to_json` gave these plain values; keys of none are passed over.

    Examples
    --------
    >>> from ribbonet.models import load_model
    >>> (score, *_) = load_model("fast").card.scores
    >>> scores_from_json(score).q3 == score["q3"]
    True
    """
    scores: AnyScores = from_plain(KINDS[stored.get("task", "structure")], stored)
    return scores
