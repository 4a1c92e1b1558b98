"""What labels are of: secondary structure, classes of any kind, or values; one file a kind."""

from collections.abc import Mapping
from typing import Any

from ribbonet.tasks.base import Task
from ribbonet.tasks.classes import Classes
from ribbonet.tasks.structure import Structure
from ribbonet.tasks.values import Values

TASKS: dict[str, type[Task]] = {task.kind: task for task in (Structure, Classes, Values)}
"""Every kind of task by its name."""


def task_to_json(task: Task) -> dict[str, Any]:
    """Return a task as a model's file has it; secondary structure is not named."""
    named = {} if isinstance(task, Structure) else {"task": task.kind}
    return {**named, **task.to_json()}


def task_from_json(stored: Mapping[str, Any]) -> Task:
    """Return the task that a model's file describes.

    Raises
    ------
    LookupError, ValueError, TypeError
        If it describes none.
    """
    return TASKS[stored.get("task", Structure.kind)].from_json(stored)


__all__ = ["TASKS", "Classes", "Structure", "Task", "Values", "task_from_json", "task_to_json"]
