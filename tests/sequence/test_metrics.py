import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from ribbonet.sequence.alphabet import STATES, UNLABELLED, encode_labels
from ribbonet.sequence.files import read_three_line
from ribbonet.sequence.metrics import (
    bootstrap_interval,
    confusion,
    evaluate,
    expected_calibration_error,
    matthews,
    q_accuracy,
    sov,
    state_accuracy,
)
from ribbonet.sequence.records import Chain

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


# Segment overlap


def sov_of(truth: str, predicted: str, state: str = "HEC") -> float:
    scores, lengths = sov(encode_labels(truth), encode_labels(predicted))
    of_state = STATES.encode(state)
    return float(100 * scores[of_state].sum() / lengths[of_state].sum())


@pytest.mark.parametrize(
    ("predicted", "score"),
    [
        ("CHCHCHCHCHCC", 12.5),
        ("CCCHHHHHCCCC", 63.2),
        ("CHHHCHHHCHHC", 40.6),
        ("CHHCCHHHHHCC", 52.3),
        ("CCCHHHHHHCCC", 80.6),
    ],
)
def test_segment_overlap_of_the_paper(predicted: str, score: float) -> None:
    """Zemla et al. 1999, Table I."""
    assert sov_of("CHHHHHHHHHHC", predicted) == pytest.approx(score, abs=0.05)


def test_segment_overlap_of_strands_by_hand() -> None:
    # Zemla et al. 1999, Figure 1: EEE is missed (3); of EEEEEE, counted twice (12), the first
    # pair scores (1 + 1) / 10 * 6 and the second (2 + 1) / 6 * 6
    observed, predicted = "CCEEECCCCCCEEEEEECCC", "CCCCCCCEEEEECCCEECCC"
    assert sov_of(observed, predicted, "E") == pytest.approx(100 * (1.2 + 3) / 15)
    assert sov_of(observed, observed) == 100


def naive_sov(truth: str, predicted: str) -> tuple[list[float], list[int]]:
    """The formula of Zemla et al. 1999, word by word, over lists of segments."""

    def segments(labels: str, state: str) -> list[set[int]]:
        found: list[set[int]] = []
        for i, label in enumerate(labels):
            if label == state and (i == 0 or labels[i - 1] != state):
                found.append(set())
            if label == state:
                found[-1].add(i)
        return found

    predicted = "".join("-" if t == "-" else p for t, p in zip(truth, predicted, strict=True))
    scores, lengths = [], []
    for state in STATES:
        score, length = 0.0, 0
        for s1 in segments(truth, state):
            overlapping = [s2 for s2 in segments(predicted, state) if s1 & s2]
            length += len(s1) * max(len(overlapping), 1)
            for s2 in overlapping:
                minov, maxov = len(s1 & s2), len(s1 | s2)
                delta = min(maxov - minov, minov, len(s1) // 2, len(s2) // 2)
                score += (minov + delta) / maxov * len(s1)
        scores.append(score)
        lengths.append(length)
    return scores, lengths


@given(PAIRS)
def test_segment_overlap_is_its_formula(pair: tuple[str, str]) -> None:
    scores, lengths = sov(encode_labels(pair[0]), encode_labels(pair[1]))
    expected_scores, expected_lengths = naive_sov(*pair)
    assert scores == pytest.approx(expected_scores)
    assert lengths.tolist() == expected_lengths


@given(PAIRS, PAIRS)
def test_segments_end_where_labels_are_missing(a: tuple[str, str], b: tuple[str, str]) -> None:
    truth, predicted = (encode_labels(f"{x}-{y}") for x, y in zip(a, b, strict=True))
    together = sov(truth, predicted)
    apart = [sov(encode_labels(truth), encode_labels(predicted)) for truth, predicted in (a, b)]
    assert together[0] == pytest.approx(apart[0][0] + apart[1][0])
    assert together[1].tolist() == (apart[0][1] + apart[1][1]).tolist()


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


# All together


def test_scores_by_hand() -> None:
    chains = [Chain("a", "MKTAYI", "-HHHEC"), Chain("b", "MKTA", "CCCC"), Chain("c", "MK")]
    states = ["HHHCEC", "CCCC", "HH"]
    scores = evaluate(chains, [sure_of(s) for s in states])
    assert " ".join(scores) == (
        "chains residues q3 q_h q_e q_c mcc_h mcc_e mcc_c sov ece q3_ci95 confusion"
    )
    assert (scores["chains"], scores["residues"]) == (3, 9)
    assert scores["q3"] == pytest.approx(800 / 9)
    assert [scores["q_h"], scores["q_e"], scores["q_c"]] == pytest.approx([200 / 3, 100, 100])
    assert scores["mcc_e"] == 1
    assert scores["sov"] == 100 * (3 + 1 + 1 + 4) / 9
    assert scores["ece"] == pytest.approx(1 / 9)
    assert scores["confusion"] == [[2, 0, 1], [0, 1, 0], [0, 0, 5]]
    assert scores["q3_ci95"] == pytest.approx([80, 100])


def test_what_is_undefined_is_none() -> None:
    scores = evaluate([Chain("a", "MK", "HH"), Chain("b", "M")], [sure_of("HH"), sure_of("H")])
    assert (scores["q3"], scores["q_h"], scores["sov"]) == (100, 100, 100)
    assert [scores[key] for key in ("q_e", "q_c", "mcc_h", "mcc_e", "mcc_c")] == [None] * 5
    nothing = evaluate([Chain("a", "MK")], [sure_of("HH")])
    assert nothing["residues"] == 0
    assert nothing["q3_ci95"] == [None, None]
    assert [nothing[key] for key in ("q3", "sov", "ece")] == [None] * 3


def test_chains_do_not_run_into_one_another() -> None:
    one = evaluate([Chain("a", "MKTA", "HHHH")], [sure_of("HHCC")])
    two = evaluate([Chain("a", "MKTA", "HHHH")] * 2, [sure_of("HHCC"), sure_of("CCHH")])
    assert one["sov"] == two["sov"]


def test_the_same_seed_gives_the_same_interval() -> None:
    chains = [Chain(str(i), "M" * (i + 1), "H" * (i + 1)) for i in range(30)]
    probabilities = [sure_of("E" + "H" * i) for i in range(30)]
    intervals = [evaluate(chains, probabilities, random_state=i)["q3_ci95"] for i in (0, 0, 1)]
    assert intervals[0] == intervals[1] != intervals[2]


@pytest.mark.parametrize(
    ("chains", "probabilities", "message"),
    [
        ([], [], "no chain to evaluate"),
        (
            [Chain("a", "MK", "HH")],
            [np.zeros((3, 3))],
            r"chain 'a': 2 residues, probabilities of shape \(3, 3\)",
        ),
        ([Chain("a", "MK", "HG")], [np.zeros((2, 3))], "symbol 'G' at position 2"),
        ([Chain("a", "MK", "HH")], [], "zip"),
    ],
)
def test_what_does_not_fit_is_refused(
    chains: list[Chain], probabilities: list[NDArray[np.float64]], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        evaluate(chains, probabilities)


def test_a_perfect_prediction_of_a_real_set(shared_data: Path) -> None:
    chains = list(read_three_line(shared_data / "cb513_q3.3line"))
    states = [(chain.labels or "").replace("-", "C") for chain in chains]
    scores = evaluate(chains, [sure_of(s) for s in states])
    assert json.loads(json.dumps(scores)) == {
        "chains": 511,
        "residues": 83_427,
        **dict.fromkeys(("q3", "q_h", "q_e", "q_c", "sov"), 100),
        **dict.fromkeys(("mcc_h", "mcc_e", "mcc_c"), 1),
        "ece": 0,
        "q3_ci95": [100, 100],
        "confusion": [[29_102, 0, 0], [0, 18_690, 0], [0, 0, 35_635]],
    }
