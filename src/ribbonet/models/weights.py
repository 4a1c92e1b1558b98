"""A model's weights as its file holds them: in float32, in float16, or in int8 with scales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Kind = Literal["float32", "float16", "int8"]

SCALE = ".scale"
"""Ends the name of the scales of the array whose name stands before it."""
LARGEST = 127
"""What stands for the largest weight of an output."""


def to_stored(arrays: Mapping[str, Array], kind: Kind) -> dict[str, Array]:
    """Return arrays as a file holds them.

    Parameters
    ----------
    arrays : mapping of str to (..., K) float32 array
        Weights and biases by name.
    kind : {"float32", "float16", "int8"}
        "int8" holds an array of two axes or more as integers, weight / scale rounded, and, as
        `<name>.scale`, a float32 scale for each output (its last axis), a 127th of the largest
        absolute weight; a weight so comes back to within half a scale. Arrays of one axis are few,
        and are held in float16.

    Returns
    -------
    stored : dict of str to array
    """
    if kind != "int8":
        return {name: np.ascontiguousarray(array, kind) for name, array in arrays.items()}
    stored: dict[str, Array] = {}
    for name, array in arrays.items():
        if array.ndim < 2:
            stored[name] = np.ascontiguousarray(array, np.float16)
            continue
        largest = np.abs(array).max(axis=tuple(range(array.ndim - 1)))
        scale = np.maximum(largest / np.float32(LARGEST), np.finfo(np.float32).tiny)
        stored[name] = np.round(array / scale).astype(np.int8)
        stored[name + SCALE] = scale
    return stored


def from_stored(stored: Mapping[str, Array]) -> dict[str, NDArray[np.float32]]:
    """Return the arrays that a file holds, in float32.

    Raises
    ------
    KeyError
        When an array of integers lacks its scales.
    """
    return {
        name: array.astype(np.float32) * (stored[name + SCALE] if array.dtype == np.int8 else 1)
        for name, array in stored.items()
        if not name.endswith(SCALE)
    }
