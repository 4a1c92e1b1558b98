"""Points of the plane, to be told apart or to be given a value: the made data sets.

The picture reaches from -6 to 6 both ways. Each data set is a function of a generator, the number
of points, the noise and the number of classes, which two of them heed alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Rng = np.random.Generator

REACH = 6.0
"""The picture's half side."""

STRAY = 3.0
"""Standard deviation of the places at noise 1."""


def _stray(rng: Rng, x: Array, noise: float) -> Array:
    return x + rng.normal(0, STRAY * noise, x.shape)


def _polar(radius: Array, angle: Array) -> Array:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _rings(rng: Rng, labels: Array, bounds: list[list[tuple[float, float]]]) -> Array:
    """Return points in the rings of their class, as dense everywhere in one of them."""
    radius = np.empty(len(labels))
    for label, rings in enumerate(bounds):
        own = labels == label
        areas = np.array([b * b - a * a for a, b in rings])
        chosen = rng.choice(len(rings), own.sum(), p=areas / areas.sum())
        inner, outer = np.array(rings)[chosen].T
        radius[own] = np.sqrt(rng.uniform(inner**2, outer**2))
    return _polar(radius, rng.uniform(0, 2 * np.pi, len(labels)))


def circle(rng: Rng, n: int, noise: float, classes: int) -> tuple[Array, Array]:
    """Make a disc within a ring."""
    labels = np.arange(n) % 2
    return _stray(rng, _rings(rng, labels, [[(3.4, 5.2)], [(0, 2.3)]]), noise), labels


def donut(rng: Rng, n: int, noise: float, classes: int) -> tuple[Array, Array]:
    """Make a ring of one class, the other within and around it (Deep Learning in Python)."""
    labels = np.arange(n) % 2
    return _stray(rng, _rings(rng, labels, [[(0, 1.4), (4.2, 5.6)], [(2.2, 3.4)]]), noise), labels


def xor(rng: Rng, n: int, noise: float, classes: int) -> tuple[Array, Array]:
    """Make four quarters, those opposite each other of one class."""
    x = rng.uniform(0.3, 5, (n, 2)) * rng.choice([-1, 1], (n, 2))
    return _stray(rng, x, noise), (x[:, 0] * x[:, 1] > 0).astype(np.int64)


def gaussians(rng: Rng, n: int, noise: float, classes: int) -> tuple[Array, Array]:
    """Make two clouds."""
    labels = np.arange(n) % 2
    centres = np.where(labels[:, None] == 1, 2.2, -2.2) * np.ones(2)
    return centres + rng.normal(0, 0.6 + STRAY * noise, (n, 2)), labels


def spiral(rng: Rng, n: int, noise: float, classes: int) -> tuple[Array, Array]:
    """Make two arms, one and three quarter turns each."""
    labels = np.arange(n) % 2
    along = (np.arange(n) // 2 + 0.5) / np.ceil(n / 2)
    points = _polar(0.3 + 5.0 * along, 1.75 * 2 * np.pi * along + np.pi * labels)
    return _stray(rng, points, 0.35 * noise), labels


def moons(rng: Rng, n: int, noise: float, classes: int) -> tuple[Array, Array]:
    """Make two half circles that reach into each other."""
    labels = np.arange(n) % 2
    points = _polar(np.full(n, 3.0), rng.uniform(0, np.pi, n))
    points = np.where(labels[:, None] == 1, points, [3.0, 1.2] - points)
    return _stray(rng, points - [1.5, 0.6], 0.6 * noise), labels


def clouds(rng: Rng, n: int, noise: float, classes: int) -> tuple[Array, Array]:
    """Make a cloud for each class, around the middle."""
    labels = np.arange(n) % classes
    centres = _polar(np.full(n, 3.6), 2 * np.pi * labels / classes + np.pi / 2)
    return centres + rng.normal(0, 0.5 + STRAY * noise, (n, 2)), labels


def plane(rng: Rng, n: int, noise: float, classes: int) -> tuple[Array, Array]:
    """Make values that rise steadily from one corner to the other."""
    x = rng.uniform(-5.5, 5.5, (n, 2))
    return x, (x.sum(axis=1) / (2 * REACH)) + rng.normal(0, noise, n)


HILLS = np.array(
    [(-3.5, 3, 1), (0, 3.5, -1), (3.5, 2.5, 1), (-3, -2.5, -1), (0.5, -2.5, 1), (3.5, -3, -1)]
)
"""Places of the hills and hollows, and their heights."""


def hills(rng: Rng, n: int, noise: float, classes: int) -> tuple[Array, Array]:
    """Make values of a landscape of three hills and three hollows."""
    x = rng.uniform(-5.5, 5.5, (n, 2))
    far = ((x[:, None] - HILLS[:, :2]) ** 2).sum(axis=-1)
    return x, np.exp(-far / 3) @ HILLS[:, 2] + rng.normal(0, noise, n)


Make = Callable[[Rng, int, float, int], tuple[Array, Array]]

CLASSES: dict[str, Make] = {
    "circle": circle,
    "xor": xor,
    "gaussians": gaussians,
    "spiral": spiral,
    "donut": donut,
    "moons": moons,
    "classes": clouds,
}
"""The data sets whose targets are classes, int64 `(N,)`."""

NUMBERS: dict[str, Make] = {"plane": plane, "hills": hills}
"""The data sets whose targets are numbers, float64 `(N,)`, about from -1 to 1."""
