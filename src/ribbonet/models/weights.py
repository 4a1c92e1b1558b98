"""A model's weights as its file holds them: in float32, in float16, or in int8 with scales."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ribbonet.models.card import check_ordinary
from ribbonet.nn.digests import array_digest

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
    ValueError
        When an array is of another type, lacks its scales or has others, or is not finite.
    """
    arrays = {}
    for name, array in stored.items():
        if name.endswith(SCALE):
            continue
        if array.dtype == np.int8:
            scale = stored.get(name + SCALE)
            if scale is None or scale.dtype != np.float32 or scale.shape != array.shape[-1:]:
                raise ValueError(f"{name}: its scales are missing or are not one an output")
            arrays[name] = array.astype(np.float32) * scale
        elif array.dtype in (np.float16, np.float32):
            arrays[name] = array.astype(np.float32)
        else:
            raise ValueError(f"{name}: has numbers of the type {array.dtype}")
    check_finite(arrays)
    return arrays


def check_finite(arrays: Mapping[str, Array]) -> None:
    """Refuse arrays that have anything but finite numbers.

    Raises
    ------
    ValueError
        Names the first of them.
    """
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise ValueError(f"{name}: has numbers that are not finite")


def digests_of(stored: Mapping[str, Array]) -> dict[str, str]:
    """SHA-256 of each array that a file holds, by its name."""
    return {name: array_digest(stored[name]) for name in sorted(stored)}


def read_stored(path: Path, digests: Mapping[str, str] | None) -> dict[str, Array]:
    """Read the arrays that a file holds.

    Parameters
    ----------
    path : Path
    digests : mapping of str to str, optional
        What `digests_of` gave when the file was written.

    Raises
    ------
    ValueError
        When it is not a regular file, or an array is not as it was written.
    """
    from safetensors.numpy import load

    check_ordinary(path)
    stored: dict[str, Array] = load(path.read_bytes())
    if digests is not None:
        found = digests_of(stored)
        changed = [name for name in {**digests, **found} if digests.get(name) != found.get(name)]
        if changed:
            raise ValueError(f"{changed[0]}: its checksum does not match; fetch or train it again")
    return stored
