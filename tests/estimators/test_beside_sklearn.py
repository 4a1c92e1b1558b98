"""Beside scikit-learn's own networks of the same shape, epochs and batches."""

import pytest
from sklearn import neural_network as other
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ribbonet.estimators import MLPClassifier, MLPRegressor, compare

OURS = {"epochs": 50, "random_state": 1}
THEIRS = {"max_iter": 50, "n_iter_no_change": 50, "batch_size": 32, "random_state": 1}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore", category=ConvergenceWarning),
]


@pytest.mark.parametrize(
    ("load", "repeats"), [(load_digits, 1), (load_breast_cancer, 3), (load_wine, 5)]
)
def test_classes_are_told_at_least_as_well(load, repeats):
    """By ten-fold cross-validation: better, or worse by no more than chance."""
    result = compare(
        make_pipeline(StandardScaler(), other.MLPClassifier((64,), **THEIRS)),
        make_pipeline(StandardScaler(), MLPClassifier((64,), **OURS)),
        *load(return_X_y=True),
        cv=RepeatedStratifiedKFold(n_splits=10, n_repeats=repeats, random_state=1),
    )
    assert result.means[1] >= result.means[0] or result.paired[1] > 0.05, str(result)


def test_numbers_are_told_at_least_as_well():
    """R2, where scikit-learn's network is given the standardised targets that ours makes."""
    theirs = TransformedTargetRegressor(
        other.MLPRegressor(hidden_layer_sizes=(64,), **THEIRS), transformer=StandardScaler()
    )
    result = compare(
        make_pipeline(StandardScaler(), theirs),
        make_pipeline(StandardScaler(), MLPRegressor((64,), **OURS)),
        *load_diabetes(return_X_y=True),
        cv=RepeatedKFold(n_splits=10, n_repeats=3, random_state=1),
    )
    assert result.means[1] >= result.means[0] or result.paired[1] > 0.05, str(result)
