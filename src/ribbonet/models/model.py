"""A model: stages of networks, their weights and their card, in a folder."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import SYMBOLS
from ribbonet.errors import InputError
from ribbonet.models.card import CARD, FORMAT, WEIGHTS, read_card, write_card
from ribbonet.models.inputs import INPUTS, Inputs, called
from ribbonet.models.stages import Stage, no_pause
from ribbonet.models.weights import (
    Kind,
    check_finite,
    digests_of,
    from_stored,
    read_stored,
    to_stored,
)
from ribbonet.nn.layers.stack import Network
from ribbonet.system.atomic import atomic_write
from ribbonet.system.counts import count_of
from ribbonet.tasks import Structure, Task, task_from_json, task_to_json
from ribbonet.tasks.base import Labelling

if TYPE_CHECKING:
    from ribbonet.prediction.prediction import Prediction

Array = NDArray[Any]

WIDEST, FARTHEST = 10_001, 1_000_000
"""Residues in a stage's window, and those that a finite network reaches, at most."""


@dataclass(frozen=True, repr=False)
class Model:
    """Stages one after the other: codes of residues in, probabilities of labels, or values, out.

    Parameters
    ----------
    stages : tuple of Stage
    card : dict
        What is known of the model: how it was trained, its scores, its licence.
    inputs : {"sequence", "profile", "features"}
        What the first stage reads; see `ribbonet.models.inputs`.
    """

    stages: tuple[Stage, ...]
    card: dict[str, Any] = field(default_factory=dict)
    inputs: Inputs = "sequence"

    def __repr__(self) -> str:
        name = f" {self.card['name']!r}" if self.card.get("name") else ""
        return (
            f"<Model{name}: {count_of(len(self.stages), 'stage')}, {self.size:,} weights, "
            f"states {self.states}, reads {self.inputs}>"
        )

    def predict(self, sequence: object, **options: Any) -> Prediction:
        """Predict one sequence: `ribbonet.predict` with this model, with the same options."""
        from ribbonet.prediction.predictor import predict

        return predict(sequence, model=self, **options)

    @property
    def columns(self) -> int:
        """Columns of the arrays that the model reads; 0 where it reads sequences alone."""
        return self.stages[0].features - (SYMBOLS if self.inputs == "profile" else 0)

    @property
    def digest(self) -> str:
        """SHA-256 of the architecture and the weights."""
        digest = sha256(self.inputs.encode() if self.inputs != "sequence" else b"")
        for stage in self.stages:
            described = json.dumps(task_to_json(stage.task))
            if isinstance(stage.task, Structure):  # as it was before there were other tasks
                described = stage.task.alphabet.symbols
            digest.update(f"{stage.window} {described}".encode())
            for network in stage.networks:
                digest.update(json.dumps(network.config()).encode())
                for array in network.state.values():
                    digest.update(array.tobytes())
        return digest.hexdigest()

    @property
    def task(self) -> Task:
        """What the model predicts."""
        return self.stages[-1].task

    @property
    def states(self) -> str:
        """The states or labels that the model knows; none where it predicts values."""
        return self.task.alphabet.symbols if isinstance(self.task, Labelling) else ""

    def check_asked(self, asked: Task) -> None:
        """Refuse what the model does not predict.

        Raises
        ------
        InputError
            Names the model and what it predicts.
        """
        try:
            self.task.check_asked(asked)
        except InputError as error:
            name = called(self.card.get("name", ""))
            raise InputError(f"{name} {error}") from None

    def probabilities(
        self,
        chains: Sequence[Array],
        asked: Task | None = None,
        pause: Callable[[], None] = no_pause,
    ) -> list[NDArray[np.float32]]:
        """Probabilities of the labels, or values, of each residue of each chain.

        Parameters
        ----------
        chains : sequence of (L,) uint8 or (L, F) float32 arrays
            Codes of residues (`ribbonet.chains.alphabet.encode_residues`), or what the model
            reads instead (`ribbonet.models.inputs.Tracks`).
        asked : Task, optional
            What they are to be of; by default, three states of secondary structure, or the model's
            own task.
        pause : callable
            Called between forward passes: it may wait, or raise to end the prediction.

        Returns
        -------
        probabilities : list of (L, K) float32 arrays
            In the order of the chains; each row sums to 1, unless it is a value.

        Raises
        ------
        InputError
            When the model predicts something else, or gives numbers that are not finite.
        """
        asked = self.task.default if asked is None else asked
        self.check_asked(asked)
        if not chains:
            return []
        tracks: Sequence[Array] = chains
        for stage in self.stages[:-1]:
            tracks = stage.probabilities(tracks, pause=pause)
        given = self.stages[-1].probabilities(tracks, asked, pause)
        if not all(np.isfinite(own).all() for own in given):
            raise InputError(
                f"{called(self.card.get('name', ''))} gives numbers that are not finite; take "
                "another model, or arrays of smaller numbers"
            )
        return given

    @property
    def reach(self) -> float:
        """Residues on either side that a residue's probabilities depend on."""
        return sum(stage.reach for stage in self.stages)

    @property
    def size(self) -> int:
        """The number of weights in all networks."""
        return sum(network.size for stage in self.stages for network in stage.networks)


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

    arrays = {
        f"{s}.{n}.{name}": array
        for s, stage in enumerate(model.stages)
        for n, network in enumerate(stage.networks)
        for name, array in network.state.items()
    }
    try:
        check_finite(arrays)
    except ValueError as error:
        raise InputError(f"{folder}: is not written: {error}; train it at a lower rate") from None
    stored = to_stored(arrays, kind)
    described = {
        "format": FORMAT,
        "inputs": model.inputs,
        "stages": [
            {
                "window": stage.window,
                **task_to_json(stage.task),
                "networks": [network.config()["layers"] for network in stage.networks],
            }
            for stage in model.stages
        ],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror})") from None
    with atomic_write(folder / WEIGHTS, "wb") as file:
        file.write(save(stored))
    write_card(folder / CARD, {**described, **model.card}, digests_of(stored))


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
        card, digests = read_card(path)
        del card["format"]
        described, inputs = card.pop("stages"), card.pop("inputs", "sequence")
        if inputs not in INPUTS:
            raise InputError(f"{path}: reads {inputs!r}, unknown to this version of ribbonet")
        path = folder / WEIGHTS
        arrays = from_stored(read_stored(path, digests))
        stages = tuple(_stage(stage, arrays, f"{s}.") for s, stage in enumerate(described))
        if arrays:
            raise ValueError(f"has an array {next(iter(arrays))} of no layer")
        path = folder / CARD
        model = Model(stages, card, inputs)
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
        reason = error if str(error) else type(error).__name__
        raise InputError(f"{path}: is not a model of ribbonet's: {reason}") from None
    return model


def _stage(described: Mapping[str, Any], arrays: dict[str, Array], prefix: str) -> Stage:
    """Make a stage of what a card says of it; take its arrays out of all."""
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
