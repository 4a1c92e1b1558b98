"""The compiled engine: what the plain one computes, at any size, in any number of threads."""

import os
import subprocess
import sys
from functools import partial
from threading import Thread

import numpy as np
import pytest

from ribbonet.nn import (
    L2,
    SGD,
    Adam,
    AdamW,
    ArrayExamples,
    Batch,
    CategoricalCrossEntropy,
    Dense,
    DivergenceError,
    Dropout,
    Network,
    ReLU,
    Sigmoid,
    Softmax,
    SquaredError,
    Tanh,
    WindowDense,
    fit,
)
from ribbonet.nn.compiled.engine import FusedEngine, fits
from ribbonet.nn.compiled.layout import Layout
from ribbonet.nn.compiled.predict import forward
from ribbonet.nn.training.engine import NumpyEngine

RNG = np.random.default_rng(0)
ONE, TWO = partial(FusedEngine, threads=1), partial(FusedEngine, threads=2)


def network(*hidden, activation=Sigmoid, window=5, symbols=7, classes=3, dropout=0.0):
    layers = [WindowDense(window, symbols, hidden[0])]
    for inputs, outputs in zip(hidden, (*hidden[1:], classes), strict=True):
        layers += [activation(), *([Dropout(dropout)] if dropout else []), Dense(inputs, outputs)]
    return Network(layers, rng=1)


def examples(n=330, window=5, symbols=7, classes=3, weights=False):
    x = RNG.integers(0, symbols, (n, window)).astype(np.uint8)
    own = RNG.random(n) * (RNG.random(n) > 0.2) if weights else None
    return ArrayExamples(x, RNG.integers(0, classes, n), own)


def train(net, engine, data, optimizer=None, loss=None, **options):
    history = fit(
        net,
        loss or CategoricalCrossEntropy(),
        optimizer or SGD(0.5),
        data,
        engine=engine,
        rng=np.random.default_rng(5),
        **{"epochs": 2, "batch_size": 66, **options},
    )
    return net.parameters, history


CASES = {
    "1988": ({"hidden": (40,), "window": 13, "symbols": 21}, {}),
    "relu": ({"hidden": (16,), "activation": ReLU}, {}),
    "three layers": ({"hidden": (24, 17, 9), "activation": Tanh, "classes": 8}, {}),
    "wide": ({"hidden": (70, 33), "activation": ReLU, "classes": 26}, {}),
    "one unit": ({"hidden": (1,), "window": 1, "classes": 2}, {}),
    "momentum": ({"hidden": (12,)}, {"optimizer": partial(SGD, 0.1, momentum=0.9)}),
    "adam": ({"hidden": (12, 6)}, {"optimizer": partial(Adam, 0.01)}),
    "average": ({"hidden": (12,)}, {"average": 0.9}),
    "weights": ({"hidden": (12,), "weights": True}, {}),
    "smoothed and weighted classes": (
        {"hidden": (12,)},
        {"loss": CategoricalCrossEntropy(label_smoothing=0.1, class_weights=(1, 2, 0.5))},
    ),
    "summed": (
        {"hidden": (12,)},
        {"loss": CategoricalCrossEntropy(reduction="sum"), "optimizer": partial(SGD, 0.01)},
    ),
}


@pytest.mark.parametrize("engine", [ONE, TWO], ids=["one thread", "two threads"])
@pytest.mark.parametrize(("form", "options"), CASES.values(), ids=CASES)
def test_ten_steps_are_those_of_the_plain_engine(form, options, engine):
    data = examples(
        **{k: form[k] for k in form.keys() & {"window", "symbols", "classes", "weights"}}
    )
    kind = {k: v for k, v in form.items() if k not in ("hidden", "weights")}
    results = []
    for chosen in (NumpyEngine, engine):
        own = {k: v() if k == "optimizer" else v for k, v in options.items()}
        results.append(train(network(*form["hidden"], **kind), chosen, data, valid=data, **own))
    (plain, expected), (fused, history) = results
    for name, array in plain.items():
        np.testing.assert_allclose(fused[name], array, atol=1e-5, rtol=0, err_msg=name)
    for row, own in zip(expected, history, strict=True):
        for key in row.keys() - {"seconds"}:
            assert own[key] == pytest.approx(row[key], abs=1e-5), key


def test_gradients_are_those_of_the_plain_network():
    """One step of size 1 moves the weights by the gradient."""
    net, data = network(40, 11, window=13, symbols=21), examples(100, 13, 21)
    loss = CategoricalCrossEntropy()
    _, gradients, outputs = net.loss_and_gradients(loss, data.x, data.targets)
    before = {name: array.copy() for name, array in net.parameters.items()}
    engine = FusedEngine(net, loss, SGD(1.0), threads=1)
    cost, own = engine.train_step(Batch(data.x, data.targets), 1.0, RNG)
    assert cost == pytest.approx(loss(outputs, data.targets)[0], abs=1e-6)
    np.testing.assert_allclose(own, outputs, atol=1e-5)
    for name, gradient in gradients.items():
        np.testing.assert_allclose(before[name] - net.parameters[name], gradient, atol=1e-6)


@pytest.mark.parametrize("engine", [ONE, TWO], ids=["one thread", "two threads"])
def test_same_seed_same_weights_with_dropout_too(engine):
    runs = [train(network(24, 9, dropout=0.3), engine, examples_of) for examples_of in [DATA] * 2]
    for name, array in runs[0][0].items():
        np.testing.assert_array_equal(array, runs[1][0][name])


DATA = examples()


def test_dropout_leaves_out_its_share_and_keeps_the_mean():
    """With weights of zero but the last biases, only h shows what was dropped: dW = h^T dz."""
    net = network(64, activation=ReLU, dropout=0.25)
    for name, array in net.parameters.items():
        array[:] = 1.0 if name == "0.bias" else 0.0
    data = ArrayExamples(DATA.x[:1], np.array([0]))
    for _ in range(2):
        FusedEngine(net, CategoricalCrossEntropy(), SGD(1.0), threads=1).train_step(
            Batch(data.x, data.targets), 1.0, np.random.default_rng(2)
        )
        shown = net.parameters["3.weight"][:, 0] / (1 - 1 / 3)
        break
    assert set(np.round(shown, 4)) == {0.0, np.float32(1.3333)}
    assert 0.1 < np.mean(shown == 0) < 0.4


def test_dropout_learns_as_the_plain_engine_does():
    data = examples(2000)
    data.targets = data.x[:, 2].astype(int) % 3
    losses = [
        train(network(16, dropout=0.2), engine, data, Adam(0.02), epochs=4, valid=data)[1]
        for engine in (NumpyEngine, ONE)
    ]
    assert losses[1][-1]["valid_loss"] == pytest.approx(losses[0][-1]["valid_loss"], abs=0.05)
    assert losses[1][-1]["valid_accuracy"] > 0.9


def test_resumed_training_ends_the_same_bit_for_bit(tmp_path):
    options = {"optimizer": Adam(0.01), "valid": DATA, "average": 0.9}
    make = partial(network, 12, dropout=0.2)
    whole, _ = train(make(), TWO, DATA, **{**options, "optimizer": Adam(0.01), "epochs": 4})
    train(make(), TWO, DATA, **{**options, "optimizer": Adam(0.01), "checkpoint": tmp_path})
    again, _ = train(
        make(),
        TWO,
        DATA,
        **{**options, "optimizer": Adam(0.01), "checkpoint": tmp_path, "epochs": 4},
    )
    for name, array in whole.items():
        np.testing.assert_array_equal(again[name], array)


def test_a_checkpoint_of_either_engine_serves_the_other(tmp_path):
    whole, _ = train(network(12), NumpyEngine, DATA, Adam(0.01), epochs=4)
    train(network(12), NumpyEngine, DATA, Adam(0.01), checkpoint=tmp_path)
    again, _ = train(network(12), ONE, DATA, Adam(0.01), checkpoint=tmp_path, epochs=4)
    for name, array in whole.items():
        np.testing.assert_allclose(again[name], array, atol=1e-5)


def test_what_fits():
    loss, net = CategoricalCrossEntropy(), network(12)
    assert fits(net, loss, SGD())
    assert fits(network(12, 5, dropout=0.1), loss, Adam())
    for wrong in (
        (net, SquaredError(), SGD()),
        (net, loss, AdamW()),
        (net, loss, SGD(momentum=0.9, nesterov=True)),
        (net, loss, SGD(), [L2(0.1)]),
        (net, loss, SGD(), [], 1.0),
        (Network([WindowDense(5, 7, 3)], rng=0), loss, SGD()),
        (Network([Dense(5, 7), ReLU(), Dense(7, 3)], rng=0), loss, SGD()),
        (Network([*net.layers, Softmax()]), loss, SGD()),
        (Network(network(12).layers, rng=0, dtype=np.float64), loss, SGD()),
    ):
        assert not fits(*wrong)
    with pytest.raises(TypeError, match="use NumpyEngine"):
        FusedEngine(net, loss, AdamW())


def test_is_chosen_where_there_is_enough_to_train_on(monkeypatch):
    made = []
    monkeypatch.setattr("ribbonet.nn.training.options.PAYS", 600)
    monkeypatch.setattr(
        "ribbonet.nn.training.options.FusedEngine",
        lambda *a, **k: made.append(FusedEngine(*a, threads=1, **k)) or made[-1],
    )
    train(network(8), None, DATA, epochs=1)
    assert not made
    train(network(8), None, DATA, AdamW(), epochs=2)
    assert not made
    train(network(8), None, DATA, epochs=2)
    assert made


def test_examples_that_are_cut_already():
    class Cut:
        all, epoch, batch = DATA.all, DATA.epoch, DATA.batch

    plain, expected = train(network(12), NumpyEngine, Cut())
    fused, history = train(network(12), ONE, Cut())
    for name, array in plain.items():
        np.testing.assert_allclose(fused[name], array, atol=1e-5)
    assert history[-1]["train_loss"] == pytest.approx(expected[-1]["train_loss"], abs=1e-5)


def test_infinite_cost_names_the_learning_rate():
    with pytest.raises(DivergenceError, match=r"cost became (inf|nan) in epoch 1, step"):
        train(network(12, 8, activation=ReLU), ONE, DATA, SGD(1e30), epochs=3)


def test_codes_and_labels_beyond_the_tables_are_refused():
    data = examples()
    data.x[3, 2] = 7
    with pytest.raises(ValueError, match="codes from 0 to 7, expected 0 to 6"):
        train(network(12), ONE, data)
    data = examples()
    data.targets[5] = 255
    with pytest.raises(ValueError, match="labels from 0 to 255, expected 0 to 2"):
        FusedEngine(network(12), CategoricalCrossEntropy(), SGD(), threads=1).train_step(
            Batch(data.x, data.targets), 1.0, RNG
        )
    data.weights = (data.targets < 3).astype(float)
    train(network(12), ONE, data, epochs=1)


def test_examples_that_are_never_asked_for_need_no_label():
    class Partly(ArrayExamples):
        def all(self):
            return np.flatnonzero(self.targets < 3)

        def epoch(self, rng):
            return rng.permutation(self.all())

    loss = CategoricalCrossEntropy(class_weights=(1, 2, 0.5))
    data = Partly(DATA.x, np.where(np.arange(len(DATA.x)) % 5, DATA.targets, 255))
    plain, _ = train(network(12), NumpyEngine, data, loss=loss)
    fused, _ = train(network(12), ONE, data, loss=loss)
    for name, array in plain.items():
        np.testing.assert_allclose(fused[name], array, atol=1e-5)


def test_forward_over_codes_and_over_features():
    net, codes = network(21, 10, window=5, symbols=7), RNG.integers(0, 7, 200).astype(np.uint8)
    shown = np.lib.stride_tricks.sliding_window_view(codes, 5)
    starts = np.arange(len(shown))
    layout = Layout(net)
    own = forward(layout, layout.pack(net.parameters), codes, starts)
    np.testing.assert_allclose(own, Softmax.value(net(shown)), atol=1e-6)

    net = Network([Dense(15, 20), ReLU(), Dropout(0.5), Dense(20, 3)], rng=0)
    track = RNG.random((200, 3), np.float32)
    shown = np.lib.stride_tricks.sliding_window_view(track, 5, axis=0).swapaxes(1, 2)
    layout = Layout(net, window=5)
    own = forward(layout, layout.pack(net.parameters), track, starts, logits=True)
    np.testing.assert_allclose(own, net(shown.reshape(-1, 15)), atol=1e-5)


def test_no_cache_folder_is_no_error(tmp_path):
    code = "import ribbonet.nn.compiled.train_step as k; print(k.steps.stats.cache_path)"
    environment = {
        **os.environ,
        "NUMBA_CACHE_DIR": "/dev/null/none",
        "NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=environment, capture_output=True, text=True
    )
    assert done.stdout == "None\n", done.stderr


@pytest.mark.parametrize(("size", "threads"), [(100, 1), (511, 1), (512, 2), (4096, 4)])
def test_several_threads_are_taken_where_they_pay(monkeypatch, size, threads):
    monkeypatch.setattr("ribbonet.nn.compiled.engine._cores", lambda: 4)
    engine = FusedEngine(network(40), CategoricalCrossEntropy(), SGD())
    assert engine._threads(size) == threads


def test_threads_that_wait_for_a_core_leave_all_to_one_and_the_weights_are_the_same(monkeypatch):
    """All parts of a batch by one thread is what each part by its own is, bit for bit."""
    made = []

    def engine(*arguments, **options):
        made.append(FusedEngine(*arguments, threads=3, **options))
        return made[-1]

    whole, _ = train(network(40, 11), engine, DATA, Adam(0.01), epochs=4)
    monkeypatch.setattr("ribbonet.nn.compiled.engine.STARVED", 9)
    alone, _ = train(network(40, 11), engine, DATA, Adam(0.01), epochs=4)
    assert made[-1]._alone > 0
    for name, array in whole.items():
        np.testing.assert_array_equal(alone[name], array)


def test_threads_that_cannot_be_started_leave_nobody_waiting(monkeypatch):
    started = []

    class Second(Thread):
        def start(self):
            if started:
                raise RuntimeError("can't start new thread")
            started.append(self)
            super().start()

    monkeypatch.setattr("ribbonet.nn.compiled.engine.Thread", Second)
    with pytest.raises(RuntimeError, match="new thread"):
        train(network(12), partial(FusedEngine, threads=3), DATA)
    started[0].join(60)
    assert not started[0].is_alive()


def test_more_threads_than_cores_come_to_the_same_end():
    plain, _ = train(network(24, 9), NumpyEngine, DATA)
    many, _ = train(network(24, 9), partial(FusedEngine, threads=8), DATA)
    for name, array in plain.items():
        np.testing.assert_allclose(many[name], array, atol=1e-5)
