"""The figures, from the numbers that reproduce.py keeps; needs matplotlib (extra `plot`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#666666"  # Okabe & Ito: told apart by all eyes
STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "axes.titlelocation": "left",
    "axes.titlesize": 10,
}
PUBLISHED = 62.7
LOOKS = {
    "Train(40)": (BLUE, "-"),
    "Test(40)": (BLUE, (0, (4, 1.5))),
    "Train(0)": (ORANGE, "-"),
    "Test(0)": (ORANGE, (0, (4, 1.5))),
}


def published(axes: Axes, first: float, last: float) -> None:
    """Draw what the paper reports for one network as a line across, and say so below."""
    axes.plot((first, last), (PUBLISHED, PUBLISHED), color="black", lw=1, ls=":", zorder=0)
    note = f"dotted: 1988, test set, {PUBLISHED} %"
    axes.text(0.03, 0.95, note, transform=axes.transAxes, color=GREY, fontsize=8)


def draw_curves(rows: list[dict[str, Any]], path: Path) -> None:
    """Figure 8: per cent correct against training cycles, means and deviations over seeds."""
    settings = {
        "as in 1988": "Gradient descent with momentum, as in 1988",
        "as chosen": "As chosen by cross-validation",
    }
    with rc_context(STYLE):
        figure = Figure(figsize=(8, 3.6), layout="constrained")
        named = []
        for axes, (setting, title) in zip(
            figure.subplots(1, 2, sharey=True), settings.items(), strict=True
        ):
            ends = []
            for row in rows:
                if row.get("setting") != setting:
                    continue
                mean, sd = np.array(row["mean"]), np.array(row["sd"])
                color, dashes = LOOKS[row["curve"]]
                cycles = np.arange(1, len(mean) + 1)
                axes.fill_between(cycles, mean - sd, mean + sd, color=color, alpha=0.15, lw=0)
                axes.plot(cycles, mean, color=color, ls=dashes, lw=1.6)
                ends.append((mean[-1], row["curve"], color, len(mean)))
            last = max(end[3] for end in ends)
            named.append((axes, last, sorted(ends)))
            axes.set(title=title, xlabel="Training cycles", xlim=(0, last * 1.22))
            axes.set_xticks(range(0, last + 1, 10))
            published(axes, 0, last)
        figure.axes[0].set_ylabel("Residues predicted right (%)")
        low, high = figure.axes[0].get_ylim()
        for axes, last, ends in named:
            place = -np.inf
            for height, name, color, _ in ends:
                place = max(place + 0.045 * (high - low), height - 0.02 * (high - low))
                axes.text(last * 1.02, place, name, color=color, va="center", fontsize=8.5)
        figure.savefig(path, dpi=160)


def draw_windows_and_leakage(results: dict[str, Any], path: Path) -> None:
    """Draw accuracy against the size of the window, and what homologues do to it."""
    with rc_context(STYLE):
        figure = Figure(figsize=(8, 3.4), layout="constrained")
        left, right = figure.subplots(1, 2)
        rows = results["windows"]
        sizes = [int(row["name"]) for row in rows]
        mean, sd = (np.array([row[key][0] for row in rows]) for key in ("mean", "sd"))
        left.fill_between(sizes, mean - sd, mean + sd, color=BLUE, alpha=0.15, lw=0)
        left.plot(sizes, mean, color=BLUE, marker="o", ms=4, lw=1.6)
        left.set(title="Size of the window", xlabel="Residues in the window", xticks=sizes)
        left.set_ylabel("Test residues predicted right (%)")
        published(left, sizes[0], sizes[-1])

        groups = {row["name"]: row for row in results["leakage"]}
        names = [name for name in groups if " not in " not in name]
        for place, name in enumerate(names):
            inside, outside = groups[name], groups[name.replace(" in the", " not in the")]
            a, b = inside["mean"][0], outside["mean"][0]
            right.plot([b, a], [place, place], color=GREY, lw=1, zorder=1)
            for value, row, color, marker in ((a, inside, ORANGE, "s"), (b, outside, BLUE, "o")):
                right.errorbar(
                    value, place, xerr=row["sd"][0], color=color, marker=marker, ms=6, lw=1.4
                )
            right.annotate(
                f"{a - b:+.1f}", ((a + b) / 2, place), (0, 5), textcoords="offset points",
                ha="center", color=GREY, fontsize=8,
            )  # fmt: skip
        right.set_yticks(
            range(len(names)), [name.split(", these")[0].replace(": ", ":\n") for name in names]
        )
        right.set(ylim=(len(names) - 0.4, -0.8), xlabel="Residues predicted right (%)")
        right.set_title("Relatives in the training set (■) or not (●)")
        figure.savefig(path, dpi=160)
