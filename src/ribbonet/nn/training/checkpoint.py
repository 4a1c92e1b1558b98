"""Checkpoints: everything that a training needs to go on from where it was, bit for bit."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ribbonet.nn.layers.base import Arrays
from ribbonet.nn.optimizers import Optimizer
from ribbonet.nn.training.engine import Engine
from ribbonet.system.atomic import atomic_write

History = list[dict[str, float]]
"""One row an epoch: epoch, learning rate, losses, accuracies, seconds."""


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
        Cost of a sample of the examples before the first step.
    above : int
        For how many epochs the cost has now been above its start.
    """

    epoch: int = 0
    history: History = field(default_factory=list)
    best_loss: float = math.inf
    best_epoch: int = 0
    best: Arrays = field(default_factory=dict)
    start: float | None = None
    above: int = 0

    def save(
        self, folder: Path, engine: Engine, optimizer: Optimizer, rng: np.random.Generator
    ) -> None:
        """Write the checkpoint: two files, the second of which makes it valid."""
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
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_write(folder / f"checkpoint-{self.epoch}.safetensors", "wb") as file:
            file.write(save(arrays))
        with atomic_write(folder / "checkpoint.json", "w") as file:
            json.dump(state, file)
        for old in folder.glob("checkpoint-*.safetensors"):
            if old.name != f"checkpoint-{self.epoch}.safetensors":
                old.unlink()

    @classmethod
    def load(
        cls, folder: Path, engine: Engine, optimizer: Optimizer, rng: np.random.Generator
    ) -> Progress:
        """Read the checkpoint, if there is one, into the engine, optimiser and generator."""
        from safetensors.numpy import load_file

        try:
            state = json.loads((folder / "checkpoint.json").read_text())
        except FileNotFoundError:
            return cls()
        arrays = load_file(folder / f"checkpoint-{state['epoch']}.safetensors")
        groups: dict[str, Arrays] = {group: {} for group in state["groups"]}
        for key, array in arrays.items():
            group, _, name = key.partition(".")
            groups[group][name] = array

        best = groups.pop("best")
        optimizer.steps = state["optimizer_steps"]
        engine.restore(groups)
        rng.bit_generator.state = state["rng"]
        return cls(
            epoch=state["epoch"],
            history=state["history"],
            best_loss=state["best_loss"] if best else math.inf,
            best_epoch=state["best_epoch"],
            best=best,
            start=state["start"],
            above=state["above"],
        )
