import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import read_three_line
from ribbonet.evaluation.scores import (
    chain_scores,
    compare,
    evaluate,
    evaluate_eight,
    evaluate_states,
)


def sure_of(states: str) -> NDArray[np.float32]:
    """Probabilities that leave no doubt."""
    return np.eye(3, dtype=np.float32)[STATES.encode(states)]


# All together


def test_scores_by_hand() -> None:
    chains = [Chain("a", "MKTAYI", "-HHHEC"), Chain("b", "MKTA", "CCCC"), Chain("c", "MK")]
    states = ["HHHCEC", "CCCC", "HH"]
    scores = evaluate(chains, [sure_of(s) for s in states])
    assert " ".join(scores.to_json()) == (
        "chains residues q3 q_h q_e q_c mcc_h mcc_e mcc_c sov ece q3_ci95 confusion "
        "sov_refine boundaries reliability by_length by_content majority_state majority_q3"
    )
    assert (scores.chains, scores.residues) == (3, 9)
    assert scores.q3 == pytest.approx(800 / 9)
    assert [scores.q_h, scores.q_e, scores.q_c] == pytest.approx([200 / 3, 100, 100])
    assert scores.mcc_e == 1
    assert scores.sov == 100 * (3 + 1 + 1 + 4) / 9
    assert scores.ece == pytest.approx(1 / 9)
    assert scores.confusion == [[2, 0, 1], [0, 1, 0], [0, 0, 5]]
    assert scores.q3_ci95 == pytest.approx([80, 100])
    assert scores.to_json()["boundaries"] == {
        "tolerance": 2,
        "observed": 3,
        "predicted": 3,
        "recall": 100,
        "precision": 100,
    }
    assert scores.to_json()["reliability"] == [
        {"from": 0.9, "to": 1.0, "residues": 9, "confidence": 1, "accuracy": pytest.approx(8 / 9)}
    ]
    assert scores.to_json()["by_length"] == [
        {
            "longer_than": 0,
            "up_to": 100,
            "chains": 3,
            "residues": 9,
            "q3": pytest.approx(800 / 9),
        }
    ]
    assert scores.to_json()["by_content"] == [
        {"content": "mixed", "chains": 1, "residues": 5, "q3": 80},
        {"content": "irregular", "chains": 1, "residues": 4, "q3": 100},
    ]


def test_what_is_undefined_is_none() -> None:
    scores = evaluate([Chain("a", "MK", "HH"), Chain("b", "M")], [sure_of("HH"), sure_of("H")])
    assert (scores.q3, scores.q_h, scores.sov) == (100, 100, 100)
    assert [scores.q_e, scores.q_c, scores.mcc_h, scores.mcc_e, scores.mcc_c] == [None] * 5
    nothing = evaluate([Chain("a", "MK")], [sure_of("HH")])
    assert nothing.residues == 0
    assert nothing.q3_ci95 == [None, None]
    assert [nothing.q3, nothing.sov, nothing.ece] == [None] * 3


def test_chains_do_not_run_into_one_another() -> None:
    one = evaluate([Chain("a", "MKTA", "HHHH")], [sure_of("HHCC")])
    two = evaluate([Chain("a", "MKTA", "HHHH")] * 2, [sure_of("HHCC"), sure_of("CCHH")])
    assert one.sov == two.sov


def test_the_same_seed_gives_the_same_interval() -> None:
    chains = [Chain(str(i), "M" * (i + 1), "H" * (i + 1)) for i in range(30)]
    probabilities = [sure_of("E" + "H" * i) for i in range(30)]
    intervals = [evaluate(chains, probabilities, random_state=i).q3_ci95 for i in (0, 0, 1)]
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
    scores = evaluate(chains, [sure_of(s) for s in states]).to_json()
    for group in ("by_length", "by_content", "reliability"):
        parts = scores.pop(group)
        assert sum(part["residues"] for part in parts) == 83_427
        assert all(part.get("q3", 100) == 100 for part in parts)
    assert json.loads(json.dumps(scores)) == {
        "chains": 511,
        "residues": 83_427,
        **dict.fromkeys(("q3", "q_h", "q_e", "q_c", "sov", "sov_refine"), 100),
        **dict.fromkeys(("mcc_h", "mcc_e", "mcc_c"), 1),
        "ece": 0,
        "q3_ci95": [100, 100],
        "confusion": [[29_102, 0, 0], [0, 18_690, 0], [0, 0, 35_635]],
        "boundaries": {
            "tolerance": 2,
            "observed": 14_769,
            "predicted": 14_769,
            "recall": 100,
            "precision": 100,
        },
        "majority_state": "C",
        "majority_q3": pytest.approx(100 * 35_635 / 83_427),
    }


def test_states_alone_have_no_calibration() -> None:
    chains = [Chain("a", "MKTA", "HHC-")]
    scores = evaluate_states(chains, ["HHHH"])
    assert scores.q3 == pytest.approx(200 / 3)
    assert (scores.ece, scores.reliability) == (None, [])
    with pytest.raises(ValueError, match="chain 'a': 4 residues, 2 predicted states"):
        evaluate_states(chains, ["HH"])


def test_eight_states() -> None:
    eight = evaluate_eight([Chain("a", "MKTAYI", "HHGEB-")], ["HHHEEC"])
    assert eight.q8 == 60
    assert eight.states == "GHIEBTSC"
    assert eight.q == [0, 100, None, 100, 0, None, None, None]
    assert eight.mcc[1] == pytest.approx((2 * 2 - 1 * 0) / (2 * 3 * 2 * 3) ** 0.5)
    assert np.sum(eight.confusion) == 5


def test_each_chain_by_itself() -> None:
    chains = [Chain("a x", "MKTA", "HHC-"), Chain("b", "M")]
    first, second = chain_scores(chains, ["HCCC", "H"])
    assert (first.id, first.length, first.residues) == ("a", 4, 3)
    assert first.q3 == pytest.approx(200 / 3)
    assert first.sov == pytest.approx(100 * ((1 + 0) / 2 * 2 + (1 + 0) / 2 * 1) / 3)
    assert (second.q3, second.sov) == (None, None)


def test_two_predictions_of_the_same_chains() -> None:
    chains = [Chain(str(n), "MKTA", "HHHH") for n in range(8)]
    found = compare(chains, ["HHHH"] * 8, ["HHHC"] * 8)
    assert (found.difference, found.better) == (25, 8)
    assert found.p_permutation == found.p_wilcoxon == 2 / 2**8


def test_chains_are_grouped_by_length() -> None:
    chains = [Chain(str(n), "M" * n, "H" * n) for n in (100, 101, 900)]
    groups = evaluate_states(chains, ["H" * 100, "C" * 101, "H" * 900]).by_length
    assert [(g.longer_than, g.up_to, g.chains, g.q3) for g in groups] == [
        (0, 100, 1, 100),
        (100, 200, 1, 0),
        (500, None, 1, 100),
    ]


def test_the_majority_baseline_and_a_predictor_of_one_state():
    chains = [Chain("a", "MKTAYIAK", "HHECCCC-")]
    scores = evaluate_states(chains, ["CCCCCCCC"])
    assert (scores.majority_state, scores.majority_q3) == ("C", pytest.approx(400 / 7))
    assert scores.only == "C"
    assert evaluate_states(chains, ["HCCCCCCC"]).only is None
    helix = [Chain("a", "MKTA", "HHHH")]
    assert evaluate_states(helix, ["HHHH"]).only is None  # nothing else was to be said
    assert evaluate_states(helix, ["CCCC"]).only is None
