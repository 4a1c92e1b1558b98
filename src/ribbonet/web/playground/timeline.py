"""The way back: what a training was after its epochs."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

import numpy as np

from ribbonet.nn.layer import Arrays
from ribbonet.nn.network import Network
from ribbonet.nn.optimizers import Optimizer

MEMORY = 16_000_000
"""Bytes that the moments of one player may take."""


def _copied(arrays: Arrays) -> Arrays:
    return {name: array.copy() for name, array in arrays.items()}


@dataclass(frozen=True)
class Moment:
    """All that a training needs to go on from here as it did the first time."""

    epoch: int
    network: Arrays
    optimizer: Arrays
    steps: int
    rng: Any

    @classmethod
    def of(
        cls, epoch: int, network: Network, optimizer: Optimizer, rng: np.random.Generator
    ) -> Moment:
        """Return the present moment."""
        memory = _copied(optimizer.state)
        return cls(epoch, _copied(network.state), memory, optimizer.steps, rng.bit_generator.state)

    def restore(self, network: Network, optimizer: Optimizer, rng: np.random.Generator) -> None:
        """Go back to it."""
        network.load(self.network)
        optimizer.state, optimizer.steps = _copied(self.optimizer), self.steps
        rng.bit_generator.state = self.rng

    @property
    def size(self) -> int:
        """Bytes of its arrays."""
        return sum(a.nbytes for a in (*self.network.values(), *self.optimizer.values()))


class Timeline:
    """Moments by epoch: all of them at first, then every second, every fourth...

    Examples
    --------
    >>> network, optimizer, rng = Network([]), Optimizer.__subclasses__()[0](0.1), None
    >>> timeline = Timeline(memory=4)
    >>> for epoch in range(10):
    ...     array = np.zeros(1, np.uint8)
    ...     timeline.keep(Moment(epoch, {"0.bias": array}, {}, 0, None))
    >>> timeline.epochs, timeline.at(7).epoch
    ([0, 4, 8], 4)
    """

    def __init__(self, memory: int = MEMORY) -> None:
        self.memory, self.stride = memory, 1
        self._moments: dict[int, Moment] = {}

    @property
    def epochs(self) -> list[int]:
        """Epochs that there are moments of, in order."""
        return list(self._moments)

    def keep(self, moment: Moment) -> None:
        """Take in a moment later than all others, unless its turn is left out."""
        if moment.epoch % self.stride:
            return
        self._moments[moment.epoch] = moment
        while len(self._moments) > 1 and len(self._moments) * moment.size > self.memory:
            self.stride *= 2
            self._moments = {e: m for e, m in self._moments.items() if e % self.stride == 0}

    def at(self, epoch: int) -> Moment:
        """Return the last moment not after an epoch."""
        epochs = self.epochs
        return self._moments[epochs[max(bisect_right(epochs, epoch) - 1, 0)]]

    def forget_after(self, epoch: int) -> None:
        """Drop what came after an epoch, for a training that takes another way from there."""
        self._moments = {e: m for e, m in self._moments.items() if e <= epoch}
