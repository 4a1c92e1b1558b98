"""Searching for a configuration: judged, kept, gone on with."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from functools import partial

import numpy as np
import optuna
import pytest
from optuna.storages import RDBStorage
from optuna.trial import TrialState

from ribbonet.chains.arrays import ArrayFile
from ribbonet.errors import InputError
from ribbonet.evaluation.scores import evaluate
from ribbonet.prediction.blocks import predict_chains
from ribbonet.training.search import tuning
from ribbonet.training.search.space import read_space
from ribbonet.training.search.storage import shown
from ribbonet.training.search.tuning import tune
from ribbonet.training.train import train_model
from ribbonet.training.work import check_search_folder

SPACE = """
seed = 3
[[stage]]
window = {low = 1, high = 9, step = 2}
hidden = [{low = 2, high = 16, log = true}]
learning_rate = {low = 0.01, high = 1.0, log = true}
activation = {choices = ["sigmoid", "relu"]}
batch_size = 32
epochs = 6
"""


@pytest.fixture
def space(tmp_path):
    path = tmp_path / "space.toml"
    path.write_text(SPACE)
    return read_space(path)


def kept(storage):
    """Return the trials that a database keeps."""
    database = optuna.storages.RDBStorage(storage)
    try:
        return optuna.load_study(study_name="ribbonet", storage=database).trials
    finally:
        database.remove_session()
        database.engine.dispose()


def test_the_best_is_the_best_on_the_validation_chains(space, train_chains, valid_chains, tmp_path):
    storage = f"sqlite:///{tmp_path / 'trials.db'}"
    lines = []
    found = tune(
        space, train_chains, valid_chains, trials=12, storage=storage, on_trial=lines.append
    )
    trials = kept(storage)
    whole = [trial for trial in trials if trial.state.name == "COMPLETE"]
    assert found.trials == len(trials) == len(lines) == 12
    assert found.value == max(trial.value for trial in whole) > 80
    given_up = [trial for trial in trials if trial.state.name == "PRUNED"]
    assert given_up
    assert all(trial.last_step >= 3 for trial in given_up)
    assert sum("given up after epoch" in line for line in lines) == len(given_up)
    assert lines[0].startswith(f"trial 0: Q3 {trials[0].value:.2f} %; window ")
    assert lines[-1].endswith("; 12 of 12 trials finished")

    model = train_model(found.config, train_chains, valid_chains, tmp_path / "model")
    predictions = [p.probabilities for p in predict_chains(valid_chains, model)]
    assert evaluate(valid_chains, predictions).q3 == pytest.approx(found.value)


def test_the_same_seed_draws_the_same_and_a_search_goes_on(
    space, train_chains, valid_chains, tmp_path
):
    def search(name, trials, seed=3):
        storage = f"sqlite:///{tmp_path / name}"
        chains = train_chains[:10], valid_chains[:4]
        tune(space.with_value("seed", seed), *chains, trials=trials, storage=storage)
        return [(trial.params, trial.value) for trial in kept(storage)]

    at_once = search("once.db", 13)  # of which the first ten are drawn without looking back
    assert search("again.db", 5) == at_once[:5]
    assert search("again.db", 13) == at_once
    assert search("again.db", 2) == at_once
    assert search("other.db", 2, seed=4) != at_once[:2]


def test_networks_and_stages_are_searched_together(train_chains, valid_chains, tmp_path):
    path = tmp_path / "space.toml"
    stage = "[[stage]]\nhidden = [4]\nlearning_rate = 0.3\nbatch_size = 64\nepochs = 2\n"
    path.write_text(
        f"{stage}networks = 2\nwindow = {{choices = [5, 7]}}\n"
        f"{stage}window = {{choices = [3, 5]}}\n"
    )
    storage = f"sqlite:///{tmp_path / 'trials.db'}"
    found = tune(read_space(path), train_chains, valid_chains, trials=2, storage=storage)
    trial = kept(storage)[0]
    assert set(trial.params) == {"stage 1 window", "stage 2 window"}
    assert set(trial.intermediate_values) == {1, 2, 10_001, 10_002, 20_001, 20_002}
    assert [stage.networks for stage in found.config.stages] == [2, 1]


def test_eight_states_are_judged_by_their_three(train_chains, valid_chains, tmp_path):
    eight = str.maketrans("EC", "BT")
    chains = [
        [replace(chain, labels=chain.labels.translate(eight)) for chain in some]
        for some in (train_chains[:20], valid_chains)
    ]
    path = tmp_path / "space.toml"
    path.write_text(
        "states = 8\n[[stage]]\nwindow = {choices = [7]}\nlearning_rate = 0.3\n"
        "batch_size = 32\nepochs = 4\n"
    )
    space = read_space(path)
    found = tune(space, *chains, trials=1, storage=f"sqlite:///{tmp_path / 'trials.db'}")
    assert found.config.states == 8
    model = train_model(found.config, *chains, tmp_path / "model")
    predictions = [p.probabilities for p in predict_chains(valid_chains, model)]
    assert evaluate(valid_chains, predictions).q3 == pytest.approx(found.value)
    assert found.value > 60
    profiles = space.with_value("inputs", "profile")
    with pytest.raises(InputError, match="reads profiles beside residues; give homologues"):
        tune(profiles, *chains, trials=1, storage="sqlite://")


@pytest.mark.parametrize("inputs", [None, "profile"])
def test_profiles_and_arrays_are_searched_with(train_chains, tmp_path, inputs):
    """The arrays give the states away, so whoever reads them knows them all."""
    chains = train_chains[:10], train_chains[10:14]
    places = {"H": 0, "E": 1, "C": 2, "-": 3}
    arrays = {c.id: np.eye(22)[[places[s] for s in c.labels]] for own in chains for c in own}
    np.savez(tmp_path / "arrays.npz", **arrays)
    np.savez(tmp_path / "others.npz", **{id: array[:, ::-1] for id, array in arrays.items()})
    stage = "[[stage]]\nwindow = {choices = [1, 3]}\nlearning_rate = 0.3\nepochs = 20\n"
    (tmp_path / "space.toml").write_text(stage)
    space = read_space(tmp_path / "space.toml")
    if inputs is not None:
        space = space.with_value("inputs", inputs)
    search = partial(tune, space, *chains, trials=1, storage=f"sqlite:///{tmp_path / 'trials.db'}")
    found = search(source=ArrayFile(tmp_path / "arrays.npz"))
    assert found.value > 99
    assert found.config.inputs == inputs
    with pytest.raises(InputError, match="another source of profiles or arrays; give what it had"):
        search(source=ArrayFile(tmp_path / "others.npz"))


def test_a_trial_that_went_to_another_is_let_go(
    space, train_chains, valid_chains, tmp_path, monkeypatch
):
    train, taken = tuning._train, []

    def silent_at_first(config, *rest):
        trial = rest[2]
        if not taken:
            taken.append(trial.number)
            trial.study._storage.set_trial_state_values(trial._trial_id, TrialState.FAIL)
        return train(config, *rest)

    monkeypatch.setattr(tuning, "_train", silent_at_first)
    storage, lines = f"sqlite:///{tmp_path / 'trials.db'}", []
    chains = train_chains[:10], train_chains[10:14]
    found = tune(space, *chains, trials=2, storage=storage, on_trial=lines.append)
    assert "a trial went to another worker" in lines[0]
    assert [line.split(":")[0] for line in lines[1:]] == ["trial 1", "trial 2"]
    assert found.trials == 2


@pytest.mark.parametrize("left", [TrialState.FAIL, TrialState.RUNNING])
def test_a_search_that_is_killed_finds_the_same(space, train_chains, tmp_path, monkeypatch, left):
    """It is killed in its first trial and twice in its second; Ctrl-C leaves a trial failed."""
    chains = train_chains[:10], train_chains[10:14]
    whole, parts = [], []
    storage = f"sqlite:///{tmp_path / 'whole.db'}"
    expected = tune(space, *chains, trials=4, storage=storage, on_trial=whole.append)
    train, real = tuning._train, RDBStorage.set_trial_state_values

    def killed_at_times(config, *rest):
        finished = tuning._finished(rest[2].study)
        if finished == due[0]:
            due[0] = None
            raise KeyboardInterrupt
        return train(config, *rest)

    def stays(self, number, state, values=None):
        if state == TrialState.FAIL and due[0] is None and left == TrialState.RUNNING:
            return False
        return real(self, number, state, values)

    monkeypatch.setattr(tuning, "_train", killed_at_times)
    storage = f"sqlite:///{tmp_path / 'killed.db'}"
    search = partial(tune, space, *chains, trials=4, storage=storage, alone=True)
    for kill in (0, 1, 1):
        due = [kill]
        monkeypatch.setattr(RDBStorage, "set_trial_state_values", stays)
        with pytest.raises(KeyboardInterrupt):
            search(on_trial=parts.append)
        monkeypatch.setattr(RDBStorage, "set_trial_state_values", real)
        assert kept(storage)[-1].state == left
    due = [None]
    assert search(on_trial=parts.append) == expected
    assert [line.rsplit(";", 2)[0] for line in parts] == [line.rsplit(";", 2)[0] for line in whole]


def test_what_breaks_is_not_hidden(space, train_chains, valid_chains, tmp_path, monkeypatch):
    def broken(*_):
        raise ValueError("broken")

    monkeypatch.setattr(tuning, "_train", broken)
    with pytest.raises(ValueError, match="broken"):
        tune(space, train_chains, valid_chains, trials=1, storage=f"sqlite:///{tmp_path}/t.db")


def test_a_search_for_something_else_is_refused(space, train_chains, valid_chains, tmp_path):
    storage = f"sqlite:///{tmp_path / 'trials.db'}"
    chains = train_chains[:10], train_chains[10:14]
    tune(space, *chains, trials=1, storage=storage)
    with pytest.raises(InputError, match="'ribbonet' with another seed; give what it had, or an"):
        tune(space.with_value("seed", 9), *chains, trials=1, storage=storage)
    with pytest.raises(InputError, match="with another validation chains;"):
        tune(space, chains[0], valid_chains, trials=1, storage=storage)
    tune(space.with_value("seed", 9), *chains, trials=1, storage=storage, study="another")


def test_rates_that_are_all_too_high_are_said(train_chains, valid_chains, tmp_path):
    path = tmp_path / "space.toml"
    path.write_text('[[stage]]\nactivation = "relu"\nlearning_rate = {low = 1e30, high = 1e31}')
    lines = []
    with pytest.raises(InputError, match="none of 2 trials was finished: their costs grew"):
        tune(
            read_space(path),
            train_chains,
            valid_chains,
            trials=2,
            storage=f"sqlite:///{tmp_path / 'trials.db'}",
            on_trial=lines.append,
        )
    assert all("given up, its cost grew without bounds; learning_rate" in line for line in lines)


@pytest.mark.parametrize(
    ("storage", "message"),
    [
        ("trials.db", "the storage is no database's URL; give one such as postgresql://"),
        ("postgresql://ann:secret@127.0.0.1:1/no", r"ann:\*\*\*@127.*cannot be used: .*refused"),
        ("sqlite:////no/such/folder/t.db", "t.db: the database cannot be used: .*unable to open"),
        ("oracle+nothing://host/name", "its driver is missing|cannot be used"),
    ],
)
def test_a_database_that_is_not_there(
    space, train_chains, valid_chains, monkeypatch, storage, message
):
    monkeypatch.setattr("ribbonet.training.search.storage.ATTEMPTS", 1)
    with pytest.raises(InputError, match=message):
        tune(space, train_chains, valid_chains, trials=1, storage=storage)


def test_passwords_are_not_shown():
    assert "secret" not in shown("postgresql://ann:secret@host/name")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("UPDATE trial_params SET param_value = 99", "trial 0 is not as it was written"),
        ("UPDATE trial_values SET value = 1e308", "trial 0 is not as it was written"),
        ("UPDATE trial_values SET value = 'x'", "trial 0 is not as it was written"),
        ("UPDATE trials SET number = number + 7", "trial 7 is not as it was written"),
        ("UPDATE trial_params SET distribution_json = '{'", "the database is damaged"),
        ("UPDATE trials SET state = 'NONE'", "the database is damaged"),
        ("UPDATE alembic_version SET version_num = 'x'", "the database is damaged"),
        ("DELETE FROM trial_params", "trial 0 is not as it was written"),
    ],
)
def test_a_damaged_database_is_told_of(train_chains, tmp_path, change, message):
    path = tmp_path / "space.toml"
    path.write_text("[[stage]]\nepochs = 1\nhidden = [{low = 2, high = 12}]\n")
    storage = f"sqlite:///{tmp_path / 'trials.db'}"
    search = partial(tune, read_space(path), train_chains[:4], train_chains[:4], storage=storage)
    assert search(trials=2) == search(trials=2)
    with closing(sqlite3.connect(tmp_path / "trials.db")) as database:
        database.execute(change)
        database.commit()
    with pytest.raises(InputError, match=message):
        search(trials=2)


KILLED = """
import os, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.execute(f"CREATE TABLE {sys.argv[2]} (x)")
database.execute("PRAGMA cache_size = 1")  # so that it writes before it commits
database.executemany(f"INSERT INTO {sys.argv[2]} VALUES (?)", [("y" * 4000,)] * 100)
os._exit(0)
"""


def test_a_search_killed_while_it_wrote_is_still_a_search(tmp_path):
    for table in ("studies", "others"):
        (tmp_path / table).mkdir()
        path = tmp_path / table / "trials.db"
        subprocess.run([sys.executable, "-c", KILLED, path, table], check=True)
        assert path.with_name("trials.db-journal").stat().st_size
    check_search_folder(tmp_path / "studies", tmp_path / "best.toml", None)
    with pytest.raises(InputError, match="no search made it"):
        check_search_folder(tmp_path / "others", tmp_path / "best.toml", None)
