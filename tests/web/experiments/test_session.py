"""Experiments: trainings of the playground, averaged; cancelled, and taken up again."""

import json
import time

import numpy as np
import pytest
from scipy import stats

from ribbonet.errors import InputError
from ribbonet.web.experiments.catalogue import EXPERIMENTS
from ribbonet.web.experiments.runs import Runs, mean_and_interval
from ribbonet.web.experiments.session import Extent, Session, settings_of
from ribbonet.web.playground.playground import Playground
from ribbonet.web.playground.settings import Settings


def shown(session: Session, seconds: float = 0.02) -> dict:
    """Take turns until there is a picture, and return what it holds."""
    while (picture := session.turn(seconds)) is None:
        pass
    return json.loads(picture[4 : 4 + int.from_bytes(picture[:4], "little")])


def finished(session: Session) -> dict:
    while (header := shown(session))["under_way"]:
        pass
    return header


def test_every_experiment_has_settings_that_can_be_and_that_differ():
    for experiment in EXPERIMENTS.values():
        variants = settings_of(experiment, Extent())
        assert len(set(variants)) == len(variants) >= 2
        for settings in (variants[0], variants[-1]):
            Playground(settings)


def test_a_training_is_that_of_the_playground_with_other_seeds():
    settings = Settings(points=60, layers=(3,), epochs=4, data_seed=5, seed=9)
    runs = Runs([settings, settings.model_copy(update={"l2": 0.1})], seeds=3)
    left = iter(range(30))
    runs.advance(lambda: next(left, None) is not None)
    assert not runs.ended
    runs.advance(lambda: True)
    assert runs.ended
    assert runs.done == 6
    for place in range(3):
        alone = Playground(settings.model_copy(update={"data_seed": 5 + place, "seed": 9 + place}))
        alone.step(10_000)
        outcome = runs.outcomes[0][place]
        assert outcome.scores["test_loss"] == alone.rows[-1]["test_loss"]
        assert outcome.curves[1, -1] == alone.rows[-1]["test_loss"]
        assert outcome.curves[0, 0] == alone.rows[0]["train_loss"]
        weights = [a for n, a in alone.network.parameters.items() if n.endswith("weight")]
        assert outcome.size == pytest.approx(
            np.linalg.norm(np.concatenate([w.ravel() for w in weights]))
        )
    one, other = runs.summary()
    losses = [outcome.scores["test_loss"] for outcome in runs.outcomes[0]]
    low, high = stats.t.interval(0.95, 2, np.mean(losses), stats.sem(losses))
    mean, half = one["scores"]["test_loss"]
    assert (mean, half) == pytest.approx((np.mean(losses), (high - low) / 2), abs=2e-5)
    assert other["size"][0] < one["size"][0]


def test_what_cannot_be_averaged_is_not():
    assert mean_and_interval([1.0, float("nan")]) == [None, None]
    runs = Runs([Settings(data="plane", learning_rate=100, activation="identity", epochs=9)], 2)
    runs.advance(lambda: True)
    (summary,) = runs.summary()
    assert summary["ends"] == {"diverged": 2}
    json.dumps(summary, allow_nan=False)


def test_a_session_goes_on_in_turns_is_cancelled_and_comes_back():
    session = Session()
    assert session.answer({"type": "back"})["experiment"] is None
    assert session.turn(0.01) is None
    extent = {"seeds": 2, "epochs": 3}
    running = session.answer({"type": "run", "experiment": "weights", "extent": extent})
    assert [own["l2"] for own in running["variants"]][:2] == [0, 0.001]
    assert session.training
    started = time.perf_counter()
    session.turn(0.01)
    assert time.perf_counter() - started < 0.5  # a turn, and not the whole
    session.close()  # the page is gone
    assert not session.training
    assert session.answer({"type": "back"}) == running
    assert session.training
    header = finished(session)
    assert (header["done"], header["of"]) == (12, 12)
    assert all(own["runs"] == 2 for own in header["variants"])

    session.answer({"type": "run", "experiment": "weights", "extent": {"seeds": 30}})
    session.turn(0.01)
    session.answer({"type": "cancel"})
    assert not session.training
    header = shown(session)
    assert header["done"] < header["of"]
    assert session.turn(0.01) is None


def test_a_players_own_settings_are_varied_on_what_was_uploaded():
    session = Session()
    rows = "".join(f"{i},{(i * 7) % 11},{'ab'[i % 2]}\n" for i in range(40))
    running = session.answer(
        {
            "type": "run",
            "experiment": "dropout",
            "extent": {"seeds": 2, "epochs": 2},
            "settings": {"data": "csv", "layers": [2], "seed": 3},
            "upload": "one,two,kind\n" + rows,
        }
    )
    assert {own["data"] for own in running["variants"]} == {"csv"}
    assert finished(session)["variants"][0]["examples"] == 20


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ({"type": "run"}, "cannot be understood"),
        ({"type": "run", "experiment": "no"}, "no experiment 'no'"),
        ({"type": "run", "experiment": "data", "extent": {"seeds": 99}}, "Seeds has to be at most"),
        ({"type": "run", "experiment": "data", "settings": {"points": 1}}, "Points has to be"),
        ({"type": "run", "experiment": "data", "settings": {"data": "csv"}}, "three columns"),
        ({"type": "else"}, "unknown type"),
    ],
)
def test_what_cannot_be_is_refused_and_harms_nothing(message, fault):
    session = Session()
    extent = {"seeds": 2, "epochs": 2}
    session.answer({"type": "run", "experiment": "norm", "extent": extent})
    with pytest.raises(InputError, match=fault):
        session.answer(message)
    assert finished(session)["done"] == 4


def test_overfitting_is_to_be_seen():
    """As the slides tell it: more weights than the examples bear, and what a penalty does."""
    few, right, many = (
        Runs([Settings(**{**EXPERIMENTS["parameters"].base, "layers": layers})], 4)
        for layers in ((1,), (8,), (16, 16, 16))
    )
    for runs in (few, right, many):
        runs.advance(lambda: True)
    scores = [runs.summary()[0]["scores"] for runs in (few, right, many)]
    train = [own["train_accuracy"][0] for own in scores]
    loss = [own["test_loss"][0] for own in scores]
    assert train[0] < train[1] < train[2]
    assert loss[0] > loss[1] < loss[2]


def test_batch_norm_is_a_remedy_by_its_small_batches():
    runs = Runs(settings_of(EXPERIMENTS["norm"], Extent(seeds=3)), 3)
    runs.advance(lambda: True)
    without, with_ = (own["scores"] for own in runs.summary())
    assert with_["train_accuracy"][0] < without["train_accuracy"][0]
    assert with_["test_loss"][0] < 0.7 * without["test_loss"][0]
