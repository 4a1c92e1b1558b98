"""The way back: what a training was after its epochs."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass

import numpy as np
from safetensors.numpy import load, save

from ribbonet.nn.layers.stack import Network
from ribbonet.nn.optimizers import Optimizer

MEMORY = 2_000_000
"""Bytes that the moments of one player may take."""


@dataclass(frozen=True, slots=True)
class Moment:
    """All that a training needs to go on from here as it did the first time.

    Attributes
    ----------
    epoch : int
    steps : int
        Of the optimiser.
    arrays : bytes
        Of network and optimiser, as a file holds them: as objects they take a multiple of it.
    generator : str
        The generator's state, as JSON.
    """

    epoch: int
    steps: int
    arrays: bytes
    generator: str

    @classmethod
    def of(
        cls, epoch: int, network: Network, optimizer: Optimizer, rng: np.random.Generator
    ) -> Moment:
        """Return the present moment."""
        arrays = {f"network.{name}": array for name, array in network.state.items()}
        arrays |= {f"optimizer.{name}": array for name, array in optimizer.state.items()}
        packed = save({name: np.ascontiguousarray(array) for name, array in arrays.items()})
        return cls(epoch, optimizer.steps, packed, json.dumps(rng.bit_generator.state))

    def restore(self, network: Network, optimizer: Optimizer, rng: np.random.Generator) -> None:
        """Go back to it."""
        arrays = load(self.arrays)
        network.load({name: arrays[f"network.{name}"] for name in network.state})
        optimizer.state = {
            name.removeprefix("optimizer."): array
            for name, array in arrays.items()
            if name.startswith("optimizer.")
        }
        optimizer.steps = self.steps
        rng.bit_generator.state = json.loads(self.generator)

    @property
    def size(self) -> int:
        """Bytes of what it holds."""
        return len(self.arrays) + len(self.generator)


class Timeline:
    """Moments by epoch: all of them at first, then every second, every fourth...

    Examples
    --------
    >>> timeline = Timeline(memory=4)
    >>> for epoch in range(10):
    ...     timeline.keep(Moment(epoch, 0, b".", ""))
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
