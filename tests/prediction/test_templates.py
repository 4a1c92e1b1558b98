"""Predictions with known structures of relatives."""

import json
from pathlib import Path

import numpy as np
import pytest

import ribbonet
from ribbonet.chains.alphabet import STATES, STATES8, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.chains.templates.packing import write_templates
from ribbonet.errors import InputError
from ribbonet.models import load_model, template_network
from ribbonet.prediction.blocks import predict_chains
from ribbonet.prediction.formats import formats_for
from ribbonet.prediction.prediction import Prediction
from ribbonet.prediction.templates import find_templates
from ribbonet.tasks.structure import Structure

LYSOZYME = (
    "KVFGRCELAAAMKRHGLDNYRGYSLGNWVCAAKFESNFNTQATNRNTDGSTDYGILQINSRWWCNDGRTPGSRNLCNIPC"
    "SALLSSDITASVNCAKKIVSDGNGMNAWVAWRNRCKGTDVQAWIRGCRL"
)


@pytest.fixture(scope="module")
def lysozyme() -> Prediction:
    return ribbonet.predict(LYSOZYME, id="lysozyme")


def test_a_known_protein_is_predicted_as_it_is(lysozyme: Prediction) -> None:
    assert lysozyme.has_relatives
    assert lysozyme.evidence is not None
    assert lysozyme.evidence.identity.max() == 1
    np.testing.assert_allclose(lysozyme.probabilities.sum(axis=1), 1, atol=1e-5)
    alone = ribbonet.predict(LYSOZYME, templates=False)
    assert alone.evidence is None
    assert lysozyme.confidence.mean() > alone.confidence.mean() + 0.1


def test_templates_are_for_the_default_model_or_asked_for() -> None:
    assert ribbonet.predict(LYSOZYME, model="fast").evidence is None
    blended = ribbonet.predict(LYSOZYME, model="fast", templates=True)
    assert blended.has_relatives
    np.testing.assert_allclose(blended.probabilities.sum(axis=1), 1, atol=1e-5)


def test_without_relatives_nothing_changes() -> None:
    chain = Chain("poly", "ACDEFGHIKLMNPQRSTVWY"[::-1] * 2)
    model = load_model("accurate")
    (given,) = predict_chains([chain], model)
    found = find_templates(None, model)
    (own,) = predict_chains([chain], model, templates=found)
    assert own.evidence is not None
    if not own.has_relatives:
        np.testing.assert_array_equal(own.probabilities, given.probabilities)


def test_a_set_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "own.templates"
    rng = np.random.default_rng(0)
    states = "".join(rng.choice(list("HEC"), size=len(LYSOZYME)))
    write_templates(path, [Chain("mine", LYSOZYME, states)])
    found = ribbonet.predict(LYSOZYME, states=8, templates=path)
    assert found.evidence is not None
    assert {alignment.id for alignment in found.evidence.alignments} == {"mine"}
    shares = found.evidence.shares.argmax(axis=1)
    agree = [STATES8.symbols[s] == t for s, t in zip(shares, states, strict=True)]
    assert np.mean(agree) > 0.95
    with pytest.raises(InputError, match="cannot be read"):
        ribbonet.predict(LYSOZYME, templates=tmp_path / "none.templates")


def test_the_network_was_never_shown_the_shipped_set() -> None:
    network = template_network()
    assert network is not None
    assert "never pdb_templates_q8" in network.card.data
    assert network.size * 2 < 3_000_000


@pytest.mark.parametrize("states", [STATES, STATES8])
def test_formats_say_what_comes_from_relatives(lysozyme: Prediction, states: Alphabet) -> None:
    prediction = ribbonet.predict(LYSOZYME, id="lysozyme", states=8).in_three()
    prediction = prediction if states == STATES else ribbonet.predict(LYSOZYME, states=8)
    known = formats_for(Structure(states), relatives=True)
    text = known["csv"].start() + known["csv"].encode([prediction])
    rows = [line.split(",") for line in text.decode().splitlines()]
    assert rows[0][-2:] == ["source", "identity"]
    assert {len(row) for row in rows} == {len(rows[0])}
    assert rows[60][-2] == "relative"
    assert 0 < float(rows[60][-1]) <= 1
    line = json.loads(known["jsonl"].encode([prediction]))
    assert line["source"][59] == "relative"
    assert line["relatives"][0]["identity"] == 1
    assert "source" not in json.loads(formats_for(Structure(states))["jsonl"].encode([prediction]))


def test_the_text_view_names_relatives(lysozyme: Prediction) -> None:
    text = formats_for(Structure(), relatives=True)["text"].encode([lysozyme]).decode()
    assert "known structure, 100 % identity" in text
    assert " known aaa" in text
