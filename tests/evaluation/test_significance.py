import tracemalloc
from itertools import product
from typing import Any

import numpy as np
import pytest

from ribbonet.evaluation.significance import _permutation, bootstrap_interval, paired_tests

# Intervals


def test_the_interval_is_that_of_drawn_chains() -> None:
    rng = np.random.default_rng(0)
    totals = rng.integers(50, 300, size=400)
    shares = rng.normal(0.7, 0.1, size=400).clip(0, 1)
    low, high = bootstrap_interval(np.rint(shares * totals).astype(int), totals, rng)
    middle = np.sum(shares * totals) / np.sum(totals)
    error = 0.1 * np.sqrt(np.sum(totals**2)) / np.sum(totals)
    assert low == pytest.approx(middle - 1.96 * error, abs=error / 4)
    assert high == pytest.approx(middle + 1.96 * error, abs=error / 4)


def test_the_interval_narrows_with_its_level() -> None:
    correct, totals = np.array([1, 5, 9, 3]), np.full(4, 10)
    wide, narrow = (
        bootstrap_interval(correct, totals, np.random.default_rng(0), level=level)
        for level in (0.95, 0.5)
    )
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_chains_without_labels_do_not_count() -> None:
    interval = bootstrap_interval(np.array([7, 0]), np.array([10, 0]), np.random.default_rng(0))
    assert interval == (0.7, 0.7)
    empty = np.zeros(2, dtype=int)
    assert np.isnan(bootstrap_interval(empty, empty, np.random.default_rng(0))).all()


# Two predictors


def outcome(gains: list[int], totals: int = 100) -> dict[str, Any]:
    correct = np.full(len(gains), 50)
    return paired_tests(
        correct + gains, correct, np.full(len(gains), totals), np.random.default_rng(0)
    )


def test_paired_tests_by_hand() -> None:
    found = outcome([1, 2, 3, 4, -5, 0])
    assert (found.chains, found.better, found.worse, found.equal) == (6, 4, 1, 1)
    assert found.difference == pytest.approx(5 / 6)
    assert found.mean_difference == pytest.approx(5 / 6)
    # of 32 ways to sign 1 to 5, those whose sum is 5 or more from 0
    sums = [abs(sum(signed)) for signed in product(*[(-n, n) for n in range(1, 6)])]
    assert found.p_permutation == sum(total >= 5 for total in sums) / 32
    # the negative rank is 5, the sums of ranks 10 and 5: 20 of 32 ways are as far or farther
    assert found.p_wilcoxon == pytest.approx(20 / 32)


def test_drawn_flips_agree_with_the_normal_distribution() -> None:
    from scipy.stats import norm

    gains = np.random.default_rng(1).normal(0.6, 3, size=200).round().astype(int)
    found = outcome(gains.tolist())
    z = gains.sum() / np.sqrt((gains**2).sum())
    assert found.p_permutation == pytest.approx(2 * norm.sf(abs(z)), rel=0.25)
    assert found.difference_ci95[0] < found.difference < found.difference_ci95[1]


def test_flips_are_drawn_in_blocks_as_if_at_once() -> None:
    gains = np.random.default_rng(1).normal(0.3, 3, size=401)
    n, rng = 10_001, np.random.default_rng(5)
    flips = rng.integers(0, 2, size=(n, len(gains)), dtype=np.int8) * 2 - 1
    extreme = np.count_nonzero(np.abs(flips @ gains) >= abs(gains.sum()))
    tracemalloc.start()
    found = _permutation(gains, np.random.default_rng(5), n)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == (extreme + 1) / (n + 1)
    assert peak < 2**21  # all at once are 32 MB


def test_a_predictor_is_no_better_than_itself() -> None:
    found = outcome([0] * 20)
    assert (found.difference, found.equal) == (0, 20)
    assert (found.p_permutation, found.p_wilcoxon) == (1, 1)
    assert found.difference_ci95 == [0, 0]


def test_without_labels_there_is_no_difference() -> None:
    found = outcome([0], totals=0)
    assert (found.chains, found.difference, found.p_wilcoxon) == (0, None, None)
    assert found.difference_ci95 == [None, None]
