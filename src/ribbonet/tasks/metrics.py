"""How good predictions are, residue by residue: accuracy, correlation, calibration.

Labels and predictions are arrays of codes; a residue whose label is ``UNLABELLED`` counts in none
of the scores. What is undefined, as a score of a state that never occurs, is NaN.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ribbonet.chains.alphabet import UNLABELLED


def confusion(
    truth: NDArray[np.uint8], predicted: NDArray[np.integer], k: int = 3
) -> NDArray[np.int64]:
    """Count labelled residues of each state, in rows, by predicted state, in columns.

    Parameters
    ----------
    truth : (N,) uint8
        Codes of labels, ``UNLABELLED`` where there is none.
    predicted : (N,) integer
        Codes of predicted states.
    k : int
        Number of states.

    Returns
    -------
    (k, k) int64

    Examples
    --------
    >>> from ribbonet.chains.alphabet import encode_labels
    >>> confusion(encode_labels("HHEC-"), encode_labels("HEECC"))
    array([[1, 1, 0],
           [0, 1, 0],
           [0, 0, 1]])
    """
    labelled = truth != UNLABELLED
    pairs = truth[labelled].astype(np.int64) * k + predicted[labelled]
    return np.bincount(pairs, minlength=k * k).reshape(k, k)


def q_accuracy(counts: NDArray[np.int64]) -> float:
    """Share of residues predicted right, from a confusion matrix: Q3 / 100 for three states."""
    return float(divide(np.trace(counts), counts.sum()))


def state_accuracy(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share predicted right of the residues of each state, (k,), from a confusion matrix."""
    return divide(np.diag(counts), counts.sum(axis=1))


def matthews(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Matthews correlation coefficient of each state against the others (Matthews 1975).

    Parameters
    ----------
    counts : (k, k) int64
        A confusion matrix.

    Returns
    -------
    (k,) float64
        From -1 to 1; NaN for a state that all or none of the residues have, or are predicted to.
    """
    right = np.diag(counts).astype(np.float64)
    missed = counts.sum(axis=1) - right
    wrong = counts.sum(axis=0) - right
    rejected = counts.sum() - right - missed - wrong
    return divide(
        right * rejected - wrong * missed,
        np.sqrt((right + missed) * (right + wrong) * (rejected + missed) * (rejected + wrong)),
    )


@dataclass(frozen=True)
class Bin:
    """Residues of like confidence.

    Parameters
    ----------
    from_, to : float
        Bounds of the confidence; the first is not included.
    residues : int
    confidence, accuracy : float
        Means, from 0 to 1.
    """

    from_: float
    to: float
    residues: int
    confidence: float
    accuracy: float


def reliability(
    probabilities: NDArray[np.floating], truth: NDArray[np.uint8], bins: int = 10
) -> list[Bin]:
    """Confidence and accuracy, bin by bin: what a reliability diagram draws (Guo et al. 2017).

    Residues are sorted into bins of equal width by the largest of their probabilities.

    Parameters
    ----------
    probabilities : (N, k) floating
    truth : (N,) uint8
        Codes of labels, ``UNLABELLED`` where there is none.
    bins : int

    Returns
    -------
    list of Bin
        Those that hold a residue.

    Examples
    --------
    >>> reliability(np.array([[0.75, 0.25], [0.25, 0.75]]), np.array([0, 0], np.uint8), bins=2)
    [Bin(from_=0.5, to=1.0, residues=2, confidence=0.75, accuracy=0.5)]
    """
    labelled = truth != UNLABELLED
    probabilities, truth = probabilities[labelled], truth[labelled]
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == truth
    bin_of = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    sizes = np.bincount(bin_of, minlength=bins)
    confidences = np.bincount(bin_of, confidence, minlength=bins)
    rights = np.bincount(bin_of, right, minlength=bins)
    return [
        Bin(
            b / bins,
            (b + 1) / bins,
            int(sizes[b]),
            float(confidences[b] / sizes[b]),
            float(rights[b] / sizes[b]),
        )
        for b in np.flatnonzero(sizes).tolist()
    ]


def expected_calibration_error(
    probabilities: NDArray[np.floating], truth: NDArray[np.uint8], bins: int = 10
) -> float:
    """Mean distance of confidence from accuracy (Guo et al. 2017), from 0 to 1.

    The distance in each bin of ``reliability`` is weighted by the bin's size.

    Returns
    -------
    float
        NaN if no residue is labelled.
    """
    found = reliability(probabilities, truth, bins)
    gaps = sum(b.residues * abs(b.confidence - b.accuracy) for b in found)
    return float(divide(gaps, sum(b.residues for b in found)))


def divide(numerator: ArrayLike, denominator: ArrayLike) -> NDArray[np.float64]:
    """Divide, with NaN for 0 / 0 and no warning."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.true_divide(numerator, denominator))


def matthews_of_all(counts: NDArray[np.int64]) -> float:
    """Matthews' coefficient of all classes together (Gorodkin 2004, Comput. Biol. Chem. 28, 367).

    For two classes it is the usual one.

    Parameters
    ----------
    counts : (k, k) int64
        A confusion matrix.

    Returns
    -------
    float
        From -1 to 1; 0 where one class alone is predicted, NaN where one alone occurs.

    Examples
    --------
    >>> matthews_of_all(np.array([[2, 1], [0, 1]]))
    0.5773502691896258
    """
    total = float(counts.sum())
    true, made = counts.sum(axis=1).astype(float), counts.sum(axis=0).astype(float)
    spread = total**2 - (true**2).sum(), total**2 - (made**2).sum()
    if not spread[0]:
        return float("nan")
    covered = float(np.trace(counts)) * total - (true * made).sum()
    return float(covered / np.sqrt(spread[0] * spread[1])) if spread[1] else 0.0


def ranks(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """Ranks from 1, equal values sharing their mean rank.

    Examples
    --------
    >>> ranks(np.array([0.3, 0.1, 0.3]))
    array([2.5, 1. , 2.5])
    """
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    middle: NDArray[np.float64] = (ends - (counts - 1) / 2)[places]
    return middle


def roc_auc(positive: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """Area under the ROC curve: how often a positive has the higher score than a negative.

    Examples
    --------
    >>> roc_auc(np.array([True, False, True, False]), np.array([0.9, 0.1, 0.4, 0.5]))
    0.75
    """
    n = int(positive.sum())
    if not 0 < n < len(positive):
        return float("nan")
    above = ranks(scores)[positive].sum() - n * (n + 1) / 2
    return float(above / (n * (len(positive) - n)))


def average_precision(positive: NDArray[np.bool_], scores: NDArray[np.floating]) -> float:
    """Precision averaged over the thresholds at which recall grows.

    Examples
    --------
    >>> average_precision(np.array([True, False, True]), np.array([0.9, 0.8, 0.7]))
    0.8333333333333333
    """
    if not positive.any():
        return float("nan")
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(positive[order])
    last = np.flatnonzero(np.diff(scores[order], append=-np.inf))
    precision = found[last] / (last + 1)
    gained = np.diff(found[last], prepend=0)
    return float((precision * gained).sum() / positive.sum())


def pearson(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    """Pearson's correlation; NaN where one of the two does not vary.

    Examples
    --------
    >>> round(pearson(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 2.0])), 4)
    0.866
    """
    if len(a) < 2 or not (np.ptp(a) and np.ptp(b)):
        return float("nan")
    x, y = a - a.mean(), b - b.mean()
    return float((x * y).sum() / np.sqrt((x * x).sum() * (y * y).sum()))


def spearman(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    """Spearman's rank correlation.

    Examples
    --------
    >>> spearman(np.array([1.0, 2.0, 30.0]), np.array([0.1, 0.2, 0.3]))
    1.0
    """
    return pearson(ranks(a), ranks(b))


def number(score: ArrayLike) -> float | None:
    """Return a score for JSON, None where it is undefined."""
    value = float(np.asarray(score))
    return None if np.isnan(value) else value
