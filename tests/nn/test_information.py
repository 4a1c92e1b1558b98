"""Entropy and its relatives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.nn import (
    CategoricalCrossEntropy,
    cross_entropy,
    entropy,
    information_content,
    kl_divergence,
)

distributions = st.integers(0, 10_000).map(
    lambda seed: np.random.default_rng(seed).dirichlet(np.ones(4), 2)
)


def test_by_hand() -> None:
    """A coin holds one bit, a certain event none, an impossible one infinitely many."""
    assert entropy([0.5, 0.5], base=2) == 1
    assert entropy([0.0, 1.0]) == 0
    np.testing.assert_array_equal(information_content([1.0, 0.5, 0.0], base=2), [0, 1, np.inf])
    assert cross_entropy([0.5, 0.5], [1.0, 0.0]) == np.inf
    assert kl_divergence([0.5, 0.5], [0.25, 0.75], base=2) == pytest.approx(1 - np.log2(3) / 2)


@given(distributions)
def test_divergence_is_never_negative_and_entropy_at_most_log_k(pq: np.ndarray) -> None:
    p, q = pq
    assert kl_divergence(p, q) >= 0
    assert kl_divergence(p, p) == 0
    assert entropy(p) <= np.log(4)


@given(distributions)
def test_the_loss_is_the_cross_entropy_of_targets_and_probabilities(pq: np.ndarray) -> None:
    p, q = pq
    loss = CategoricalCrossEntropy()(np.log(q)[None], p[None])[0]
    assert loss == pytest.approx(float(cross_entropy(p, q)))


def test_rows_of_distributions() -> None:
    p = np.array([[0.5, 0.5], [0.0, 1.0]])
    np.testing.assert_allclose(entropy(p, base=2), [1, 0])
