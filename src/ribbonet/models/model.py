"""A model: stages of networks, their weights and their card, in a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES, SYMBOLS
from ribbonet.errors import InputError
from ribbonet.models.config import StageConfig
from ribbonet.models.inputs import INPUTS, Inputs, called
from ribbonet.models.stages import Stage
from ribbonet.models.weights import Kind, from_stored, to_stored
from ribbonet.nn.layers.activations import ACTIVATIONS
from ribbonet.nn.layers.base import Layer
from ribbonet.nn.layers.conv import Conv1d
from ribbonet.nn.layers.dense import Dense, WindowDense
from ribbonet.nn.layers.noise import Dropout
from ribbonet.nn.layers.norm import LayerNorm
from ribbonet.nn.layers.stack import Network, Residual
from ribbonet.system.atomic import atomic_write

Array = NDArray[Any]

FORMAT = 1

WEIGHTS, CARD = "weights.safetensors", "model.json"
"""Files of a model's folder."""


def build_network(
    config: StageConfig, first: bool, features: int = 0, states: int = len(STATES)
) -> Network:
    """Build one network of a stage, its weights not yet drawn.

    Parameters
    ----------
    config : StageConfig
    first : bool
        Whether it is of a model's first stage, and reads residues; the others read windows of the
        probabilities of the three states.
    features : int
        Numbers that the first stage reads of a residue, whose windows a convolution sees; 0 for
        windows of residues' codes.
    states : int
        Outputs.
    """
    units = [*config.hidden, states]
    start: WindowDense | Dense | Conv1d
    if not first:
        start = Dense(config.window * len(STATES), units[0], config.init)
    elif features:
        start = Conv1d(features, units[0], config.window, init=config.init)
    else:
        start = WindowDense(config.window, SYMBOLS, units[0], config.init)
    layers: list[Layer] = [start]
    activation = ACTIVATIONS[config.activation]
    dropout: list[Layer] = [Dropout(config.dropout)] if config.dropout else []
    if config.dilations:
        (width,) = config.hidden
        for dilation in config.dilations:
            convolution = Conv1d(width, width, config.kernel, dilation, init=config.init)
            block = [LayerNorm(width), convolution, activation(), *dropout]
            layers.append(Residual([*block, Dense(width, width, config.init)]))
        return Network([*layers, LayerNorm(width), *dropout, Dense(width, states, config.init)])
    for inputs, outputs in pairwise(units):
        layers += [activation(), *dropout, Dense(inputs, outputs, config.init)]
    return Network(layers)


def cut_window(network: Network, window: int) -> int:
    """Return the window that a stage cuts for a network: 1 if its first layer convolves itself."""
    return 1 if network.layers[0].along_chains else window


@dataclass(frozen=True)
class Model:
    """Stages one after the other: codes of residues in, probabilities of states out.

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

    @property
    def columns(self) -> int:
        """Columns of the arrays that the model reads; 0 where it reads sequences alone."""
        return self.stages[0].features - (SYMBOLS if self.inputs == "profile" else 0)

    @property
    def digest(self) -> str:
        """SHA-256 of the architecture and the weights."""
        digest = sha256(self.inputs.encode() if self.inputs != "sequence" else b"")
        for stage in self.stages:
            digest.update(f"{stage.window} {stage.states}".encode())
            for network in stage.networks:
                digest.update(json.dumps(network.config()).encode())
                for array in network.state.values():
                    digest.update(array.tobytes())
        return digest.hexdigest()

    @property
    def states(self) -> str:
        """The states that the model knows: three, or the eight of DSSP."""
        return self.stages[-1].states

    def check_states(self, states: str) -> None:
        """Refuse other states than the three and the model's own.

        Raises
        ------
        InputError
            When the model does not know them.
        """
        if states not in (STATES.symbols, self.states):
            raise InputError(
                f"{called(self.card.get('name', ''))} knows the states {self.states} only; "
                "take another model, or three states"
            )

    def probabilities(
        self, chains: Sequence[Array], states: str = STATES.symbols
    ) -> list[NDArray[np.float32]]:
        """Probabilities of the states of each residue of each chain.

        Parameters
        ----------
        chains : sequence of (L,) uint8 or (L, F) float32 arrays
            Codes of residues (`ribbonet.chains.alphabet.encode_residues`), or what the model
            reads instead (`ribbonet.models.inputs.Tracks`).
        states : str
            `HEC`, or the model's own states, `states`.

        Returns
        -------
        probabilities : list of (L, K) float32 arrays
            In the order of the chains; each row sums to 1.

        Raises
        ------
        InputError
            When the model knows other states.
        """
        self.check_states(states)
        if not chains:
            return []
        tracks: Sequence[Array] = chains
        for stage in self.stages[:-1]:
            tracks = stage.probabilities(tracks)
        return self.stages[-1].probabilities(tracks, states)

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
    description = {
        "format": FORMAT,
        "inputs": model.inputs,
        "stages": [
            {
                "window": stage.window,
                "states": stage.states,
                "networks": [network.config()["layers"] for network in stage.networks],
            }
            for stage in model.stages
        ],
        **model.card,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror})") from None
    with atomic_write(folder / "weights.safetensors", "wb") as file:
        file.write(save(to_stored(arrays, kind)))
    with atomic_write(folder / "model.json", "w") as file:
        json.dump(description, file, indent=1)
        file.write("\n")


def read_model(folder: Path) -> Model:
    """Read a model that `save_model` wrote.

    Raises
    ------
    InputError
        When a file is missing or cannot be understood; the message names it.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    path = folder / "model.json"
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
        version = card.pop("format")
        if version != FORMAT:
            raise InputError(
                f"{path}: has format {version}, and this version of ribbonet reads {FORMAT}"
            )
        described, inputs = card.pop("stages"), card.pop("inputs", "sequence")
        if inputs not in INPUTS:
            raise InputError(f"{path}: reads {inputs!r}, unknown to this version of ribbonet")
        path = folder / "weights.safetensors"
        arrays = from_stored(load_file(path))
        stages = tuple(
            Stage(
                stage["window"],
                tuple(
                    Network(layers).load(_part(arrays, f"{s}.{n}."))
                    for n, layers in enumerate(stage["networks"])
                ),
                stage["states"],
            )
            for s, stage in enumerate(described)
        )
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from None
    except (ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: is not a model of ribbonet's: {error}") from None
    return Model(stages, card, inputs)


def _part(arrays: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    """Arrays whose names start with the prefix, without it."""
    return {
        name.removeprefix(prefix): array
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
