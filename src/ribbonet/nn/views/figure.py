"""A network as a figure of units and links."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ribbonet.errors import InputError
from ribbonet.nn.layers import Array
from ribbonet.nn.layers.stack import Network
from ribbonet.system.atomic import atomic_write

POSITIVE, NEGATIVE, INK, PAPER = "#0072B2", "#D55E00", "#333333", "white"
"""Blue and vermilion, which the colour-blind tell apart (Okabe & Ito 2008)."""

SHOWN = 12  # units of a layer that are drawn; of a larger one the first and the last
LABELLED = 40  # links that are few enough to have their weights written on them


@dataclass
class Column:
    """The units of one layer, the links that lead to them, and what happens to their signals."""

    units: int
    links: Array | None = None  # (units before, units)
    bias: Array | None = None
    names: list[str] = field(default_factory=list)
    spacing: float = 1.0

    @property
    def shown(self) -> list[int]:
        """Which units are drawn, from the top."""
        if self.units <= SHOWN:
            return list(range(self.units))
        half = SHOWN // 2
        return [*range(half), *range(self.units - half, self.units)]

    @property
    def heights(self) -> Array:
        """Where they are drawn: around 0, with a gap where units are left out."""
        places = np.arange(len(self.shown), dtype=float)
        if self.units > SHOWN:
            places[SHOWN // 2 :] += 1.5
        heights: Array = (places.mean() - places) * self.spacing
        return heights


def columns(network: Network) -> list[Column]:
    """Cut a network into columns of units: the input, and one for each layer with weights."""
    found: list[Column] = []
    for _, layer in network.walk():
        links = layer.links
        if links is None:
            if found:
                found[-1].names.append(type(layer).__name__)
            continue
        if not found:
            found.append(Column(links.shape[0], names=["Input"]))
        name = type(layer).__name__
        found.append(Column(links.shape[1], links, layer.parameters["bias"], [name]))
    if not found:
        raise InputError("the network has no layer with links to draw")
    return found


def draw(network: Network, path: Path) -> None:
    """Draw a network's units and links to a file, SVG or PNG by its ending.

    A link's colour is the sign of its weight, its width and strength of colour the size, in
    proportion to the layer's largest; a unit's colour is its bias in the same way. Of a large
    layer the first and the last units are drawn. The weights are written beside the links of
    a small network.

    Parameters
    ----------
    network : Network
        Its weights must be set.
    path : Path
        Ending in `.svg` or `.png`.

    Raises
    ------
    InputError
        When matplotlib is missing, the ending is another, or there are no links to draw.
    """
    kind = Path(path).suffix.removeprefix(".")
    if kind not in ("svg", "png"):
        raise InputError(f"{path}: the name must end in .svg or .png")
    picture = _picture(network, kind)
    with atomic_write(path, "wb") as file:
        file.write(picture)


def network_svg(network: Network) -> str:
    """Return the figure that `draw` makes, as SVG.

    Raises
    ------
    InputError
        When matplotlib is missing, or there are no links to draw.
    """
    svg = _picture(network, "svg").decode()
    return svg[svg.index("<svg") :]


def _picture(network: Network, kind: str) -> bytes:
    """Draw a network as an image of some kind."""
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError:
        raise InputError(
            "drawing needs matplotlib; add it by: pip install 'ribbonet[plot]'"
        ) from None
    found = columns(network)
    shown = sum(len(a.shown) * len(b.shown) for a, b in pairwise(found))
    write = shown <= LABELLED
    for column in found:
        column.spacing = 1.6 if write else 1.0
    tallest = max(column.heights[0] for column in found)
    apart = 3.6 + 0.22 * tallest
    notes = 0.45 * max(len(column.names) for column in found)
    width, height = apart * (len(found) - 1) + 3, 2 * tallest + notes + 3.4
    figure = Figure(figsize=(0.55 * width, 0.55 * height), facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1), frameon=False, xticks=[], yticks=[], aspect="equal")
    axes.set_xlim(-1.5, width - 1.5)
    axes.set_ylim(-tallest - notes - 1.7, tallest + 1.7)

    for i, (before, after) in enumerate(pairwise(found)):
        _links(axes, before, after, i * apart, (i + 1) * apart, write)
    for i, column in enumerate(found):
        _units(axes, column, i * apart, tallest)
    _legend(axes, (width - 3) / 2, -tallest - notes - 1.2)
    # salted, so that the same network gives the same file
    picture = BytesIO()
    with rc_context({"svg.hashsalt": "ribbonet"}):
        metadata = {} if kind == "png" else {"Date": None}
        figure.savefig(picture, format=kind, dpi=200, metadata=metadata)
    return picture.getvalue()


def _links(
    axes: Any, before: Column, after: Column, left: float, right: float, write: bool
) -> None:
    """Draw the links between two columns, the strongest on top."""
    from matplotlib.collections import LineCollection

    assert after.links is not None
    strengths = after.links / (np.abs(after.links).max() or 1)
    weakest_first = sorted(
        (abs(strengths[i, j]), i, j, y, z)
        for i, y in zip(before.shown, before.heights, strict=True)
        for j, z in zip(after.shown, after.heights, strict=True)
    )
    widest = 3.0 * min(1, 7 / math.sqrt(len(weakest_first)))
    lines, widths, colours = [], [], []
    for size, i, j, y, z in weakest_first:
        lines.append([(left, y), (right, z)])
        widths.append(0.2 + widest * size)
        colours.append(_colour(strengths[i, j], 0.08 + 0.82 * size))
        if write:  # the weights of each unit's links at a distance of their own
            share = 0.2 + 0.55 * i / max(before.units - 1, 1)
            x, middle = left + share * (right - left), y + share * (z - y)
            box = {"boxstyle": "round,pad=0.12", "fc": PAPER, "ec": "none", "alpha": 0.9}
            text = {"fontsize": 6, "color": INK, "ha": "center", "va": "center", "bbox": box}
            axes.text(x, middle, f"{after.links[i, j]:.2f}".replace("-", "\N{MINUS SIGN}"), **text)
    axes.add_collection(LineCollection(lines, linewidths=widths, colors=colours, zorder=1))


def _units(axes: Any, column: Column, x: float, tallest: float) -> None:
    """Draw a column's units and what is written above and below them."""
    from matplotlib.patches import Circle

    bias = np.zeros(column.units) if column.bias is None else column.bias
    strengths = bias / (np.abs(bias).max() or 1)
    for unit, y in zip(column.shown, column.heights, strict=True):
        axes.add_patch(Circle((x, y), 0.33, fc=PAPER, ec="none", zorder=2))
        fill = _colour(strengths[unit], 0.6 * abs(strengths[unit]))
        axes.add_patch(Circle((x, y), 0.33, fc=fill, ec=INK, lw=1, zorder=3))
    for y in (-0.35, 0, 0.35) if column.units > SHOWN else ():
        axes.add_patch(Circle((x, y), 0.06, fc=INK, ec="none", zorder=3))
    text = {"ha": "center", "color": INK}
    axes.text(x, tallest + 0.8, column.names[0], fontsize=9, weight="bold", va="bottom", **text)
    word = "input" if column.links is None else "unit"
    below = [f"{column.units:,} {word}{'s' * (column.units > 1)}", *column.names[1:]]
    axes.text(x, -tallest - 0.7, "\n".join(below), fontsize=8, va="top", linespacing=1.5, **text)


def _legend(axes: Any, x: float, y: float) -> None:
    """Say what the colours mean."""
    text = {"fontsize": 7, "color": INK, "va": "center"}
    for place, strength, word in ((x - 2.1, 1, "positive"), (x + 0.2, -1, "negative")):
        axes.plot([place, place + 0.5], [y, y], color=_colour(strength, 0.9), lw=2)
        axes.text(place + 0.65, y, word, **text)


def _colour(strength: float, opacity: float) -> tuple[str, float]:
    return (POSITIVE if strength >= 0 else NEGATIVE, float(opacity))
