"""Whether the learning rate is too high or too low, or a penalty too strong."""

from __future__ import annotations

import math

import numpy as np

from ribbonet.nn.layers import Arrays
from ribbonet.nn.optimizers import Optimizer
from ribbonet.nn.training.checkpoint import Progress

SAMPLE = 256  # examples whose cost tells whether the learning rate is too high or too low
RISE, RISEN_FOR = 1.1, 5  # diverged: the cost above 1.1 times its start for 5 epochs, or all
FAR = 10  # diverged, too: the cost at the end above so many times its start
MOVE, MOVED_FOR = 0.01, 10  # too slow: cost and weights changed by under 1 % in 10 epochs
SHRUNK, LEARNED = 0.05, 0.5  # held: weights below 5 % of their first size, half the cost is left


class DivergenceError(RuntimeError):
    """The cost is not finite, or stays above its start: the learning rate is too high."""


class SlowTrainingWarning(UserWarning):
    """Neither the cost nor the weights have moved: the learning rate is too low."""


class StrongPenaltyWarning(UserWarning):
    """The weights are held near 0, and little is learned: a penalty is too strong."""


def check_step(cost: float, place: str, optimizer: Optimizer) -> None:
    """Raise DivergenceError where the cost of a step is infinite or not a number."""
    if not math.isfinite(cost):
        raise DivergenceError(_too_high(f"the cost became {cost} {place}", optimizer))


def check_epoch(progress: Progress, risen: bool, epochs: int, optimizer: Optimizer) -> None:
    """Raise DivergenceError where the cost stays above its start.

    Parameters
    ----------
    progress : Progress
        Its count `above` is updated.
    risen : bool
        Whether the cost of this epoch is above the start.
    epochs : int
        Of the whole training.
    optimizer : Optimizer
    """
    progress.above = progress.above + 1 if risen else 0
    if progress.above == min(RISEN_FOR, epochs):
        what = f"the cost stays above its start, {progress.start:.4g}"
        raise DivergenceError(_too_high(what, optimizer))


def check_end(reached: float, start: float, optimizer: Optimizer) -> None:
    """Raise DivergenceError where a training ends with a cost far above its start."""
    if not reached <= FAR * start:
        what = f"the cost ends at {reached:.4g}, far above its start, {start:.4g}"
        raise DivergenceError(_too_high(what, optimizer))


def slowness(
    before: Arrays, after: Arrays, cost_before: float, cost_after: float, optimizer: Optimizer
) -> str:
    """Say that the cost hardly moved because the weights hardly did; empty where they did.

    A cost that is constant while the weights move has another reason: nothing to learn, or nothing
    left to learn (Deep Learning in Python).
    """
    moved, size = _norm({name: after[name] - before[name] for name in before}), _norm(before)
    if moved >= MOVE * size or abs(cost_before - cost_after) >= MOVE * cost_before:
        return ""
    rate = optimizer.learning_rate
    return (
        f"the cost went from {cost_before:.5g} to {cost_after:.5g} and the weights moved by "
        f"{moved / size:.2g} of their size: the learning rate {rate:g} may be too low; "
        f"try {rate * 10:g}"
    )


def held(
    before: Arrays, after: Arrays, cost_before: float, cost_after: float, names: list[str]
) -> str:
    """Say that penalties hold the weights near 0, so that little is learned; empty otherwise.

    The error rate then hovers around that of guessing (Deep Learning in Python).

    Parameters
    ----------
    before, after : dict of arrays
        The parameters before the training and at its end.
    cost_before, cost_after : float
        The loss, without the penalties.
    names : list of str
        The parameters that are penalised.
    """
    first, last = (_norm({name: own[name] for name in names}) for own in (before, after))
    if last >= SHRUNK * first or cost_after < LEARNED * cost_before:
        return ""
    return (
        f"the size of the weights fell from {first:.2g} to {last:.2g} and the loss is still "
        f"{cost_after:.4g}: the penalty may be too strong; try a tenth of it, or none"
    )


def _too_high(what: str, optimizer: Optimizer) -> str:
    rate = optimizer.learning_rate
    return f"{what}: the learning rate {rate:g} is too high; try {rate / 10:g}"


def _norm(arrays: Arrays) -> float:
    return math.sqrt(sum(float(np.square(array).sum()) for array in arrays.values()))
