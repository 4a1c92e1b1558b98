"""Checkpoints: everything that a training needs to resume, bit for bit."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from ribbonet.errors import InputError
from ribbonet.nn.layers import Array, Arrays, array_digest
from ribbonet.nn.optimizers import Optimizer
from ribbonet.nn.training.engine import Engine
from ribbonet.nn.training.history import History
from ribbonet.system.atomic import atomic_write

CHECKPOINT = "checkpoint.safetensors"
"""Name of a checkpoint in its folder."""


@dataclass
class Progress:
    """Where a training stands after an epoch.

    Attributes
    ----------
    epoch : int
        Epochs done.
    history : list of dict
        One row for each of them.
    best_loss, best_epoch, best : float, int, dict of arrays
        Lowest validation loss, when it was, and the weights that gave it.
    start : float, optional
        Cost of a sample of the examples before the first step, penalties included.
    above : int
        Number of epochs in a row whose cost was above its start.
    """

    epoch: int = 0
    history: History = field(default_factory=History)
    best_loss: float = math.inf
    best_epoch: int = 0
    best: Arrays = field(default_factory=dict)
    start: float | None = None
    above: int = 0

    def save(
        self, folder: Path, engine: Engine, optimizer: Optimizer, rng: np.random.Generator
    ) -> None:
        """Write the checkpoint: one file that holds the arrays and, as metadata, all else."""
        from safetensors.numpy import save

        groups = {**engine.state(), "best": self.best}
        arrays = {f"{group}.{k}": v for group, named in groups.items() for k, v in named.items()}
        state = {
            "epoch": self.epoch,
            "history": self.history,
            "best_loss": self.best_loss if self.best else None,
            "best_epoch": self.best_epoch,
            "start": self.start,
            "above": self.above,
            "groups": list(groups),
            "optimizer_steps": optimizer.steps,
            "rng": rng.bit_generator.state,
        }
        text = json.dumps(state)
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_write(folder / CHECKPOINT, "wb") as file:
            file.write(save(arrays, {"state": text, "sha256": _digest(text, arrays)}))

    @classmethod
    def load(
        cls, folder: Path, engine: Engine, optimizer: Optimizer, rng: np.random.Generator
    ) -> Progress:
        """Read the checkpoint, if there is one, into the engine, optimiser and generator.

        Raises
        ------
        InputError
            When it is not, to the last bit, a checkpoint that `save` wrote.
        """
        from safetensors import SafetensorError

        path = folder / CHECKPOINT
        if not os.path.lexists(path):
            return cls()
        try:
            state, groups = _read(path)
            best = groups.pop("best")
            optimizer.steps = state["optimizer_steps"]
            engine.restore(groups)
            rng.bit_generator.state = state["rng"]
            return cls(
                epoch=state["epoch"],
                history=History(state["history"]),
                best_loss=state["best_loss"] if best else math.inf,
                best_epoch=state["best_epoch"],
                best=best,
                start=state["start"],
                above=state["above"],
            )
        except (
            OSError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            RecursionError,
            SafetensorError,
        ) as error:
            raise InputError(
                f"{path}: the checkpoint is damaged ({error}); remove it to train this network anew"
            ) from None


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Arrays]]:
    """Return what a checkpoint says, and its arrays by group and name.

    Raises
    ------
    ValueError
        When its checksum is not that of its content.
    """
    from safetensors import safe_open

    if path.is_symlink() or not path.is_file():
        raise ValueError("is not a regular file")
    with safe_open(path, "np") as file:
        known = file.metadata() or {}
        arrays = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
    if known.get("sha256") != _digest(known.get("state", ""), arrays):
        raise ValueError("its checksum does not match")
    state = json.loads(known["state"])
    groups: dict[str, Arrays] = {group: {} for group in state["groups"]}
    for key, array in arrays.items():
        group, _, name = key.partition(".")
        groups[group][name] = array
    return state, groups


def _digest(text: str, arrays: Mapping[str, Array]) -> str:
    """SHA-256 of a text and of named arrays."""
    lines = [text, *(f"{name} {array_digest(arrays[name])}" for name in sorted(arrays))]
    return sha256("\n".join(lines).encode()).hexdigest()
