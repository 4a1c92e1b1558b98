"""What computes the steps of a training: NumPy here, PyTorch in `ribbonet.nn.torch.engine`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ribbonet.nn.layers import Array, Arrays
from ribbonet.nn.layers.stack import Network
from ribbonet.nn.losses import Loss
from ribbonet.nn.optimizers import Optimizer, clip_by_norm
from ribbonet.nn.penalties import Penalty, penalise
from ribbonet.nn.training.batches import Batch, Examples
from ribbonet.nn.training.meter import Meter


class Engine(Protocol):
    """Trains a network step by step, and holds what changes in a step."""

    leads: bool = True
    """Whether this process writes checkpoints: of several that train together, one does."""

    def train(
        self,
        examples: Examples,
        chosen: Sequence[NDArray[np.int64]],
        factors: Sequence[float],
        rng: np.random.Generator,
        meter: Meter,
    ) -> Iterator[float]:
        """Take a step for each batch of indices; yield the cost before it.

        Parameters
        ----------
        examples : Examples
        chosen : sequence of (N,) int64 arrays
            The batches, of the same size but the last.
        factors : sequence of float
            What the schedule makes of the learning rate at each step.
        rng : numpy.random.Generator
        meter : Meter
            Takes in the loss and the accuracy of each step.
        """
        for indices, factor in zip(chosen, factors, strict=True):
            batch = Batch(*examples.batch(indices))
            cost, outputs = self.train_step(batch, factor, rng)
            meter.add(cost, outputs, batch)
            yield cost

    def train_step(
        self, batch: Batch, factor: float, rng: np.random.Generator
    ) -> tuple[float, Array]:
        """Take one step; return the cost before it, penalties included, and the outputs."""

    def outputs(self, batch: Batch) -> Array:
        """Return the network's outputs at prediction, by averaged weights if there are any."""

    def weights(self) -> Arrays:
        """Return copies of the weights that `outputs` uses."""

    def state(self) -> dict[str, Arrays]:
        """Return all that changes in a step, in named groups of arrays, for a checkpoint."""

    def restore(self, state: dict[str, Arrays]) -> None:
        """Go back to a state."""


class EngineFactory(Protocol):
    """How an engine is made; the class itself, or a function that chooses its device."""

    def __call__(
        self,
        network: Network,
        loss: Loss,
        optimizer: Optimizer,
        *,
        penalties: Sequence[Penalty],
        clip: float | None,
        average: float | None,
    ) -> Engine:
        """Return an engine that trains `network` in place."""


class NumpyEngine(Engine):
    r"""The gradients by hand.

    Parameters
    ----------
    network, loss, optimizer : Network, Loss, Optimizer
        What is trained, by what, and how.
    penalties : sequence of Penalty
        Added to the cost and to its gradient.
    clip : float, optional
        Largest global norm of a gradient.
    average : float, optional
        Decay d of the exponential moving average of the weights, for example 0.999:
        :math:`a \leftarrow d_t a + (1 - d_t) \theta` after step t, where :math:`d_t = \min(d,
        (1 + t) / (10 + t))`, so that the first weights are soon forgotten.
    """

    def __init__(
        self,
        network: Network,
        loss: Loss,
        optimizer: Optimizer,
        *,
        penalties: Sequence[Penalty] = (),
        clip: float | None = None,
        average: float | None = None,
    ) -> None:
        self.network, self.loss, self.optimizer = network, loss, optimizer
        self.penalties, self.clip, self.average = penalties, clip, average
        self.parameters = network.parameters
        self.judged = network
        if average is not None:
            self.judged = Network(network.config()["layers"]).load(network.state)

    def train_step(
        self, batch: Batch, factor: float, rng: np.random.Generator
    ) -> tuple[float, Array]:
        """Forward, backward, penalties, clipping, the optimiser's step, the average."""
        with np.errstate(over="ignore", invalid="ignore"):  # the loop says it better
            cost, gradients, outputs = self.network.loss_and_gradients(
                self.loss, batch.x, batch.targets, batch.counts, rng=rng, mask=batch.mask
            )
            cost += penalise(self.penalties, self.parameters, gradients)
            if self.clip is not None:
                clip_by_norm(gradients, self.clip)
            self.optimizer.step(self.parameters, gradients, factor)
            if self.average is not None:
                kept = averaging(self.average, self.optimizer.steps)
                averages = self.judged.state
                for name, array in self.network.state.items():
                    averages[name] *= kept
                    averages[name] += (1 - kept) * array
        return cost, outputs

    def outputs(self, batch: Batch) -> Array:
        """Return the forward pass of the network, or of its average."""
        with np.errstate(over="ignore", invalid="ignore"):
            return self.judged(batch.x, mask=batch.mask)

    def weights(self) -> Arrays:
        """Return copies of the weights, or of their average."""
        return {name: array.copy() for name, array in self.judged.state.items()}

    def state(self) -> dict[str, Arrays]:
        """Return the weights, their average, and the optimiser's memory."""
        state = {"now": self.network.state, "optimizer": self.optimizer.state}
        return state if self.average is None else {**state, "average": self.judged.state}

    def restore(self, state: dict[str, Arrays]) -> None:
        """Set the weights, their average, and the optimiser's memory."""
        self.parameters = self.network.load(state["now"]).parameters
        self.optimizer.state = dict(state["optimizer"])
        if self.average is not None:
            self.judged.load(state["average"])


def averaging(decay: float, step: int) -> float:
    """Return what the average of weights keeps of itself at a step, counted from 1."""
    return min(decay, (1 + step) / (10 + step))
