"""How good predicted values are, beside what guesses would reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import SYMBOLS
from ribbonet.chains.chain import Chain
from ribbonet.tasks.class_scores import interval, shown
from ribbonet.tasks.metrics import number, pearson, spearman
from ribbonet.tasks.records import to_plain

DRAWN_RESIDUES = 20_000_000
"""Residues in all draws of a bootstrap, at most; a thousand draws where that allows it."""
LEAST = 5
"""Values of a chain that is correlated by itself."""


@dataclass(frozen=True)
class ValueScores:
    """Scores of predicted values, in their units; None where undefined.

    `by_chain` has means over chains. `mean_baseline` predicts the mean of the values trained on,
    `residue` the mean of the residue's values in the other chains of the set.
    """

    task: str
    chains: int
    residues: int
    pearson: float | None
    pearson_ci95: list[float | None]
    spearman: float | None
    spearman_ci95: list[float | None]
    mae: float
    rmse: float
    by_chain: dict[str, float | None]
    mean_baseline_mae: float
    mean_baseline_rmse: float
    residue_pearson: float | None
    residue_spearman: float | None
    residue_mae: float
    points: list[tuple[float, float, int]]

    @property
    def best_is_highest(self) -> tuple[str, float]:
        """Spearman's correlation."""
        return "Spearman", self.spearman or 0.0

    @property
    def only(self) -> str | None:
        """None: of labels alone."""
        return None

    def __str__(self) -> str:
        """Say the scores and the baselines in a line."""
        return (
            f"Spearman {shown(self.spearman)}, Pearson {shown(self.pearson)}, mean absolute error "
            f"{self.mae:.4g}; the mean has {self.mean_baseline_mae:.4g}, the residue alone "
            f"Spearman {shown(self.residue_spearman)}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return to_plain(self)  # type: ignore[no-any-return]


def score_values(
    chains: Sequence[Chain],
    truth: Sequence[NDArray[np.floating]],
    predicted: Sequence[NDArray[np.floating]],
    mean: float,
    kind: str,
    *,
    random_state: int = 0,
) -> ValueScores:
    """Score predicted values.

    Parameters
    ----------
    chains : sequence of Chain
    truth, predicted : sequences of (L,) arrays
        NaN in the first where there is no value.
    mean : float
        Of the values trained on.
    kind : str
        Name of the task.
    random_state : int
        Seed of the bootstrap over chains.
    """
    known = [~np.isnan(own) for own in truth]
    singles = [
        (t[k].astype(np.float64), p[k].astype(np.float64))
        for t, p, k in zip(truth, predicted, known, strict=True)
    ]
    y, z = (np.concatenate(column) for column in zip(*singles, strict=True))
    guessed = np.concatenate(_by_residue(chains, truth, mean))
    long = [pair for pair in singles if len(pair[0]) >= LEAST]
    intervals = _intervals(singles, np.random.default_rng(random_state))
    return ValueScores(
        kind,
        len(chains),
        len(y),
        number(pearson(y, z)),
        intervals[0],
        number(spearman(y, z)),
        intervals[1],
        float(np.abs(y - z).mean()),
        float(np.sqrt(np.square(y - z).mean())),
        {
            "pearson": _mean([pearson(*pair) for pair in long]),
            "spearman": _mean([spearman(*pair) for pair in long]),
            "mae": _mean([float(np.abs(t - p).mean()) for t, p in singles if len(t)]),
        },
        float(np.abs(y - mean).mean()),
        float(np.sqrt(np.square(y - mean).mean())),
        number(pearson(y, guessed)),
        number(spearman(y, guessed)),
        float(np.abs(y - guessed).mean()),
        _points(y, z),
    )


def _by_residue(
    chains: Sequence[Chain], truth: Sequence[NDArray[np.floating]], mean: float
) -> list[NDArray[np.float64]]:
    """Mean value of each residue in all other chains."""
    sums = np.zeros((len(chains), 2, SYMBOLS))
    codes = [chain.codes[~np.isnan(own)] for chain, own in zip(chains, truth, strict=True)]
    for own, letters, values in zip(sums, codes, truth, strict=True):
        np.add.at(own[0], letters, values[~np.isnan(values)])
        np.add.at(own[1], letters, 1)
    total = sums.sum(axis=0)
    found = []
    for own, letters in zip(sums, codes, strict=True):
        added, counts = total - own
        found.append(np.where(counts > 0, added / np.maximum(counts, 1), mean)[letters])
    return found


def _intervals(
    singles: Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]], rng: np.random.Generator
) -> tuple[list[float | None], list[float | None]]:
    residues = max(sum(len(t) for t, _ in singles), 1)
    found = []
    for _ in range(int(np.clip(DRAWN_RESIDUES // residues, 50, 1000))):
        drawn = [singles[n] for n in rng.integers(len(singles), size=len(singles))]
        y, z = (np.concatenate(column) for column in zip(*drawn, strict=True))
        found.append((pearson(y, z), spearman(y, z)))
    first, second = np.array(found).T
    return interval(first), interval(second)


def _mean(values: Sequence[float]) -> float | None:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else None


def _points(y: NDArray[np.float64], z: NDArray[np.float64]) -> list[tuple[float, float, int]]:
    """Mean true value of predictions, in twenty groups of like size: predicted, true, residues."""
    order = np.argsort(z, kind="stable")
    groups = [group for group in np.array_split(order, 20) if len(group)]
    return [(float(z[g].mean()), float(y[g].mean()), len(g)) for g in groups]
