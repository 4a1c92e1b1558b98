"""Training further: from a shipped model's weights to the user's labels."""

from dataclasses import replace

import numpy as np
import pytest

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import write_three_line
from ribbonet.errors import InputError
from ribbonet.evaluation.evaluate import evaluate_on
from ribbonet.evaluation.scores import evaluate
from ribbonet.models import load_model
from ribbonet.models.config import ModelConfig, StageConfig
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn import Dense, Network, ReLU, WindowDense
from ribbonet.prediction.blocks import predict_chains
from ribbonet.tasks import Structure
from ribbonet.training.fine_tuning import DEFAULT, configure, started
from ribbonet.training.train import train_model

SHORT = replace(DEFAULT, stages=(replace(DEFAULT.stages[0], epochs=1),))


@pytest.fixture(scope="module")
def few(train_chains, valid_chains):
    return train_chains[:6], valid_chains[:4]


@pytest.fixture(scope="module")
def real():
    """Two proteins with the states that DSSP gives them."""
    return [
        Chain(
            "crambin",
            "TTCCPSIVARSNFNVCRLPGTPEALCATYTGCIIIPGATCPGDYAN",
            "-EECSSHHHHHHHHHHTTTTCCHHHHHHHHSCEECSSSCCCTTSCC",
        ),
        Chain(
            "protein-g",
            "MTYKLILNGKTLKGETTTEAVDAATAEKVFKQYANDNGVDGEWTYDDATKTFTVTE",
            "CEEEEEEECSSCEEEEEEECSSHHHHHHHHHHHHHHTTCCSEEEEETTTTEEEEEC",
        ),
    ]


def history(folder):
    header, *rows = (folder / "history.csv").read_text().splitlines()
    return [dict(zip(header.split(","), row.split(","), strict=True)) for row in rows]


@pytest.mark.parametrize("name", ["accurate", "fast"])
def test_it_starts_where_the_shipped_model_is(few, tmp_path, name):
    train, valid = few
    start, folder = load_model(name), tmp_path / "model"
    model = train_model(SHORT, train, valid, folder, start=start)
    path = tmp_path / "valid.3line"
    with path.open("w") as file:
        for chain in valid:
            write_three_line(file, chain)
    last = [row for row in history(folder) if int(row["stage"]) == len(start.stages)]
    networks = start.stages[-1].networks
    assert [row["epoch"] for row in last] == ["0", "1"] * len(networks)
    if len(start.stages) == 1:
        for first, network in zip(last[::2], networks, strict=True):
            alone = replace(start, stages=(replace(start.stages[0], networks=(network,)),))
            evaluated = evaluate_on(alone, "", path).scores.q3
            assert 100 * float(first["valid_accuracy"]) == pytest.approx(evaluated, abs=1e-4)
    assert model.states == start.states
    assert model.card.start["name"] == name
    assert model.card.start["sha256"] == start.digest
    assert "hidden" not in model.card.configuration["stages"][0]


def test_it_learns_the_users_labels(train_chains, valid_chains, tmp_path):
    """Chains made so that letters tell states, which the shipped model does not know."""
    start = load_model("fast")
    config = replace(DEFAULT, stages=(replace(DEFAULT.stages[0], learning_rate=3e-3, epochs=3),))
    model = train_model(config, train_chains, valid_chains, tmp_path / "m", start=start)
    before, after = (
        evaluate(valid_chains, [p.probabilities for p in predict_chains(valid_chains, own)]).q3
        for own in (start, model)
    )
    assert after > before + 10


def test_eight_states_stay_eight_with_labels_in_eight(real, tmp_path):
    start = load_model("accurate")
    model = train_model(SHORT, real, real, tmp_path / "m", start=start)
    assert model.states == "GHIEBTSC"
    losses = [float(row["train_loss"]) for row in history(tmp_path / "m")]
    assert losses[1] < 2 * losses[0]


def test_another_number_of_states_draws_the_last_layer_anew(few, tmp_path):
    train, valid = few
    start = load_model("accurate")
    config = replace(SHORT, states=3)
    model = train_model(config, train, valid, tmp_path / "m", start=start)
    assert model.states == "HEC"
    for network, old in zip(model.stages[0].networks, start.stages[0].networks, strict=True):
        assert network.layers[-1].outputs == 3
        assert [layer.config() for layer in network.layers[:-1]] == [
            layer.config() for layer in old.layers[:-1]
        ]


def test_eight_states_are_not_drawn_anew_for_labels_in_three(few, tmp_path):
    train, valid = few
    three = ModelConfig((StageConfig(window=3, hidden=(4,), epochs=1),))
    start = train_model(three, train, valid, tmp_path / "three")
    with pytest.raises(InputError, match="states = 8: the labels are in three states"):
        train_model(replace(SHORT, states=8), train, valid, tmp_path / "m", start=start)


def test_a_start_is_a_copy_with_the_same_outputs_or_a_new_last_layer():
    network = Network([WindowDense(3, 21, 4), ReLU(), Dense(4, 8)], rng=0)
    eight, three = Structure(STATES8), Structure()
    same = started(network, eight, eight, np.random.default_rng(1))
    for name, array in network.state.items():
        np.testing.assert_array_equal(same.state[name], array)
        assert not np.shares_memory(same.state[name], array)
    other = started(network, eight, three, np.random.default_rng(1))
    np.testing.assert_array_equal(other.state["0.weight"], network.state["0.weight"])
    assert other.state["2.weight"].shape == (4, 3)
    assert other.state["2.weight"].any()


def test_what_a_configuration_may_not_say():
    first = Network([WindowDense(3, 21, 4), ReLU(), Dense(4, 3)], rng=0)
    second = Network([Dense(9, 4), ReLU(), Dense(4, 3)], rng=0)
    start = Model((Stage(3, (first,)), Stage(3, (second,))))
    with pytest.raises(InputError, match=r"hidden = \(9,\): the networks are those of the model"):
        configure(ModelConfig((StageConfig(hidden=(9,)),)), start)
    with pytest.raises(InputError, match=r"3 tables \[\[stage\]\], and .* has 2; give one for all"):
        configure(ModelConfig((StageConfig(),) * 3), start)
    with pytest.raises(InputError, match=r"inputs = 'profile': .* reads 'sequence'"):
        configure(ModelConfig(inputs="profile"), start)


def test_a_start_that_changed_is_not_gone_on_with(few, tmp_path):
    def stop(name, row):
        raise KeyboardInterrupt

    train, valid = few
    start = load_model("fast")
    with pytest.raises(KeyboardInterrupt):
        train_model(SHORT, train, valid, tmp_path / "m", start=start, on_epoch=stop)
    with pytest.raises(InputError, match="had another configuration and start;"):
        train_model(SHORT, train, valid, tmp_path / "m", resume=True, start=load_model("accurate"))
