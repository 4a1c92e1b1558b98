"""A model: stages of networks, their weights and their card, in a folder."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.atomic import atomic_write
from ribbonet.errors import InputError
from ribbonet.nn.activations import ACTIVATIONS
from ribbonet.nn.layer import Layer
from ribbonet.nn.layers import Dense, WindowDense
from ribbonet.nn.network import Network
from ribbonet.nn.noise import Dropout
from ribbonet.prediction.config import StageConfig
from ribbonet.prediction.stages import Stage
from ribbonet.sequence.alphabet import STATES, SYMBOLS

Array = NDArray[Any]

FORMAT = 1


def build_network(config: StageConfig, first: bool) -> Network:
    """Build one network of a stage, its weights not yet drawn.

    The first stage of a model reads windows of residues' codes, the others windows of the
    probabilities of the states.
    """
    units = [*config.hidden, len(STATES)]
    layers: list[Layer] = (
        [WindowDense(config.window, SYMBOLS, units[0], config.init)]
        if first
        else [Dense(config.window * len(STATES), units[0], config.init)]
    )
    for inputs, outputs in pairwise(units):
        layers.append(ACTIVATIONS[config.activation]())
        if config.dropout:
            layers.append(Dropout(config.dropout))
        layers.append(Dense(inputs, outputs, config.init))
    return Network(layers)


@dataclass(frozen=True)
class Model:
    """Stages one after the other: codes of residues in, probabilities of states out.

    Parameters
    ----------
    stages : tuple of Stage
    card : dict
        What is known of the model: how it was trained, its scores, its licence.
    """

    stages: tuple[Stage, ...]
    card: dict[str, Any] = field(default_factory=dict)

    @property
    def states(self) -> str:
        """The states that the model knows: three, or the eight of DSSP."""
        return self.stages[-1].states

    def probabilities(
        self, chains: Sequence[NDArray[np.uint8]], states: str = STATES.symbols
    ) -> list[NDArray[np.float32]]:
        """Probabilities of the states of each residue of each chain.

        Parameters
        ----------
        chains : sequence of (L,) uint8 arrays
            Codes of residues (`ribbonet.sequence.alphabet.encode_residues`).
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
        if states not in (STATES.symbols, self.states):
            raise InputError(
                f"the model {self.card.get('name', '')!r} knows the states {self.states} only; "
                "take another model, or three states"
            )
        if not chains:
            return []
        tracks: Sequence[Array] = chains
        for stage in self.stages[:-1]:
            tracks = stage.probabilities(tracks)
        return self.stages[-1].probabilities(tracks, states)

    @property
    def reach(self) -> int:
        """Residues on either side that a residue's probabilities depend on."""
        return sum(stage.reach for stage in self.stages)

    @property
    def size(self) -> int:
        """The number of weights in all networks."""
        return sum(network.size for stage in self.stages for network in stage.networks)


def save_model(model: Model, folder: Path, dtype: str = "float32") -> None:
    """Write `weights.safetensors` and `model.json` (architecture and card) to a folder.

    Parameters
    ----------
    model : Model
    folder : Path
        Made when it does not exist.
    dtype : {"float32", "float16"}
        Of the weights in the file; they are read back as float32.
    """
    from safetensors.numpy import save

    arrays = {
        f"{s}.{n}.{name}": np.ascontiguousarray(array, dtype)
        for s, stage in enumerate(model.stages)
        for n, network in enumerate(stage.networks)
        for name, array in network.state.items()
    }
    description = {
        "format": FORMAT,
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
        file.write(save(arrays))
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
        described = card.pop("stages")
        path = folder / "weights.safetensors"
        arrays = load_file(path)
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
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: is not a model of ribbonet's: {error}") from None
    return Model(stages, card)


def _part(arrays: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    """Arrays whose names start with the prefix, without it, in float32."""
    return {
        name.removeprefix(prefix): array.astype(np.float32)
        for name, array in arrays.items()
        if name.startswith(prefix)
    }
