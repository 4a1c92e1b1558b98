"""scikit-learn's own checks of an estimator."""

import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from ribbonet.estimators import (
    Autoencoder,
    HopfieldNetwork,
    MLPClassifier,
    MLPRegressor,
    Perceptron,
)

ESTIMATORS = [
    Perceptron(epochs=100),
    MLPClassifier((16,), epochs=60, learning_rate=0.01),
    MLPRegressor((16,), epochs=60, learning_rate=0.01),
    Autoencoder((4,), epochs=30, learning_rate=0.01),
    HopfieldNetwork(),
    HopfieldNetwork("modern"),
]


@pytest.mark.filterwarnings("ignore::ribbonet.nn.SlowTrainingWarning")
@parametrize_with_checks(ESTIMATORS)
def test_checks(estimator, check):
    check(estimator)
