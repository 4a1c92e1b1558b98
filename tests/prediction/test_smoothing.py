"""Plausible segments: the likeliest states without helices and strands that are too short."""

import re
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ribbonet
from ribbonet.chains.alphabet import STATES
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.prediction.prediction import Prediction
from ribbonet.prediction.smoothing import plausible_states

SHORT = re.compile(r"(?<!H)H{1,2}(?!H)|(?<!E)E(?!E)")


def made(length: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet([0.4, 0.4, 0.4], length).astype(np.float32)


@given(st.integers(1, 7), st.integers(0, 1000))
def test_no_other_plausible_states_are_likelier(length, seed):
    probabilities = made(length, seed)
    logs = np.log(np.maximum(probabilities, np.float32(1e-6)))

    def score(states: str) -> float:
        return float(logs[np.arange(length), STATES.encode(states)].sum())

    candidates = map("".join, product("HEC", repeat=length))
    best = max(score(states) for states in candidates if not SHORT.search(states))
    found = STATES.decode(plausible_states(probabilities))
    assert not SHORT.search(found)
    assert score(found) == pytest.approx(best, abs=1e-4)


def test_plausible_states_are_left_as_they_are():
    states = "CCHHHHCCEEECHHHEE"
    probabilities = np.full((len(states), 3), 0.3, np.float32)
    probabilities[np.arange(len(states)), STATES.encode(states)] = 0.4
    assert STATES.decode(plausible_states(probabilities)) == states


def test_a_prediction_is_smoothed_and_masked():
    p = Prediction(Chain("a", "MKTA" * 10), made(40, 1))
    assert SHORT.search(p.states)
    assert not SHORT.search(p.smoothed().states)
    np.testing.assert_array_equal(p.smoothed().probabilities, p.probabilities)
    masked = replace(p.smoothed(), min_confidence=0.6).states
    codes = STATES.encode(p.smoothed().states)
    sure = p.probabilities[np.arange(40), codes] >= 0.6
    assert [state != "-" for state in masked] == sure.tolist()
    with pytest.raises(InputError, match="smooth: is for three states"):
        ribbonet.predict("MKTAYIAK", states=8, templates=False).smoothed()


@pytest.mark.parametrize("name", ["fast"])
def test_segments_overlap_more_and_hardly_a_residue_is_lost(shared_data, name):
    from ribbonet.evaluation.scores import evaluate_states

    chains = ribbonet.read(shared_data / "pdb_valid_q8.3line")[:150]
    model = ribbonet.load_model(name)
    made = [model.predict(chain.sequence) for chain in chains]
    before = evaluate_states(chains, [p.states for p in made])
    after = evaluate_states(chains, [p.smoothed().states for p in made])
    assert after.sov > before.sov + 0.8
    assert after.q3 > before.q3 - 0.2
