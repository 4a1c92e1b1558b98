"""What the page says of a model."""

from __future__ import annotations

from typing import Any

from ribbonet.models.model import Model


def described(name: str, model: Model) -> dict[str, Any]:
    """Say what the page shows of a model, ready for JSON."""
    card = model.card
    return {
        "name": name,
        "summary": card.get("summary", ""),
        "licence": card.get("licence", ""),
        "weights": model.size,
        "states": len(model.states),
        "scores": {_set(score["data"]): score["q3"] for score in card.get("scores", [])},
    }


def _set(data: str) -> str:
    """Name a data set as it is known, not by its file."""
    return data.removesuffix("_q3").upper()
