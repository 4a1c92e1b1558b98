"""What labels are of: secondary structure, classes of any kind, or values; one file a kind."""

from ribbonet.tasks.base import Task
from ribbonet.tasks.classes import Classes
from ribbonet.tasks.structure import Structure
from ribbonet.tasks.values import Values

TASKS: dict[str, type[Task]] = {task.kind: task for task in (Structure, Classes, Values)}
"""Every kind of task by its name."""

__all__ = ["TASKS", "Classes", "Structure", "Task", "Values"]
