"""The Hopfield networks as an estimator."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.datasets import load_digits
from sklearn.pipeline import make_pipeline

from ribbonet.estimators import HopfieldNetwork, Perceptron

RNG = np.random.default_rng(0)
PATTERNS = RNG.choice([-1.0, 1.0], (6, 80))
CORRUPTED = np.where(RNG.random(PATTERNS.shape) < 0.15, -PATTERNS, PATTERNS)


@pytest.mark.parametrize("rule", ["hebbian", "pseudo-inverse", "modern"])
@pytest.mark.parametrize("update", ["asynchronous", "synchronous"])
def test_patterns_are_stored_and_retrieved_with_less_energy(rule, update):
    memory = HopfieldNetwork(rule, update=update, random_state=0).fit(PATTERNS)
    retrieved = memory.retrieve(CORRUPTED)
    np.testing.assert_allclose(retrieved, PATTERNS, atol=1e-6)
    assert np.all(memory.energy(retrieved) < memory.energy(CORRUPTED))


def test_zeros_and_ones_are_patterns_too():
    memory = HopfieldNetwork(random_state=0).fit(PATTERNS > 0)
    assert_array_equal(memory.retrieve(CORRUPTED > 0), PATTERNS)


def test_a_memory_before_a_classifier_cleans_its_inputs():
    X, y = load_digits(return_X_y=True)
    first = np.array([np.flatnonzero(y == digit)[0] for digit in range(10)])
    prototypes, labels = X[first] / 8 - 1, y[first]
    noisy = np.repeat(prototypes, 20, axis=0) + 1.5 * RNG.standard_normal((200, 64))
    classifier = Perceptron(epochs=300, random_state=0)
    alone = classifier.fit(prototypes, labels).score(noisy, np.repeat(labels, 20))
    memory = make_pipeline(HopfieldNetwork("modern", beta=2), classifier).fit(prototypes, labels)
    assert memory.score(noisy, np.repeat(labels, 20)) > alone


def test_an_unknown_rule_is_an_error():
    with pytest.raises(ValueError, match="unknown rule 'storkey'"):
        HopfieldNetwork("storkey").fit(PATTERNS)
