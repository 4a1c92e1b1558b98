"""The rows of an example as JSON, and each number written as it comes from others."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ribbonet.nn.layers import Array
from ribbonet.nn.views.worked_example import Example, Row, written

DIGITS = 4
"""Significant digits of the numbers that stand in formulas."""

LINES = 16
"""Numbers of a row that are written out; of a larger batch those of the first example alone."""


def row_json(row: Row, known: dict[str, Array]) -> dict[str, Any]:
    """Return a row as JSON can hold it, with the numbers put into its formula.

    Parameters
    ----------
    row : Row
    known : dict
        Of all variables what `as_rows` returns; empty where nothing is to be put in.
    """
    value = np.asarray(row.value, float)
    flat = [x if np.isfinite(x) else None for x in value.ravel().tolist()]
    checked = {}
    if row.check is not None:
        agrees = np.allclose(row.check, value, rtol=1e-4, atol=1e-6)
        checked = {"check": {"text": written(row.check, DIGITS), "agrees": bool(agrees)}}
    return {
        "name": row.name,
        "formula": row.formula,
        "shape": value.shape,
        "value": flat,
        "text": written(value, DIGITS),
        "worked": (worked(row.name, known) or _put_in(row, known)) if known else [],
    } | checked


def as_rows(example: Example, name: str, value: Array) -> Array:
    """Return a variable as the formulas of rows have it: `(N, F)`, weights `(in, out)`."""
    if re.search(r"W\d+$", name):
        return value.T if example.columns else value
    return np.atleast_2d(value) if example.batch else value.reshape(1, -1)


def worked(name: str, known: dict[str, Array]) -> list[str]:
    """Write for each number of a row how it comes from others: "0·1 + 1·1 + 0 = 1".

    Examples
    --------
    >>> known = {"x": [[0, 2]], "W1": [[1], [3]], "b1": [[0.5]], "z1": [[6.5]]}
    >>> worked("z1", {name: np.array(value) for name, value in known.items()})
    ['0·1 + 2·3 + 0.5 = 6.5']
    """
    if name not in known:  # Jacobians, which are written whole
        return []
    value = known[name]
    lines: list[str] = []
    if name[0] in "zu" and name[1:].isdigit():
        return _worked_forward(name[0], int(name[1:]), known)[: _lines(value)]
    if name.startswith("dL/dW"):
        before, slope = known[_before(name[5:])], known[f"dL/dz{name[5:]}"]
        lines = [
            f"{_sum(a, d)} = {_short(value[i, j])}"
            for i, a in enumerate(before.T)
            for j, d in enumerate(slope.T)
        ]
        return lines[:LINES]
    if name.startswith("dL/db") and len(known["x"]) > 1:
        slope = known[f"dL/dz{name[5:]}"]
        return [
            f"{' + '.join(map(_n, d))} = {_short(v)}"
            for d, v in zip(slope.T, value[0], strict=True)
        ]
    if name.startswith("dL/dz") and f"dL/du{name[5:]}" in known:
        above, slope = known[f"dL/du{name[5:]}"], known[f"du{name[5:]}/dz{name[5:]}"]
        parts = zip(above.ravel(), slope.ravel(), value.ravel(), strict=True)
        lines = [f"{_n(a)}·{_n(b)} = {_short(v)}" for a, b, v in parts]
    elif name == "dL/dx" or name.startswith("dL/du"):
        layer = "1" if name == "dL/dx" else str(int(name[5:]) + 1)
        weights, slopes = known[f"W{layer}"], known[f"dL/dz{layer}"]
        lines = [
            f"{_sum(slope, row)} = {_short(v)}"
            for slope, values in zip(slopes, value, strict=True)
            for row, v in zip(weights, values, strict=True)
        ]
    return lines[: _lines(value)]


def _lines(value: Array) -> int:
    """Return how many numbers of a row are written out."""
    return LINES if value.size <= LINES else value.shape[1]


def _worked_forward(kind: str, layer: int, known: dict[str, Array]) -> list[str]:
    value = known[f"{kind}{layer}"]
    if kind == "u":
        pairs = zip(known[f"z{layer}"].ravel(), value.ravel(), strict=True)
        return [f"g({_short(z)}) = {_short(u)}" for z, u in pairs]
    before, weights, bias = known[_before(str(layer))], known[f"W{layer}"], known[f"b{layer}"][0]
    return [
        f"{_sum(x, weights[:, j])} + {_n(bias[j])} = {_short(v)}"
        for x, values in zip(before, value, strict=True)
        for j, v in enumerate(values)
    ]


def _sum(a: Array, b: Array) -> str:
    """Write the sum of the products of two vectors' numbers."""
    return " + ".join(f"{_n(x)}·{_n(y)}" for x, y in zip(a, b, strict=True))


def _put_in(row: Row, known: dict[str, Array]) -> list[str]:
    """Put numbers into the formula of the output, its loss or its slope, where there is one."""
    used = re.findall(r"ŷ|y|z\d+", row.formula)
    if row.name not in ("ŷ", "L") and "ŷ" not in row.formula:
        return []
    if "_k" in row.formula or "_y" in row.formula or "sum_n" in row.formula:
        return []
    if "dŷ" in row.formula or any(known[name].size != 1 for name in used):
        return []
    text = re.sub(r"ŷ|\by\b|z\d+", lambda found: _n(known[found[0]].item()), row.formula)
    return [f"{text} = {_short(np.asarray(row.value).item())}"]


def _before(layer: str) -> str:
    """Return the name of what a layer gets."""
    return "x" if layer == "1" else f"u{int(layer) - 1}"


def _short(number: float) -> str:
    return f"{number + 0.0:.{DIGITS}g}"


def _n(number: float) -> str:
    """Write a number within a formula: a negative one in brackets."""
    text = _short(number)
    return f"({text})" if text.startswith("-") else text
