"""What labels are of: secondary structure, classes of any kind, or values; one file a kind."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ribbonet.tasks.base import Task

if TYPE_CHECKING:
    from ribbonet.tasks.classes import Classes
    from ribbonet.tasks.structure import Structure
    from ribbonet.tasks.values import Values

KINDS = {"structure": "Structure", "classes": "Classes", "values": "Values"}
"""The class of every kind of task; its module has the kind's name."""

__all__ = ["KINDS", "Classes", "Structure", "Task", "Values", "task_from_json", "task_to_json"]


def __getattr__(name: str) -> Any:
    """Import a kind of task when it is asked for: a prediction needs one."""
    for kind, known in KINDS.items():
        if name == known:
            return getattr(import_module(f"ribbonet.tasks.{kind}"), name)
    raise AttributeError(f"module 'ribbonet.tasks' has no attribute {name!r}")


def task_to_json(task: Task) -> dict[str, Any]:
    """Return a task as a model's file has it; secondary structure is not named."""
    named = {} if task.kind == "structure" else {"task": task.kind}
    return {**named, **task.to_json()}


def task_from_json(stored: Mapping[str, Any]) -> Task:
    """Return the task that a model's file describes.

    Raises
    ------
    LookupError, ValueError, TypeError
        If it describes none.
    """
    kind = KINDS[stored.get("task", "structure")]
    task: Task = __getattr__(kind).from_json(stored)
    return task
