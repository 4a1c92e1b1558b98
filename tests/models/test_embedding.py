"""What `accurate` knows of residues, read by the networks of other tasks."""

import json
from dataclasses import replace

import numpy as np
import pytest

from ribbonet.chains.alphabet import STATES8, encode_residues
from ribbonet.chains.arrays import ArrayFile
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models import load_model
from ribbonet.models.card import Card
from ribbonet.models.config import ModelConfig, StageConfig
from ribbonet.models.config_files import read_config
from ribbonet.models.embedding import embedding_of
from ribbonet.models.folder import read_model, save_model
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn import Conv1d, Network
from ribbonet.tasks import Classes, Structure, Values
from ribbonet.tasks.labels import interpret
from ribbonet.training.train import train_model

SEQUENCES = ("MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ", "GSHMLEDPVDAF", "A")
CODES = [encode_residues(sequence) for sequence in SEQUENCES]


@pytest.fixture(scope="module")
def model():
    """One layer over the embeddings of `accurate`."""
    embedding = embedding_of("accurate")
    network = Network([Conv1d(embedding.outputs, 1, 3)], rng=0)
    return Model((embedding, Stage(1, (network,), Values(2.0, 3.0))), Card("made"))


@pytest.mark.parametrize("compiled", [False, True])
def test_the_last_columns_are_the_predictions_of_the_model_itself_to_the_bit(compiled, monkeypatch):
    monkeypatch.setattr("ribbonet.models.stages.pays", lambda residues: compiled)
    accurate = load_model("accurate")
    embedding = embedding_of("accurate")
    expected = accurate.probabilities(CODES, Structure(STATES8))
    for own, wanted in zip(embedding.for_next(CODES), expected, strict=True):
        assert own.shape == (len(wanted), embedding.outputs)
        assert own.dtype == np.float32
        np.testing.assert_array_equal(own[:, -8:], wanted)


@pytest.mark.parametrize("task", [Structure(), Structure(STATES8)])
def test_asked_for_probabilities_an_embedding_gives_the_model_s(task):
    expected = load_model("accurate").probabilities(CODES, task)
    given = embedding_of("accurate").probabilities(CODES, task)
    for own, wanted in zip(given, expected, strict=True):
        np.testing.assert_array_equal(own, wanted)


@pytest.mark.parametrize("compiled", [False, True])
def test_the_other_columns_are_the_last_hidden_layers(compiled, monkeypatch):
    monkeypatch.setattr("ribbonet.models.stages.pays", lambda residues: compiled)
    embedding = embedding_of("accurate")
    (own,) = embedding.for_next(CODES[:1])
    parts = np.split(own[:, :-8], len(embedding.networks), axis=1)
    each = [
        embedding.task.activate(network.layers[-1](part))
        for network, part in zip(embedding.networks, parts, strict=True)
    ]
    np.testing.assert_allclose(np.mean(each, axis=0), own[:, -8:], atol=1e-6)


def test_a_saved_model_holds_its_own_weights_alone(model, tmp_path):
    save_model(model, tmp_path)
    again = read_model(tmp_path)
    assert again.digest == model.digest
    assert (tmp_path / "weights.safetensors").stat().st_size < 10_000
    for own, other in zip(model.probabilities(CODES), again.probabilities(CODES), strict=True):
        np.testing.assert_array_equal(own, other)


def test_embeddings_of_another_version_are_refused(model, tmp_path):
    other = replace(model.stages[0], digest="0" * 64)
    save_model(replace(model, stages=(other, model.stages[1])), tmp_path)
    with pytest.raises(InputError, match=r"another version of 'accurate'.*train it again"):
        read_model(tmp_path)


@pytest.mark.parametrize("name", ["accurate-msa", "absent", "../accurate"])
def test_models_that_give_no_embedding_are_refused(name):
    with pytest.raises(InputError, match="give a shipped model of one stage"):
        embedding_of(name)


HEAD = StageConfig(
    window=1, hidden=(4,), dilations=(1,), kernel=3, activation="relu", init="he",
    optimizer="adamw", learning_rate=0.01, batch_size=200, epochs=4,
)  # fmt: skip
CONFIG = ModelConfig((HEAD,), seed=3, embedding="accurate")


def labelled(number, seed):
    rng = np.random.default_rng(seed)
    chains = []
    for n in range(number):
        letters = "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), 40))
        chains.append(Chain(f"c{n}", letters, "".join("+" if s in "KRH" else "." for s in letters)))
    return chains


@pytest.mark.parametrize("head", [HEAD, StageConfig(window=3, hidden=(4,), epochs=2)])
def test_a_training_reads_embeddings_and_goes_on_to_the_same_bytes(head, tmp_path):
    chains, judges = labelled(20, 0), labelled(5, 1)
    task = interpret(chains).task
    config = replace(CONFIG, stages=(head,))
    whole = train_model(config, chains, judges, tmp_path / "whole", task=task)
    assert isinstance(whole.task, Classes)

    def cut(name, row):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_model(config, chains, judges, tmp_path / "cut", task=task, on_epoch=cut)
    train_model(config, chains, judges, tmp_path / "cut", task=task, resume=True)
    for name in ("weights.safetensors", "model.json"):
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    described = json.loads((tmp_path / "whole" / "model.json").read_text())
    assert described["stages"][0] == {
        "embedding": "accurate",
        "sha256": load_model("accurate").digest,
    }
    assert described["configuration"]["embedding"] == "accurate"


def test_the_configuration_in_the_package_reads_embeddings():
    assert read_config("transfer").embedding == "accurate"


def test_an_embedding_does_not_go_with_arrays_or_a_model_to_start_from(model, tmp_path):
    chains = labelled(2, 0)
    task = interpret(chains).task
    source = ArrayFile.__new__(ArrayFile)
    for options, config in (
        ({"source": source}, CONFIG),
        ({"start": load_model("accurate")}, replace(CONFIG, stages=(StageConfig(),))),
        ({"start": model}, ModelConfig((StageConfig(),))),
    ):
        with pytest.raises(InputError, match="embedding"):
            train_model(config, chains, chains, tmp_path / "m", task=task, **options)
    with pytest.raises(InputError, match="an embedding is of the sequence alone"):
        replace(CONFIG, inputs="profile")


def test_onnxruntime_gives_the_same_values(model, tmp_path):
    pytest.importorskip("onnx", reason="needs the extra onnx")
    onnxruntime = pytest.importorskip("onnxruntime", reason="needs the extra onnx")
    from ribbonet.models.onnx import export_model

    export_model(model, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    mask = np.ones((1, len(CODES[0])), np.bool_)
    (given,) = session.run(None, {"codes": CODES[0][None].astype(np.int64), "mask": mask})
    np.testing.assert_allclose(given[0], model.probabilities(CODES[:1])[0], atol=1e-4)
