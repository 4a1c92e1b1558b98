"""The trainings of an experiment, one after the other, and what they come to on average."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ribbonet.nn.layers import Array
from ribbonet.web.playground.playground import Playground
from ribbonet.web.playground.settings import Settings

POINTS = 60
"""Points of an averaged curve, the first left out."""

SCORES = tuple(
    f"{part}_{kind}" for part in ("train", "valid", "test") for kind in ("accuracy", "loss")
)


@dataclass(frozen=True)
class Outcome:
    """How one training went.

    Attributes
    ----------
    end : str
        Why it ended; see `Playground`.
    scores : dict of float
        Of the weights that it ended with, some of `SCORES`.
    size : float
        Euclidean norm of the weights, without the biases.
    examples, parameters : int
    curves : (2, POINTS + 1) array
        The loss on the examples to learn from and on those to test on, evenly over the epochs;
        after an end before the last epoch, what it was at the end.
    """

    end: str
    scores: dict[str, float]
    size: float
    examples: int
    parameters: int
    curves: Array

    @classmethod
    def of(cls, playground: Playground) -> Outcome:
        """Return that of a training that has ended."""
        rows = [row for row in playground.rows if row["epoch"] <= playground.epoch]
        at = np.round(np.linspace(0, playground.settings.epochs, POINTS + 1)).astype(int)
        losses = np.array([[row["train_loss"], row["test_loss"]] for row in rows])
        network = playground.network
        weights = [a for name, a in network.parameters.items() if name.endswith("weight")]
        return cls(
            playground.end,
            {name: rows[-1][name] for name in SCORES if name in rows[-1]},
            math.sqrt(sum(float(np.square(a, dtype=np.float64).sum()) for a in weights)),
            len(playground.problem.train.x),
            network.size,
            losses[np.minimum(at, len(rows) - 1)].T,
        )


class Runs:
    """All trainings of an experiment: each variant once for the first seed, for the second...

    Parameters
    ----------
    variants : sequence of Settings
    seeds : int
        How many; both seeds of the settings are the first ones.
    upload : str
        A table or chains that the player brought.

    Attributes
    ----------
    outcomes : list of list of Outcome
        Of each variant, by seed.

    Raises
    ------
    InputError
        For settings from which nothing can be made.
    """

    def __init__(self, variants: Sequence[Settings], seeds: int, upload: str = "") -> None:
        self.variants, self.seeds, self._upload = variants, seeds, upload
        self.outcomes: list[list[Outcome]] = [[] for _ in variants]
        self._running: Playground | None = self._next()

    @property
    def done(self) -> int:
        """Trainings that have ended."""
        return sum(map(len, self.outcomes))

    @property
    def ended(self) -> bool:
        """Whether all have."""
        return self._running is None

    def _next(self) -> Playground | None:
        seed, variant = divmod(self.done, len(self.variants))
        if seed == self.seeds:
            return None
        settings = self.variants[variant]
        seeds = {name: getattr(settings, name) + seed for name in ("data_seed", "seed")}
        return Playground(settings.model_copy(update=seeds), self._upload)

    def advance(self, more: Callable[[], bool]) -> None:
        """Train while `more` returns true, asked before each step, or until the end."""
        while self._running is not None:
            self._running.advance(more)
            if not self._running.end:
                return
            self.outcomes[self.done % len(self.variants)].append(Outcome.of(self._running))
            self._running = self._next()

    def summary(self) -> list[dict[str, Any]]:
        """Return for each variant the means and intervals of its outcomes so far, for JSON."""
        return [_summed(outcomes) for outcomes in self.outcomes]


def _summed(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    if not outcomes:
        return {"runs": 0}
    first = outcomes[0]
    with np.errstate(invalid="ignore", over="ignore"):
        curves = np.mean([own.curves for own in outcomes], axis=0)
        scores = {n: mean_and_interval([own.scores[n] for own in outcomes]) for n in first.scores}
    ends = [own.end for own in outcomes]
    return {
        "runs": len(outcomes),
        "examples": first.examples,
        "parameters": first.parameters,
        "size": mean_and_interval([own.size for own in outcomes]),
        "scores": scores,
        "ends": {end: ends.count(end) for end in sorted({*ends} - {"done"})},
        "curves": [[round(v, 5) if math.isfinite(v) else None for v in row] for row in curves],
    }


def mean_and_interval(values: Sequence[float]) -> list[float | None]:
    """Return the mean and half the width of its 95 % confidence interval, by Student's t.

    Examples
    --------
    >>> mean_and_interval([1.0, 2.0, 3.0])
    [2.0, 2.48414]
    >>> mean_and_interval([1.0]), mean_and_interval([1.0, float("inf")])
    ([1.0, None], [None, None])
    """
    from scipy.special import stdtrit  # which takes 17 MB, and few come here

    n, mean = len(values), float(np.mean(values))
    if not math.isfinite(mean):
        return [None, None]
    if n < 2:
        return [round(mean, 5), None]
    error = float(np.std(values, ddof=1)) / math.sqrt(n)
    return [round(mean, 5), round(float(stdtrit(n - 1, 0.975)) * error, 5)]
