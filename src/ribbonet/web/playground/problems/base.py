"""What a network learns in the playground: examples, the layer that reads them, and their scene.

A problem says what goes into the network and what comes out; the page draws the rest by `scene`,
sent once, and by `view`, sent with each frame.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.nn import (
    ArrayExamples,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Network,
    Softmax,
    SquaredError,
)
from ribbonet.nn.layers import Array, Layer
from ribbonet.nn.layers.activations import Sigmoid
from ribbonet.nn.losses import Loss

PARTS = ("train", "valid", "test")
"""The examples to learn from, those that say when to stop, and those that neither has seen."""


class Problem(ABC):
    """What is learned.

    Attributes
    ----------
    classes : tuple of str
        Names of the classes; empty where numbers are learned.
    x, targets : arrays
        All examples.
    part : (N,) int8 array
        Which part of `PARTS` each belongs to.
    squared : bool
        Whether classes are learned as numbers, by the squared error.
    """

    classes: tuple[str, ...]
    x: Array
    targets: Array
    part: NDArray[np.int8]
    squared: bool

    @property
    def loss(self) -> type[Loss]:
        """The loss that fits the targets."""
        if self.squared or not self.classes:
            return SquaredError
        return BinaryCrossEntropy if len(self.classes) == 2 else CategoricalCrossEntropy

    @property
    def output(self) -> str:
        """Name of what makes of the network's outputs what the page shows."""
        return {
            SquaredError: "identity",
            BinaryCrossEntropy: "sigmoid",
            CategoricalCrossEntropy: "softmax",
        }[self.loss]

    @cached_property
    def wanted(self) -> Array:
        """What the loss compares outputs with: classes are -1 and 1, or one-hot, as numbers."""
        if not (self.classes and self.squared):
            return self.targets
        if len(self.classes) == 2:
            return (2 * self.targets - 1).astype(np.float32)[:, None]
        return np.eye(len(self.classes), dtype=np.float32)[self.targets]

    @cached_property
    def parts(self) -> dict[str, ArrayExamples]:
        """The examples of each part, by its name."""
        return {
            name: ArrayExamples(self.x[self.part == n], self.wanted[self.part == n])
            for n, name in enumerate(PARTS)
        }

    @property
    def train(self) -> ArrayExamples:
        """The examples to learn from."""
        return self.parts["train"]

    @property
    def outputs(self) -> int:
        """Units of the last layer: one for numbers and for two classes."""
        return len(self.classes) if len(self.classes) > 2 else 1

    @abstractmethod
    def first(self, units: int) -> Layer:
        """Return the layer that reads the examples."""

    @abstractmethod
    def scene(self) -> dict[str, Any]:
        """Return what the page has to know once, as JSON can hold it."""

    @abstractmethod
    def view(self, network: Network) -> dict[str, Array]:
        """Return what the page draws of a network, as arrays."""

    def probabilities(self, outputs: Array) -> Array:
        """Return the probability of the second of two classes, `(N, 1)`, or of each, `(N, K)`.

        Outputs that learned -1 and 1, or 0 and 1, by the squared error are cut to that range.
        """
        if not self.squared:
            return (Sigmoid if len(self.classes) == 2 else Softmax).value(outputs)
        return np.clip((outputs + 1) / 2 if len(self.classes) == 2 else outputs, 0, 1)

    def answers(self, outputs: Array) -> Array:
        """Return the class `(N,)` that outputs stand for."""
        chosen: Array = outputs.argmax(axis=-1) if outputs.shape[-1] > 1 else outputs[:, 0] > 0
        return chosen.astype(np.int64)


def parted(order: NDArray[np.int64], share: float) -> NDArray[np.int8]:
    """Divide examples, three or more: some to learn from, half of the others each for the rest.

    Parameters
    ----------
    order : (N,) int64 array
        The examples' numbers, shuffled.
    share : float
        Of those to learn from; one is left for each of the other parts.

    Returns
    -------
    part : (N,) int8 array

    Examples
    --------
    >>> parted(np.array([2, 0, 1, 3, 4]), 0.6).tolist()
    [0, 0, 0, 1, 2]
    """
    count = len(order)
    learned = max(1, min(count - 2, round(share * count)))
    part = np.empty(count, np.int8)
    part[order[:learned]] = 0
    part[order[learned : (count + learned) // 2]] = 1
    part[order[(count + learned) // 2 :]] = 2
    return part


def as_bytes(shares: Array) -> Array:
    """Return shares from 0 to 1 as uint8; what is no number as a half."""
    whole: Array = (np.nan_to_num(np.clip(shares, 0, 1), nan=0.5) * 255 + 0.5).astype(np.uint8)
    return whole
