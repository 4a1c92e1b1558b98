"""A chart of lines, points and a field, as SVG that a notebook shows and a page can colour.

Shapes carry their colour as attributes and a class beside it (`c1` to `c6`, `ink`, `paper`,
`low`, `high`), so that a style sheet may give them those of its own theme.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from ribbonet.errors import InputError
from ribbonet.nn.layers import Array
from ribbonet.nn.views.axes import INK, Scale, span, text, tick
from ribbonet.system.atomic import atomic_write

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a5a00", "#56b4e9")
"""Which the colour-blind tell apart (Okabe & Ito 2008)."""
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 2", "10 4")
PAPER, LOW, HIGH = "#fff", "#e69f00", "#0072b2"

LEFT, RIGHT, TOP, BOTTOM = 54, 14, 12, 44
LEGEND = 19
"""Height of a row of the legend."""
LEVELS = 5
"""Strengths of a field's colours on either side of nought."""


@dataclass(frozen=True)
class _Series:
    x: Array
    y: Array
    name: str
    kind: str


class Chart:
    """A chart, to which series are added: `Chart("x", "y").line(x, y).points(x, y)`.

    Parameters
    ----------
    x, y : str
        What the axes show.
    x_range, y_range : pair of float, optional
        By default what the series need.
    log_x : bool
        Whether the horizontal axis is logarithmic.
    y_names : str or sequence of str
        Names of the rows 0, 1 and so on, in place of numbers.
    equal : bool
        Whether one unit is as long in both directions.

    Examples
    --------
    >>> svg = Chart("x", "y").line([0, 1], [0, 1], "rise").to_svg()
    >>> svg.startswith("<svg"), "rise" in svg
    (True, True)
    """

    def __init__(
        self,
        x: str = "",
        y: str = "",
        *,
        x_range: tuple[float, float] | None = None,
        y_range: tuple[float, float] | None = None,
        log_x: bool = False,
        y_names: Sequence[str] = (),
        equal: bool = False,
    ) -> None:
        self.x, self.y, self.log_x, self.equal = x, y, log_x, equal
        self.y_names = y_names
        self.x_range, self.y_range = x_range, y_range
        self._series: list[_Series] = []
        self._field: tuple[Array, Array, Array] | None = None

    def line(self, x: ArrayLike, y: ArrayLike, name: str = "") -> Self:
        """Add a line; a break where a number is not finite."""
        return self._add(x, y, name, "line")

    def points(self, x: ArrayLike, y: ArrayLike, name: str = "") -> Self:
        """Add points."""
        return self._add(x, y, name, "points")

    def field(self, x: ArrayLike, y: ArrayLike, values: ArrayLike) -> Self:
        """Colour the plane behind all else by values from -1 to 1, `(len(y), len(x))`."""
        self._field = np.asarray(x, float), np.asarray(y, float), np.asarray(values, float)
        return self

    def _add(self, x: ArrayLike, y: ArrayLike, name: str, kind: str) -> Self:
        xs, ys = np.asarray(x, float).ravel(), np.asarray(y, float).ravel()
        if xs.shape != ys.shape:
            raise ValueError(f"{len(xs)} places and {len(ys)} values")
        self._series.append(_Series(xs, ys, name, kind))
        return self

    def save(self, path: str | Path) -> None:
        """Write the chart to a file that ends in `.svg`."""
        if Path(path).suffix != ".svg":
            raise InputError(f"{path}: the name must end in .svg")
        with atomic_write(path, "w") as file:
            file.write(self.to_svg())

    def _repr_svg_(self) -> str:
        return self.to_svg()

    def __repr__(self) -> str:
        names = [own.name for own in self._series if own.name]
        return f"Chart of {self.y or 'y'} by {self.x or 'x'}: {', '.join(names) or 'one series'}"

    def to_svg(self, width: int = 460, height: int = 280) -> str:
        """Return the chart as an SVG image.

        Parameters
        ----------
        width, height : int
            In pixels; the legend stands above.
        """
        named = [(n, own) for n, own in enumerate(self._series) if own.name]
        rows = _legend_rows(named, width)
        top = TOP + LEGEND * len(rows)
        if self.equal:
            width = LEFT + RIGHT + height - TOP - BOTTOM
        box = (LEFT, top, width - LEFT - RIGHT, height - TOP - BOTTOM)
        scale_x, scale_y = self._scales(box)
        parts = [f'<rect class="paper" width="{width}" height="{height + top - TOP}" fill="#fff"/>']
        if self._field is not None:
            parts += _draw_field(*self._field, scale_x, scale_y)
        parts += self._axes(box, scale_x, scale_y)
        for n, own in enumerate(self._series):
            parts.append(_draw(own, n, scale_x, scale_y))
        parts += _legend(rows)
        label = escape(repr(self), quote=True)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height + top - TOP}" '
            f'width="{width}" height="{height + top - TOP}" role="img" aria-label="{label}" '
            f'class="chart" font-family="system-ui, sans-serif" font-size="12">'
            f"{''.join(parts)}</svg>\n"
        )

    def _scales(self, box: tuple[float, float, float, float]) -> tuple[Scale, Scale]:
        left, top, wide, high = box
        xs, ys = ([getattr(own, axis) for own in self._series] for axis in "xy")
        if self._field is not None:
            xs.append(self._field[0])
            ys.append(self._field[1])
        across = self.x_range or span(xs, 0 if self._field is not None else 0.02, self.log_x)
        up = self.y_range or span(ys, 0 if self._field is not None else 0.06)
        return (
            Scale(*across, left, left + wide, self.log_x),
            Scale(*up, top + high, top),
        )

    def _axes(
        self, box: tuple[float, float, float, float], scale_x: Scale, scale_y: Scale
    ) -> list[str]:
        left, top, wide, high = box
        bottom = top + high
        frame = f"M{left} {top:g}V{bottom:g}H{left + wide:g}"
        parts = [f'<path class="ink" fill="none" stroke="{INK}" d="{frame}"/>']
        for value in scale_x.ticks():
            x = scale_x(value)
            parts.append(
                f'<path class="ink" stroke="{INK}" d="M{x:.1f} {bottom:g}v4"/>'
                + text(x, bottom + 17, tick(value))
            )
        names = dict(enumerate(self.y_names))
        for value in names or scale_y.ticks():
            y = scale_y(value)
            parts.append(
                f'<path class="grid" stroke="{INK}" stroke-opacity=".14" '
                f'd="M{left} {y:.1f}h{wide:g}"/>'
                + text(left - 6, y + 4, names.get(int(value)) or tick(value), "end")
            )
        parts.append(text(left + wide / 2, bottom + 35, self.x))
        turned = f'transform="translate(13 {top + high / 2:g}) rotate(-90)"'
        parts.append(
            f'<text class="ink" fill="{INK}" text-anchor="middle" {turned}>{escape(self.y)}</text>'
        )
        return parts


def _draw(own: _Series, n: int, scale_x: Scale, scale_y: Scale) -> str:
    colour, kind = COLOURS[n % len(COLOURS)], f"c{n % len(COLOURS) + 1}"
    finite = np.isfinite(own.x) & np.isfinite(own.y)
    if own.kind == "points":
        marks = [
            _mark(n, scale_x(x), scale_y(y))
            for x, y in zip(own.x[finite], own.y[finite], strict=True)
        ]
        return f'<path class="{kind} mark" fill="{colour}" stroke="{PAPER}" d="{"".join(marks)}"/>'
    path, pen = "", "M"
    for x, y, drawn in zip(own.x.tolist(), own.y.tolist(), finite.tolist(), strict=True):
        path += f"{pen}{scale_x(x):.1f} {scale_y(y):.1f}" if drawn else ""
        pen = "L" if drawn else "M"
    dash = f' stroke-dasharray="{DASHES[n % len(DASHES)]}"' if DASHES[n % len(DASHES)] else ""
    return _stroke(kind, colour, dash, path)


def _stroke(kind: str, colour: str, dash: str, path: str) -> str:
    return (
        f'<path class="{kind} line" fill="none" stroke="{colour}" stroke-width="2"{dash} '
        f'd="{path}"/>'
    )


def _mark(n: int, x: float, y: float) -> str:
    """Draw a circle, a square or a triangle, so that colour alone does not tell series apart."""
    if n % 3 == 0:
        return f"M{x - 4:.1f} {y:.1f}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"
    if n % 3 == 1:
        return f"M{x - 3.6:.1f} {y - 3.6:.1f}h7.2v7.2h-7.2z"
    return f"M{x:.1f} {y - 4.6:.1f}l4.4 8h-8.8z"


def _draw_field(x: Array, y: Array, values: Array, scale_x: Scale, scale_y: Scale) -> list[str]:
    """Draw a field: one path a strength of colour, runs of one strength in one rectangle."""
    levels = np.clip(np.round(values * LEVELS), -LEVELS, LEVELS).astype(int)
    half_x, half_y = np.diff(x).mean() / 2, np.diff(y).mean() / 2
    paths: dict[int, str] = {}
    for row, middle in zip(levels, y, strict=True):
        top = scale_y(min(middle + half_y, y[-1]))
        tall = scale_y(max(middle - half_y, y[0])) - top
        starts = [0, *(np.flatnonzero(np.diff(row)) + 1).tolist()]
        for first, after in zip(starts, [*starts[1:], len(row)], strict=True):
            if level := int(row[first]):
                left = scale_x(max(x[first] - half_x, x[0]))
                wide = scale_x(min(x[after - 1] + half_x, x[-1])) - left
                run = f"M{left:.1f} {top:.1f}h{wide:.1f}v{tall:.1f}h{-wide:.1f}z"
                paths[level] = paths.get(level, "") + run
    return [
        f'<path class="{"high" if level > 0 else "low"}" fill="{HIGH if level > 0 else LOW}" '
        f'fill-opacity="{0.5 * abs(level) / LEVELS:.2f}" d="{path}"/>'
        for level, path in sorted(paths.items())
    ]


def _legend_rows(
    named: list[tuple[int, _Series]], width: float
) -> list[list[tuple[int, _Series, float]]]:
    """Lay the names out in rows that are as wide as the chart at most."""
    rows: list[list[tuple[int, _Series, float]]] = []
    x = math.inf
    for n, own in named:
        wide = 44 + 6.6 * len(own.name)
        if x + wide > width:
            rows.append([])
            x = LEFT
        rows[-1].append((n, own, x))
        x += wide
    return rows


def _legend(rows: list[list[tuple[int, _Series, float]]]) -> list[str]:
    parts = []
    for place, row in enumerate(rows):
        y = TOP + LEGEND * place
        for n, own, x in row:
            kind, colour = f"c{n % len(COLOURS) + 1}", COLOURS[n % len(COLOURS)]
            if own.kind == "points":
                parts.append(
                    f'<path class="{kind} mark" fill="{colour}" d="{_mark(n, x + 10, y)}"/>'
                )
            else:
                dash = f' stroke-dasharray="{DASHES[n % len(DASHES)]}"' if n % len(DASHES) else ""
                parts.append(_stroke(kind, colour, dash, f"M{x:g} {y}h20"))
            parts.append(text(x + 25, y + 4, own.name, "start"))
    return parts
