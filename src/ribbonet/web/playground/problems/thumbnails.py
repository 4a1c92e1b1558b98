"""Small pictures of the made data sets, to choose from."""

from __future__ import annotations

from typing import Any

import numpy as np

from ribbonet.web.playground.problems.planes import CLASSES, NUMBERS

DOTS = 90
"""Points of a picture."""


def thumbnails() -> dict[str, list[list[float]]]:
    """Return for each made data set some points, as (x1, x2, class or number)."""
    pictures: dict[str, Any] = {}
    for name, make in (CLASSES | NUMBERS).items():
        x, targets = make(np.random.default_rng(0), DOTS, 0.02, 3)
        pictures[name] = np.column_stack([x, targets]).round(2).tolist()
    return pictures
