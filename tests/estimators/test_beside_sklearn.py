"""Beside scikit-learn's own networks of the same shape, rate, epochs, batches and folds.

Ours have what theirs lack: classes are learned with smoothed labels, numbers with dropout. The
two amounts were chosen on other folds (of `random_state=100`), and are the same for all tables.
`pytest -m slow -rP tests/estimators/test_beside_sklearn.py` prints the comparisons.
"""

import sys

import pytest
from sklearn import neural_network as other
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import RepeatedKFold, RepeatedStratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ribbonet.estimators import MLPClassifier, MLPRegressor, compare

tell = sys.stdout.write

OURS = {"epochs": 50, "random_state": 1}
THEIRS = {"max_iter": 50, "n_iter_no_change": 50, "batch_size": 32, "random_state": 1}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore", category=ConvergenceWarning),
]


@pytest.mark.parametrize(
    ("load", "repeats"), [(load_digits, 2), (load_breast_cancer, 5), (load_wine, 10)]
)
def test_classes_are_told_at_least_as_well(load, repeats):
    result = compare(
        make_pipeline(StandardScaler(), other.MLPClassifier((64,), **THEIRS)),
        make_pipeline(StandardScaler(), MLPClassifier((64,), label_smoothing=0.1, **OURS)),
        *load(return_X_y=True),
        cv=RepeatedStratifiedKFold(n_splits=10, n_repeats=repeats, random_state=1),
    )
    tell(f"{load.__name__}, {repeats} times 10 folds, accuracy, scikit-learn first:\n{result}\n")
    assert result.means[1] >= result.means[0]


@pytest.mark.parametrize("load", [load_digits, load_breast_cancer, load_wine])
def test_without_what_theirs_lack_classes_are_told_alike(load):
    """Better, or worse by no more than chance."""
    result = compare(
        make_pipeline(StandardScaler(), other.MLPClassifier((64,), **THEIRS)),
        make_pipeline(StandardScaler(), MLPClassifier((64,), **OURS)),
        *load(return_X_y=True),
        cv=RepeatedStratifiedKFold(n_splits=10, n_repeats=1, random_state=1),
    )
    assert result.means[1] >= result.means[0] or result.paired[1] > 0.05, str(result)


def test_numbers_are_told_at_least_as_well():
    """R2, where scikit-learn's network is given the standardised targets that ours makes."""
    theirs = TransformedTargetRegressor(
        other.MLPRegressor(hidden_layer_sizes=(64,), **THEIRS), transformer=StandardScaler()
    )
    result = compare(
        make_pipeline(StandardScaler(), theirs),
        make_pipeline(StandardScaler(), MLPRegressor((64,), dropout=0.5, **OURS)),
        *load_diabetes(return_X_y=True),
        cv=RepeatedKFold(n_splits=10, n_repeats=5, random_state=1),
    )
    tell(f"load_diabetes, 5 times 10 folds, R2, scikit-learn first:\n{result}\n")
    assert result.means[1] >= result.means[0]
