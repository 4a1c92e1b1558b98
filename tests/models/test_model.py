import json

import numpy as np
import pytest

from ribbonet.errors import InputError
from ribbonet.models.build import build_network
from ribbonet.models.card import Card
from ribbonet.models.config import StageConfig
from ribbonet.models.folder import read_model, save_model
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage


@pytest.fixture
def model():
    rng = np.random.default_rng(5)
    first, second = StageConfig(window=9, hidden=(16, 8), activation="relu"), StageConfig(window=5)
    return Model(
        (
            Stage(9, tuple(build_network(first, first=True).initialise(rng) for _ in range(2))),
            Stage(5, (build_network(second, first=False).initialise(rng),)),
        ),
        Card("made", licence="none"),
    )


def chains(lengths, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 21, length).astype(np.uint8) for length in lengths]


def test_probabilities_of_every_residue_sum_to_one(model):
    codes = chains([1, 2, 30, 700])
    for own, probabilities in zip(codes, model.probabilities(codes), strict=True):
        assert probabilities.shape == (len(own), 3)
        assert probabilities.dtype == np.float32
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_a_chain_is_predicted_the_same_in_any_company(model):
    codes = chains([5, 400, 1, 60])
    together = model.probabilities(codes)
    for own, probabilities in zip(codes, together, strict=True):
        np.testing.assert_allclose(model.probabilities([own])[0], probabilities, atol=1e-6)
    assert model.probabilities([]) == []


def test_the_second_stage_sees_the_first_ones_probabilities_and_zeros_beyond(model):
    (codes,) = chains([12])
    first = model.stages[0].probabilities([codes])[0]
    padded = np.pad(first, ((2, 2), (0, 0)))
    x = np.stack([padded[i : i + 5].ravel() for i in range(12)])
    logits = model.stages[1].networks[0](x)
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.probabilities([codes])[0], expected, atol=1e-6)


@pytest.mark.parametrize(("kind", "tolerance"), [("float32", 0), ("float16", 2e-3), ("int8", 2e-2)])
def test_a_model_comes_back_from_its_folder(model, tmp_path, kind, tolerance):
    save_model(model, tmp_path / "saved", kind)
    again = read_model(tmp_path / "saved")
    assert again.card == model.card
    assert again.size == model.size
    for a, b in zip(
        again.probabilities(chains([50])), model.probabilities(chains([50])), strict=True
    ):
        np.testing.assert_allclose(a, b, atol=tolerance)


def test_damaged_models_are_named(model, tmp_path):
    folder = tmp_path / "saved"
    with pytest.raises(InputError, match=r"saved/model.json: cannot be read \(No such file"):
        read_model(folder)
    save_model(model, folder)
    whole = (folder / "weights.safetensors").read_bytes()
    (folder / "weights.safetensors").write_bytes(whole[:-10])
    with pytest.raises(InputError, match=r"weights.safetensors: is not a model of ribbonet's"):
        read_model(folder)
    (folder / "weights.safetensors").unlink()
    with pytest.raises(InputError, match=r"weights.safetensors: cannot be read \(No such file"):
        read_model(folder)
    (folder / "weights.safetensors").write_bytes(whole)
    card = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(card | {"format": 99}))
    with pytest.raises(InputError, match="has format 99, and this version of ribbonet reads 1"):
        read_model(folder)
    (folder / "model.json").write_text("[1]")
    with pytest.raises(InputError, match="is not a model of ribbonet's: what describes it is of"):
        read_model(folder)
    (folder / "model.json").write_text("{")
    with pytest.raises(InputError, match=r"model.json: is not a model of ribbonet's"):
        read_model(folder)
