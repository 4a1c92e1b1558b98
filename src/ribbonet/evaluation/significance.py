"""How sure a score is, and whether one predictor is better than another on the same chains.

The unit is the chain: residues of one chain are not independent of each other.
"""

import numpy as np
from numpy.typing import NDArray

from ribbonet.errors import lacking
from ribbonet.tasks.structure_scores import Comparison


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


def paired_tests(
    correct: NDArray[np.integer],
    others: NDArray[np.integer],
    totals: NDArray[np.integer],
    rng: np.random.Generator,
    n: int = 10_000,
) -> Comparison:
    """Compare two predictors on the same chains.

    The difference of Q3 over all residues has a percentile interval by bootstrap over chains. Two
    tests look at the difference of Q3 chain by chain, each chain counting alike: that its signs
    are arbitrary (permutation: all sign flips for up to 13 chains, else ``n`` drawn ones), and the
    signed-rank test of Wilcoxon (1945, Biometrics Bull. 1, 80-83). Both are two-sided.

    Parameters
    ----------
    correct, others : (chains,) integer
        Residues that the first and the second predictor have right.
    totals : (chains,) integer
        Labelled residues; chains without any are left out.
    rng : numpy.random.Generator
    n : int
        Number of draws.

    Returns
    -------
    Comparison
        Of the first minus the second.
    """
    known = totals > 0
    correct, others, totals = (np.asarray(x)[known] for x in (correct, others, totals))
    if len(totals) == 0:
        return Comparison(0, None, [None, None], None, 0, 0, 0, None, None)
    gains = 100 * (correct - others) / totals
    low, high = bootstrap_interval(correct - others, totals, rng, n=max(n // 10, 1000))
    return Comparison(
        chains=len(totals),
        difference=100 * float((correct - others).sum() / totals.sum()),
        difference_ci95=[100 * low, 100 * high],
        mean_difference=float(gains.mean()),
        better=int((gains > 0).sum()),
        worse=int((gains < 0).sum()),
        equal=int((gains == 0).sum()),
        p_permutation=_permutation(gains, rng, n),
        p_wilcoxon=_wilcoxon(gains),
    )


ALL_FLIPS_UP_TO = 13
BLOCK = 256
"""Flips of all chains at a time, a multiple of 4: the draws are then those of all at once."""


def _permutation(gains: NDArray[np.float64], rng: np.random.Generator, n: int) -> float:
    """Two-sided p of the mean under flips of signs; drawn flips count the observed one."""
    gains = gains[gains != 0]
    # a sum that is equal but for rounding is as extreme
    least = abs(gains.sum()) - 1e-9
    if len(gains) <= ALL_FLIPS_UP_TO:
        flips = 1 - 2 * (np.arange(2 ** len(gains))[:, None] >> np.arange(len(gains)) & 1)
        return float(np.mean(np.abs(flips @ gains) >= least))
    extreme = 0
    for start in range(0, n, BLOCK):
        size = min(BLOCK, n - start), len(gains)
        flips = rng.integers(0, 2, size=size, dtype=np.int8) * 2 - 1
        extreme += int(np.count_nonzero(np.abs(flips @ gains) >= least))
    return (extreme + 1) / (n + 1)


def _wilcoxon(gains: NDArray[np.float64]) -> float:
    try:
        from scipy.stats import wilcoxon
    except ImportError:
        raise lacking("the test of Wilcoxon", "SciPy", "train") from None
    # equal but for rounding is tied, as ranks see it
    gains = np.round(gains[gains != 0], 9)
    return float(wilcoxon(gains).pvalue) if len(gains) else 1.0
