"""Pictures by Matplotlib: on axes, as pages of PDF, as PNG."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, BinaryIO

import numpy as np

from ribbonet import __version__
from ribbonet.errors import InputError, lacking
from ribbonet.prediction.figures.layout import UNIT
from ribbonet.prediction.figures.shapes import Outline, Row, Words, commands
from ribbonet.prediction.figures.style import FAINT, Font, Style

INCH = 25.4
POINT = INCH / 72
"""Millimetres."""
DPI = 300
"""Dots an inch of a PNG."""
MOST_DOTS = 32_000
"""A side of a PNG has at most."""
MOST_INCHES = 199.0
"""A side of a page has at most: PDF readers show no larger ones."""
BACK_TO_FRONT = ("rest", "back", "helix", "strand")
"""Kinds of outlines that overlap."""


def check_matplotlib() -> None:
    """Raise InputError where Matplotlib is missing."""
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise lacking("drawing to PDF, PNG or axes", "matplotlib", "plot") from None


def draw_on(ax: Any, rows: Sequence[Row], style: Style, points: float | None = None) -> None:
    """Draw rows on axes, which become the picture: without ticks, y downwards.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    rows : sequence of Row
    style : Style
    points : float, optional
        Of a unit of the picture; by default as the axes' width has them.
    """
    width = max((row.width for row in rows), default=100.0)
    height = sum(row.height for row in rows)
    if points is None:
        box = ax.get_position()
        inches = ax.figure.get_size_inches()
        points = 72 * min(inches[0] * box.width / width, inches[1] * box.height / max(height, 1))
    ax.set(xlim=(0, width), ylim=(max(height, 1), 0), aspect="equal", anchor="NW")
    ax.axis("off")
    found: dict[str, list[Any]] = defaultdict(list)
    y = 0.0
    for row in rows:
        for outline in row.outlines:
            found[outline.kind].append(_path(outline, y))
        for words in row.words:
            if len(words.x) == 1:
                _write(ax, words, y, style, points)
            else:
                found[words.kind] += _letters(words, y, style.fonts[words.kind])
        y += row.height
    for kind in sorted(found, key=_depth):
        ax.add_collection(_collection(kind, found[kind], style, points), autolim=False)


def write_pdf(rows: Sequence[Row], style: Style, file: BinaryIO) -> None:
    """Write rows as pages, each as high as it needs to be.

    Raises
    ------
    InputError
        When a page would be wider or higher than PDF readers show.
    """
    import matplotlib
    from matplotlib.backends.backend_pdf import PdfPages

    scale = _scale(rows, style)
    if max((row.width for row in rows), default=0) * scale / INCH > MOST_INCHES:
        raise InputError("a page of PDF is at most 5 m wide; wrap the lines, or write SVG")
    with (
        matplotlib.rc_context({"pdf.fonttype": 42}),
        PdfPages(
            file, metadata={"Creator": f"ribbonet {__version__}", "CreationDate": None}
        ) as pdf,
    ):
        for page in _pages(rows, scale):
            pdf.savefig(_figure(page, style, scale), facecolor="white")


def write_png(rows: Sequence[Row], style: Style, file: BinaryIO) -> None:
    """Write rows as one picture of 300 dots an inch.

    Raises
    ------
    InputError
        When it would have too many.
    """
    scale = _scale(rows, style)
    sides = (max((row.width for row in rows), default=0), sum(row.height for row in rows))
    dots = [round(side * scale / INCH * DPI) for side in sides]
    if max(dots) > MOST_DOTS:
        raise InputError(
            f"a PNG of {dots[0]:,} x {dots[1]:,} dots is too large; write PDF or SVG, or draw "
            "fewer chains"
        )
    figure = _figure(rows, style, scale)
    figure.savefig(
        file,
        format="png",
        dpi=DPI,
        facecolor="white",
        metadata={"Software": f"ribbonet {__version__}"},
    )


def new_axes(rows: Sequence[Row], style: Style) -> Any:
    """Return axes of a new figure of pyplot, of the picture's size."""
    from matplotlib import pyplot

    figure = pyplot.figure(figsize=_inches(rows, _scale(rows, style)))
    return figure.add_axes((0, 0, 1, 1))


def _scale(rows: Sequence[Row], style: Style) -> float:
    """Return millimetres of a unit."""
    if style.width is None or not rows:
        return UNIT
    return style.width / max(row.width for row in rows)


def _inches(rows: Sequence[Row], scale: float) -> tuple[float, float]:
    width = max((row.width for row in rows), default=100.0)
    return width * scale / INCH, max(sum(row.height for row in rows), 4) * scale / INCH


def _pages(rows: Sequence[Row], scale: float) -> Iterator[list[Row]]:
    """Break rows into pages that are not too high; one for no rows."""
    page: list[Row] = []
    height = 0.0
    for row in rows:
        if page and (height + row.height) * scale / INCH > MOST_INCHES:
            yield page
            page, height = [], 0.0
        page.append(row)
        height += row.height
    yield page


def _figure(rows: Sequence[Row], style: Style, scale: float) -> Any:
    from matplotlib.figure import Figure

    figure = Figure(figsize=_inches(rows, scale))
    draw_on(figure.add_axes((0, 0, 1, 1)), rows, style, scale / POINT)
    return figure


def _depth(kind: str) -> int:
    first = kind.split()[0]
    return BACK_TO_FRONT.index(first) if first in BACK_TO_FRONT else len(BACK_TO_FRONT)


def _path(outline: Outline, y: float) -> Any:
    from matplotlib.path import Path

    vertices: list[tuple[float, float]] = []
    codes: list[Any] = []
    x0 = y0 = 0.0
    for letter, numbers in commands(outline.path):
        if letter == "Z":
            vertices.append((0.0, 0.0))
            codes.append(Path.CLOSEPOLY)
            continue
        if letter == "H":
            numbers = [numbers[0], y0]
        elif letter == "V":
            numbers = [x0, numbers[0]]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        code = {"M": Path.MOVETO, "C": Path.CURVE4}.get(letter, Path.LINETO)
        vertices += [(a, b + y) for a, b in points]
        codes += [code] * len(points)
        x0, y0 = points[-1]
    return Path(vertices, codes)


def _collection(kind: str, paths: list[Any], style: Style, points: float) -> Any:
    from matplotlib.collections import PathCollection

    first, *rest = kind.split()
    inks = {kind: font.colour for kind, font in style.fonts.items()}
    fill = (style.fills | inks).get(first, "none")
    stroke = None if "area" in rest else style.strokes.get(first)
    collection = PathCollection(
        paths,
        facecolors=fill,
        edgecolors="none" if stroke is None else stroke.colour,
        linewidths=0 if stroke is None else stroke.width * points,
        alpha=FAINT if "faint" in rest else None,
        zorder=1 + _depth(kind),
    )
    if stroke is not None and stroke.dashes is not None:
        on, off = (dash / stroke.width for dash in stroke.dashes)
        collection.set_linestyle((0, (on, off)))
    collection.set_capstyle("butt")
    return collection


def _write(ax: Any, words: Words, y: float, style: Style, points: float) -> None:
    font = style.fonts[words.kind]
    options = {
        "color": font.colour,
        "fontsize": font.size * points,
        "family": "monospace" if font.mono else "sans-serif",
        "weight": "bold" if font.bold else "normal",
        "ha": {"start": "left", "middle": "center", "end": "right"}[words.anchor],
        "va": "baseline",
        "zorder": 10,
        "parse_math": False,
    }
    ax.text(words.x[0], y + words.y, words.text, **options)


def _letters(words: Words, y: float, font: Font) -> Iterator[Any]:
    """Outline letters, each in its place: thousands of texts would take Matplotlib a minute."""
    from matplotlib.path import Path

    for letter, x in zip(words.text, words.x, strict=True):
        glyph = _glyph(letter, font)
        yield Path(np.add(glyph.vertices, (x, y + words.y)), glyph.codes)


@cache
def _glyph(letter: str, font: Font) -> Any:
    """Return the outline of a letter around its middle, y downwards."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.path import Path
    from matplotlib.textpath import TextPath

    weight = "bold" if font.bold else "normal"
    family = FontProperties(family="monospace", weight=weight)
    outline = TextPath((0, 0), letter, font.size, prop=family)
    box = outline.get_extents()
    return Path((outline.vertices - ((box.x0 + box.x1) / 2, 0)) * (1, -1), outline.codes)
