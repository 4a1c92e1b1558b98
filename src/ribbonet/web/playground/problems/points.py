"""Points of a plane as a problem: what a network gets of them, and its maps of the plane."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ribbonet.errors import InputError
from ribbonet.nn import Dense, Network
from ribbonet.nn.layers import Array, Layer
from ribbonet.nn.layers.activations import Activation
from ribbonet.web.playground.problems.base import Problem, as_bytes, parted
from ribbonet.web.playground.problems.planes import CLASSES, NUMBERS, REACH
from ribbonet.web.playground.problems.tables import Scale, read_table
from ribbonet.web.playground.settings import Settings

GRID, EVERY = 96, 3
"""Points of the decision surface along a side; every third of them makes a unit's map."""

THIN = np.arange(GRID * GRID).reshape(GRID, GRID)[EVERY // 2 :: EVERY, EVERY // 2 :: EVERY].ravel()
"""Where those of the maps stand among all."""


@dataclass(frozen=True)
class Input:
    """What a network can be given of a point: a name, and a function of x1 and x2 in NumPy."""

    formula: str
    value: Callable[[Array, Array], Array]


INPUTS: dict[str, Input] = {
    "x1": Input("x1", lambda x1, x2: x1),
    "x2": Input("x2", lambda x1, x2: x2),
    "x1²": Input("x1 * x1", lambda x1, x2: x1 * x1),
    "x2²": Input("x2 * x2", lambda x1, x2: x2 * x2),
    "x1x2": Input("x1 * x2", lambda x1, x2: x1 * x2),
    "sin x1": Input("np.sin(x1)", lambda x1, x2: np.sin(x1)),
    "sin x2": Input("np.sin(x2)", lambda x1, x2: np.sin(x2)),
}
"""The inputs by name."""


class PlaneProblem(Problem):
    """Points of a plane.

    Parameters
    ----------
    settings : Settings
    upload : str
        The text of a table, for the data set `csv`.
    """

    scales: tuple[Scale, Scale] = (Scale(), Scale())
    target_scale: Scale = Scale()
    names: tuple[str, ...] = ()
    columns: tuple[int, ...] = ()

    def __init__(self, settings: Settings, upload: str = "") -> None:
        self.inputs, self.squared = settings.inputs, settings.loss == "squared error"
        rng = np.random.default_rng(settings.data_seed)
        self.classes = ()
        if settings.data == "drawn":
            if len(settings.drawn) < 4:
                raise InputError("draw four points or more, of two classes")
            drawn = np.array(settings.drawn)
            points, targets = drawn[:, :2], drawn[:, 2].astype(np.int64)
            present = np.unique(targets)
            if len(present) < 2:
                raise InputError("draw points of a second class, too")
            self.classes = tuple(f"class {i + 1}" for i in range(present[-1] + 1))
        elif settings.data == "csv":
            table = read_table(upload, settings.columns)
            points, targets, self.classes = table.x, table.targets, table.classes
            self.scales, self.target_scale = table.scales, table.target_scale
            self.names, self.columns = table.names, table.columns
        else:
            make = (CLASSES | NUMBERS)[settings.data]
            points, targets = make(rng, settings.points, settings.noise, settings.classes)
            if settings.data in CLASSES:
                self.classes = tuple(f"class {i + 1}" for i in range(targets.max() + 1))
        self.points = points.astype(np.float32)
        self.targets = targets if self.classes else targets.astype(np.float32)[:, None]
        self.x = self.features(self.points)
        self.part = parted(rng.permutation(len(points)), settings.share)

    def features(self, points: Array) -> Array:
        """Return the network's inputs, `(N, F)`, of points `(N, 2)`."""
        columns = [INPUTS[name].value(points[:, 0], points[:, 1]) for name in self.inputs]
        return np.column_stack(columns).astype(np.float32)

    @cached_property
    def grid(self) -> Array:
        """The network's inputs at all places of the picture."""
        return self.features(places())

    def first(self, units: int) -> Layer:
        """Return a dense layer over the inputs."""
        return Dense(len(self.inputs), units)

    def scene(self) -> dict[str, Any]:
        """Return the points, the maps of the inputs, and the columns of a table."""
        maps, _ = maps_of([own.value(*places()[THIN].T)[:, None] for own in INPUTS.values()])
        return {
            "kind": "plane",
            "points": self.points.round(3).tolist(),
            "targets": self.targets.ravel().round(4).tolist(),
            "part": self.part.tolist(),
            "inputs": list(INPUTS),
            "maps": maps.reshape(len(INPUTS), -1).tolist(),
            "columns": {"names": self.names, "chosen": self.columns},
        }

    def view(self, network: Network) -> dict[str, Array]:
        """Return a map of each unit, its scale, and what the network says at each place.

        Returns
        -------
        arrays : dict
            `units` int8 `(U, 32, 32)` from -127 to 127 at the scale in `scales`; `surface` uint8
            `(96, 96)`: the probability of the second class, the likeliest class, or the number
            from -1 to 1; `sure` uint8 `(96, 96)`: the probability of the likeliest class.
        """
        hidden, z = [], self.grid
        for layer in network.layers:
            z = layer(z)
            if isinstance(layer, Activation):
                hidden.append(z[THIN])
        maps, scales = maps_of(hidden)
        arrays = {"units": maps, "scales": scales}
        shares = self.probabilities(z) if self.classes else (z + 1) / 2
        if shares.shape[1] == 1:
            arrays["surface"] = as_bytes(shares[:, 0])
        else:
            arrays["surface"] = shares.argmax(axis=1).astype(np.uint8)
            arrays["sure"] = as_bytes(shares.max(axis=1))
        return arrays

    def map_of(self, network: Network, unit: int) -> Array:
        """Return the map of the `unit`-th hidden unit at all places, int8 `(96, 96)`."""
        z = self.grid
        for layer in network.layers:
            z = layer(z)
            if isinstance(layer, Activation):
                if 0 <= unit < z.shape[1]:
                    _, (scale,) = maps_of([z[THIN, unit : unit + 1]])
                    return as_bytes_of_sign(z[:, unit], scale).reshape(GRID, GRID)
                unit -= z.shape[1]
        raise InputError(f"there is no hidden unit {unit}")


def places() -> Array:
    """Return the places of the picture, `(96 * 96, 2)`, from above left row by row."""
    side = (np.arange(GRID, dtype=np.float32) + 0.5) / GRID * 2 * REACH - REACH
    x1, x2 = np.meshgrid(side, side[::-1])
    return np.column_stack([x1.ravel(), x2.ravel()])


def maps_of(values: list[Array]) -> tuple[Array, Array]:
    """Return values of units at the thinned places as maps, and what 127 stands for in each.

    Parameters
    ----------
    values : list of (1024, U_i) arrays

    Returns
    -------
    maps : (U, 32, 32) int8 array
    scales : (U,) float32 array
    """
    flat = np.concatenate([v.T for v in values] or [np.zeros((0, len(THIN)))]).astype(np.float32)
    scales = np.maximum(np.abs(np.nan_to_num(flat, posinf=3e38, neginf=-3e38)).max(axis=1), 0.01)
    maps = as_bytes_of_sign(flat, scales[:, None])
    return maps.reshape(-1, GRID // EVERY, GRID // EVERY), scales


def as_bytes_of_sign(values: Array, scale: Any) -> Array:
    """Return values as int8, from -127 to 127 where they are from -scale to scale."""
    shares = np.clip(values / scale, -1, 1) * np.float32(127)
    whole: Array = np.nan_to_num(shares, copy=False).astype(np.int8)
    return whole
