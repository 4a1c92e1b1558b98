"""The history of a training: one row an epoch, and its file."""

from __future__ import annotations

import csv
from pathlib import Path

from ribbonet.system.atomic import atomic_write

History = list[dict[str, float]]
"""One row an epoch: epoch, learning rate, losses, accuracies, seconds."""


def write_history(path: Path, history: History) -> None:
    """Write the history as CSV, one row an epoch."""
    with atomic_write(path, "w") as file:
        writer = csv.DictWriter(file, list(history[0]) if history else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)
