"""What the page needs to draw predictions of each kind of task."""

from __future__ import annotations

from typing import Any

from ribbonet.models import load_model, shipped_tracks
from ribbonet.tasks.base import Labelling, Task
from ribbonet.tasks.structure import Structure
from ribbonet.tasks.values import Values

MEANINGS = {
    "S": "signal peptide",
    "2": "outside",
    "H": "helix in the membrane",
    "B": "strand in the membrane",
    "1": "inside, or near no membrane",
}
"""What the labels of `topology` stand for, as they are drawn from top to bottom."""
SHIPPED: dict[str, dict[str, Any]] = {
    "topology": {"labels": list(MEANINGS.items())},
    "disorder": {
        "unit": "Z-score of chemical shifts",
        "marks": {"disordered below": 3.0, "ordered above": 8.0},
    },
}
"""What is known of shipped tracks beside their tasks."""


def described_tracks() -> dict[str, dict[str, Any]]:
    """Say what the page needs of the tracks beside secondary structure, by their names."""
    models = {name: load_model(name) for name in shipped_tracks()}
    return {
        name: {
            "summary": model.card.summary,
            **described_task(model.task),
            **SHIPPED.get(name, {}),
        }
        for name, model in models.items()
    }


def described_task(task: Task) -> dict[str, Any]:
    """Say what the page needs to draw predictions of a task."""
    if isinstance(task, Structure):
        return {"kind": task.kind, "states": len(task.alphabet)}
    if isinstance(task, Labelling):
        return {"kind": task.kind, "labels": [(label, "") for label in task.alphabet]}
    assert isinstance(task, Values)
    return {
        "kind": task.kind,
        "unit": "",
        "range": [task.mean - task.scale, task.mean + task.scale],
        "marks": {"mean of the values trained on": task.mean},
    }
