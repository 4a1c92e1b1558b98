"""How good predictions are: accuracy, correlation, segment overlap, calibration, intervals.

Labels and predictions are arrays of codes; a residue whose label is ``UNLABELLED`` counts in none
of the scores. What is undefined, as a score of a state that never occurs, is NaN in arrays and None
in the result of ``evaluate``.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ribbonet.sequence.alphabet import STATES, UNLABELLED, encode_labels
from ribbonet.sequence.records import Chain


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
    return float(_divide(np.trace(counts), counts.sum()))


def state_accuracy(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Share predicted right of the residues of each state, (k,), from a confusion matrix."""
    return _divide(np.diag(counts), counts.sum(axis=1))


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
    return _divide(
        right * rejected - wrong * missed,
        np.sqrt((right + missed) * (right + wrong) * (rejected + missed) * (rejected + wrong)),
    )


def sov(
    truth: NDArray[np.uint8], predicted: NDArray[np.integer], k: int = 3
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Segment overlap of each state, SOV'99 (Zemla et al. 1999), as numerators and denominators.

    Every pair of an observed segment ``a`` and a predicted segment ``b`` of the same state that
    overlap scores ``(overlap + allowance) / extent * len(a)``, where the extent is that of both
    together and the allowance the least of ``extent - overlap``, ``overlap``, ``len(a) // 2`` and
    ``len(b) // 2``. The denominator counts ``len(a)`` for each pair, and once if ``a`` has none.

    A residue without a label ends the segments on either side of it, the observed and the predicted
    ones. Chains may therefore be joined by ``UNLABELLED``, or their results be added up.

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
    scores : (k,) float64
    lengths : (k,) int64
        SOV of a state is ``100 * scores / lengths``, of all ``100 * scores.sum() / lengths.sum()``.

    Examples
    --------
    >>> scores, lengths = sov(encode_labels("CHHHHHHHHHHC"), encode_labels("CCCHHHHHCCCC"))
    >>> float(round(100 * scores.sum() / lengths.sum(), 1))
    63.2
    """
    predicted = np.where(truth == UNLABELLED, UNLABELLED, predicted)
    observed_starts, observed_sizes = _runs(truth)
    observed_run = np.repeat(np.arange(len(observed_starts)), observed_sizes)
    predicted_size = np.repeat(sizes := _runs(predicted)[1], sizes)

    # where neither changes, one observed and one predicted segment overlap
    starts, overlaps = _runs(truth.astype(np.int64) * 256 + predicted)
    same = (truth[starts] == predicted[starts]) & (truth[starts] != UNLABELLED)
    starts, overlaps = starts[same], overlaps[same]
    run = observed_run[starts]
    a, b = observed_sizes[run], predicted_size[starts]
    extents = a + b - overlaps
    allowances = np.minimum.reduce([extents - overlaps, overlaps, a // 2, b // 2])
    scores = np.bincount(truth[starts], (overlaps + allowances) / extents * a, minlength=k)

    times_counted = np.maximum(np.bincount(run, minlength=len(observed_starts)), 1)
    lengths = np.bincount(
        truth[observed_starts], times_counted * observed_sizes, minlength=UNLABELLED + 1
    )
    return scores.astype(np.float64), lengths[:k].astype(np.int64)


def _runs(codes: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find where each run of equal codes starts, and how long it is."""
    starts = np.flatnonzero(np.diff(codes.astype(np.int64), prepend=-1))
    return starts, np.diff(starts, append=len(codes))


def expected_calibration_error(
    probabilities: NDArray[np.floating], truth: NDArray[np.uint8], bins: int = 10
) -> float:
    """Mean distance of confidence from accuracy (Guo et al. 2017), from 0 to 1.

    Residues are sorted into bins of equal width by the largest of their probabilities, and the
    distance between its mean and the share predicted right in a bin is weighted by the bin's size.

    Parameters
    ----------
    probabilities : (N, k) floating
    truth : (N,) uint8
        Codes of labels, ``UNLABELLED`` where there is none.
    bins : int

    Returns
    -------
    float
        NaN if no residue is labelled.
    """
    labelled = truth != UNLABELLED
    probabilities, truth = probabilities[labelled], truth[labelled]
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == truth
    bin_of = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    gaps = np.abs(np.bincount(bin_of, confidence - right, minlength=bins))
    return float(_divide(gaps.sum(), len(truth)))


def bootstrap_interval(
    correct: NDArray[np.integer],
    totals: NDArray[np.integer],
    rng: np.random.Generator,
    n: int = 1000,
    level: float = 0.95,
) -> tuple[float, float]:
    """Percentile interval of the share of residues predicted right, by drawing chains anew.

    Residues of a chain are not independent, so whole chains are drawn, with replacement.

    Parameters
    ----------
    correct, totals : (chains,) integer
        Residues predicted right and labelled residues of each chain; chains without any labelled
        residue are left out.
    rng : numpy.random.Generator
    n : int
        Number of draws.
    level : float
        Share of the draws within the interval.

    Returns
    -------
    low, high : float
        From 0 to 1; NaN if no residue is labelled.
    """
    correct, totals = correct[totals > 0], totals[totals > 0]
    if len(totals) == 0:
        return np.nan, np.nan
    shares = np.empty(n)
    for i in range(n):
        drawn = rng.integers(len(totals), size=len(totals))
        shares[i] = correct[drawn].sum() / totals[drawn].sum()
    low, high = np.quantile(shares, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def evaluate(
    chains: Sequence[Chain],
    probabilities: Sequence[NDArray[np.floating]],
    *,
    random_state: int = 0,
) -> dict[str, Any]:
    """Score the predictions for chains with labels H, E and C.

    Parameters
    ----------
    chains : sequence of Chain
        Residues without labels, and chains without any, count in no score.
    probabilities : sequence of (L, 3) floating
        Of each state for each residue of each chain, in the order H, E, C.
    random_state : int
        Seed of the bootstrap.

    Returns
    -------
    dict
        ``chains`` and ``residues`` (labelled ones); in per cent ``q3``, ``q_h``, ``q_e``, ``q_c``
        (share predicted right of all residues, and of those of a state), ``sov`` and ``q3_ci95``
        (95 % interval of Q3, ``[low, high]``, by bootstrap over chains); ``mcc_h``, ``mcc_e``,
        ``mcc_c``; ``ece`` (from 0 to 1); ``confusion`` (rows: labels, columns: predictions, order
        H, E, C). Ready for JSON: what is undefined is None.

    Raises
    ------
    ValueError
        If there is no chain, not an array of shape (L, 3) for each, or a label is none of H, E, C
        and ``-``.
    """
    if not chains:
        raise ValueError("no chain to evaluate")
    for chain, array in zip(chains, probabilities, strict=True):
        if array.shape != (len(chain), len(STATES)):
            raise ValueError(
                f"chain {chain.id!r}: {len(chain)} residues, probabilities of shape {array.shape}"
            )
    truths = [encode_labels(chain.labels or "-" * len(chain)) for chain in chains]
    predictions = [array.argmax(axis=1) for array in probabilities]
    pairs = list(zip(truths, predictions, strict=True))

    truth = np.concatenate(truths)
    counts = confusion(truth, np.concatenate(predictions))
    overlaps = [sov(*pair) for pair in pairs]
    interval = bootstrap_interval(
        np.array([np.sum(t == p) for t, p in pairs]),
        np.array([np.sum(t != UNLABELLED) for t in truths]),
        np.random.default_rng(random_state),
    )
    scores: dict[str, Any] = {
        "q3": 100 * q_accuracy(counts),
        **_of_states("q", 100 * state_accuracy(counts)),
        **_of_states("mcc", matthews(counts)),
        "sov": 100 * _divide(sum(s.sum() for s, _ in overlaps), sum(n.sum() for _, n in overlaps)),
        "ece": expected_calibration_error(np.concatenate(list(probabilities)), truth),
    }
    return {
        "chains": len(chains),
        "residues": int(counts.sum()),
        **{key: _number(score) for key, score in scores.items()},
        "q3_ci95": [_number(100 * bound) for bound in interval],
        "confusion": counts.tolist(),
    }


def _of_states(name: str, scores: NDArray[np.float64]) -> dict[str, float]:
    return {f"{name}_{state.lower()}": s for state, s in zip(STATES, scores, strict=True)}


def _number(score: float) -> float | None:
    return None if np.isnan(score) else float(score)


def _divide(numerator: ArrayLike, denominator: ArrayLike) -> NDArray[np.float64]:
    """Divide, with NaN for 0 / 0 and no warning."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.true_divide(numerator, denominator))
