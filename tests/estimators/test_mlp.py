"""The estimators of networks: outputs chosen from y, options, and scikit-learn's tools."""

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris, make_circles
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from ribbonet.estimators import Autoencoder, MLPClassifier, MLPRegressor, Perceptron
from ribbonet.nn import (
    BatchNorm,
    Dense,
    DivergenceError,
    Dropout,
    Network,
    Noise,
    ReLU,
    SlowTrainingWarning,
)

IRIS = (
    StandardScaler().fit_transform(load_iris().data),
    load_iris().target_names[load_iris().target],
)
XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
FAST = {"learning_rate": 0.01, "epochs": 30, "random_state": 0}


@pytest.mark.parametrize("classes", [2, 3])
def test_one_sigmoid_for_two_classes_and_softmax_for_more(classes):
    X, y = IRIS[0][: 50 * classes], IRIS[1][: 50 * classes]
    model = MLPClassifier((5,), **FAST).fit(X, y)
    units = 1 if classes == 2 else 3
    assert model.network_.layers[-1].outputs == units
    assert model.decision_function(X).shape == ((100,) if classes == 2 else (150, 3))
    probabilities = model.predict_proba(X)
    assert probabilities.shape == (len(X), classes)
    assert_allclose(probabilities.sum(axis=1), 1)
    assert model.score(X, y) > 0.95
    assert set(model.predict(X)) == set(np.unique(y))


@pytest.mark.parametrize("targets", [(), (1,), (3,)])
def test_one_identity_unit_for_each_target(targets):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((200, 2))
    y = 1000 + 50 * np.stack([X[:, 0], X[:, 0] * X[:, 1], X[:, 1] ** 2], axis=1)
    y = y[:, 0] if not targets else y[:, : targets[0]]
    model = MLPRegressor((30,), **(FAST | {"epochs": 100})).fit(X, y)
    assert model.predict(X).shape == y.shape
    assert model.score(X, y) > 0.97
    assert_allclose(model.network_(X).reshape(y.shape), model.predict(X))


def test_targets_of_another_unit_are_learnt_alike():
    X, y = IRIS[0][:, :3], IRIS[0][:, 3]
    one, other = (MLPRegressor((5,), **FAST).fit(X, y * unit) for unit in (1, 1e6))
    assert_allclose(other.predict(X), 1e6 * one.predict(X), rtol=1e-6)


@pytest.mark.parametrize("seed", range(10))
def test_exclusive_or_is_learnt(seed):
    model = MLPClassifier((8,), "tanh", learning_rate=0.05, random_state=seed).fit(*XOR)
    assert model.score(*XOR) == 1
    assert Perceptron(random_state=seed).fit(*XOR).score(*XOR) < 1


@pytest.mark.parametrize("seed", range(10))
def test_the_donut_is_learnt(seed):
    X, y = make_circles(1000, noise=0.1, factor=0.5, random_state=seed)
    model = MLPClassifier((16,), learning_rate=0.01, epochs=40, random_state=seed)
    assert model.fit(X[:500], y[:500]).score(X[500:], y[500:]) >= 0.97
    assert Perceptron(epochs=20, random_state=seed).fit(X[:500], y[:500]).score(X, y) < 0.7


@pytest.mark.parametrize(
    "model",
    [
        MLPClassifier((6,), dropout=0.1, batch_norm=True, noise=0.1, patience=5, **FAST),
        Perceptron(**FAST),
    ],
)
def test_the_same_random_state_gives_the_same_weights(model):
    first, second = clone(model).fit(*IRIS), clone(model).fit(*IRIS)
    other = clone(model).set_params(random_state=1).fit(*IRIS)
    for name, array in first.network_.state.items():
        assert_array_equal(array, second.network_.state[name])
    assert any((other.network_.state[k] != v).any() for k, v in first.network_.state.items())


def test_options_become_layers():
    model = MLPClassifier((6, 4), "tanh", dropout=0.2, batch_norm=True, noise=0.1, **FAST)
    names = [type(layer).__name__ for layer in model.fit(*IRIS).network_.layers]
    block = ["Dense", "BatchNorm", "Tanh", "Dropout"]
    assert names == ["Noise", *block, *block, "Dense"]
    assert {Noise, Dense, BatchNorm, Dropout} <= set(map(type, model.network_.layers))


def test_penalties_make_weights_small_and_l1_makes_them_zero():
    def weights(**penalty):
        return MLPClassifier((10,), **FAST, **penalty).fit(*IRIS).network_.parameters["0.weight"]

    assert np.square(weights(l2=0.1)).sum() < 0.5 * np.square(weights()).sum()
    assert (np.abs(weights(l1=0.05)) < 0.01).mean() > 0.3 > (np.abs(weights()) < 0.01).mean()


def test_smoothed_labels_make_for_modest_probabilities():
    sure = MLPClassifier((10,), **FAST).fit(*IRIS).predict_proba(IRIS[0])
    modest = MLPClassifier((10,), label_smoothing=0.2, **FAST).fit(*IRIS).predict_proba(IRIS[0])
    assert modest.max(axis=1).mean() < 0.85 < sure.max(axis=1).mean()


def test_early_stopping_keeps_the_best_weights_and_a_validation_curve():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((100, 10)), rng.integers(2, size=100)
    model = MLPClassifier(patience=5, validation_fraction=0.3, **FAST).fit(X, y)
    losses = [row["valid_loss"] for row in model.history_]
    assert len(losses) == 1 + np.argmin(losses) + 5 < 30
    assert "valid_accuracy" in model.history_[0]
    assert "valid_loss" not in MLPClassifier(**FAST).fit(X, y).history_[0]


def test_weights_of_examples_and_of_classes():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((400, 2)), np.zeros(400, int)
    y[X[:, 0] + rng.standard_normal(400) > 2] = 1  # some 8 %
    plain, balanced = (
        Perceptron(class_weight=w, **FAST).fit(X, y).predict(X).mean() for w in (None, "balanced")
    )
    weighted = Perceptron(**FAST).fit(X, y, sample_weight=np.where(y, 10, 1)).predict(X).mean()
    assert plain < 0.1 < min(balanced, weighted)
    one_class = Perceptron(class_weight={0: 1, 1: 0}, **FAST).fit(X, y)
    assert one_class.predict(X).sum() == 0


@pytest.mark.parametrize("kind", [Perceptron, MLPClassifier])
def test_every_classifier_weighs_examples_and_classes(kind):
    X, y = IRIS[0][50:], IRIS[1][50:]
    settings = FAST | {"epochs": 10}
    plain, heavy = (
        kind(class_weight=weights, **settings).fit(X, y).predict(X)
        for weights in (None, {"versicolor": 1, "virginica": 50})
    )
    assert (heavy == "virginica").mean() > (plain == "virginica").mean()
    counts = np.where(y == "virginica", 50, 1)
    assert_array_equal(kind(**settings).fit(X, y, sample_weight=counts).predict(X), heavy)


@pytest.mark.parametrize("model", [MLPRegressor((5,), **FAST), Autoencoder((2,), **FAST)])
def test_an_example_of_no_weight_might_as_well_not_be_there(model):
    X = IRIS[0][:96]
    wild = np.vstack([X, X[:32] + 10])
    targets = wild[:, 0] ** 2
    weights = np.repeat([1.0, 0.0], [96, 32])
    model = clone(model).set_params(batch_size=128)
    with_them = clone(model).fit(wild, targets, sample_weight=weights)
    without = clone(model).fit(X, targets[:96])
    ours, theirs = (
        one.network_(X) for one in (with_them, without)
    )  # the same but for the order in which a sum of a batch is taken
    assert_allclose(ours, theirs, atol=1e-6)


def test_a_schedule_and_an_average_calm_the_end():
    X, y = IRIS
    model = MLPClassifier((10,), **(FAST | {"learning_rate": 0.1, "epochs": 20}))
    rates = clone(model).set_params(schedule="cosine").fit(X, y).history_
    assert rates[0]["learning_rate"] == 0.1 > 0.01 > rates[-1]["learning_rate"]
    last, averaged = (
        clone(model).set_params(average=decay, epochs=1).fit(X, y).network_.parameters["0.weight"]
        for decay in (None, 0.99)
    )
    start = Network([Dense(4, 10), ReLU(), Dense(10, 3)], model._rng(), X.dtype)
    moved = [np.abs(one - start.parameters["0.weight"]).mean() for one in (last, averaged)]
    assert 0 < moved[1] < moved[0]


def test_batch_normalisation_takes_any_number_of_examples():
    X, y = IRIS[0][::3][:33], IRIS[1][::3][:33]  # a batch of 32, and one example
    model = MLPClassifier((8,), batch_norm=True, **FAST).fit(X, y)
    assert model.score(X, y) > 0.9


def test_in_pipelines_searches_and_in_parallel():
    pipeline = make_pipeline(StandardScaler(), MLPClassifier((8,), **FAST))
    grid = {"mlpclassifier__l2": np.logspace(-4, 0, 3), "mlpclassifier__hidden": [(4,), (8,)]}
    X, y = load_iris(return_X_y=True)
    search = GridSearchCV(pipeline, grid, cv=3, n_jobs=2).fit(X, y)
    assert search.best_score_ > 0.9
    assert cross_val_score(pipeline, X, y, cv=5).mean() > 0.93


def test_a_fitted_model_is_kept_in_a_file(tmp_path):
    model = MLPClassifier((5,), **FAST).fit(*IRIS)
    joblib.dump(model, tmp_path / "model")
    again = joblib.load(tmp_path / "model")
    assert_array_equal(again.predict_proba(IRIS[0]), model.predict_proba(IRIS[0]))


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_the_computation_is_in_the_precision_of_the_input(kind):
    model = MLPClassifier((5,), **FAST).fit(IRIS[0].astype(kind), IRIS[1])
    assert model.predict_proba(IRIS[0].astype(kind)).dtype == kind


def test_what_goes_wrong_is_said():
    X, y = IRIS
    with pytest.raises(ValueError, match="unknown activation 'sine'"):
        MLPClassifier(activation="sine").fit(X, y)
    with pytest.raises(ValueError, match="unknown schedule 'linear'; known: constant, step, cos"):
        MLPClassifier(schedule="linear").fit(X, y)
    with pytest.raises(ValueError, match="unknown optimizer 'lbfgs'"):
        MLPClassifier(optimizer="lbfgs").fit(X, y)
    with pytest.raises(DivergenceError, match="too high"):
        MLPRegressor(optimizer="sgd", learning_rate=50).fit(X, X)
    with pytest.warns(SlowTrainingWarning):
        MLPClassifier(learning_rate=1e-9, epochs=15).fit(X, y)


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor, Autoencoder])
@pytest.mark.parametrize(
    ("argument", "wanted"),
    [
        ({"learning_rate": -1}, "learning_rate must be a number above 0, it is -1"),
        ({"learning_rate": "high"}, "learning_rate must be a number above 0, it is 'high'"),
        ({"epochs": 0}, "epochs must be a whole number above 0, it is 0"),
        ({"epochs": None}, "epochs must be a whole number above 0, it is None"),
        ({"batch_size": 0.5}, "batch_size must be a whole number above 0"),
        ({"patience": 0}, "patience must be a whole number above 0"),
        ({"l2": -1}, "l2 must be a number, 0 or more"),
        ({"average": 1}, "average must be a number from 0 to below 1"),
        (
            {"hidden": 4},
            r"hidden must be a tuple of whole numbers above 0, such as \(40,\), it is 4",
        ),
        ({"hidden": (4, 0)}, "hidden must be a tuple"),
    ],
)
def test_an_argument_that_no_training_has_is_named(kind, argument, wanted):
    with pytest.raises(ValueError, match=wanted):
        kind(**argument).fit(IRIS[0], load_iris().target)


def test_an_autoencoder_without_a_code_is_refused():
    with pytest.raises(ValueError, match="hidden must have a number, the units of the code"):
        Autoencoder(()).fit(IRIS[0])


def test_an_autoencoder_finds_the_plane_that_data_lie_in():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((200, 2)) @ rng.standard_normal((2, 6))
    model = Autoencoder((2,), "identity", **(FAST | {"epochs": 100})).fit(X)
    assert model.score(X) > 0.99
    assert_allclose(model.inverse_transform(model.transform(X)), model.network_(X))
    assert_array_equal(model.get_feature_names_out(), ["autoencoder0", "autoencoder1"])
    assert Autoencoder((1,), "identity", **FAST).fit(X).score(X) < 0.95


def test_autoencoders_are_stacked_under_a_classifier():
    X, y = load_digits(return_X_y=True)
    X = MinMaxScaler().fit_transform(X)
    settings = {"learning_rate": 0.003, "epochs": 15, "random_state": 0}
    stack = make_pipeline(
        Autoencoder((48,), noise=0.1, **settings),
        Autoencoder((24,), **settings),
        StandardScaler(),
        LogisticRegression(max_iter=500),
    )
    assert stack.fit(X[:1200], y[:1200]).score(X[1200:], y[1200:]) > 0.85
    stack = make_pipeline(*stack[:-1], Perceptron(epochs=30, random_state=0))
    assert stack.fit(X[:1200], y[:1200]).score(X[1200:], y[1200:]) > 0.85


def test_a_deep_autoencoder_mirrors_its_encoder():
    model = Autoencoder((5, 2), epochs=1, random_state=0).fit(IRIS[0])
    sizes = [layer.outputs for layer in model.network_.layers if isinstance(layer, Dense)]
    assert sizes == [5, 2, 5, 4]
