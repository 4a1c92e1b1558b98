"""Models in folders, written and read: `model.json`, and `weights.safetensors` in several types."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from ribbonet.errors import InputError
from ribbonet.models.card import (
    CARD,
    EMBEDDING,
    FORMAT,
    WEIGHTS,
    Card,
    check_ordinary,
    read_card,
    write_card,
)
from ribbonet.models.inputs import INPUTS
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn.layers import LARGEST, Quantised, array_digest
from ribbonet.nn.layers.stack import Network
from ribbonet.tasks import task_from_json

Array = NDArray[Any]

Kind = Literal["float32", "float16", "int8"]

SCALE = ".scale"
"""Ends the name of the scales of the array whose name stands before it."""

WIDEST, FARTHEST = 10_001, 1_000_000
"""Residues in a stage's window, and those that a finite network reaches, at most."""


def save_model(model: Model, folder: Path, kind: Kind = "float32") -> None:
    """Write `weights.safetensors` and `model.json` (architecture and card) to a folder.

    Parameters
    ----------
    model : Model
    folder : Path
        Made when it does not exist.
    kind : {"float32", "float16", "int8"}
        Of the weights in the file; they are read back as float32.
        See `to_stored`.
    """
    from safetensors.numpy import save

    from ribbonet.system.atomic import atomic_write

    arrays = {
        f"{number}.{name}": array
        for number, stage in enumerate(model.stages)
        for name, array in stage.arrays.items()
    }
    try:
        check_finite(arrays)
    except ValueError as error:
        raise InputError(f"{folder}: is not written: {error}; train it at a lower rate") from None
    stored = to_stored(arrays, kind)
    described = {
        "format": FORMAT,
        "inputs": model.inputs,
        "stages": [stage.described() for stage in model.stages],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror})") from None
    with atomic_write(folder / WEIGHTS, "wb") as file:
        file.write(save(stored))
    write_card(folder / CARD, {**described, **model.card.to_json()}, digests_of(stored))


def read_model(folder: Path) -> Model:
    """Read a model that `save_model` wrote.

    Raises
    ------
    InputError
        When a file is missing, cannot be understood or is not, to the last bit, as it was written;
        the message names it.

    Warns
    -----
    UserWarning
        When the card has no checksums: an early version of ribbonet wrote it.
    """
    from safetensors import SafetensorError

    path = folder / CARD
    try:
        stored, digests = read_card(path)
        described, inputs = stored["stages"], stored.get("inputs", "sequence")
        if inputs not in INPUTS:
            raise InputError(f"{path}: reads {inputs!r}, unknown to this version of ribbonet")
        path = folder / WEIGHTS
        arrays = from_stored(read_stored(path, digests))
        stages = tuple(_stage(stage, arrays, f"{s}.") for s, stage in enumerate(described))
        if arrays:
            raise ValueError(f"has an array {next(iter(arrays))} of no layer")
        path = folder / CARD
        model = Model(stages, Card.from_json(stored), inputs)
        _try(model)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        ArithmeticError,
        RecursionError,
        MemoryError,
        SafetensorError,
    ) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: is not a model of ribbonet's: {_reason(error)}") from None
    return model


def _reason(error: Exception) -> str:
    """Say what is wrong with a model; what Python would say of its own means nothing to a user."""
    if isinstance(error, MemoryError):
        return "it is larger than memory"
    if isinstance(error, ValueError) and str(error):
        return str(error)
    if type(error).__module__ != "builtins":  # of safetensors
        return str(error)
    return "what describes it is of another form"


def _stage(
    described: Mapping[str, Any], arrays: dict[str, Array | Quantised], prefix: str
) -> Stage:
    """Make a stage of what a card says of it; take its arrays out of all."""
    if EMBEDDING in described:
        from ribbonet.models.embedding import embedding_of

        embedding = embedding_of(described[EMBEDDING])
        if embedding.digest != described["sha256"]:
            raise ValueError(
                f"reads what another version of {embedding.model!r} knew of residues; train it "
                "again with this one"
            )
        return embedding
    window = described["window"]
    if type(window) is not int or not (0 < window <= WIDEST and window % 2):
        raise ValueError(f"has a window of {window!r} residues")
    networks = tuple(
        Network(layers).load(_taken(arrays, f"{prefix}{n}."))
        for n, layers in enumerate(described["networks"])
    )
    return Stage(window, networks, task_from_json(described))


def _try(model: Model) -> None:
    """Predict three residues, which shows whether the parts of a model fit together.

    Raises
    ------
    ValueError
        When they do not; other errors, too, are possible.
    """
    if any(FARTHEST < stage.reach < math.inf for stage in model.stages):
        raise ValueError(f"reaches farther than {FARTHEST:,} residues")
    features = model.stages[0].features
    track: Array = np.zeros((3, features), np.float32) if features else np.zeros(3, np.uint8)
    for task in (model.task.default, model.task):
        (given,) = model.probabilities([track], task)
        if given.shape != (3, task.outputs):
            raise ValueError(f"gives numbers of shape {given.shape} for three residues")


def _taken(arrays: dict[str, Array | Quantised], prefix: str) -> dict[str, Array | Quantised]:
    """Take out the arrays whose names start with a prefix; return them by the rest of the name."""
    names = [name for name in arrays if name.startswith(prefix)]
    return {name.removeprefix(prefix): arrays.pop(name) for name in names}


def to_stored(arrays: Mapping[str, Array], kind: Kind) -> dict[str, Array]:
    """Return arrays as a file holds them.

    Parameters
    ----------
    arrays : mapping of str to (..., K) float32 array
        Weights and biases by name.
    kind : {"float32", "float16", "int8"}
        "int8" holds an array of two axes or more as integers and, as `<name>.scale`, their scales
        (`Quantised`). Arrays of one axis are few, and are held in float16.

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
        stored[name], stored[name + SCALE] = Quantised.of(array)
    return stored


def from_stored(stored: Mapping[str, Array]) -> dict[str, Array | Quantised]:
    """Return the arrays that a file holds, in integers with their scales or in float32.

    Raises
    ------
    ValueError
        When an array is of another type, lacks its scales or has others, or is not finite.
    """
    arrays: dict[str, Array | Quantised] = {}
    for name, array in stored.items():
        if name.endswith(SCALE):
            continue
        if array.dtype == np.int8:
            scale = stored.get(name + SCALE)
            if scale is None or scale.dtype != np.float32 or scale.shape != array.shape[-1:]:
                raise ValueError(f"{name}: its scales are missing or are not one an output")
            arrays[name] = Quantised(array, scale)
        elif array.dtype in (np.float16, np.float32):
            arrays[name] = array.astype(np.float32)
        else:
            raise ValueError(f"{name}: has numbers of the type {array.dtype}")
    check_finite(arrays)
    return arrays


def check_finite(arrays: Mapping[str, Array | Quantised]) -> None:
    """Refuse arrays that have anything but finite numbers.

    Raises
    ------
    ValueError
        Names the first of them.
    """
    for name, own in arrays.items():
        numbers = own.scale * LARGEST if isinstance(own, Quantised) else own
        if not np.isfinite(numbers).all():
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
