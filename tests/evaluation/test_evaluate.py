import json

import numpy as np
import pytest

from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.records.making import Predicted
from ribbonet.chains.readers.three_line import format_three_line
from ribbonet.errors import InputError
from ribbonet.evaluation.evaluate import (
    evaluate_on,
    match,
    read_predictions,
)
from ribbonet.evaluation.scores import evaluate
from ribbonet.models.build import build_network
from ribbonet.models.card import Card
from ribbonet.models.config import StageConfig
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.prediction.blocks import predict_chains
from ribbonet.tasks.labels import read_labelled


@pytest.fixture(scope="module")
def model():
    network = build_network(StageConfig(window=9), first=True)
    return Model((Stage(9, (network.initialise(np.random.default_rng(0)),)),), Card("made"))


@pytest.fixture
def data(valid_chains, tmp_path):
    path = tmp_path / "valid.3line"
    path.write_text("".join(map(format_three_line, valid_chains)))
    return path


def test_a_model_is_scored_by_what_it_predicts(model, data, valid_chains):
    predictions = list(predict_chains(valid_chains, model))
    expected = evaluate(valid_chains, [p.probabilities for p in predictions])
    evaluation = evaluate_on(model, "made", data)
    assert evaluation.scores == expected
    assert evaluation.states == [p.states for p in predictions]
    json.dumps(evaluation.to_json())


def test_any_form_of_labelled_chains_is_read_and_ids_left_out(model, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,seq,sst3,sst8\none,MKT,HHC,HGT\ntwo,MKV,EEC,EBS\n")
    assert read_labelled([path]).chains == [
        Chain("one", "MKT", "HHC"),
        Chain("two", "MKV", "EEC"),
    ]
    (tmp_path / "ids").write_text("two\n")
    assert evaluate_on(model, "", path, [tmp_path / "ids"]).scores.chains == 1
    (tmp_path / "ids").write_text("one\ntwo\n")
    with pytest.raises(InputError, match=r"a\.csv: no labelled residue is left"):
        read_labelled([path], [tmp_path / "ids"])


def predicted(id, sequence, states):
    return Predicted(Chain(id, sequence, states), None)


def test_predictions_are_matched_by_id_and_else_by_sequence():
    chains = [Chain("a", "MKXT", "HHHH"), Chain("b", "AC", "CC"), Chain("a", "WW", "EE")]
    given = [
        predicted("1", "AC", "HC"),
        predicted("a", "WW", "EC"),
        predicted("a", "MKAT", "HHHC"),
        predicted("extra", "MMM", "CCC"),
    ]
    assert [p.chain.labels for p in match(chains, given)] == ["HHHC", "HC", "EC"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], r"2 of 2 chains have no prediction: 'a' \(the first\); give its prediction, or leave"),
        ([predicted("a", "MW", "HH")], r"2 of 2 .*'a' \(that of its id is of another sequence\)"),
        ([predicted("a", "MK", "HH")], r"1 of 2 chains have no prediction: 'b' \(the first\)"),
    ],
)
def test_a_chain_without_prediction_is_named(given, message):
    chains = [Chain("a", "MK", "HH"), Chain("b", "AC", "CC")]
    with pytest.raises(InputError, match=message):
        match(chains, given)


def test_unlike_predictions_of_one_chain_are_refused():
    chain, one, two = Chain("a", "MK", "HH"), predicted("a", "MK", "HH"), predicted("a", "MK", "HC")
    assert [p.chain.labels for p in match([chain], [one, one])] == ["HH"]
    with pytest.raises(InputError, match="2 predictions for 'a' are not the same; give those of"):
        match([chain], [one, two])


def test_files_and_folders_of_predictions(tmp_path):
    folder = tmp_path / "predicted"
    folder.mkdir()
    (folder / "b.ss2").write_text("# PSIPRED VFORMAT (x)\n\n   1 M H   0.100  0.800  0.100\n")
    (folder / "a.3line").write_text(">a\nMK\nHC\n")
    found = read_predictions([folder])
    assert [(p.chain.id, p.chain.labels) for p in found] == [("a", "HC"), ("b", "H")]
    assert read_predictions([folder / "a.3line"]) == found[:1]


def test_eight_states_are_scored_where_both_have_them(tmp_path):
    data = tmp_path / "q8.3line"
    data.write_text(">a\nMKTA\nHGT-\n")
    scores = evaluate_on([predicted("a", "MKTA", "HHSC")], "x", data).scores
    assert (scores.q3, scores.ece) == (100, None)
    assert scores.q8 == pytest.approx(100 / 3)
    assert evaluate_on([predicted("a", "MKTA", "HHCC")], "x", data).scores.q8 is None


def test_a_masked_state_counts_only_where_there_is_no_label(tmp_path):
    data = tmp_path / "q3.3line"
    data.write_text(">a\nMKTA\nHHC-\n")
    scores = evaluate_on([predicted("a", "MKTA", "HHC-")], "x", data).scores
    assert scores.q3 == 100
    with pytest.raises(InputError, match="'a': residue 2 has a label and no predicted state"):
        evaluate_on([predicted("a", "MKTA", "H-CC")], "x", data)
