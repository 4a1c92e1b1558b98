"""The rows of a worked example, written as text or Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import combining

import numpy as np

from ribbonet.nn.layers import Array
from ribbonet.nn.views.worked_example.passes import Row


def table(rows: Sequence[Row], digits: int = 4, *, shapes: bool = False) -> str:
    """Return rows as text in columns; the rows of a matrix are separated by semicolons.

    Parameters
    ----------
    rows : sequence of Row
        Those that were checked have what the check gave after their value.
    digits : int
        Significant digits.
    shapes : bool
        Whether the shape of each value is written, too.
    """
    cells = [
        [row.name, row.formula, *own]
        for row, own in zip(rows, _columns(rows, digits, shapes), strict=True)
    ]
    widths = [max(map(_width, column)) for column in list(zip(*cells, strict=True))[:-1]]
    lines = []
    for *cell, last in cells:
        name, *others = (
            text + " " * (width - _width(text)) for text, width in zip(cell, widths, strict=True)
        )
        lines.append(f"{name}  {'   '.join([*others, last])}".rstrip())
    return "\n".join(lines)


def markdown(rows: Sequence[Row], digits: int = 4, *, shapes: bool = False) -> str:
    """Return rows as a table in Markdown, as `table` does as text."""
    lines = [
        " | ".join([f"| {row.name}", f"`{row.formula or row.name}`", *cells]) + " |"
        for row, cells in zip(rows, _columns(rows, digits, shapes), strict=True)
    ]
    titles = ["variable", "formula", *(["shape"] if shapes else []), "value"]
    if any(row.check is not None for row in rows):
        titles.append("by differences")
    return "\n".join([f"| {' | '.join(titles)} |", "|" + "---|" * len(titles), *lines])


def _columns(rows: Sequence[Row], digits: int, shapes: bool) -> list[list[str]]:
    """Write what stands after the rows' formulas: shape, value, check."""
    found = [[written(row.value, digits)] for row in rows]
    if shapes:
        for row, cells in zip(rows, found, strict=True):
            cells.insert(0, "x".join(map(str, row.value.shape)) or "1")
    if any(row.check is not None for row in rows):
        for row, cells in zip(rows, found, strict=True):
            cells.append("" if row.check is None else written(row.check, digits))
    return found


def _width(text: str) -> int:
    """Return how many columns a text takes; the hat of m̂ takes none."""
    return sum(not combining(letter) for letter in text)


def written(value: Array, digits: int = 4) -> str:
    """Write a number, a vector or a matrix to some significant digits.

    >>> written(np.array([[1, 0.5], [-1 / 3, 0]]))
    '1 0.5; -0.3333 0'
    """
    rows = (value if value.ndim > 1 else np.atleast_2d(value)) + 0.0
    rows = rows.reshape(-1, rows.shape[-1])  # several matrices stand under each other
    return "; ".join(" ".join(f"{number:.{digits}g}" for number in row) for row in rows)
