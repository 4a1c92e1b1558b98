"""A prediction and a model as a notebook shows them."""

import numpy as np
import pytest

import ribbonet
from ribbonet.chains.chain import Chain
from ribbonet.prediction.prediction import Prediction


@pytest.fixture
def prediction():
    states = "CCHHHHEEC"
    probabilities = np.full((9, 3), 0.1, np.float32)
    probabilities[np.arange(9), ["HEC".index(state) for state in states]] = 0.8
    return Prediction(Chain("one some protein", "MKTAYIAKQ"), probabilities)


def test_segments_are_runs_of_states_from_one(prediction):
    assert prediction.segments == [("C", 1, 2), ("H", 3, 6), ("E", 7, 8), ("C", 9, 9)]
    assert [segment.length for segment in prediction.segments] == [2, 4, 2, 1]
    states = "".join(segment.state * segment.length for segment in prediction.segments)
    assert states == prediction.states


def test_a_table_has_a_row_a_residue(prediction):
    pytest.importorskip("pandas")
    table = prediction.to_frame()
    assert list(table) == ["id", "position", "residue", "state", "p_helix", "p_strand", "p_coil"]
    assert "".join(table["state"]) == prediction.states
    assert table["position"].tolist() == list(range(1, 10))
    np.testing.assert_array_equal(table["p_helix"], prediction.probabilities[:, 0])
    eight = ribbonet.predict("MKTAYIAK", states=8)
    assert list(eight.to_frame())[4:] == [f"p_{state}" for state in "GHIEBTSC"]


def test_the_picture_of_a_notebook_keeps_its_styles_to_itself(prediction):
    html = prediction._repr_html_()
    assert html.startswith('<img alt="CCHHHHEEC" src="data:image/svg+xml;base64,')
    assert "<style" not in html
    assert prediction.to_svg().startswith("<svg ")
    assert "one some protein" in prediction.to_svg()


def test_short_forms(prediction):
    assert repr(prediction) == "<Prediction 'one', 9 residues: CCHHHHEEC>"
    assert len(repr(ribbonet.predict("MKTAYIAK" * 100, model="fast"))) < 120
    for name in ribbonet.shipped_models(profiles=True):
        assert len(repr(ribbonet.load_model(name))) < 200
    assert repr(ribbonet.load_model("fast")) == (
        "<Model 'fast': 1 stage, 251,656 weights, states GHIEBTSC, reads sequence>"
    )
