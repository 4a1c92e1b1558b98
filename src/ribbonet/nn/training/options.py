"""How a network is trained: for how long, in what batches, and by which engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ribbonet.nn.compiled.engine import PAYS, FusedEngine, fits
from ribbonet.nn.layers.stack import Network
from ribbonet.nn.losses import Loss
from ribbonet.nn.optimizers import Optimizer
from ribbonet.nn.penalties import Penalty
from ribbonet.nn.schedules import Schedule, constant
from ribbonet.nn.training.batches import Examples, windows_of
from ribbonet.nn.training.engine import Engine, EngineFactory, NumpyEngine


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a network is trained.

    Parameters
    ----------
    epochs : int
        Passes over the examples at most.
    batch_size : int
        Examples in a step.
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
        Decay of an exponential moving average of the weights; the average is then validated, and
        becomes the network's weights at the end.
    keep_last : bool
        Whether the last, smaller batch of an epoch is kept or dropped.
    judge_start : bool
        Whether the weights before the first step are validated too, as epoch 0: those of a network
        that is trained further may be the best.
    engine : callable, optional
        Makes the `Engine` that computes: `NumpyEngine`, `FusedEngine` from
        `ribbonet.nn.compiled.engine`, or `TorchEngine` from `ribbonet.nn.torch.engine`. By default
        `FusedEngine` where it applies and there are enough examples, otherwise `NumpyEngine`.
    """

    epochs: int
    batch_size: int
    patience: int | None = None
    schedule: Schedule = constant
    penalties: Sequence[Penalty] = ()
    clip: float | None = None
    average: float | None = None
    keep_last: bool = True
    judge_start: bool = False
    engine: EngineFactory | None = None

    def running(
        self, network: Network, loss: Loss, optimizer: Optimizer, examples: Examples
    ) -> Engine:
        """Make the engine that trains a network in place."""
        engine = self.engine
        if engine is None:
            compiled = (
                self.epochs * len(examples.all()) >= PAYS
                and windows_of(examples) is not None
                and fits(network, loss, optimizer, self.penalties, self.clip)
            )
            engine = FusedEngine if compiled else NumpyEngine
        return engine(
            network,
            loss,
            optimizer,
            penalties=self.penalties,
            clip=self.clip,
            average=self.average,
        )
