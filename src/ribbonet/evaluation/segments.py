"""Scores of segments: how runs of one state overlap, and where they start and end.

Labels and predictions are arrays of codes; a residue whose label is ``UNLABELLED`` ends the
segments on either side of it, the observed and the predicted ones.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import UNLABELLED


def sov(
    truth: NDArray[np.uint8], predicted: NDArray[np.integer], k: int = 3
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Segment overlap of each state, SOV'99 (Zemla et al. 1999), as numerators and denominators.

    Every pair of an observed segment ``a`` and a predicted segment ``b`` of the same state that
    overlap scores ``(overlap + allowance) / extent * len(a)``, where the extent is that of both
    together and the allowance the least of ``extent - overlap``, ``overlap``, ``len(a) // 2`` and
    ``len(b) // 2``. The denominator counts ``len(a)`` for each pair, and once if ``a`` has none.

    Chains may be joined by ``UNLABELLED``, or their results be added up.

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
    >>> from ribbonet.chains.alphabet import encode_labels
    >>> scores, lengths = sov(encode_labels("CHHHHHHHHHHC"), encode_labels("CCCHHHHHCCCC"))
    >>> float(round(100 * scores.sum() / lengths.sum(), 1))
    63.2
    """
    pairs = _overlaps(truth, predicted)
    allowances = np.minimum.reduce(
        [pairs.extents - pairs.overlaps, pairs.overlaps, pairs.observed // 2, pairs.predicted // 2]
    )
    return _scores(pairs, allowances, k), pairs.lengths[:k]


def sov_refine(
    truth: NDArray[np.uint8], predicted: NDArray[np.integer], k: int = 3
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Segment overlap of each state, SOV_refine (Liu & Wang 2018, Source Code Biol. Med. 13, 1).

    As ``sov``, with an allowance that grows with every residue predicted right: of one chain of L
    labelled residues in n states, with observed segments ``s``, it is

    ``n / sum((len(s) / L)**2) * len(a) / L * overlap / extent``, and ``extent - overlap`` at most

    (the paper's lambda is 1). It depends on the whole chain: give one at a time, and add results.

    Parameters
    ----------
    truth : (N,) uint8
    predicted : (N,) integer
    k : int

    Returns
    -------
    scores : (k,) float64
    lengths : (k,) int64

    Examples
    --------
    >>> from ribbonet.chains.alphabet import encode_labels
    >>> scores, lengths = sov_refine(encode_labels("CHHHHHHHHHHC"), encode_labels("CCCHHHHHCCCC"))
    >>> float(round(100 * scores.sum() / lengths.sum(), 1))
    56.7
    """
    pairs = _overlaps(truth, predicted)
    labelled = truth[truth != UNLABELLED]
    shares = _runs(truth)[1][truth[_runs(truth)[0]] != UNLABELLED] / max(len(labelled), 1)
    whole = len(np.unique(labelled)) / max(np.sum(shares**2), 1e-300)
    allowances = np.minimum(
        whole * pairs.observed / max(len(labelled), 1) * pairs.overlaps / pairs.extents,
        pairs.extents - pairs.overlaps,
    )
    return _scores(pairs, allowances, k), pairs.lengths[:k]


class _Pairs(NamedTuple):
    """Overlapping segments of one state: its code, their lengths and common ground; and SOV's N."""

    states: NDArray[np.uint8]
    observed: NDArray[np.int64]
    predicted: NDArray[np.int64]
    overlaps: NDArray[np.int64]
    extents: NDArray[np.int64]
    lengths: NDArray[np.int64]


def _overlaps(truth: NDArray[np.uint8], predicted: NDArray[np.integer]) -> _Pairs:
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

    times_counted = np.maximum(np.bincount(run, minlength=len(observed_starts)), 1)
    lengths = np.bincount(
        truth[observed_starts], times_counted * observed_sizes, minlength=UNLABELLED + 1
    )
    return _Pairs(truth[starts], a, b, overlaps, a + b - overlaps, lengths.astype(np.int64))


def _scores(pairs: _Pairs, allowances: NDArray[np.number], k: int) -> NDArray[np.float64]:
    scores = (pairs.overlaps + allowances) / pairs.extents * pairs.observed
    return np.bincount(pairs.states, scores, minlength=k).astype(np.float64)


def _runs(codes: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find where each run of equal codes starts, and how long it is."""
    starts = np.flatnonzero(np.diff(codes.astype(np.int64), prepend=-1))
    return starts, np.diff(starts, append=len(codes))


TOLERANCE = 2
"""Residues by which a predicted boundary may be off."""


def boundaries(
    truth: NDArray[np.uint8],
    predicted: NDArray[np.integer],
    k: int = 3,
    tolerance: int = TOLERANCE,
) -> NDArray[np.int64]:
    """Count starts and ends of segments, and those of them that were found.

    A start or end lies where two labelled neighbours differ in state, so the ends of a chain are
    none. Starts (and so ends) of one state are matched one to one, in their order along the
    chain, if they are at most ``tolerance`` residues apart.

    Parameters
    ----------
    truth : (N,) uint8
    predicted : (N,) integer
    k : int
        Number of states.
    tolerance : int

    Returns
    -------
    (k, 3) int64
        Of each state: observed, predicted, and matched. Recall is matched / observed, precision
        matched / predicted. Counts of chains may be added up.

    Examples
    --------
    >>> from ribbonet.chains.alphabet import encode_labels
    >>> boundaries(encode_labels("CCHHHHHCC"), encode_labels("CCCHHCCCC"))[0]
    array([2, 2, 2])
    """
    predicted = np.where(truth == UNLABELLED, UNLABELLED, predicted)
    counts = np.zeros((k, 3), np.int64)
    for state in range(k):
        for side in (0, 1):
            observed, found = (_changes(codes, state, side) for codes in (truth, predicted))
            counts[state] += len(observed), len(found), _matched(observed, found, tolerance)
    return counts


def _changes(codes: NDArray[np.integer], state: int, side: int) -> list[int]:
    """Places where runs of a state start (side 0) or have ended (1), between labelled residues."""
    before, after = codes[:-1], codes[1:]
    known = (before != after) & (before != UNLABELLED) & (after != UNLABELLED)
    places: list[int] = np.flatnonzero(known & ((after, before)[side] == state)).tolist()
    return places


def _matched(observed: list[int], found: list[int], tolerance: int) -> int:
    matched = i = j = 0
    while i < len(observed) and j < len(found):
        if abs(observed[i] - found[j]) <= tolerance:
            matched, i, j = matched + 1, i + 1, j + 1
        elif observed[i] < found[j]:
            i += 1
        else:
            j += 1
    return matched
