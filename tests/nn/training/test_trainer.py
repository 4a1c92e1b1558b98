"""The training loop: stopping, resuming, averaging, weights, and what it says of the rate."""

import math
import warnings
from copy import deepcopy
from functools import partial

import numpy as np
import pytest

from ribbonet.nn import (
    L1,
    L2,
    SGD,
    Adam,
    ArrayExamples,
    Batch,
    CategoricalCrossEntropy,
    Dense,
    DivergenceError,
    Network,
    ReLU,
    SlowTrainingWarning,
    SquaredError,
    StrongPenaltyWarning,
    Tanh,
    evaluate,
    fit,
)
from ribbonet.nn.schedules import cosine
from ribbonet.nn.training.engine import NumpyEngine, averaging
from ribbonet.nn.training.history import write_history
from ribbonet.nn.training.rate import SAMPLE

LOSS = CategoricalCrossEntropy()


def rings(n=200, seed=0) -> ArrayExamples:
    """A disc in a ring."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    radius, angle = 1 + 2 * labels + 0.3 * rng.normal(size=n), rng.uniform(0, 2 * np.pi, n)
    x = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return ArrayExamples(x, labels)


def small(seed=0) -> Network:
    return Network([Dense(2, 8), Tanh(), Dense(8, 2)], rng=seed, dtype=np.float64)


def train(network=None, optimizer=None, examples=None, **options):
    """Train with defaults; return the network and the history."""
    network = network or small()
    history = fit(
        network,
        options.pop("loss", LOSS),
        optimizer or Adam(0.03),
        examples or rings(),
        rng=np.random.default_rng(options.pop("seed", 0)),
        **{"epochs": 5, "batch_size": 32, **options},
    )
    return network, history


def assert_same(a: Network, b: Network) -> None:
    for name, array in a.state.items():
        np.testing.assert_array_equal(array, b.state[name])


def without_seconds(history):
    return [{k: v for k, v in row.items() if k != "seconds"} for row in history]


def test_learns_and_records():
    network, history = train(epochs=40, valid=rings(seed=1))
    assert evaluate(network, LOSS, rings(seed=1))[1] > 0.97
    assert [row["epoch"] for row in history] == list(range(1, 41))
    assert history[-1]["train_loss"] < history[0]["train_loss"]
    assert {"train_accuracy", "valid_loss", "valid_accuracy", "seconds"} <= history[0].keys()


def test_one_step_by_hand():
    """y = w x on x = 2, target 0: L = (2 w)^2, dL/dw = 8 w."""
    network = Network([Dense(1, 1)], rng=0, dtype=np.float64)
    network.parameters["0.weight"][:] = 1
    examples = ArrayExamples(np.array([[2.0]]), np.array([[0.0]]))
    _, history = train(network, SGD(0.01), examples, loss=SquaredError(), epochs=1, batch_size=1)
    assert network.parameters["0.weight"].item() == pytest.approx(0.92)
    assert network.parameters["0.bias"].item() == pytest.approx(-0.04)
    assert history[0]["train_loss"] == pytest.approx(4)
    assert "train_accuracy" not in history[0]


def test_batches_without_replacement_and_the_last_kept_or_dropped():
    seen = []

    class Recorder(ArrayExamples):
        def batch(self, indices):
            seen.append(indices)
            return super().batch(indices)

    examples = Recorder(np.zeros((300, 2)), np.zeros(300, int))
    for keep_last, sizes in {True: [38] * 7 + [34], False: [38] * 7}.items():
        seen.clear()
        train(examples=examples, epochs=1, batch_size=38, keep_last=keep_last)
        sample = math.ceil(SAMPLE / 38)  # batches for the cost before the first step and at the end
        steps = seen[sample:-sample]
        assert [len(indices) for indices in steps] == sizes
        assert len(np.unique(np.concatenate(steps))) == sum(sizes)


def test_no_batch_is_an_error():
    with pytest.raises(ValueError, match="fewer examples than a batch of 500"):
        train(batch_size=500, keep_last=False)


def test_early_stopping_returns_the_best_weights():
    valid = rings(seed=5)
    valid.targets = 1 - valid.targets  # what is learned is wrong here: epoch 1 is the best
    network, history = train(epochs=50, patience=3, valid=valid)
    assert len(history) == 4
    best = min(row["valid_loss"] for row in history)
    assert evaluate(network, LOSS, valid)[0] == pytest.approx(best) == history[0]["valid_loss"]


SETTINGS = {
    "plain": {},
    "all": {
        "valid": rings(seed=1),
        "patience": 20,
        "schedule": cosine,
        "average": 0.9,
        "clip": 0.5,
        "penalties": [L2(0.01)],
    },
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_resumed_training_ends_the_same_bit_for_bit(tmp_path, settings):
    whole, expected = train(epochs=7, **settings)

    class StopError(Exception):
        pass

    def interrupt(row):
        if row["epoch"] == 3:
            raise StopError

    with pytest.raises(StopError):
        train(epochs=7, checkpoint=tmp_path, on_epoch=interrupt, **settings)
    resumed, history = train(small(seed=99), seed=99, epochs=7, checkpoint=tmp_path, **settings)
    assert_same(whole, resumed)
    assert without_seconds(history) == without_seconds(expected)
    again, _ = train(small(seed=98), epochs=7, checkpoint=tmp_path, **settings)
    assert_same(whole, again)


def test_average_of_weights():
    """a <- d_t a + (1 - d_t) theta, returned in place of the weights."""
    network, engine_network = small(), small()
    examples = rings(32)
    train(network, SGD(0.1), examples, epochs=3, average=0.2)

    engine = NumpyEngine(engine_network, LOSS, SGD(0.1))
    expected = engine.weights()
    rng = np.random.default_rng(0)
    for step in (1, 2, 3):
        engine.train_step(examples.batch(examples.epoch(rng)), 1.0, rng)
        kept = min(0.2, (1 + step) / (10 + step))
        expected = {
            k: kept * v + (1 - kept) * engine_network.parameters[k] for k, v in expected.items()
        }
    for name, array in expected.items():
        np.testing.assert_allclose(network.parameters[name], array, rtol=1e-12)


def test_averaging_forgets_the_start_soon():
    assert averaging(0.999, 1) == pytest.approx(2 / 11)
    assert averaging(0.999, 10**6) == 0.999


def test_average_is_what_is_validated():
    valid = rings(seed=1)
    network, history = train(epochs=4, average=0.9, valid=valid)
    best = min(row["valid_loss"] for row in history)
    assert evaluate(network, LOSS, valid)[0] == pytest.approx(best)


def test_clipping_bounds_a_step():
    before = small()
    network, _ = train(small(), SGD(1.0), epochs=1, batch_size=200, clip=1e-3)
    moved = [network.parameters[k] - before.parameters[k] for k in before.parameters]
    assert np.sqrt(sum((m**2).sum() for m in moved)) == pytest.approx(1e-3)


def test_penalties_are_in_the_cost():
    _, plain = train(epochs=1, batch_size=200)
    network = small()
    value, _ = L2(0.1)(network.parameters)
    _, penalised = train(network, epochs=1, batch_size=200, penalties=[L2(0.1)])
    assert penalised[0]["train_loss"] == pytest.approx(plain[0]["train_loss"] + value)


def test_weight_zero_leaves_an_example_out():
    few, many = rings(64), rings(64)
    many.x = np.concatenate([many.x, 100 * many.x])
    many.targets = np.concatenate([many.targets, 1 - many.targets])
    many.weights = np.repeat([1.0, 0.0], 64)
    a, rows = train(examples=few, epochs=1, batch_size=64)
    b, weighted = train(examples=many, epochs=1, batch_size=128)
    for name in a.parameters:
        np.testing.assert_allclose(a.parameters[name], b.parameters[name], rtol=1e-9)
    assert rows[0]["train_loss"] == pytest.approx(weighted[0]["train_loss"])
    assert rows[0]["train_accuracy"] == weighted[0]["train_accuracy"]


class Chains:
    """Chains of 1 to 9 positions, padded with what must count nowhere."""

    def __init__(self, junk):
        rng = np.random.default_rng(0)
        self.lengths, self.junk = rng.integers(1, 10, 20), junk
        self.x = [rng.normal(size=(length, 2)) for length in self.lengths]

    def all(self):
        return np.arange(20)

    def epoch(self, rng):
        return rng.permutation(20)

    def batch(self, indices):
        longest = self.lengths[indices].max()
        x = np.full((len(indices), longest, 2), self.junk)
        for row, chain in zip(x, indices, strict=True):
            row[: self.lengths[chain]] = self.x[chain]
        mask = np.arange(longest) < self.lengths[indices, None]
        return Batch(x, (x[..., 0] > 0).astype(int), mask=mask)


def test_padding_counts_nowhere():
    results = [train(examples=Chains(junk), valid=Chains(junk), epochs=3) for junk in (0.0, 9.0)]
    assert_same(results[0][0], results[1][0])
    assert without_seconds(results[0][1]) == without_seconds(results[1][1])


def test_mean_and_sum_record_the_same_loss():
    """Within an epoch of one step; the gradients differ by the number of examples."""
    mean, _ = train(optimizer=SGD(0.2), epochs=1, batch_size=200)
    summed, history = train(
        optimizer=SGD(0.001),
        loss=CategoricalCrossEntropy(reduction="sum"),
        epochs=1,
        batch_size=200,
    )
    assert history[0]["train_loss"] == pytest.approx(evaluate(small(), LOSS, rings())[0])
    for name, array in mean.parameters.items():
        np.testing.assert_allclose(summed.parameters[name], array, rtol=1e-9)


@pytest.mark.parametrize("rate", [1e3, 1e200])
def test_infinite_cost_names_the_learning_rate(rate):
    network = Network([Dense(2, 8), ReLU(), Dense(8, 1)], rng=0, dtype=np.float64)
    examples = ArrayExamples(rings().x, rings().x[:, :1])
    with pytest.raises(DivergenceError, match=r"cost became (inf|nan) in epoch \d+, step \d+") as e:
        train(network, SGD(rate), examples, loss=SquaredError(), epochs=50)
    assert f"the learning rate {rate:g} is too high; try {rate / 10:g}" in str(e.value)


def test_cost_above_its_start_names_the_learning_rate():
    with pytest.raises(DivergenceError, match=r"above its start, 0\.\d+: the learning rate 50"):
        train(optimizer=SGD(50.0), epochs=50)


def test_divergence_is_found_after_resuming_too(tmp_path):
    def stop(row):
        if row["epoch"] == 4:
            raise KeyboardInterrupt

    options = {"optimizer": SGD(50.0), "epochs": 9, "checkpoint": tmp_path}
    with pytest.raises(KeyboardInterrupt):
        train(on_epoch=stop, **options)
    with pytest.raises(DivergenceError, match="above its start"):
        train(on_epoch=lambda row: row["epoch"] == 5, **options)


def test_divergence_is_found_in_a_short_training():
    with pytest.raises(DivergenceError, match="above its start"):
        train(optimizer=SGD(50.0), epochs=2)


def test_bad_inputs_are_not_blamed_on_the_rate():
    examples = rings()
    examples.x[3] = np.nan
    with pytest.raises(ValueError, match="cost before the first step is nan: look at the inputs"):
        train(examples=examples)


def test_rate_too_low_is_said():
    with pytest.warns(SlowTrainingWarning, match="learning rate 1e-07 may be too low; try 1e-06"):
        train(optimizer=SGD(1e-7), epochs=10)


@pytest.mark.parametrize("penalty", [L1, L2])
def test_a_penalty_too_strong_is_said(penalty):
    with pytest.warns(StrongPenaltyWarning, match="the penalty may be too strong; try a tenth"):
        train(optimizer=SGD(0.01), epochs=80, penalties=(penalty(1.0),))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(optimizer=SGD(0.01), epochs=80, penalties=(penalty(1e-3),))


@pytest.mark.parametrize("resumed", [False, True])
def test_a_penalty_that_holds_the_weights_is_no_divergence(tmp_path, resumed):
    """The loss rises to that of guessing, above its start; the cost, penalties included, falls."""

    def stop(row):
        return row["epoch"] == 3

    taught, _ = train(optimizer=SGD(0.1), epochs=20)
    options = {"optimizer": SGD(0.01), "epochs": 40, "penalties": (L2(1.0),)}
    start = evaluate(taught, LOSS, rings())[0]
    assert start < 0.6
    if resumed:
        train(deepcopy(taught), on_epoch=stop, checkpoint=tmp_path, **options)
        options["checkpoint"] = tmp_path
    _, history = train(taught, **options)
    assert len(history) == 40
    assert history[-1]["train_loss"] > 1.1 * start


def test_nothing_to_learn_is_not_blamed_on_the_rate():
    examples = rings()
    examples.targets = np.random.default_rng(0).permutation(examples.targets)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        train(optimizer=SGD(0.05), examples=examples, epochs=20)


def test_callbacks_see_rows_and_stop():
    rows = []
    stop = lambda row: row["epoch"] == 2  # noqa: E731
    _, history = train(on_epoch=[rows.append, stop])
    assert rows == history
    assert len(history) == 2


def test_tracker_wraps_the_steps():
    told = []

    def track(steps, description, length):
        told.append((description, length))
        return steps

    train(epochs=2, batch_size=150, track=track)
    assert told == [("epoch 1/2", 2), ("epoch 2/2", 2)]


def test_history_as_csv(tmp_path):
    _, history = train(epochs=2)
    write_history(tmp_path / "history.csv", history)
    lines = (tmp_path / "history.csv").read_text().splitlines()
    assert lines[0] == "epoch,learning_rate,train_loss,train_accuracy,seconds"
    assert len(lines) == 3


def test_engine_is_made_by_what_is_given():
    plain, _ = train()
    other, _ = train(engine=partial(NumpyEngine))
    assert_same(plain, other)


def test_what_is_trained_already_can_be_the_best_and_is_kept():
    """A network that knows its task, trained on labels turned round."""
    trained, _ = train(epochs=40)
    before = trained.state
    known = {name: array.copy() for name, array in before.items()}
    wrong, valid = rings(), rings(seed=1)
    wrong.targets = 1 - wrong.targets
    _, history = train(trained, examples=wrong, valid=valid, judge_start=True, epochs=2)
    loss, accuracy = evaluate(Network(small().config()["layers"]).load(known), LOSS, valid)
    assert [row["epoch"] for row in history] == [0, 1, 2]
    assert history[0]["valid_loss"] == pytest.approx(loss)
    assert history[0]["valid_accuracy"] == pytest.approx(accuracy)
    assert history[0].keys() == history[1].keys()
    for name, array in trained.state.items():
        np.testing.assert_array_equal(array, known[name])


def test_examples_may_cut_their_own_batches():
    class Pairs(ArrayExamples):
        def batches(self, indices, size):
            assert size == 32
            yield from np.split(indices, len(indices) // 2)

    steps = []

    def track(costs, description, length):
        steps.append(length)
        return costs

    examples = rings()
    train(examples=Pairs(examples.x, examples.targets), epochs=1, track=track)
    assert steps == [100]
