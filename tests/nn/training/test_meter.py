"""Loss and accuracy over batches of unequal size and weight."""

import numpy as np
import pytest

from ribbonet.nn import (
    Batch,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    GroupedCrossEntropy,
    NestedCrossEntropy,
    SquaredError,
)
from ribbonet.nn.training.batches import ArrayExamples
from ribbonet.nn.training.meter import Meter, measure, right

LOSS = CategoricalCrossEntropy()


def test_weights_and_mask_multiply():
    mask = np.array([[True, False]])
    weights = np.array([[0.5, 0.5]])
    np.testing.assert_array_equal(Batch(weights, weights, weights, mask).counts, [[0.5, 0]])
    np.testing.assert_array_equal(Batch(weights, weights, None, mask).counts, mask)
    assert Batch(weights, weights).counts is None


def test_meter_weighs_batches():
    meter = Meter(LOSS)
    outputs = np.array([[2.0, 1.0], [2.0, 1.0]])
    meter.add(1.0, outputs, Batch(outputs, np.array([0, 1])))
    meter.add(4.0, outputs[:1], Batch(outputs[:1], np.array([1])))
    assert meter.loss == pytest.approx(2)
    assert meter.accuracy == pytest.approx(1 / 3)
    assert np.isnan(Meter(SquaredError()).accuracy)


@pytest.mark.parametrize(
    ("loss", "outputs", "targets", "expected"),
    [
        (LOSS, [[1, 2, 0], [3, 2, 0]], [1, 1], [True, False]),
        (LOSS, [[1, 2, 0], [3, 2, 0]], [[0.2, 0.8, 0], [0.1, 0.8, 0.1]], [True, False]),
        (BinaryCrossEntropy(), [[0.5], [-0.5]], [1, 1], [True, False]),
        (BinaryCrossEntropy(), [[0.5, -1], [-0.5, 1]], [[1, 0], [0, 0]], [True, False]),
        (GroupedCrossEntropy((0, 1, 1)), [[2.0, 1.5, 1.5], [4, 1, 1]], [1, 1], [True, False]),
        (NestedCrossEntropy((0, 1, 1)), [[2.0, 1.5, 1.5], [4, 1, 1]], [1, 2], [True, False]),
        (NestedCrossEntropy((0, 1, 1)), [[2.0, 1.5, 1.5]], [[0.4, 0.3, 0.3]], [True]),
    ],
)
def test_right_by_kind_of_loss(loss, outputs, targets, expected):
    given = right(loss, np.array(outputs, float), np.array(targets))
    np.testing.assert_array_equal(given, expected)


def test_a_cost_beyond_all_numbers_is_measured_without_a_warning():
    examples = ArrayExamples(np.zeros((3, 1)), np.zeros((3, 1)))
    meter = measure(lambda batch: batch.x + 1e200, SquaredError(), examples, examples.all(), 2)
    assert meter.loss == np.inf
