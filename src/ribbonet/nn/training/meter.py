"""How well a network does: loss and accuracy over many batches."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ribbonet.nn.layers import Array
from ribbonet.nn.layers.activations import Softmax
from ribbonet.nn.layers.stack import Network
from ribbonet.nn.losses import (
    BinaryCrossEntropy,
    ClassificationLoss,
    GroupedCrossEntropy,
    Loss,
    NestedCrossEntropy,
)
from ribbonet.nn.training.batches import Batch, Examples, cut


def right(loss: Loss, outputs: Array, targets: Array) -> Array | None:
    """Whether each example's likeliest class is the target's; None where there are no classes.

    Parameters
    ----------
    loss : Loss
        Determines how targets are read: as labels, as binary targets (all of which must be right),
        as groups of classes, or as classes of which the group counts.
    outputs, targets : (..., K) and (...) or (..., K) arrays

    Returns
    -------
    right : (...) bool array or None
    """
    if not isinstance(loss, ClassificationLoss):
        return None
    if isinstance(loss, BinaryCrossEntropy):
        yes = (outputs > 0) == (targets.reshape(outputs.shape) > 0.5)
        return np.asarray(yes.all(axis=-1))
    if isinstance(loss, GroupedCrossEntropy):
        sums = np.eye(max(loss.groups) + 1)[list(loss.groups)]
        if isinstance(loss, NestedCrossEntropy) and targets.ndim == outputs.ndim:
            targets = targets @ sums
        elif isinstance(loss, NestedCrossEntropy):
            targets = np.take(loss.groups, targets.astype(np.intp), mode="clip")
        outputs = Softmax.value(outputs) @ sums
    labels = targets if targets.ndim < outputs.ndim else targets.argmax(axis=-1)
    same: Array = outputs.argmax(axis=-1) == labels
    return same


@dataclass
class Meter:
    """Running mean of a loss and of the accuracy over batches of unequal size and weight."""

    criterion: Loss
    count: float = 0.0
    total: float = 0.0
    hits: float = 0.0
    classes: bool = False

    def add(self, value: float, outputs: Array, batch: Batch) -> None:
        """Take in a batch's loss, and its outputs beside the targets."""
        counts = np.ones(outputs.shape[:-1]) if batch.counts is None else batch.counts
        hits = right(self.criterion, outputs, batch.targets)
        self.take(
            value,
            float(counts.sum(dtype=np.float64)),
            None if hits is None else float((hits * counts).sum(dtype=np.float64)),
        )

    def take(self, value: float, count: float, hits: float | None) -> None:
        """Take in a batch's loss, what its examples count, and what the right ones count."""
        self.count += count
        self.total += value * count if self.criterion.reduction == "mean" else value
        if hits is not None:
            self.classes = True
            self.hits += hits

    @property
    def loss(self) -> float:
        """Mean loss of an example."""
        return self.total / (self.count or 1)

    @property
    def accuracy(self) -> float:
        """Share of examples whose likeliest class is the target's; NaN without classes."""
        return self.hits / (self.count or 1) if self.classes else math.nan

    def row(self, name: str) -> dict[str, float]:
        """Return the loss, and the accuracy where there are classes, as columns."""
        accuracy = {f"{name}_accuracy": self.accuracy} if self.classes else {}
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
    meter = Meter(loss)
    for chosen in cut(examples, indices, batch_size):
        batch = Batch(*examples.batch(chosen))
        with np.errstate(over="ignore", invalid="ignore"):  # the training loop says it better
            given = outputs(batch)
            meter.add(loss(given, batch.targets, batch.counts)[0], given, batch)
    return meter
