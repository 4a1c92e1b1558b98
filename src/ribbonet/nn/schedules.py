"""Learning-rate schedules: a factor of the rate for each share of the training done."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

Schedule = Callable[[float], float]
"""Factor of the learning rate as a function of the share of training done, in [0, 1]."""


def constant(progress: float) -> float:
    """Return 1: the learning rate stays as it is."""
    return 1.0


def cosine(progress: float) -> float:
    """Return half a cosine, from 1 at the start to 0 at the end (Loshchilov & Hutter 2017)."""
    return 0.5 * (1 + math.cos(math.pi * progress))


@dataclass(frozen=True)
class StepDecay:
    """The rate multiplied by `factor` after each share `every` of the training.

    Examples
    --------
    >>> [round(StepDecay(every=0.5)(progress), 3) for progress in (0, 0.49, 0.5, 0.99)]
    [1.0, 1.0, 0.1, 0.1]
    """

    every: float = 1 / 3
    factor: float = 0.1

    def __call__(self, progress: float) -> float:
        """Return the factor of the learning rate."""
        done = progress / self.every + 1e-9  # 0.3 / 0.1 is a little less than 3
        return self.factor ** math.floor(done)


@dataclass(frozen=True)
class OneCycle:
    """From `start` up to 1 by half a cosine, and down to `final` by another.

    Smith & Topin (2019); with few steps of warm-up, the schedule of transformers.

    Parameters
    ----------
    warmup : float
        Share of the training that the way up takes, in (0, 1).
    start, final : float
        The factor at the start and at the end.

    Examples
    --------
    >>> [round(OneCycle()(progress), 3) for progress in (0, 0.15, 0.3, 0.65, 1)]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """

    warmup: float = 0.3
    start: float = 0.04
    final: float = 4e-6

    def __call__(self, progress: float) -> float:
        """Return the factor of the learning rate."""
        if progress < self.warmup:
            return 1 + (self.start - 1) * cosine(progress / self.warmup)
        down = (progress - self.warmup) / (1 - self.warmup)
        return self.final + (1 - self.final) * cosine(down)


SCHEDULES: dict[str, Schedule] = {
    "constant": constant,
    "step": StepDecay(),
    "cosine": cosine,
    "one-cycle": OneCycle(),
}
"""The schedules by the names that configurations use."""
