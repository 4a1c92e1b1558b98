"""A table that a player brings: columns of a CSV file as points of the plane."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np

from ribbonet.errors import InputError
from ribbonet.web.playground.problems.planes import REACH, Array

MOST_CLASSES = 6
"""Classes that the page has colours for."""

MOST_ROWS = 5000
"""Rows that a picture can hold."""


@dataclass(frozen=True)
class Scale:
    """A map of numbers to those that the network sees, `(x - offset) * factor`."""

    offset: float = 0.0
    factor: float = 1.0

    @classmethod
    def of(cls, x: Array, reach: float) -> Scale:
        """Return the scale that takes numbers to a range from -reach to reach."""
        low, high = float(x.min()), float(x.max())
        return cls((low + high) / 2, 2 * reach / (high - low) if high > low else 1.0)

    def __call__(self, x: Array) -> Array:
        """Return scaled numbers."""
        return (x - self.offset) * self.factor


@dataclass(frozen=True)
class Table:
    """What was read.

    Attributes
    ----------
    names : tuple of str
        Of all columns.
    columns : (int, int, int)
        Those taken as x1, x2 and target.
    x : (N, 2) float64 array
        Points, scaled to the picture.
    targets : (N,) int64 or float64 array
        Classes, or numbers scaled from -1 to 1.
    classes : tuple of str
        Their names; none for numbers.
    scales : (Scale, Scale)
        What was done to x1 and x2.
    target_scale : Scale
        And to numbers as targets.
    """

    names: tuple[str, ...]
    columns: tuple[int, int, int]
    x: Array
    targets: Array
    classes: tuple[str, ...]
    scales: tuple[Scale, Scale]
    target_scale: Scale


def read_table(text: str, columns: tuple[int, int, int] | None = None) -> Table:
    """Read CSV: two columns of numbers, and one of classes or numbers.

    Parameters
    ----------
    text : str
        Rows of at least three cells separated by commas, semicolons or tabs; the first row may
        name the columns.
    columns : (int, int, int), optional
        Those of x1, x2 and the target, from 0; by default the first two columns of numbers, and
        the last column.

    Raises
    ------
    InputError
        For what is no such table; names the line.
    """
    names, rows = _cells(text)
    numbers = [_numbers([row[i] for row in rows]) for i in range(len(names))]
    if columns is None:
        numeric = [i for i, column in enumerate(numbers[:-1]) if column is not None]
        if len(numeric) < 2:
            raise InputError("the table needs two columns of numbers before its last column")
        columns = numeric[0], numeric[1], len(names) - 1
    if len(set(columns)) < 3 or not all(0 <= i < len(names) for i in columns):
        raise InputError(f"columns: choose three different ones, from 0 to {len(names) - 1}")

    points = []
    for i in columns[:2]:
        column = numbers[i]
        if column is None:
            raise InputError(f"column {names[i]!r} is not all numbers; choose another")
        points.append(column)
    scales = Scale.of(points[0], 0.9 * REACH), Scale.of(points[1], 0.9 * REACH)
    x = np.column_stack([scale(column) for scale, column in zip(scales, points, strict=True)])

    target = numbers[columns[2]]
    found = sorted({row[columns[2]] for row in rows})
    if target is not None and (len(found) > MOST_CLASSES or (target % 1).any()):
        scale = Scale.of(target, 1.0)
        return Table(names, columns, x, scale(target), (), scales, scale)
    if not 2 <= len(found) <= MOST_CLASSES:
        raise InputError(
            f"column {names[columns[2]]!r} has {len(found)} classes; the page shows 2 to "
            f"{MOST_CLASSES}, or numbers"
        )
    labels = np.array([found.index(row[columns[2]]) for row in rows])
    return Table(names, columns, x, labels, tuple(found), scales, Scale())


def _cells(text: str) -> tuple[tuple[str, ...], list[list[str]]]:
    """Return the columns' names and the rows of a table."""
    text = io.StringIO(text.removeprefix("\ufeff"), newline=None).read()
    first = text.lstrip().split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    lines = enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), 1)
    try:
        rows = [(n, [cell.strip() for cell in row]) for n, row in lines if any(map(str.strip, row))]
    except csv.Error as error:
        raise InputError(f"the table cannot be read: {error}") from None
    if not rows or len(rows[0][1]) < 3:
        raise InputError("give a table of at least three columns, such as: x1,x2,class")
    width = len(rows[0][1])
    for n, row in rows:
        if len(row) != width or not all(row):
            raise InputError(f"line {n}: {width} cells are wanted, filled; correct the line")
    cells = [row for _, row in rows]
    named = sum(_numbers([cell]) is not None for cell in cells[0]) < 2
    names = tuple(cells.pop(0)) if named else tuple(f"column {i + 1}" for i in range(width))
    if not 4 <= len(cells) <= MOST_ROWS:
        raise InputError(f"the table has {len(cells)} rows; 4 to {MOST_ROWS} are wanted")
    return names, cells


def _numbers(cells: list[str]) -> Array | None:
    """Return a column's numbers; None where a cell is none."""
    try:
        numbers = np.array([float(cell) for cell in cells])
    except ValueError:
        return None
    return numbers if np.isfinite(numbers).all() else None
