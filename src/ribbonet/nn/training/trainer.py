"""The training loop: epochs of mini-batches, validation, early stopping, checkpoints."""

from __future__ import annotations

import csv
import math
import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ribbonet.nn.compiled.engine import PAYS, FusedEngine, fits
from ribbonet.nn.layers.base import Arrays
from ribbonet.nn.layers.stack import Network
from ribbonet.nn.losses import Loss
from ribbonet.nn.optimizers import Optimizer
from ribbonet.nn.penalties import Penalty
from ribbonet.nn.schedules import Schedule, constant
from ribbonet.nn.training.batches import Examples, cut, windows_of
from ribbonet.nn.training.checkpoint import History, Progress
from ribbonet.nn.training.engine import EngineFactory, NumpyEngine
from ribbonet.nn.training.meter import Meter, measure
from ribbonet.system.atomic import atomic_write

Tracker = Callable[[Iterable[Any], str, int], Iterable[Any]]
"""Passes an iterable through and shows how far it is: `(iterable, description, length)`."""

Callback = Callable[[dict[str, float]], Any]
"""Called with the history's row after each epoch; the training stops when it returns True."""

SAMPLE = 256  # examples whose cost tells whether the learning rate is too high or too low
RISE, RISEN_FOR = 1.1, 5  # diverged: the cost above 1.1 times its start for 5 epochs, or all
FAR = 10  # diverged, too: the cost at the end above so many times its start
MOVE, MOVED_FOR = 0.01, 10  # too slow: cost and weights changed by under 1 % in 10 epochs


class DivergenceError(RuntimeError):
    """The cost is not finite, or stays above its start: the learning rate is too high."""


class SlowTrainingWarning(UserWarning):
    """Neither the cost nor the weights have moved: the learning rate is too low."""


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
    penalties: Sequence[Penalty] = (),
    clip: float | None = None,
    average: float | None = None,
    keep_last: bool = True,
    judge_start: bool = False,
    engine: EngineFactory | None = None,
    checkpoint: Path | None = None,
    on_epoch: Callback | Sequence[Callback] | None = None,
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
        What is made small, with the penalties.
    optimizer : Optimizer
        How.
    examples, valid : Examples
        What to learn from, and what to judge by.
    epochs : int
        Passes over the examples at most.
    batch_size : int
        Examples in a step.
    rng : numpy.random.Generator
        Order of the examples, and the randomness of layers.
    patience : int, optional
        Epochs without a lower validation loss before stopping early.
    schedule : callable
        Factor of the learning rate as a function of the share of training done.
    penalties : sequence of Penalty
        Added to the cost (and so to `train_loss`) and to its gradient; see
        `ribbonet.nn.penalties`.
    clip : float, optional
        Largest global norm of a gradient.
    average : float, optional
        Decay of an exponential moving average of the weights, which is then what is
        validated, and what the network ends with.
    keep_last : bool
        Whether the last, smaller batch of an epoch is kept or dropped.
    judge_start : bool
        Whether the weights that there are before the first step are validated too, as epoch 0:
        what is already trained can be the best.
    engine : callable, optional
        Makes the `Engine` that computes: `NumpyEngine`, `FusedEngine` from
        `ribbonet.nn.compiled.engine`, or `TorchEngine` from `ribbonet.nn.torch.engine`. Without
        one, the second where it applies and there is enough to train on, otherwise the first.
    checkpoint : Path, optional
        Folder to keep the state in after each epoch; a training that finds one there goes
        on from it and ends with the weights of an uninterrupted one.
    on_epoch : callable or sequence of callables, optional
        Called with the history's row after each epoch; the training stops when one returns
        True.
    track : callable, optional
        Wraps the iterable of steps to show progress.

    Returns
    -------
    history : list of dict
        One row an epoch.

    Raises
    ------
    DivergenceError
        When the cost becomes infinite or not a number, or stays above its start.

    Warns
    -----
    SlowTrainingWarning
        When neither the cost nor the weights have moved.
    """
    callbacks = (on_epoch,) if callable(on_epoch) else tuple(on_epoch or ())
    if engine is None:
        windows = epochs * len(examples.all())
        fused = (
            windows >= PAYS
            and windows_of(examples) is not None
            and fits(network, loss, optimizer, penalties, clip)
        )
        engine = FusedEngine if fused else NumpyEngine
    running = engine(network, loss, optimizer, penalties=penalties, clip=clip, average=average)
    progress = Progress()
    if checkpoint is not None:
        progress = Progress.load(checkpoint, running, optimizer, rng)
    sample = examples.epoch(np.random.default_rng(0))[:SAMPLE]

    def sample_cost() -> float:
        return measure(running.outputs, loss, examples, sample, batch_size).loss

    first_epoch, first_cost, first_weights = progress.epoch, sample_cost(), running.weights()
    if progress.start is None:
        progress.start = first_cost
    if not math.isfinite(progress.start):
        raise ValueError(f"the cost before the first step is {first_cost}: look at the inputs")

    def judge(row: dict[str, float]) -> None:
        """Validate, and keep the weights if they are the best."""
        if valid is None:
            return
        judged = measure(running.outputs, loss, valid, valid.all(), batch_size)
        row |= judged.row("valid")
        if judged.loss < progress.best_loss:
            progress.best_loss, progress.best_epoch = judged.loss, progress.epoch
            progress.best = running.weights()

    if judge_start and not progress.history:
        started = time.perf_counter()
        first = measure(running.outputs, loss, examples, sample, batch_size)
        row = {"epoch": 0, "learning_rate": 0.0, **first.row("train")}
        judge(row)
        row["seconds"] = time.perf_counter() - started
        progress.history.append(row)
        for callback in callbacks:
            callback(row)

    stopped = False
    while progress.epoch < epochs and not stopped and not _exhausted(progress, patience):
        started = time.perf_counter()
        chosen = list(cut(examples, examples.epoch(rng), batch_size, keep_last=keep_last))
        if not chosen:
            raise ValueError(f"fewer examples than a batch of {batch_size}; take a smaller one")
        factors = [
            schedule((progress.epoch + step / len(chosen)) / epochs) for step in range(len(chosen))
        ]
        meter = Meter(loss)
        costs: Iterable[Any] = running.train(examples, chosen, factors, rng, meter)
        if track is not None:
            costs = track(costs, f"epoch {progress.epoch + 1}/{epochs}", len(chosen))
        for step, cost in enumerate(costs, 1):
            if not math.isfinite(cost):
                place = f"in epoch {progress.epoch + 1}, step {step}"
                raise DivergenceError(_too_high(f"the cost became {cost} {place}", optimizer))

        progress.epoch += 1
        row = {
            "epoch": progress.epoch,
            "learning_rate": optimizer.learning_rate * schedule((progress.epoch - 1) / epochs),
            **meter.row("train"),
        }
        judge(row)
        row["seconds"] = time.perf_counter() - started
        progress.history.append(row)
        risen = meter.loss > progress.start and not sample_cost() <= RISE * progress.start
        progress.above = progress.above + 1 if risen else 0
        if progress.above == min(RISEN_FOR, epochs):
            what = f"the cost stays above its start, {progress.start:.4g}"
            raise DivergenceError(_too_high(what, optimizer))
        if checkpoint is not None and running.leads:
            progress.save(checkpoint, running, optimizer, rng)
        stopped = True in [callback(row) for callback in callbacks]

    if progress.epoch - first_epoch >= MOVED_FOR:
        _warn_if_slow(first_weights, running.weights(), first_cost, sample_cost(), optimizer)
    reached = progress.best_loss if progress.best else sample_cost()
    if progress.history and not reached <= FAR * progress.start:
        what = f"the cost ends at {reached:.4g}, far above its start, {progress.start:.4g}"
        raise DivergenceError(_too_high(what, optimizer))
    network.load(progress.best or running.weights())
    return progress.history


def _exhausted(progress: Progress, patience: int | None) -> bool:
    """Whether `patience` epochs have passed since the best one."""
    return bool(
        patience is not None and progress.best and progress.epoch - progress.best_epoch >= patience
    )


def _too_high(what: str, optimizer: Optimizer) -> str:
    rate = optimizer.learning_rate
    return f"{what}: the learning rate {rate:g} is too high; try {rate / 10:g}"


def _warn_if_slow(
    before: Arrays, after: Arrays, cost_before: float, cost_after: float, optimizer: Optimizer
) -> None:
    """Say so when the cost hardly moved because the weights hardly did (Deep Learning in Python).

    A cost that stands still while the weights move has another reason: nothing to learn, or
    nothing left to.
    """
    moved = math.sqrt(sum(float(np.square(after[k] - before[k]).sum()) for k in before))
    size = math.sqrt(sum(float(np.square(array).sum()) for array in before.values()))
    if moved < MOVE * size and abs(cost_before - cost_after) < MOVE * cost_before:
        rate = optimizer.learning_rate
        warnings.warn(
            f"the cost went from {cost_before:.5g} to {cost_after:.5g} and the weights moved by "
            f"{moved / size:.2g} of their size: the learning rate {rate:g} may be too low; "
            f"try {rate * 10:g}",
            SlowTrainingWarning,
            stacklevel=3,
        )


def write_history(path: Path, history: History) -> None:
    """Write the history as CSV, one row an epoch."""
    with atomic_write(path, "w") as file:
        writer = csv.DictWriter(file, list(history[0]) if history else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)
