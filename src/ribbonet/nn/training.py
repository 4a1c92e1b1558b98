"""The training loop: epochs of mini-batches, validation, early stopping, checkpoints."""

from __future__ import annotations

import csv
import json
import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ribbonet.atomic import atomic_write
from ribbonet.nn.layer import Array, Arrays
from ribbonet.nn.losses import Loss
from ribbonet.nn.network import Network
from ribbonet.nn.optimizers import Optimizer, Schedule, constant

History = list[dict[str, float]]
"""One row an epoch: epoch, learning rate, losses, accuracies, seconds."""

Tracker = Callable[[Iterable[Any], str, int], Iterable[Any]]
"""Passes an iterable through and shows how far it is: `(iterable, description, length)`."""


class DivergenceError(RuntimeError):
    """The loss is no longer a finite number: the learning rate is too high."""


class Examples(Protocol):
    """Where the training loop gets its examples from."""

    def epoch(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return the indices of one epoch's examples, shuffled."""

    def all(self) -> NDArray[np.int64]:
        """Return the indices of all examples, in order."""

    def batch(self, indices: NDArray[np.int64]) -> tuple[Array, Array]:
        """Return the inputs and the targets of some examples."""


@dataclass
class ArrayExamples:
    """Inputs `(N, ...)` and targets `(N, ...)` held as arrays."""

    x: Array
    targets: Array

    def all(self) -> NDArray[np.int64]:
        """Return 0 to N - 1."""
        return np.arange(len(self.x))

    def epoch(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return 0 to N - 1 in random order: batches are drawn without replacement."""
        return rng.permutation(len(self.x))

    def batch(self, indices: NDArray[np.int64]) -> tuple[Array, Array]:
        """Return the rows at `indices`."""
        return self.x[indices], self.targets[indices]


def batches(indices: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    """Cut indices into batches of `size`; the last one may be smaller.

    >>> [len(batch) for batch in batches(np.arange(300), 38)]
    [38, 38, 38, 38, 38, 38, 38, 34]
    """
    for start in range(0, len(indices), size):
        yield indices[start : start + size]


def evaluate(
    network: Network, loss: Loss, examples: Examples, batch_size: int = 4096
) -> tuple[float, float]:
    """Mean loss and accuracy (share of right classes, 0 to 1) over all examples."""
    meter = Meter()
    for indices in batches(examples.all(), batch_size):
        x, targets = examples.batch(indices)
        outputs = network(x)
        meter.add(loss(outputs, targets)[0], outputs, targets)
    return meter.loss, meter.accuracy


@dataclass
class Meter:
    """Running mean of loss and accuracy over batches of unequal size."""

    count: int = 0
    total: float = 0.0
    right: int = 0

    def add(self, loss: float, outputs: Array, targets: Array) -> None:
        """Take in a batch's mean loss, and its outputs beside the targets."""
        self.count += len(targets)
        self.total += loss * len(targets)
        if targets.ndim < outputs.ndim:
            self.right += int((outputs.argmax(axis=-1) == targets).sum())

    @property
    def loss(self) -> float:
        """Mean loss of an example."""
        return self.total / max(self.count, 1)

    @property
    def accuracy(self) -> float:
        """Share of examples whose largest output is the target's class."""
        return self.right / max(self.count, 1)


@dataclass
class Progress:
    """Where a training stands after an epoch: everything needed to go on from there."""

    epoch: int = 0
    history: History = field(default_factory=list)
    best_loss: float = math.inf
    best_epoch: int = 0
    best: Arrays = field(default_factory=dict)

    def save(
        self, folder: Path, network: Network, optimizer: Optimizer, rng: np.random.Generator
    ) -> None:
        """Write the checkpoint: two files, the second of which makes it valid."""
        from safetensors.numpy import save

        groups = {"now": network.parameters, "best": self.best, "optimizer": optimizer.state}
        arrays = {f"{group}.{k}": v for group, named in groups.items() for k, v in named.items()}
        state = {
            "epoch": self.epoch,
            "history": self.history,
            "best_loss": self.best_loss if self.best else None,
            "best_epoch": self.best_epoch,
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
        cls, folder: Path, network: Network, optimizer: Optimizer, rng: np.random.Generator
    ) -> Progress:
        """Read the checkpoint, if there is one, into the network, optimiser and generator."""
        from safetensors.numpy import load_file

        try:
            state = json.loads((folder / "checkpoint.json").read_text())
        except FileNotFoundError:
            return cls()
        arrays = load_file(folder / f"checkpoint-{state['epoch']}.safetensors")

        def group(name: str) -> Arrays:
            prefix = f"{name}."
            return {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}

        network.load(group("now"))
        optimizer.state = group("optimizer")
        optimizer.steps = state["optimizer_steps"]
        rng.bit_generator.state = state["rng"]
        best = group("best")
        best_loss = state["best_loss"] if best else math.inf
        return cls(state["epoch"], state["history"], best_loss, state["best_epoch"], best)


def fit(
    network: Network,
    loss: Loss,
    optimizer: Optimizer,
    examples: Examples,
    *,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
    valid: Examples | None = None,
    patience: int | None = None,
    schedule: Schedule = constant,
    checkpoint: Path | None = None,
    on_epoch: Callable[[dict[str, float]], None] | None = None,
    track: Tracker | None = None,
) -> History:
    """Train a network in place by mini-batches.

    With validation examples, the network ends with the weights of the epoch whose
    validation loss was lowest, and stops when `patience` epochs brought none lower.

    Parameters
    ----------
    network : Network
        Changed in place.
    loss : Loss
        What is made small.
    optimizer : Optimizer
        How.
    examples, valid : Examples
        What to learn from, and what to judge by.
    epochs : int
        Passes over the examples at most.
    batch_size : int
        Examples in a step; the last, smaller batch of an epoch is kept.
    rng : numpy.random.Generator
        Order of the examples, and the randomness of layers.
    patience : int, optional
        Epochs without a lower validation loss before stopping early.
    schedule : callable
        Factor of the learning rate as a function of the share of training done.
    checkpoint : Path, optional
        Folder to keep the state in after each epoch; a training that finds one there goes
        on from it and ends with the weights of an uninterrupted one.
    on_epoch : callable, optional
        Called with the history's row after each epoch.
    track : callable, optional
        Wraps the iterable of steps to show progress.

    Returns
    -------
    history : list of dict
        One row an epoch.

    Raises
    ------
    DivergenceError
        When the loss becomes infinite or not a number.
    """
    progress = Progress()
    if checkpoint is not None:
        progress = Progress.load(checkpoint, network, optimizer, rng)
    parameters = network.parameters

    while progress.epoch < epochs and not _exhausted(progress, patience):
        started = time.perf_counter()
        indices = examples.epoch(rng)
        steps = math.ceil(len(indices) / batch_size)
        numbered: Iterable[Any] = enumerate(batches(indices, batch_size))
        if track is not None:
            numbered = track(numbered, f"epoch {progress.epoch + 1}/{epochs}", steps)
        meter = Meter()
        for step, chosen in numbered:
            x, targets = examples.batch(chosen)
            value, gradients, outputs = network.loss_and_gradients(loss, x, targets, rng=rng)
            if not math.isfinite(value):
                raise DivergenceError(
                    f"the loss became {value} in epoch {progress.epoch + 1}, step {step + 1}: "
                    f"the learning rate {optimizer.learning_rate:g} is too high; try "
                    f"{optimizer.learning_rate / 10:g}"
                )
            optimizer.step(
                parameters, gradients, schedule((progress.epoch + step / steps) / epochs)
            )
            meter.add(value, outputs, targets)

        progress.epoch += 1
        row = {
            "epoch": progress.epoch,
            "learning_rate": optimizer.learning_rate * schedule((progress.epoch - 1) / epochs),
            "train_loss": meter.loss,
            "train_accuracy": meter.accuracy,
        }
        if valid is not None:
            row["valid_loss"], row["valid_accuracy"] = evaluate(network, loss, valid)
            if row["valid_loss"] < progress.best_loss:
                progress.best_loss, progress.best_epoch = row["valid_loss"], progress.epoch
                progress.best = {name: array.copy() for name, array in parameters.items()}
        row["seconds"] = time.perf_counter() - started
        progress.history.append(row)
        if checkpoint is not None:
            progress.save(checkpoint, network, optimizer, rng)
        if on_epoch is not None:
            on_epoch(row)

    if progress.best:
        network.load(progress.best)
    return progress.history


def _exhausted(progress: Progress, patience: int | None) -> bool:
    """Whether `patience` epochs have passed since the best one."""
    return bool(
        patience is not None and progress.best and progress.epoch - progress.best_epoch >= patience
    )


def write_history(path: Path, history: History) -> None:
    """Write the history as CSV, one row an epoch."""
    with atomic_write(path, "w") as file:
        writer = csv.DictWriter(file, list(history[0]) if history else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)
