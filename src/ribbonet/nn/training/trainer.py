"""The training loop: epochs of mini-batches, validation, early stopping, checkpoints."""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.nn.layers import Arrays
from ribbonet.nn.layers.stack import Network
from ribbonet.nn.losses import Loss
from ribbonet.nn.optimizers import Optimizer
from ribbonet.nn.training.batches import Examples, cut
from ribbonet.nn.training.checkpoint import Progress
from ribbonet.nn.training.history import History
from ribbonet.nn.training.meter import Meter, measure
from ribbonet.nn.training.options import Options
from ribbonet.nn.training.rate import (
    MOVED_FOR,
    RISE,
    SAMPLE,
    SlowTrainingWarning,
    StrongPenaltyWarning,
    check_end,
    check_epoch,
    check_step,
    held,
    slowness,
)

Tracker = Callable[[Iterable[Any], str, int], Iterable[Any]]
"""Passes an iterable through and shows its progress: `(iterable, description, length)`."""

Callback = Callable[[dict[str, float]], Any]
"""Called with the history's row after each epoch; the training stops when it returns True."""


class Trainer:
    """The training of a network in place: an iterator over its steps, to be taken one at a time.

    Each item is the cost before a step. After the last step of an epoch the network is validated,
    the epoch's row is added to the history, the checkpoint is written and the callbacks are called.
    When the iterator is exhausted, the network has the weights of the epoch whose validation loss
    was lowest, or the last ones without validation examples.

    Parameters
    ----------
    network : Network
        Changed in place.
    loss : Loss
        What is minimised, with the penalties.
    optimizer : Optimizer
    examples, valid : Examples
        To train on, and to validate on.
    options : Options
    rng : numpy.random.Generator
        Order of the examples, and the randomness of layers.
    checkpoint : Path, optional
        Folder for the state after each epoch; a training that finds a state there resumes from it,
        and ends with the weights of an uninterrupted one.
    on_epoch : sequence of callables
        Called with the history's row after each epoch; the training stops when one returns
        True.

    Attributes
    ----------
    progress : Progress
        Epochs done, history, best weights.
    epoch, steps : int
        The epoch of the last step, from 1, and its number of steps.
    held : str
        At the end: a warning where penalties seem to be too strong; otherwise empty.
    slow : str
        At the end: a warning where the learning rate seems to be too low; otherwise empty.

    Examples
    --------
    >>> from ribbonet.nn import SGD, ArrayExamples, Dense, SquaredError
    >>> x = np.array([[0.0], [1.0], [2.0]])
    >>> trainer = Trainer(
    ...     Network([Dense(1, 1)], rng=0),
    ...     SquaredError(),
    ...     SGD(0.1),
    ...     ArrayExamples(x, 2 * x),
    ...     Options(epochs=20, batch_size=1),
    ...     rng=np.random.default_rng(0),
    ... )
    >>> first = next(trainer)
    >>> trainer.epoch, trainer.steps
    (1, 3)
    >>> last = list(trainer)[-1]
    >>> last < first / 100
    True
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        optimizer: Optimizer,
        examples: Examples,
        options: Options,
        *,
        rng: np.random.Generator,
        valid: Examples | None = None,
        checkpoint: Path | None = None,
        on_epoch: Sequence[Callback] = (),
    ) -> None:
        self.network, self.loss, self.optimizer = network, loss, optimizer
        self.examples, self.valid, self.options, self.rng = examples, valid, options, rng
        self.checkpoint, self.on_epoch = checkpoint, on_epoch
        self.engine = options.running(network, loss, optimizer, examples)
        self.progress = Progress()
        if checkpoint is not None:
            self.progress = Progress.load(checkpoint, self.engine, optimizer, rng)
        self.epoch = self.steps = 0
        self.held = self.slow = ""
        self._sample = examples.epoch(np.random.default_rng(0))[:SAMPLE]
        self._first = self.progress.epoch, self._sample_cost(), self.engine.weights()
        if self.progress.start is None:
            self.progress.start = self._first[1] + self._penalty(self._first[2])
        if not math.isfinite(self.progress.start):
            raise ValueError(
                f"the cost before the first step is {self.progress.start}: look at the inputs"
            )
        self._stopped = False
        self._iterator = self._run()
        if options.judge_start and not self.progress.history:
            self._judge_start()

    def __iter__(self) -> Iterator[float]:
        return self

    def __next__(self) -> float:
        """Take a step; return the cost before it, penalties included.

        Raises
        ------
        DivergenceError
            When the cost becomes infinite or not a number, or stays above its start.
        StopIteration
            When the training is at its end.
        """
        return next(self._iterator)

    @property
    def finished(self) -> bool:
        """Whether all epochs are done, or patience is exhausted, or a callback stopped it."""
        progress, patience = self.progress, self.options.patience
        return (
            self._stopped
            or progress.epoch >= self.options.epochs
            or bool(
                patience is not None
                and progress.best
                and progress.epoch - progress.best_epoch >= patience
            )
        )

    def _run(self) -> Iterator[float]:
        while not self.finished:
            yield from self._epoch()
        self._judge_training()
        self.network.load(self.progress.best or self.engine.weights())

    def _judge_training(self) -> None:
        """Compare the end with the start: learning too slow, weights held near 0, or divergence."""
        first_epoch, first_cost, first = self._first
        if self.progress.epoch - first_epoch >= MOVED_FOR:
            last, cost = self.engine.weights(), self._sample_cost()
            self.slow = slowness(first, last, first_cost, cost, self.optimizer)
            penalised = {n for own in self.options.penalties for n in own.penalised(first)[1]}
            self.held = held(first, last, first_cost, cost, sorted(penalised))
        if self.progress.history:
            reached = self.progress.best_loss if self.progress.best else self._sample_cost()
            reached += self._penalty(self.progress.best or self.engine.weights())
            check_end(reached, self.progress.start or 0.0, self.optimizer)

    def _epoch(self) -> Iterator[float]:
        """Take the steps of an epoch, and judge it with the last of them."""
        started, options, epoch = time.perf_counter(), self.options, self.progress.epoch
        chosen = self._batches()
        self.epoch, self.steps = epoch + 1, len(chosen)
        shares = ((epoch + step / self.steps) / options.epochs for step in range(self.steps))
        factors = list(map(options.schedule, shares))
        meter = Meter(self.loss)
        costs = self.engine.train(self.examples, chosen, factors, self.rng, meter)
        for step, cost in enumerate(islice(costs, self.steps), 1):
            check_step(cost, f"in epoch {epoch + 1}, step {step}", self.optimizer)
            if step == self.steps:
                for _ in costs:  # lets the engine finish
                    pass
                self._finish_epoch(meter, started)
            yield cost

    def _batches(self) -> list[NDArray[np.int64]]:
        size, keep_last = self.options.batch_size, self.options.keep_last
        chosen = list(cut(self.examples, self.examples.epoch(self.rng), size, keep_last=keep_last))
        if not chosen:
            raise ValueError(f"fewer examples than a batch of {size}; take a smaller one")
        return chosen

    def _finish_epoch(self, meter: Meter, started: float) -> None:
        """Write the epoch's row, validate, look for divergence, and save the state."""
        progress, options = self.progress, self.options
        progress.epoch += 1
        share = (progress.epoch - 1) / options.epochs
        rate = self.optimizer.learning_rate * options.schedule(share)
        row = {"epoch": progress.epoch, "learning_rate": rate, **meter.row("train")}
        self._judge(row)
        row["seconds"] = time.perf_counter() - started
        progress.history.append(row)
        start = progress.start or 0.0
        risen = meter.loss > start and not (
            self._sample_cost() + self._penalty(self.engine.weights()) <= RISE * start
        )
        check_epoch(progress, risen, options.epochs, self.optimizer)
        if self.checkpoint is not None and self.engine.leads:
            progress.save(self.checkpoint, self.engine, self.optimizer, self.rng)
        self._stopped = True in [callback(row) for callback in self.on_epoch]

    def _judge_start(self) -> None:
        """Validate the first weights, as epoch 0."""
        started, size = time.perf_counter(), self.options.batch_size
        first = measure(self.engine.outputs, self.loss, self.examples, self._sample, size)
        row = {"epoch": 0, "learning_rate": 0.0, **first.row("train")}
        self._judge(row)
        row["seconds"] = time.perf_counter() - started
        self.progress.history.append(row)
        for callback in self.on_epoch:
            callback(row)

    def _judge(self, row: dict[str, float]) -> None:
        """Validate, and keep the weights if they are the best."""
        if self.valid is None:
            return
        valid, size = self.valid, self.options.batch_size
        judged = measure(self.engine.outputs, self.loss, valid, valid.all(), size)
        row |= judged.row("valid")
        if judged.loss < self.progress.best_loss:
            self.progress.best_loss = judged.loss
            self.progress.best_epoch = self.progress.epoch
            self.progress.best = self.engine.weights()

    def _penalty(self, weights: Arrays) -> float:
        """Return the part of the cost that is penalties; it may fall while the loss rises."""
        return sum(penalty(weights)[0] for penalty in self.options.penalties)

    def _sample_cost(self) -> float:
        """Return the loss of a sample of the examples."""
        size = self.options.batch_size
        return measure(self.engine.outputs, self.loss, self.examples, self._sample, size).loss


def fit(
    network: Network,
    loss: Loss,
    optimizer: Optimizer,
    examples: Examples,
    *,
    rng: np.random.Generator,
    valid: Examples | None = None,
    checkpoint: Path | None = None,
    on_epoch: Callback | Sequence[Callback] | None = None,
    track: Tracker | None = None,
    **options: Any,
) -> History:
    """Train a network in place by mini-batches, to the end.

    Parameters
    ----------
    network, loss, optimizer, examples, rng, valid, checkpoint
        As `Trainer` takes them.
    on_epoch : callable or sequence of callables, optional
        As `Trainer` takes them.
    track : callable, optional
        Wraps the iterable of an epoch's steps to show progress.
    **options
        Fields of `Options`: `epochs`, `batch_size` and others that are not the default.

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
        When neither the cost nor the weights have changed much.
    StrongPenaltyWarning
        When penalties have kept the weights near 0, and little was learned.
    """
    trainer = Trainer(
        network,
        loss,
        optimizer,
        examples,
        Options(**options),
        rng=rng,
        valid=valid,
        checkpoint=checkpoint,
        on_epoch=(on_epoch,) if callable(on_epoch) else on_epoch or (),
    )
    for _ in trainer if track is None else _tracked(trainer, track):
        pass
    if trainer.slow:
        warnings.warn(trainer.slow, SlowTrainingWarning, stacklevel=2)
    if trainer.held:
        warnings.warn(trainer.held, StrongPenaltyWarning, stacklevel=2)
    return trainer.progress.history


def _tracked(trainer: Trainer, track: Tracker) -> Iterator[float]:
    """Pass a training's steps through a tracker, epoch by epoch."""
    epochs = trainer.options.epochs
    for first in trainer:
        rest = islice(trainer, trainer.steps - 1)
        steps = (cost for costs in ((first,), rest) for cost in costs)
        yield from track(steps, f"epoch {trainer.epoch}/{epochs}", trainer.steps)
