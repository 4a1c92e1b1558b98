"""A scan of mutations as a heat map: one column per position, one row per residue in its place."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np

from ribbonet.chains.alphabet import RESIDUES
from ribbonet.prediction.figures.layout import (
    BETWEEN,
    LEFT,
    MARGIN,
    RULER,
    SPACE,
    TITLE,
    residues_on_a_line,
    row_of,
    ruler,
    title,
)
from ribbonet.prediction.figures.record import record_of
from ribbonet.prediction.figures.ribbon import STEP
from ribbonet.prediction.figures.shapes import Outline, Row, Words, box
from ribbonet.prediction.figures.style import Style
from ribbonet.prediction.figures.tracks import DRAW, Pen
from ribbonet.prediction.mutations.scan import Scan

ORDER = "GPAVILMCFWYSTNQHKRDE"
"""Residues from above to below: special, hydrophobic, aromatic, polar, charged."""
CELL = 10.0
"""Height of a row."""
LIMITS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Changes from which on each colour but the first stands."""


def heat_map(scan: Scan, style: Style) -> Iterator[Row]:
    """Draw a scan: the chain's ribbon and residues, and below them the change of each mutation.

    Positions that were not scanned are blank.
    """
    record = record_of(scan.prediction)
    length = len(record.sequence)
    wrap = residues_on_a_line(style, LEFT) or length
    classes = np.full((length, len(RESIDUES)), -1)
    classes[scan.positions] = np.digitize(scan.change, LIMITS)
    columns = [RESIDUES.symbols.index(letter) for letter in ORDER]
    for start in range(0, length, wrap):
        part = slice(start, min(start + wrap, length))
        width, y = 2 * MARGIN + LEFT + wrap * STEP, 0.0
        shapes: list[Any] = []
        if start == 0:
            shapes += title(record, width)
            y += TITLE
        shapes += ruler(part, Pen(MARGIN + LEFT, y))
        y += RULER
        for name in ("ribbon", "residues"):
            for height, drawn in DRAW[name](record, part, Pen(MARGIN + LEFT, y)):
                shapes += drawn
                y += height
        pen = Pen(MARGIN + LEFT, y)
        for row, column in enumerate(columns):
            shapes += _cells(classes[part, column].tolist(), Pen(pen.x, y + row * CELL))
            for x in (pen.x - 8, pen.x + (part.stop - start) * STEP + 8):
                if x < width:
                    shapes.append(Words("tick", ORDER[row], [x], y + row * CELL + 8, "middle"))
        for n, letter in enumerate(record.sequence[part]):
            if letter in ORDER and classes[start + n, 0] >= 0:
                place = y + ORDER.index(letter) * CELL + CELL / 2
                shapes.append(_dot(pen.centre(n), place))
        y += len(ORDER) * CELL + SPACE + (BETWEEN if part.stop == length else 0)
        yield row_of(width, y, shapes, record.caption)


def explained(width: float) -> Row:
    """Draw the legend of a heat map."""
    shapes: list[Any] = []
    x = MARGIN
    for number, limit in enumerate((0.0, *LIMITS)):
        shapes.append(box(f"heat{number}", x, 2, 14, 10))
        text = f"< {LIMITS[0]:g}" if number == 0 else f"{limit:g}"
        shapes.append(Words("soft", text, [x + 18], 11))
        x += 62
    said = "residues that would change their state, in all; a dot is the chain's own residue"
    return row_of(width, 36, [*shapes, Words("soft", said, [MARGIN], 27)])


def _cells(classes: list[int], pen: Pen) -> Iterator[Outline]:
    place = 0
    for number, run in groupby(classes):
        length = len(list(run))
        if number >= 0:
            yield box(f"heat{number}", pen.x + place * STEP, pen.y, length * STEP, CELL)
        place += length


def _dot(x: float, y: float) -> Outline:
    return box("own", x - 1.5, y - 1.5, 3, 3)
