"""The playground trains as `ribbonet.nn.fit` does, and can be stopped, changed and turned back."""

import threading
import tracemalloc
from typing import get_args

import numpy as np
import pytest

from ribbonet.errors import InputError
from ribbonet.nn import L2, BinaryCrossEntropy, Dense, Dropout, Network, Noise, Tanh, fit
from ribbonet.nn.layers.activations import ACTIVATIONS
from ribbonet.nn.optimizers import OPTIMIZERS
from ribbonet.nn.schedules import SCHEDULES
from ribbonet.web.playground.playground import Playground
from ribbonet.web.playground.settings import Settings
from ribbonet.web.playground.timeline import Moment, Timeline

SMALL = {"points": 60, "batch": 10, "layers": (3,)}


def same(a, b) -> bool:
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


def trained(settings: Settings, epochs: int) -> Playground:
    playground = Playground(settings)
    playground.step(epochs * playground.steps_per_epoch)
    return playground


def test_every_activation_optimiser_and_schedule_is_offered():
    tables = {"activation": ACTIVATIONS, "optimizer": OPTIMIZERS, "schedule": SCHEDULES}
    for name, table in tables.items():
        assert {*get_args(Settings.model_fields[name].annotation)} == {*table}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_weights_are_those_of_fit_bit_for_bit(optimizer):
    settings = Settings(
        **SMALL,
        optimizer=optimizer,
        schedule="cosine",
        epochs=6,
        dropout=0.2,
        input_noise=0.1,
        l2=0.01,
        label_smoothing=0.1,
        seed=3,
    )
    playground = Playground(settings)
    for _ in range(6 * 3):
        playground.step()
    playground.step()  # asks for one more, and so comes to the end
    assert (playground.epoch, playground.end) == (6, "done")

    rng = np.random.default_rng(3)
    network = Network([Noise(0.1), Dense(2, 3), Tanh(), Dropout(0.2), Dense(3, 1)], rng)
    fit(
        network,
        BinaryCrossEntropy(label_smoothing=0.1),
        OPTIMIZERS[optimizer](0.01),
        playground.problem.train,
        epochs=6,
        batch_size=10,
        rng=rng,
        schedule=SCHEDULES["cosine"],
        penalties=[L2(0.01)],
    )
    assert same(network.state, playground.network.state)


def test_turning_back_and_going_on_gives_the_same_weights():
    playground = trained(Settings(**SMALL, optimizer="adam", dropout=0.3), 12)
    end, rows = playground.network.state, playground.rows
    end = {name: array.copy() for name, array in end.items()}
    playground.go_to(5)
    assert playground.epoch == 5
    assert not same(end, playground.network.state)
    assert playground.rows == rows  # to be seen until another way is taken
    playground.step(7 * playground.steps_per_epoch)
    assert same(end, playground.network.state)
    assert [row["epoch"] for row in playground.rows] == list(range(13))
    assert playground.rows == rows


def test_settings_that_fit_the_weights_keep_them():
    playground = trained(Settings(**SMALL), 3)
    before = {name: array.copy() for name, array in playground.network.state.items()}
    other = playground.settings.model_copy(
        update={"dropout": 0.5, "input_noise": 1.0, "learning_rate": 0.1, "optimizer": "adam"}
    )
    assert not playground.configure(other)
    assert same(before, playground.network.state)
    assert playground.epoch == 3
    playground.step()
    assert not same(before, playground.network.state)
    assert playground.configure(other.model_copy(update={"layers": (4,)}))
    assert playground.epoch == 0
    assert len(playground.rows) == 1


def test_a_setting_that_cannot_be_leaves_all_as_it_was():
    playground = trained(Settings(**SMALL), 2)
    with pytest.raises(InputError, match="draw four points or more"):
        playground.configure(Settings(data="drawn"))
    assert playground.settings == Settings(**SMALL)
    playground.step()
    assert playground.optimizer.steps == 2 * 3 + 1


def test_a_divergent_training_says_why():
    playground = trained(Settings(data="hills", learning_rate=100, activation="identity"), 40)
    assert playground.end == "diverged"
    assert "the learning rate 100 is too high; try 10" in playground.message


def test_a_training_that_stands_still_says_why():
    playground = trained(Settings(**SMALL, learning_rate=1e-9, epochs=12), 12)
    playground.step()
    assert playground.end == "slow"
    assert "the learning rate 1e-09 may be too low" in playground.message


def test_a_penalty_too_high_says_so():
    playground = Playground(
        Settings(data="moons", optimizer="adam", learning_rate=0.01, l2=1, epochs=60)
    )
    playground.step(10_000)
    assert playground.end == "held"
    assert "the penalty may be too strong" in playground.message
    assert playground.rows[-1]["test_accuracy"] < 0.65


def test_an_early_stop_ends_with_the_best_weights():
    settings = Settings(data="xor", noise=0.5, points=60, layers=(16,), patience=5, epochs=2000)
    playground = trained(settings.model_copy(update={"optimizer": "adam"}), 2000)
    assert playground.end == "early"
    assert "5 epochs brought no lower loss on the validation examples" in playground.message
    losses = [row["valid_loss"] for row in playground.rows]
    assert playground.last == playground.epoch + 5
    assert losses[playground.epoch] == min(losses[1:])
    playground.go_to(playground.epoch)
    before = {name: array.copy() for name, array in playground.network.state.items()}
    playground.go_to(playground.epoch)
    assert same(before, playground.network.state)


def test_weights_are_edited_in_place():
    playground = trained(Settings(**SMALL), 1)
    playground.edit("1.weight", 4, 2.5)
    assert playground.network.parameters["1.weight"][1, 1] == 2.5
    for wrong in (("1.weight", 6, 1.0), ("9.bias", 0, 1.0), ("1.bias", 0, float("nan"))):
        with pytest.raises(InputError, match="there is no"):
            playground.edit(*wrong)


def test_the_first_click_takes_one_step_and_no_thread():
    threads = threading.active_count()
    playground = Playground(Settings(**SMALL))
    before = {name: array.copy() for name, array in playground.network.parameters.items()}
    playground.step()
    assert playground.optimizer.steps == 1
    assert threading.active_count() == threads
    assert any((playground.network.parameters[name] != before[name]).any() for name in before)


def test_a_last_example_alone_is_not_normalised():
    settings = Settings(data="circle", points=42, share=0.5, batch=10, batch_norm=True)
    playground = trained(settings, 2)
    assert len(playground.problem.train.x) == 21
    assert (playground.steps_per_epoch, playground.epoch, playground.end) == (2, 2, "")


def test_the_timeline_stays_within_its_memory():
    timeline = Timeline(memory=1000)
    for epoch in range(5000):
        timeline.keep(Moment(epoch, 0, bytes(90), "x" * 10))
        assert len(timeline.epochs) * 100 <= 1000
    assert timeline.epochs[0] == 0
    assert timeline.at(4999).epoch > 3000


def test_memory_is_what_moments_really_take():
    timeline = Timeline(memory=500_000)
    playground = trained(Settings(points=20, layers=(1,) * 8, optimizer="adam"), 1)
    network, optimizer, rng = playground.network, playground.optimizer, playground.rng
    tracemalloc.start()
    for epoch in range(500):
        timeline.keep(Moment.of(epoch, network, optimizer, rng))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 200_000 < taken < 600_000


def test_the_seed_of_the_data_and_that_of_the_weights_are_two():
    one, other, third = (
        Playground(Settings(data_seed=data, seed=seed)) for data, seed in ((0, 0), (0, 1), (1, 0))
    )
    assert np.array_equal(one.problem.points, other.problem.points)
    assert not same(one.network.parameters, other.network.parameters)
    assert not np.array_equal(one.problem.points, third.problem.points)
    assert same(one.network.parameters, third.network.parameters)
