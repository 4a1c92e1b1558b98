from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES, UNLABELLED, encode_labels
from ribbonet.tasks.metrics import (
    confusion,
    expected_calibration_error,
    matthews,
    q_accuracy,
    reliability,
    state_accuracy,
)

PAIRS = st.lists(st.tuples(st.sampled_from("HEC-"), st.sampled_from("HEC")), min_size=1).map(
    lambda pairs: tuple("".join(column) for column in zip(*pairs, strict=True))
)


def sure_of(states: str) -> NDArray[np.float32]:
    """Probabilities that leave no doubt."""
    return np.eye(3, dtype=np.float32)[STATES.encode(states)]


# Counts


@given(PAIRS)
def test_each_labelled_residue_is_counted_once(pair: tuple[str, str]) -> None:
    truth, predicted = pair
    counts = confusion(encode_labels(truth), STATES.encode(predicted))
    assert counts.dtype == np.int64
    for i, state in enumerate(STATES):
        for j, other in enumerate(STATES):
            assert counts[i, j] == list(zip(truth, predicted, strict=True)).count((state, other))


COUNTS = np.array([[6, 1, 3], [2, 5, 3], [0, 4, 16]])


def test_accuracies_are_shares_of_the_residues() -> None:
    assert q_accuracy(COUNTS) == 27 / 40
    assert state_accuracy(COUNTS).tolist() == [0.6, 0.5, 0.8]
    assert np.isnan(q_accuracy(np.zeros((3, 3), dtype=np.int64)))
    assert np.isnan(state_accuracy(np.diag([1, 0, 2]))).tolist() == [False, True, False]


def test_matthews_by_hand() -> None:
    # helix: 6 right, 28 rightly rejected, 2 wrong, 4 missed
    helix = (6 * 28 - 2 * 4) / (8 * 10 * 30 * 32) ** 0.5
    strand = (5 * 25 - 5 * 5) / (10 * 10 * 30 * 30) ** 0.5
    coil = (16 * 14 - 6 * 4) / (22 * 20 * 20 * 18) ** 0.5
    assert matthews(COUNTS) == pytest.approx([helix, strand, coil])


def test_matthews_at_its_ends() -> None:
    assert matthews(np.array([[3, 0], [0, 4]])).tolist() == [1, 1]
    assert matthews(np.array([[0, 3], [4, 0]])).tolist() == [-1, -1]
    assert np.isnan(matthews(np.array([[3, 0], [4, 0]]))).all()


def test_matthews_of_a_large_set_does_not_overflow() -> None:
    counts = np.array([[3, 1], [1, 3]]) * 10**7
    assert matthews(counts) == pytest.approx([0.5, 0.5])


# Calibration


def test_calibration_by_hand() -> None:
    # bin (0.5, 0.6]: mean 0.56, half of two right; bin (0.9, 1.0]: mean 0.95, two of two right
    probabilities = np.array([[0.56, 0.44], [0.44, 0.56], [0.96, 0.04], [0.06, 0.94], [1, 0]])
    truth = np.array([0, 0, 0, 1, UNLABELLED], dtype=np.uint8)
    error = expected_calibration_error(probabilities, truth)
    assert error == pytest.approx((2 * 0.06 + 2 * 0.05) / 4)


def test_confidence_on_the_edge_of_a_bin_belongs_below() -> None:
    # one bin of mean 0.45, one of two right; apart, they would be 0.5 wrong each
    probabilities = np.array([[0.5, 0.25, 0.25], [0.4001, 0.2999, 0.3]])
    truth = np.array([0, 1], dtype=np.uint8)
    error = expected_calibration_error(probabilities, truth)
    assert error == pytest.approx(abs((0.5 + 0.4001) / 2 - 0.5))


def test_certainty_that_is_right_is_calibrated() -> None:
    assert expected_calibration_error(sure_of("HEC"), STATES.encode("HEC")) == 0
    assert expected_calibration_error(sure_of("HEC"), STATES.encode("ECH")) == 1
    assert np.isnan(expected_calibration_error(sure_of("HEC"), encode_labels("---")))


def test_the_bins_of_a_reliability_diagram() -> None:
    probabilities = np.array([[0.56, 0.44], [0.44, 0.56], [0.96, 0.04], [0.06, 0.94], [1, 0]])
    truth = np.array([0, 0, 0, 1, UNLABELLED], dtype=np.uint8)
    low, high = reliability(probabilities, truth)
    assert asdict(low) == pytest.approx(
        {"from_": 0.5, "to": 0.6, "residues": 2, "confidence": 0.56, "accuracy": 0.5}
    )
    assert asdict(high) == pytest.approx(
        {"from_": 0.9, "to": 1.0, "residues": 2, "confidence": 0.95, "accuracy": 1}
    )
