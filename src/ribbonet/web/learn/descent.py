"""The loss over two weights of the lesson `descent`, and ways down it, for its live part.

The lesson's own code computes both: what a reader tries is what the text shows.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import numpy as np

from ribbonet.lessons.running import defined
from ribbonet.lessons.source import read_lesson
from ribbonet.nn import SGD, Adam

Way = Literal["descent", "stochastic", "momentum", "adam"]
NAMES: dict[Way, str] = {
    "descent": "gradient descent",
    "stochastic": "stochastic, batches of 5",
    "momentum": "momentum 0.9",
    "adam": "Adam",
}
RATES: dict[Way, float] = {"descent": 1.0, "stochastic": 1.0, "momentum": 1.0, "adam": 0.3}
"""Those of the lesson."""

RANGES = ((-6.0, 8.0), (0.0, 24.0))
SIDE = 57
"""Places along either weight at which the loss is computed."""


@cache
def lesson() -> dict[str, Any]:
    """Return what the first two cells of the lesson define: loss, and path of an optimiser."""
    return defined(read_lesson("descent"), 2)


@cache
def surface() -> dict[str, Any]:
    """Return the depths of the loss, -127 to 127, the upper row first."""
    loss = lesson()["loss"]
    across, up = (np.linspace(*ends, SIDE) for ends in RANGES)
    heights = np.array([[loss((a, b)) for a in across] for b in up[::-1]])
    depths = np.clip(1 - 2 * heights / np.quantile(heights, 0.9), -1, 1)
    return {
        "depths": np.round(127 * depths).astype(int).ravel().tolist(),
        "side": SIDE,
        "ranges": RANGES,
        "names": NAMES,
        "ways": RATES,
    }


def walk(way: Way, rate: float, start: tuple[float, float]) -> dict[str, Any]:
    """Walk down from a place: the places on the way, and the loss at each."""
    momentum = 0.9 if way == "momentum" else 0.0
    optimizer = Adam(rate) if way == "adam" else SGD(rate, momentum=momentum)
    places = lesson()["path"](optimizer, 5 if way == "stochastic" else None, start=start)
    losses = [lesson()["loss"](place) for place in places]
    return {"path": places.round(3).tolist(), "losses": np.round(losses, 5).tolist()}
