import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.three_line import write_three_line
from ribbonet.errors import InputError
from ribbonet.evaluation.scores import evaluate
from ribbonet.models.config import ModelConfig, StageConfig
from ribbonet.models.folder import read_model
from ribbonet.prediction.blocks import predict_chains
from ribbonet.training.description import digest
from ribbonet.training.splits import hold_out
from ribbonet.training.train import train_model

STAGE = StageConfig(window=7, hidden=(8,), learning_rate=0.5, batch_size=32, epochs=4)
CONFIG = ModelConfig((replace(STAGE, networks=2), replace(STAGE, window=5, hidden=(6,))), seed=3)


def weights(folder):
    return (folder / "weights.safetensors").read_bytes()


@pytest.fixture(scope="module")
def trained(tmp_path_factory, train_chains, valid_chains):
    folder = tmp_path_factory.mktemp("trained") / "model"
    train_model(CONFIG, train_chains, valid_chains, folder)
    return folder


def test_a_model_folder_holds_weights_card_and_history(trained):
    assert sorted(path.name for path in trained.iterdir()) == [
        "history.csv",
        "model.json",
        "weights.safetensors",
    ]
    rows = (trained / "history.csv").read_text().splitlines()
    assert rows[0].startswith("stage,network,epoch,learning_rate,train_loss")
    assert len(rows) == 1 + 3 * 4


def test_the_card_says_what_the_model_was_trained_on(trained, train_chains, valid_chains):
    card = read_model(trained).card
    assert card.training.chains == 60
    assert card.training.residues == sum(int(chain.mask.sum()) for chain in train_chains)
    assert card.training.is_of(digest(train_chains), digest(valid_chains), 3)
    assert card.configuration["seed"] == 3


def test_the_model_learns_what_there_is_to_learn(trained, valid_chains):
    model = read_model(trained)
    predictions = [p.probabilities for p in predict_chains(valid_chains, model)]
    assert evaluate(valid_chains, predictions).q3 > 80


def test_networks_of_a_stage_differ_and_are_averaged(trained, valid_chains):
    stage = read_model(trained).stages[0]
    codes = [chain.codes for chain in valid_chains]
    singly = [
        replace(stage, networks=(network,)).probabilities(codes) for network in stage.networks
    ]
    assert not np.allclose(singly[0][0], singly[1][0])
    np.testing.assert_allclose(
        stage.probabilities(codes)[0], (singly[0][0] + singly[1][0]) / 2, atol=1e-6
    )


def test_the_same_seed_gives_the_same_weights_bit_for_bit(
    trained, train_chains, valid_chains, tmp_path
):
    train_model(CONFIG, train_chains, valid_chains, tmp_path / "again")
    assert weights(tmp_path / "again") == weights(trained)
    train_model(replace(CONFIG, seed=4), train_chains, valid_chains, tmp_path / "other")
    assert weights(tmp_path / "other") != weights(trained)


@pytest.mark.parametrize("epochs_before", [1, 6, 9])
def test_a_training_broken_off_goes_on_to_the_same_weights(
    trained, train_chains, valid_chains, tmp_path, epochs_before
):
    class StopError(Exception):
        pass

    epochs = 0

    def stop(name, row):
        nonlocal epochs
        epochs += 1
        if epochs == epochs_before:
            raise StopError

    folder = tmp_path / "model"
    with pytest.raises(StopError):
        train_model(CONFIG, train_chains, valid_chains, folder, on_epoch=stop)
    assert not (folder / "model.json").exists()
    train_model(CONFIG, train_chains, valid_chains, folder, resume=True)
    assert weights(folder) == weights(trained)


def test_killed_by_sigkill_and_resumed_by_the_command(
    ribbonet_files, trained, tmp_path, train_chains
):
    train, valid, config = ribbonet_files
    folder = tmp_path / "model"
    command = [sys.executable, "-m", "ribbonet", "train", str(train), "--valid", str(valid)]
    command += ["--config", str(config), "-o", str(folder)]
    kills = 0
    while not (folder / "model.json").exists():
        process = subprocess.Popen([*command, "--resume"], stderr=subprocess.DEVNULL)
        seen = len(list((folder / ".ribbonet-training").glob("*/checkpoint.safetensors")))
        while process.poll() is None:
            time.sleep(0.01)
            if (
                kills < 2
                and len(list((folder / ".ribbonet-training").glob("*/checkpoint.safetensors")))
                > seen
            ):
                process.send_signal(signal.SIGKILL)
                kills += process.wait() == -signal.SIGKILL
    assert kills == 2
    assert weights(folder) == weights(trained)


@pytest.fixture
def ribbonet_files(tmp_path, train_chains, valid_chains):
    train, valid, config = (tmp_path / name for name in ("t.3line", "v.3line", "c.toml"))
    for path, chains in ((train, train_chains), (valid, valid_chains)):
        with path.open("w") as file:
            for chain in chains:
                write_three_line(file, chain)
    stage = "[[stage]]\nlearning_rate = 0.5\nbatch_size = 32\nepochs = 4\n"
    config.write_text(
        f"seed = 3\n{stage}window = 7\nhidden = [8]\nnetworks = 2\n"
        f"{stage}window = 5\nhidden = [6]\n"
    )
    return train, valid, config


def test_a_folder_with_a_training_or_a_model_is_not_overwritten(
    trained, train_chains, valid_chains, tmp_path
):
    with pytest.raises(InputError, match="holds a model already; choose another folder"):
        train_model(CONFIG, train_chains, valid_chains, trained)

    def stop(name, row):
        raise KeyboardInterrupt

    folder = tmp_path / "model"
    with pytest.raises(KeyboardInterrupt):
        train_model(CONFIG, train_chains, valid_chains, folder, on_epoch=stop)
    with pytest.raises(InputError, match="go on with it by --resume, or choose another folder"):
        train_model(CONFIG, train_chains, valid_chains, folder)
    with pytest.raises(InputError, match="had another configuration"):
        train_model(replace(CONFIG, seed=9), train_chains, valid_chains, folder, resume=True)
    with pytest.raises(InputError, match="had another train;"):
        train_model(CONFIG, train_chains[1:], valid_chains, folder, resume=True)


def test_held_out_chains_share_no_cluster_with_the_rest(train_chains):
    train, valid = hold_out(train_chains, seed=0)
    assert len(valid) == 6
    assert len(train) + len(valid) == len(train_chains)
    clusters = [{c.header.split()[1] for c in chains} for chains in (train, valid)]
    assert clusters[0].isdisjoint(clusters[1])


@pytest.mark.parametrize(
    ("word", "sequence", "together"),
    [
        ("f7 c{n}", "MKTAY{n}", True),
        ("f{n} c7", "MKTAY{n}", False),
        ("c7", "MKTAY{n}", True),
        ("", "MKTAYI", True),
        ("", "MKTAY{n}", False),
    ],
)
def test_families_or_else_clusters_or_sequences_are_held_out_whole(word, sequence, together):
    chains = [
        Chain(f"a{n} {word}".format(n=n), sequence.format(n="ACDEF"[n]), "C" * 6) for n in range(5)
    ]
    chains.append(Chain("b f9 c9", "GGGGGG", "C" * 6))
    held = {frozenset(chain.id for chain in hold_out(chains, seed)[1]) for seed in range(20)}
    apart = {frozenset(["b"]), frozenset(chain.id for chain in chains[:5])}
    assert held == (apart if together else {frozenset([chain.id]) for chain in chains})


def test_nothing_to_train_on(train_chains, tmp_path):
    bare = [replace(chain, labels="-" * len(chain)) for chain in train_chains]
    with pytest.raises(InputError, match="no labelled residue in the validation chains"):
        train_model(CONFIG, train_chains, bare, tmp_path / "model")


def test_pytorch_gives_the_same_numbers(train_chains, valid_chains, tmp_path):
    pytest.importorskip("torch", reason="needs the extra torch")
    config = ModelConfig((replace(STAGE, epochs=1), replace(STAGE, epochs=1)))
    codes = [chain.codes for chain in valid_chains]
    by_hand, by_torch = (
        train_model(config, train_chains, valid_chains, tmp_path / engine, engine=engine)
        for engine in ("numpy", "torch")
    )
    for a, b in zip(by_hand.probabilities(codes), by_torch.probabilities(codes), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)


def test_a_rate_too_high_is_said_with_the_network_and_the_rate(
    train_chains, valid_chains, tmp_path
):
    wild = ModelConfig((replace(STAGE, activation="relu", learning_rate=1e30),))
    with pytest.raises(InputError, match=r"stage 1 network 1: .* the learning rate 1e\+30 is too"):
        train_model(wild, train_chains, valid_chains, tmp_path / "model")


def test_a_mask_is_for_networks_that_look_along_chains(train_chains, valid_chains, tmp_path):
    config = ModelConfig((replace(STAGE, mask=0.1),))
    with pytest.raises(InputError, match="mask: is for networks with dilations; leave it out"):
        train_model(config, train_chains, valid_chains, tmp_path / "model")


def test_a_training_that_did_not_begin_leaves_nothing(train_chains, valid_chains, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    wrong = ModelConfig((replace(STAGE, mask=0.1),))
    for folder in (own, tmp_path / "new"):
        with pytest.raises(InputError, match="mask"):
            train_model(wrong, train_chains, valid_chains, folder)
    assert [*tmp_path.rglob("*")] == [own]


def test_a_penalty_makes_the_weights_small(train_chains, valid_chains, tmp_path):
    size = {}
    for l2 in (0.0, 0.01):
        config = ModelConfig((replace(STAGE, l2=l2),))
        model = train_model(config, train_chains, valid_chains, tmp_path / str(l2))
        size[l2] = np.square(model.stages[0].networks[0].parameters["0.weight"]).sum()
    assert size[0.01] < 0.7 * size[0.0]


@pytest.mark.parametrize(
    ("hidden", "activation", "weights"),
    [((), "sigmoid", 13 * 21 * 3 + 3), ((40,), "sigmoid", 11083), ((40,), "relu", 11083)],
)
def test_the_shapes_of_1988_and_of_the_slides_learn(
    train_chains, valid_chains, tmp_path, hidden, activation, weights
):
    stage = StageConfig(hidden=hidden, activation=activation, learning_rate=0.3, epochs=8)
    model = train_model(ModelConfig((stage,)), train_chains, valid_chains, tmp_path / "model")
    assert model.size == weights
    predictions = [p.probabilities for p in predict_chains(valid_chains, model)]
    assert evaluate(valid_chains, predictions).q3 > 70


CONVOLUTIONS = ModelConfig(
    (
        StageConfig(
            window=7,
            hidden=(12,),
            dilations=(1, 2),
            kernel=3,
            activation="relu",
            init="glorot",
            optimizer="adamw",
            learning_rate=1e-2,
            batch_size=512,
            epochs=4,
            mask=0.1,
            clip=1.0,
            average=0.9,
        ),
    ),
    seed=3,
)


@pytest.mark.parametrize(
    "context", [{}, {"chain_mean": True}, {"attention": (1,), "heads": 2}], ids=str
)
def test_convolutions_learn_by_hand_and_by_pytorch_alike(
    train_chains, valid_chains, tmp_path, context
):
    pytest.importorskip("torch", reason="needs the extra torch")
    config = replace(CONVOLUTIONS, stages=(replace(CONVOLUTIONS.stages[0], **context),))
    codes = [chain.codes for chain in valid_chains]
    by_hand, by_torch = (
        train_model(config, train_chains, valid_chains, tmp_path / engine, engine=engine)
        for engine in ("numpy", "torch")
    )
    for a, b in zip(by_hand.probabilities(codes), by_torch.probabilities(codes), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-3)
    predictions = [p.probabilities for p in predict_chains(valid_chains, by_hand)]
    assert evaluate(valid_chains, predictions).q3 > 80


def test_eight_states_are_learned_and_summed(train_chains, valid_chains, tmp_path):
    """Helices made of two kinds of turns of DSSP's, told apart by their letters."""
    eight, judges = (
        [replace(c, labels=in_eight(c)) for c in chains] for chains in (train_chains, valid_chains)
    )
    config = replace(CONVOLUTIONS, states=8)
    model = train_model(config, eight, judges, tmp_path / "model")
    assert model.states == "GHIEBTSC"
    three = [p.probabilities for p in predict_chains(valid_chains, model)]
    assert evaluate(valid_chains, three).q3 > 80
    told = [p.states for p in predict_chains(judges, model, states=STATES8)]
    pairs = [
        (a, b)
        for chain, own in zip(judges, told, strict=True)
        for a, b in zip(chain.labels, own, strict=True)
        if a != "-"
    ]
    assert np.mean([a == b for a, b in pairs]) > 0.7
    rows = (tmp_path / "model" / "history.csv").read_text().splitlines()
    columns = dict(zip(rows[0].split(","), rows[-1].split(","), strict=True))
    assert float(columns["valid_accuracy"]) > 0.8

    with pytest.raises(InputError, match="states = 8: the labels are in three states"):
        train_model(config, train_chains, valid_chains, tmp_path / "other")
    smooth = replace(config, stages=(replace(config.stages[0], label_smoothing=0.1),))
    with pytest.raises(InputError, match="label_smoothing: is for three states"):
        train_model(smooth, eight, judges, tmp_path / "smooth")


def in_eight(chain):
    return "".join(
        "G" if state == "H" and letter in "AEL" else state
        for state, letter in zip(chain.labels, chain.sequence, strict=True)
    )


@pytest.mark.parametrize("rate", [1e20, 1e30, 3e38])
def test_one_epoch_is_enough_to_diverge(train_chains, valid_chains, tmp_path, rate):
    """The cost before the only step is that of the first weights."""
    stage = StageConfig(window=3, hidden=(4,), learning_rate=rate, epochs=1, batch_size=10**8)
    with pytest.raises(InputError, match=r"stage 1 network 1: .* is too high; try"):
        train_model(ModelConfig((stage,)), train_chains, valid_chains, tmp_path / "m")
    assert not (tmp_path / "m" / "model.json").exists()
