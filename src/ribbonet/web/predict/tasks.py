"""What the page needs to draw predictions of each kind of task."""

from __future__ import annotations

from typing import Any

from ribbonet.models.library import load_model, shipped_tracks
from ribbonet.tasks.base import Labelling, Task
from ribbonet.tasks.structure import Structure
from ribbonet.tasks.values import Values

MEANINGS = {
    "topology": {
        "S": "signal peptide",
        "2": "outside",
        "H": "helix in the membrane",
        "B": "strand in the membrane",
        "1": "inside, or near no membrane",
    }
}
"""What the labels of shipped tracks stand for, from above to below as they are drawn."""
UNITS = {"disorder": "Z-score of chemical shifts"}
"""What the values of shipped tracks are."""
MARKS = {"disorder": {"disordered below": 3.0, "ordered above": 8.0}}
"""Values of shipped tracks from which they say something."""


def described_tracks() -> dict[str, dict[str, Any]]:
    """Say what the page needs of the tracks beside secondary structure, by their names."""
    models = {name: load_model(name) for name in shipped_tracks()}
    return {
        name: {"summary": model.card.summary, **described_task(model.task, name)}
        for name, model in models.items()
    }


def described_task(task: Task, name: str) -> dict[str, Any]:
    """Say what the page needs to draw predictions of a task.

    Parameters
    ----------
    task : Task
    name : str
        Of the model.
    """
    if isinstance(task, Structure):
        return {"kind": task.kind, "states": len(task.alphabet)}
    if isinstance(task, Labelling):
        meanings = MEANINGS.get(name, dict.fromkeys(task.alphabet, ""))
        return {"kind": task.kind, "labels": list(meanings.items())}
    assert isinstance(task, Values)
    return {
        "kind": task.kind,
        "unit": UNITS.get(name, ""),
        "range": [task.mean - task.scale, task.mean + task.scale],
        "marks": MARKS.get(name, {"mean of those trained on": task.mean}),
    }
