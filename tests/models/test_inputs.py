"""Models that read profiles or arrays: trained, kept, and refused what they cannot read."""

from dataclasses import replace

import numpy as np
import pytest

from ribbonet.chains.alphabet import SPACER
from ribbonet.chains.arrays import ArrayFile
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import write_three_line
from ribbonet.chains.relatives.profiles import encode_row, profile, write_profiles
from ribbonet.chains.windows import windows
from ribbonet.errors import InputError
from ribbonet.evaluation.evaluate import evaluate_on
from ribbonet.evaluation.scores import evaluate
from ribbonet.models import load_model, shipped_models
from ribbonet.models.card import Card
from ribbonet.models.config import ModelConfig, StageConfig
from ribbonet.models.folder import read_model, save_model
from ribbonet.models.inputs import ModelInputs, without_relatives
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn import Conv1d, Network, WindowDense
from ribbonet.prediction.blocks import predict_chains
from ribbonet.prediction.predictor import predict, predict_file
from ribbonet.training.examples import ChainExamples
from ribbonet.training.train import train_model

MLP = StageConfig(window=5, hidden=(16,), activation="relu", init="glorot", optimizer="adam")
MLP = replace(MLP, learning_rate=1e-2, batch_size=256, epochs=6)
CONVOLUTION = replace(MLP, dilations=(1, 2), kernel=3)


class Told:
    """Arrays that tell the state of each residue, in noise; no file."""

    settings = "made"

    def __init__(self, columns=6):
        self.columns = columns

    def __call__(self, chain):
        rng = np.random.default_rng(len(chain))
        array = 0.5 * rng.standard_normal((len(chain), self.columns))
        for place, state in enumerate(chain.labels):
            array[place, "HEC-".index(state) % self.columns] += 1
        return array.astype(np.float32)

    def __str__(self):
        return "told"


@pytest.fixture(scope="module")
def hidden_chains(train_chains, valid_chains):
    """Chains whose residues tell nothing."""
    return [
        [replace(chain, sequence="X" * len(chain)) for chain in chains]
        for chains in (train_chains, valid_chains)
    ]


@pytest.mark.parametrize(
    ("stage", "columns"),
    [(MLP, 22), (CONVOLUTION, 5), (replace(MLP, window=1), 4), (replace(CONVOLUTION, kernel=1), 4)],
    ids=["mlp", "convolutions", "of one residue", "of one residue each"],
)
def test_networks_learn_from_arrays(hidden_chains, tmp_path, stage, columns):
    train, valid = hidden_chains
    source, folder = Told(columns), tmp_path / "model"
    model = train_model(ModelConfig((stage,)), train, valid, folder, source=source)
    assert (model.inputs, model.columns) == ("features", columns)
    again = read_model(folder)
    made = [p.probabilities for p in predict_chains(valid, again, source=source)]
    assert evaluate(valid, made).q3 > 80
    assert (again.inputs, again.columns, again.digest) == ("features", columns, model.digest)


def test_a_profile_model_reads_residues_and_profiles(hidden_chains, train_chains, tmp_path):
    """The profile says what the letters do not."""
    train, valid = hidden_chains
    config = ModelConfig((CONVOLUTION, replace(MLP, hidden=(4,))), inputs="profile")
    model = train_model(config, train, valid, tmp_path / "m", source=Told(22))
    assert (model.inputs, model.columns, model.stages[0].features) == ("profile", 22, 43)
    made = [p.probabilities for p in predict_chains(valid, model, source=Told(22))]
    assert evaluate(valid, made).q3 > 80
    with pytest.raises(InputError, match="told: the array of 'made0' has 5 columns, not 22"):
        train_model(config, train, valid, tmp_path / "other", source=Told(5))


def test_a_training_on_arrays_that_was_broken_off_goes_on(hidden_chains, tmp_path):
    train, valid = hidden_chains
    config, epochs = ModelConfig((replace(CONVOLUTION, mask=0.2, epochs=3),)), []

    def stop(name, row):
        epochs.append(row)
        if len(epochs) == 2:
            raise KeyboardInterrupt

    whole = train_model(config, train, valid, tmp_path / "whole", source=Told())
    with pytest.raises(KeyboardInterrupt):
        train_model(config, train, valid, tmp_path / "cut", source=Told(), on_epoch=stop)
    other = Told()
    other.settings = "other"
    with pytest.raises(InputError, match="had another inputs;"):
        train_model(config, train, valid, tmp_path / "cut", source=other, resume=True)
    resumed = train_model(config, train, valid, tmp_path / "cut", source=Told(), resume=True)
    assert resumed.digest == whole.digest


def test_a_chain_without_relatives_has_the_profile_of_itself():
    chain = Chain("a", "MKXVAB")
    (told,) = ModelInputs([chain], "profile", lambda chain: np.full((6, 22), 0.5, np.float32))
    (alone,) = ModelInputs([chain], "profile", lambda c: profile(encode_row(c.sequence)[None]))
    np.testing.assert_array_equal(without_relatives(told), alone)


def test_profiles_that_are_dropped_are_others_in_each_epoch():
    rows = np.full((4, 43), 0.5, np.float32)
    labels = [np.zeros(4, np.uint8)] * 100
    examples = ChainExamples([rows] * 100, labels, 1, lone=0.3)
    rng, drawn = np.random.default_rng(0), []
    for _ in range(20):
        examples.epoch(rng)
        x = examples.batch(np.arange(100)).x
        np.testing.assert_array_equal(x, examples.batch(np.arange(100)).x)
        drawn.append(x[:, 0, -1] == 0)
    assert 500 < np.sum(drawn) < 700
    assert (np.any(drawn, axis=0) & ~np.all(drawn, axis=0)).all()


def test_a_training_that_drops_profiles_goes_on_to_the_same_weights(hidden_chains, tmp_path):
    train, valid = hidden_chains
    stage = replace(CONVOLUTION, profile_dropout=0.3, epochs=3)
    config, source = ModelConfig((stage,), inputs="profile"), Told(22)

    def stop(name, row):
        if row["epoch"] == 2:
            raise KeyboardInterrupt

    whole = train_model(config, train, valid, tmp_path / "whole", source=source)
    with pytest.raises(KeyboardInterrupt):
        train_model(config, train, valid, tmp_path / "cut", source=source, on_epoch=stop)
    resumed = train_model(config, train, valid, tmp_path / "cut", source=source, resume=True)
    assert resumed.digest == whole.digest
    all_shown = replace(config, stages=(replace(stage, profile_dropout=0.0),))
    model = train_model(all_shown, train, valid, tmp_path / "shown", source=source)
    assert model.digest != whole.digest


@pytest.mark.parametrize(("before", "inputs"), [((), "features"), ((CONVOLUTION,), "profile")])
def test_profile_dropout_is_for_a_stage_that_reads_profiles(
    before, inputs, hidden_chains, tmp_path
):
    config = ModelConfig((*before, replace(MLP, profile_dropout=0.3)), inputs=inputs)
    with pytest.raises(InputError, match="profile_dropout: is for a first stage that reads prof"):
        train_model(config, *hidden_chains, tmp_path / "m", source=Told(22))


def test_window_layer_plus_convolution_is_one_convolution():
    """`WindowDense` over codes and `Conv1d` over profiles, summed, as one `Conv1d` over both.

    The spacer's weights are taken off all residues' and go, added up, into the bias: zeros then
    stand for what is beyond the ends.
    """
    rng = np.random.default_rng(0)
    window, units, columns = 13, 8, 22
    codes = rng.integers(0, 21, 40).astype(np.uint8)
    array = rng.random((40, columns)).astype(np.float32)
    letters = Network([WindowDense(window, 21, units)], rng=1)
    numbers = Network([Conv1d(columns, units, window)], rng=2)
    expected = letters(windows(codes, window)) + numbers(array[None])[0]

    table = letters.parameters["0.weight"].reshape(window, 21, units)
    spacer = table[:, SPACER]
    weight = np.concatenate([table - spacer[:, None], numbers.parameters["0.weight"]], axis=1)
    bias = letters.parameters["0.bias"] + numbers.parameters["0.bias"] + spacer.sum(axis=0)
    both = Network([Conv1d(21 + columns, units, window)]).load({"0.weight": weight, "0.bias": bias})
    chain = Chain("", "ACDEFGHIKLMNPQRSTVWYX")
    (track,) = ModelInputs([chain], "profile", lambda chain: array[:21])
    np.testing.assert_array_equal(track[:, :21], np.eye(21))
    track = np.hstack([np.eye(21, dtype=np.float32)[codes], array])
    np.testing.assert_allclose(both(track[None])[0], expected, atol=1e-5)


@pytest.fixture(scope="module")
def drawn():
    """Models with weights at random, by what they read."""
    rng = np.random.default_rng(3)
    networks = {
        "sequence": (13, Network([WindowDense(13, 21, 3)], rng)),
        "profile": (1, Network([Conv1d(43, 3, 13)], rng)),
        "features": (1, Network([Conv1d(7, 3, 5)], rng)),
    }
    return {
        inputs: Model((Stage(window, (network,)),), Card(f"of-{inputs}"), inputs)
        for inputs, (window, network) in networks.items()
    }


def test_arrays_and_models_that_do_not_fit_are_refused(drawn):
    array = np.zeros((3, 22), np.float32)
    with pytest.raises(InputError, match="'of-sequence' reads sequences alone; leave profiles"):
        predict("MKT", model=drawn["sequence"], array=array)
    with pytest.raises(InputError, match=r"'of-profile' reads profiles .* \(array or source\)"):
        predict("MKT", model=drawn["profile"])
    with pytest.raises(InputError, match=r"'of-features' reads arrays .* \(array or source\)"):
        predict("MKT", model=drawn["features"])
    with pytest.raises(InputError, match=r"has 22 columns, not 7; give arrays of the kind"):
        predict("MKT", model=drawn["features"], array=array)
    with pytest.raises(InputError, match="the array has 3 rows, and the chain has 2 residues"):
        predict("MK", model=drawn["profile"], array=array)
    for given, message in (
        (np.ma.masked_less(array, 1), "the array has masked numbers"),
        ([[1.0], [1.0, 2.0]], "the array is a list; give an array"),
        ("profile", "the array is <U7 of shape"),
    ):
        with pytest.raises(InputError, match=message):
            predict("MKT", model=drawn["profile"], array=given)
    lists = predict("MKT", model=drawn["profile"], array=array.tolist())
    np.testing.assert_array_equal(
        lists.probabilities, predict("MKT", model=drawn["profile"], array=array).probabilities
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("arrays.npz", "source: is of the type str; give ribbonet.chains.arrays.ArrayFile"),
        ({"a": np.zeros((3, 22))}, "source: is of the type dict"),
        (lambda chain: np.zeros((len(chain) - 1, 22)), "has 2 rows, and the chain has 3 residues"),
        (lambda chain: np.full((len(chain), 22), np.nan), "has nan in row 1, column 1"),
        (lambda chain: np.ma.masked_equal(np.zeros((len(chain), 22)), 0), "has masked numbers"),
        (lambda chain: np.zeros((len(chain), 22)).astype(str), "of shape"),
        (lambda chain: None, "is object of shape"),
    ],
)
def test_what_a_source_gives_is_checked(drawn, source, message):
    with pytest.raises(InputError, match=message):
        list(predict_chains([Chain("a", "MKT")], drawn["profile"], source=source))
    whole = list(
        predict_chains(
            [Chain("a", "MKT")], drawn["profile"], source=lambda c: np.zeros((len(c), 22), int)
        )
    )
    assert len(whole[0].states) == 3


@pytest.mark.parametrize("inputs", ["profile", "features"])
def test_long_chains_are_predicted_in_tiles_as_a_whole(drawn, inputs):
    model, rng = drawn[inputs], np.random.default_rng(5)
    chain = Chain("long", "".join(rng.choice(list("ACDEFGHIKLMNPQRSTVWYX"), 2500)))
    array = rng.random((2500, model.columns)).astype(np.float32)
    track = ModelInputs([chain], inputs, lambda chain: array)[0]
    logits = model.stages[0].networks[0](track[None])[0]
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    made = predict(chain.sequence, model=model, array=array)
    np.testing.assert_allclose(made.probabilities, expected, atol=1e-5)


def test_a_shipped_model_has_a_companion_for_profiles(drawn, tmp_path, monkeypatch):
    for name, inputs in (("accurate", "sequence"), ("accurate-msa", "profile")):
        save_model(replace(drawn[inputs], card=Card(name)), tmp_path / name, "float16")
    monkeypatch.setattr("ribbonet.models.SHIPPED", tmp_path)
    monkeypatch.setattr("ribbonet.models.read_shipped", _read_in(tmp_path))
    assert (shipped_models(), len(shipped_models(profiles=True))) == (["accurate"], 2)
    assert load_model().inputs == "sequence"
    assert load_model(profiles=True).inputs == load_model("accurate-msa").inputs == "profile"
    assert predict("MKT", array=np.zeros((3, 22), np.float32)).probabilities.shape == (3, 3)
    (tmp_path / "accurate-msa" / "model.json").unlink()
    with pytest.raises(InputError, match="'accurate' reads sequences alone"):
        predict("MKT", array=np.zeros((3, 22), np.float32))


def _read_in(folder):
    return lambda name: read_model(folder / name)


def test_profiles_by_file_for_functions(drawn, valid_chains, tmp_path):
    """`predict_file` and `evaluate_on` on profiles that are kept in a file."""
    path, data = tmp_path / "p.npz", tmp_path / "data.3line"
    with data.open("w") as file:
        for chain in valid_chains:
            write_three_line(file, chain)
    fasta = tmp_path / "data.fasta"
    fasta.write_text("".join(f">{c.id}\n{c.sequence}\n" for c in valid_chains))
    profiles = [profile(encode_row(chain.sequence)[None]) for chain in valid_chains]
    write_profiles(path, valid_chains, profiles)
    made = list(predict_file(fasta, model=drawn["profile"], source=ArrayFile(path)))
    for chain, array, prediction in zip(valid_chains, profiles, made, strict=True):
        alone = predict(chain.sequence, model=drawn["profile"], array=array)
        np.testing.assert_allclose(prediction.probabilities, alone.probabilities, atol=1e-6)
    scores = evaluate_on(drawn["profile"], "", data, source=ArrayFile(path)).scores
    assert scores.q3 == evaluate(valid_chains, [p.probabilities for p in made]).q3


def test_an_array_given_to_predict_is_checked_as_one_of_a_file(hidden_chains, tmp_path):
    train, valid = hidden_chains
    stage = replace(MLP, epochs=1)
    train_model(ModelConfig((stage,)), train, valid, tmp_path / "m", source=Told(4))
    wrong = np.zeros((3, 4))
    wrong[1, 2] = np.nan
    for array, fault in (
        (wrong, "the array has nan in row 2, column 3"),
        (np.zeros((2, 4)), "the array has 2 rows, and the chain has 3"),
        (np.array([["a"] * 4] * 3), "the array is <U1 of shape"),
    ):
        with pytest.raises(InputError, match=fault):
            predict("ACD", model=tmp_path / "m", array=array)
    whole = predict("ACD", model=tmp_path / "m", array=np.ones((3, 4), int))
    assert len(whole.states) == 3
