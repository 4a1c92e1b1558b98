"""The history of a training: one row an epoch, and its file."""

from __future__ import annotations

import csv
from pathlib import Path

from ribbonet.nn.views.chart import Chart
from ribbonet.system.atomic import atomic_write


class History(list[dict[str, float]]):
    """One row an epoch: epoch, learning rate, losses, accuracies, seconds.

    A notebook shows it as a chart of the losses.
    """

    def _repr_svg_(self) -> str | None:
        """Return the losses by epoch as a chart."""
        chart, epochs = Chart("epoch", "loss"), [row["epoch"] for row in self]
        for part in ("train", "valid"):
            if all(f"{part}_loss" in row for row in self):
                chart.line(epochs, [row[f"{part}_loss"] for row in self], part)
        return chart.to_svg() if self else None


def write_history(path: Path, history: History) -> None:
    """Write the history as CSV, one row an epoch."""
    with atomic_write(path, "w") as file:
        writer = csv.DictWriter(file, list(history[0]) if history else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)
