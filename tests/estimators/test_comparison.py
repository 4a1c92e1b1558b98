"""Comparisons of two models by cross-validation."""

import numpy as np
import pytest
from scipy import stats
from sklearn.datasets import load_iris, load_wine
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.model_selection import GroupKFold, RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ribbonet.estimators import Comparison, Perceptron, WindowClassifier, compare

MODEL = make_pipeline(StandardScaler(), Perceptron(learning_rate=0.05, epochs=10, random_state=0))


def test_the_paired_test_is_scipys():
    scores = np.random.default_rng(0).random((2, 10))
    t, p = Comparison(scores, 1 / 9).paired
    expected = stats.ttest_rel(scores[1], scores[0])
    assert (t, p) == pytest.approx((expected.statistic, expected.pvalue))


def test_the_corrected_test_by_hand():
    """Differences 1, 2, 3 of three folds: mean 2, variance 1; t = 2 / sqrt(1/3 + 1/2)."""
    result = Comparison(np.array([[0.0, 0, 0], [1, 2, 3]]), 0.5)
    t, p = result.corrected
    assert t == pytest.approx(2 / np.sqrt(5 / 6))
    assert p == pytest.approx(2 * stats.t.sf(t, 2))
    assert p > result.paired[1]
    np.testing.assert_allclose(result.deviations, [0, 1])


def test_the_corrected_test_seldom_finds_what_is_not_there():
    """Two equal models, random scores that folds share: at most 5 % differences at 5 %."""
    rng = np.random.default_rng(0)
    found = np.zeros(2)
    for _ in range(500):
        shared = rng.standard_normal((2, 1)) * np.sqrt(1 / 9)  # what overlapping training sets add
        result = Comparison(shared + rng.standard_normal((2, 10)), 1 / 9)
        found += [result.paired[1] < 0.05, result.corrected[1] < 0.05]
    assert found[1] / 500 < 0.07 < found[0] / 500


def test_a_model_beside_none_and_beside_itself():
    result = compare(DummyClassifier(), MODEL, *load_wine(return_X_y=True), cv=5)
    assert result.scores.shape == (2, 5)
    assert result.test_share == pytest.approx(1 / 4, rel=0.02)
    assert result.means[1] > 0.9
    assert result.corrected[1] < 0.001
    assert str(result).startswith("first   0.39")
    assert "corrected for shared examples: t = " in str(result)
    same = compare(MODEL, MODEL, *load_iris(return_X_y=True), cv=3)
    assert same.paired == same.corrected == (0, 1)


def test_scores_of_unlike_kinds_are_not_compared():
    X, y = np.arange(20.0)[:, None], np.arange(20) % 2
    with pytest.raises(ValueError, match="their scores are not of one kind; give scoring"):
        compare(DummyClassifier(), DummyRegressor(), X, y, cv=2)
    assert compare(DummyClassifier(), DummyRegressor(), X, y, cv=2, scoring="r2")


def test_repeated_folds_and_groups():
    X, y = load_iris(return_X_y=True)
    folds = RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0)
    assert compare(DummyClassifier(), MODEL, X, y, cv=folds).scores.shape == (2, 6)
    texts, labels = ["abab", "baab", "bbaa"] * 4, ["0101", "1001", "1100"] * 4
    one, other = (WindowClassifier(1, (), epochs=e, random_state=0) for e in (1, 2))
    groups = np.arange(12) // 2
    assert compare(one, other, texts, labels, cv=GroupKFold(3), groups=groups).scores.shape == (
        2,
        3,
    )
