"""How well a network does: loss and accuracy over many batches."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ribbonet.nn.examples import Batch, Examples, batches
from ribbonet.nn.layer import Array
from ribbonet.nn.losses import Loss
from ribbonet.nn.network import Network


@dataclass
class Meter:
    """Running mean of loss and accuracy over batches of unequal size and weight."""

    count: float = 0.0
    total: float = 0.0
    right: float = 0.0
    labelled: bool = False

    def add(self, loss: float, outputs: Array, batch: Batch) -> None:
        """Take in a batch's mean loss, and its outputs beside the targets."""
        shape = outputs.shape[:-1]
        counts = np.ones(shape) if batch.counts is None else batch.counts
        count = float(counts.sum(dtype=np.float64))
        self.count += count
        self.total += loss * count
        if batch.targets.ndim < outputs.ndim:
            self.labelled = True
            right = outputs.argmax(axis=-1) == batch.targets
            self.right += float((right * counts).sum(dtype=np.float64))

    @property
    def loss(self) -> float:
        """Mean loss of an example."""
        return self.total / (self.count or 1)

    @property
    def accuracy(self) -> float:
        """Share of examples whose largest output is the target's class; NaN without classes."""
        return self.right / (self.count or 1) if self.labelled else math.nan

    def row(self, name: str) -> dict[str, float]:
        """Return the loss, and the accuracy where there are classes, as columns."""
        accuracy = {f"{name}_accuracy": self.accuracy} if self.labelled else {}
        return {f"{name}_loss": self.loss, **accuracy}


def evaluate(
    network: Network, loss: Loss, examples: Examples, batch_size: int = 4096
) -> tuple[float, float]:
    """Mean loss and accuracy (share of right classes, 0 to 1) over all examples."""

    def outputs(batch: Batch) -> Array:
        return network(batch.x, batch.mask)

    meter = measure(outputs, loss, examples, examples.all(), batch_size)
    return meter.loss, meter.accuracy


def measure(
    outputs: Callable[[Batch], Array],
    loss: Loss,
    examples: Examples,
    indices: NDArray[np.int64],
    batch_size: int,
) -> Meter:
    """Loss and accuracy over the examples at `indices`, given what makes outputs of a batch."""
    meter = Meter()
    for chosen in batches(indices, batch_size):
        batch = Batch(*examples.batch(chosen))
        given = outputs(batch)
        meter.add(loss(given, batch.targets, batch.counts)[0], given, batch)
    return meter
