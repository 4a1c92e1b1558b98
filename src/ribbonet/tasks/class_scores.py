"""How good predicted classes are, beside what guesses would reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import SYMBOLS, UNLABELLED, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.tasks.metrics import (
    Bin,
    average_precision,
    confusion,
    divide,
    expected_calibration_error,
    matthews,
    matthews_of_all,
    number,
    reliability,
    roc_auc,
)
from ribbonet.tasks.records import to_plain

DRAWS = 1000
"""Sets of chains drawn for an interval."""


@dataclass(frozen=True)
class ClassScore:
    """How one class is predicted, from 0 to 1; None where it is undefined."""

    residues: int
    predicted: int
    precision: float | None
    recall: float | None
    f1: float | None
    mcc: float | None
    auc: float | None
    average_precision: float | None


@dataclass(frozen=True)
class Guess:
    """What a predictor without a network reaches."""

    label: str | None
    accuracy: float | None
    mcc: float | None
    macro_f1: float | None


@dataclass(frozen=True)
class ClassScores:
    """Scores of predicted classes; shares are from 0 to 1, None where undefined.

    `majority` predicts the most frequent label everywhere, `frequencies` draws labels as often as
    they occur, `residue` knows how often each class has each of the twenty residues, in the other
    chains of the set, and predicts the class that has the residue most often.
    """

    task: str
    chains: int
    residues: int
    labels: str
    accuracy: float | None
    accuracy_ci95: list[float | None]
    mcc: float | None
    mcc_ci95: list[float | None]
    macro_f1: float | None
    per_class: dict[str, ClassScore]
    confusion: list[list[int]]
    majority: Guess
    frequencies: Guess
    residue: Guess
    ece: float | None
    reliability: list[Bin]

    @property
    def best_is_highest(self) -> tuple[str, float]:
        """Matthews' coefficient of all classes."""
        return "Matthews", self.mcc or 0.0

    @property
    def only(self) -> str | None:
        """The label predicted for every residue, where there is but one."""
        predicted = [label for label, score in self.per_class.items() if score.predicted]
        return predicted[0] if len(predicted) == 1 else None

    def __str__(self) -> str:
        """Say the scores and the baselines in a line."""
        return (
            f"accuracy {shown(self.accuracy)}, Matthews {shown(self.mcc)}, macro F1 "
            f"{shown(self.macro_f1)}; always {self.majority.label!r} has accuracy "
            f"{shown(self.majority.accuracy)}, the residue alone Matthews {shown(self.residue.mcc)}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return to_plain(self)  # type: ignore[no-any-return]


def score_classes(
    chains: Sequence[Chain],
    truth: Sequence[NDArray[np.uint8]],
    probabilities: Sequence[NDArray[np.floating]],
    alphabet: Alphabet,
    kind: str,
    *,
    random_state: int = 0,
) -> ClassScores:
    """Score probabilities of classes.

    Parameters
    ----------
    chains : sequence of Chain
    truth : sequence of (L,) uint8 arrays
        Codes of each chain's labels, `UNLABELLED` where there is none.
    probabilities : sequence of (L, K) arrays
    alphabet : Alphabet
    kind : str
        Name of the task.
    random_state : int
        Seed of the bootstrap over chains.
    """
    size = len(alphabet)
    predicted = [own.argmax(axis=1) for own in probabilities]
    singles = np.array([confusion(t, p, size) for t, p in zip(truth, predicted, strict=True)])
    counts = singles.sum(axis=0)
    intervals = _intervals(singles, np.random.default_rng(random_state))
    labels = np.concatenate(truth)
    known = labels != UNLABELLED
    together = np.concatenate(list(probabilities))[known]
    labels = labels[known]
    residues = counts.sum()
    shares = divide(counts.sum(axis=1), residues)
    most = int(counts.sum(axis=1).argmax())
    majority = np.zeros_like(counts)
    majority[:, most] = counts.sum(axis=1)
    return ClassScores(
        kind,
        len(chains),
        int(residues),
        alphabet.symbols,
        number(divide(np.trace(counts), residues)),
        intervals[0],
        number(matthews_of_all(counts)),
        intervals[1],
        number(_macro_f1(counts)),
        _per_class(counts, labels, together, alphabet),
        counts.tolist(),
        _guess(majority, alphabet.symbols[most]),
        Guess(None, number(np.sum(shares**2)), 0.0, number(1 / size)),
        _guess(_by_residue(chains, truth, size)),
        number(expected_calibration_error(together, labels)),
        reliability(together, labels),
    )


def shown(score: float | None) -> str:
    """Return a score as it is printed."""
    return "-" if score is None else f"{score:.3f}"


def _per_class(
    counts: NDArray[np.int64],
    labels: NDArray[np.uint8],
    probabilities: NDArray[np.floating],
    alphabet: Alphabet,
) -> dict[str, ClassScore]:
    right, true, made = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    precision, recall, coefficient = divide(right, made), divide(right, true), matthews(counts)
    f1 = divide(2 * right, true + made)
    return {
        symbol: ClassScore(
            int(true[k]),
            int(made[k]),
            number(precision[k]),
            number(recall[k]),
            number(f1[k]),
            number(coefficient[k]),
            number(roc_auc(labels == k, probabilities[:, k])),
            number(average_precision(labels == k, probabilities[:, k])),
        )
        for k, symbol in enumerate(alphabet)
    }


def _macro_f1(counts: NDArray[np.int64]) -> float:
    """Mean F1 of the classes that occur or are predicted."""
    f1 = divide(2 * np.diag(counts), counts.sum(axis=1) + counts.sum(axis=0))
    return float(np.nanmean(f1)) if not np.isnan(f1).all() else float("nan")


def _guess(counts: NDArray[np.int64], label: str | None = None) -> Guess:
    return Guess(
        label,
        number(divide(np.trace(counts), counts.sum())),
        number(matthews_of_all(counts)),
        number(_macro_f1(counts)),
    )


def _by_residue(
    chains: Sequence[Chain], truth: Sequence[NDArray[np.uint8]], size: int
) -> NDArray[np.int64]:
    """Confusion of a predictor that sees one residue, counted in all other chains."""
    singles = np.zeros((len(chains), size, SYMBOLS), np.int64)
    for own, chain, labels in zip(singles, chains, truth, strict=True):
        known = labels != UNLABELLED
        np.add.at(own, (labels[known], chain.codes[known]), 1)
    counts = np.zeros((size, size), np.int64)
    total = singles.sum(axis=0)
    for own in singles:
        others = total - own + 1
        likeliest = (others / others.sum(axis=1, keepdims=True)).argmax(axis=0)
        for symbol, predicted in enumerate(likeliest):
            counts[:, predicted] += own[:, symbol]
    return counts


def _intervals(
    singles: NDArray[np.int64], rng: np.random.Generator
) -> tuple[list[float | None], list[float | None]]:
    """95 % intervals of accuracy and Matthews' coefficient by bootstrap over chains."""
    drawn = rng.multinomial(len(singles), np.full(len(singles), 1 / len(singles)), size=DRAWS)
    counts = np.tensordot(drawn, singles, axes=1)
    accuracy = divide(np.trace(counts, axis1=1, axis2=2), counts.sum(axis=(1, 2)))
    coefficients = np.array([matthews_of_all(own) for own in counts])
    return interval(accuracy), interval(coefficients)


def interval(draws: NDArray[np.floating]) -> list[float | None]:
    """Return the bounds of the middle 95 % of draws that are defined."""
    known = draws[~np.isnan(draws)]
    if not len(known):
        return [None, None]
    return [float(bound) for bound in np.quantile(known, [0.025, 0.975])]
