"""The models in the package: what their cards say, and that they are as good as they say."""

import json
from hashlib import sha256

import pytest

from ribbonet.chains.fasta import read_ids
from ribbonet.chains.readers.three_line import read_three_line
from ribbonet.evaluation.evaluate import evaluate_on
from ribbonet.models import DEFAULT_MODEL, SHIPPED, load_model, shipped_models
from ribbonet.models.card import CARD, DIGESTS, NETWORKS, Card

FLOORS = {"fast": (72.9, 75.2, 72.0), "accurate": (74.6, 77.4, 72.2)}
"""Q3 on CB513, TS115 and CASP12 below which a model is not what it was made to be."""

REPEATS = {"cb513_060", "cb513_359"}
"""Test chains of 31 and 38 residues, a few residues repeated, that the training set holds: MMseqs2
passes over repeats when it looks for relatives. They are 0.08 % of CB513's residues."""

MEGABYTES = {"fast": 1, "accurate": 16, "accurate-msa": 6}


def test_the_default_is_the_most_accurate_one():
    assert shipped_models() == ["accurate", "fast"]
    assert shipped_models(profiles=True) == ["accurate", "accurate-msa", "fast"]
    assert DEFAULT_MODEL == "accurate"


@pytest.mark.parametrize("path", sorted(SHIPPED.glob(f"*/{CARD}")), ids=lambda p: p.parent.name)
def test_a_card_is_written_as_it_was_read(path):
    stored = json.loads(path.read_text())
    known = {key: own for key, own in stored.items() if key not in (*NETWORKS, DIGESTS)}
    assert json.dumps(Card.from_json(stored).to_json()) == json.dumps(known)


@pytest.mark.parametrize("name", shipped_models(profiles=True))
def test_a_card_says_all_that_a_user_must_know(name):
    card = load_model(name).card
    assert card.name == name
    assert card.licence == "BSD-3-Clause"
    assert card.data.startswith("pdb_train_q8")
    assert [score["data"] for score in card.scores] == ["cb513_q3", "ts115_q3", "casp12_q3"]
    assert all(score["q3_ci95"][0] < score["q3"] < score["q3_ci95"][1] for score in card.scores)
    assert card.scores[0]["ece"] <= 0.02
    assert {
        "chains",
        "residues",
        "sha256",
        "validation_sha256",
        "seed",
    } <= card.training.record.keys()


@pytest.mark.parametrize("name", shipped_models(profiles=True))
def test_weights_are_small(name):
    from importlib.resources import files

    weights = files("ribbonet.models") / "shipped" / name / "weights.safetensors"
    assert len(weights.read_bytes()) < MEGABYTES[name] * 1e6


@pytest.mark.parametrize("name", shipped_models())
def test_the_scores_of_the_card_are_those_of_the_model(name, shared_data):
    for score, floor in zip(load_model(name).card.scores, FLOORS[name], strict=True):
        found = evaluate_on(load_model(name), "", shared_data / f"{score['data']}.3line").scores
        assert found.q3 == pytest.approx(score["q3"], abs=0.01)
        assert found.q3 >= floor


def test_no_excluded_chain_was_trained_on(shared_data):
    train = list(read_three_line(shared_data / "pdb_train_q8.3line.xz"))
    files = ("pdb_train_q8.3line.xz", "pdb_valid_q8.3line", "unlabelled.fasta.xz")
    own = {file: sha256((shared_data / file).read_bytes()).hexdigest() for file in files}
    for name in shipped_models(profiles=True):
        drawn_from = load_model(name).card.training.record["files_sha256"]
        assert own.items() <= drawn_from.items()
    named = {word.lower() for chain in train for word in chain.id.split(":")}
    excluded = read_ids(shared_data / "exclude_train.txt")
    assert not named & {name.lower() for name in excluded}
    known = {chain.sequence for chain in train}
    tested = [
        chain
        for name in ("cb513_q3", "ts115_q3", "casp12_q3")
        for chain in read_three_line(shared_data / f"{name}.3line")
    ]
    assert {chain.id for chain in tested if chain.sequence in known} == REPEATS
