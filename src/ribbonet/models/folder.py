"""Models in folders: `weights.safetensors` and `model.json`, written and read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.errors import InputError
from ribbonet.models.card import CARD, EMBEDDING, FORMAT, WEIGHTS, Card, read_card, write_card
from ribbonet.models.inputs import INPUTS
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.models.weights import (
    Kind,
    check_finite,
    digests_of,
    from_stored,
    read_stored,
    to_stored,
)
from ribbonet.nn.layers.stack import Network
from ribbonet.tasks import task_from_json

if TYPE_CHECKING:
    from ribbonet.models.embedding import Embedding

Array = NDArray[Any]

SHIPPED = Path(__file__).with_name("shipped")
"""Holds the models that come in the package."""

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
        See `ribbonet.models.weights`.
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


@cache
def read_shipped(name: str) -> Model:
    """Read a model that comes in the package, once."""
    return read_model(SHIPPED / name)


def embedding_of(name: str) -> Embedding:
    """Return the stage of a shipped model as an embedding for other networks.

    Parameters
    ----------
    name : str
        Of a shipped model of one stage that reads sequences alone.

    Raises
    ------
    InputError
        When there is no such model.
    """
    from ribbonet.models.embedding import Embedding

    known = [path.parent.name for path in SHIPPED.glob(f"*/{CARD}")]
    model = read_shipped(name) if name in known else None
    if model is None or len(model.stages) > 1 or model.inputs != "sequence":
        raise InputError(
            f"embedding = {name!r}: give a shipped model of one stage that reads sequences, as "
            "'accurate' is"
        )
    (stage,) = model.stages
    return Embedding.of(stage, name, model.digest)


def _reason(error: Exception) -> str:
    """Say what is wrong with a model; what Python would say of its own means nothing to a user."""
    if isinstance(error, MemoryError):
        return "it is larger than memory"
    if isinstance(error, ValueError) and str(error):
        return str(error)
    if type(error).__module__ != "builtins":  # of safetensors
        return str(error)
    return "what describes it is of another form"


def _stage(described: Mapping[str, Any], arrays: dict[str, Array], prefix: str) -> Stage:
    """Make a stage of what a card says of it; take its arrays out of all."""
    if EMBEDDING in described:
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


def _taken(arrays: dict[str, Array], prefix: str) -> dict[str, Array]:
    """Take out the arrays whose names start with a prefix; return them by the rest of the name."""
    names = [name for name in arrays if name.startswith(prefix)]
    return {name.removeprefix(prefix): arrays.pop(name) for name in names}
