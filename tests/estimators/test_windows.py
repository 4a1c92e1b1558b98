"""Labels for the symbols of sequences of any length over any alphabet."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score

from ribbonet.estimators import WindowClassifier, WindowRegressor

FAST = {"window": 3, "hidden": (12,), "learning_rate": 0.02, "epochs": 30, "random_state": 0}


def texts(number: int, seed: int = 0) -> tuple[list[str], list[str]]:
    """Return texts, and whether a letter stands between two alike, at an end, or neither."""
    rng = np.random.default_rng(seed)
    X = ["".join(rng.choice(list("abcd"), rng.integers(3, 20))) for _ in range(number)]
    y = ["E" + "".join("AN"[a != c] for a, c in zip(x, x[2:], strict=False)) + "E" for x in X]
    return X, y


@pytest.fixture(scope="module")
def fitted() -> WindowClassifier:
    return WindowClassifier(**FAST).fit(*texts(200))


def test_labels_depend_on_the_neighbours(fitted):
    X, y = texts(50, seed=1)
    assert fitted.score(X, y) > 0.99
    assert fitted.predict(["abacc", "dd"]) == ["EANNE", "EE"]
    probabilities = fitted.predict_proba(X)
    assert [p.shape for p in probabilities] == [(len(x), 3) for x in X]
    assert_allclose(np.concatenate(probabilities).sum(axis=1), 1, rtol=1e-5)
    assert list(fitted.classes_) == ["A", "E", "N"]
    assert fitted.symbols_ == list("abcd")


def test_a_sequence_is_read_alone(fitted):
    X, _ = texts(5, seed=2)
    alone = [fitted.predict_proba([x])[0] for x in X]
    assert_allclose(np.concatenate(alone), np.concatenate(fitted.predict_proba(X)), rtol=1e-5)
    assert fitted.predict([]) == []
    assert fitted.predict(["a?a"])[0][0] == "E"


def test_symbols_and_labels_of_any_kind_give_the_same_network(fitted):
    X, y = texts(200)
    numbers = [["abcd".index(s) * 10 for s in x] for x in X]
    labels = [np.array(["AEN".index(s) for s in own]) for own in y]
    model = WindowClassifier(**FAST).fit(numbers, labels)
    assert_array_equal(
        model.network_.parameters["0.weight"], fitted.network_.parameters["0.weight"]
    )
    assert_array_equal(model.predict([[0, 10, 0]])[0], [1, 0, 1])


def test_a_label_that_is_nan_counts_nowhere():
    X, y = ["abab", "baba"], [[0, 1, 0, float("nan")], [1, 0, 1, 0]]
    model = WindowClassifier(**FAST).fit(X, y)
    assert model.classes_.tolist() == [0, 1]
    assert 0 <= model.score(X, y) <= 1


def test_several_numbers_for_a_symbol_are_refused():
    with pytest.raises(ValueError, match="y has several numbers for a symbol"):
        WindowRegressor(**FAST).fit(["ab"], [[[1, 2], [3, 4]]])


def test_unlabelled_symbols_are_seen_but_count_nowhere(fitted):
    X, y = texts(200)
    hidden = [own.replace("E", "-") for own in y]
    model = WindowClassifier(**FAST, unlabelled="-").fit(X, hidden)
    assert list(model.classes_) == ["A", "N"]
    assert model.score(X, hidden) > 0.99
    assert model.network_.layers[-1].outputs == 1


def test_cross_validation_keeps_sequences_and_groups_whole():
    X, y = texts(60)
    groups = np.arange(60) // 3
    model = WindowClassifier(**FAST)
    assert cross_val_score(model, X, y, cv=3).mean() > 0.8
    assert cross_val_score(model, X, y, groups=groups, cv=GroupKFold(3)).mean() > 0.8
    search = GridSearchCV(model, {"window": [1, 3]}, cv=3).fit(X, y)
    assert search.best_params_ == {"window": 3}


def test_in_parallel_and_from_the_same_state_the_weights_are_the_same(fitted):
    X, y = texts(60)
    model = WindowClassifier(**FAST)
    alone, two = (cross_val_score(model, X, y, cv=3, n_jobs=jobs) for jobs in (1, 2))
    assert_array_equal(alone, two)
    again = clone(fitted).fit(*texts(200))
    for name, array in fitted.network_.state.items():
        assert_array_equal(array, again.network_.state[name])


def test_early_stopping_holds_whole_groups_out():
    X, y = texts(100)
    model = WindowClassifier(**(FAST | {"epochs": 60}), patience=3, validation_fraction=0.2)
    fitted = clone(model).fit(X, y, groups=np.arange(100) // 5)
    assert "valid_accuracy" in fitted.history_[0]
    with pytest.raises(ValueError, match="resulting train set will be empty"):
        clone(model).fit(X, y, groups=np.zeros(100))


def test_weights_of_sequences_and_of_classes():
    X, y = texts(40)
    wrong = [own[::-1].replace("A", "N") for own in y]
    weights = np.repeat([1.0, 0.0], 40)
    model = WindowClassifier(**FAST).fit(X + X, y + wrong, sample_weight=weights)
    assert model.score(X, y) > 0.95
    lopsided = WindowClassifier(**(FAST | {"epochs": 5}), class_weight={"A": 100, "E": 1, "N": 1})
    assert "".join(lopsided.fit(X, y).predict(X)).count("A") > "".join(y).count("A")


def test_a_perceptron_over_windows_has_no_hidden_layer():
    X, y = texts(30)
    model = WindowClassifier(**(FAST | {"hidden": ()})).fit(X, y)
    assert model.network_.size == 3 * 5 * 3 + 3


def test_what_goes_wrong_is_said():
    with pytest.raises(ValueError, match="sequence 1 has 2 symbols and 1 labels"):
        WindowClassifier().fit(["ab", "ab"], ["xy", "x"])
    with pytest.raises(ValueError, match="odd"):
        WindowClassifier(window=4).fit(["ab"], ["xy"])
    with pytest.raises(ValueError, match="no sequence"):
        WindowClassifier().fit([], [])
    with pytest.raises(ValueError, match="no sequence with a symbol"):
        WindowClassifier().fit([""], [""])
    with pytest.raises(ValueError, match="hidden must be a tuple of whole numbers above 0"):
        WindowClassifier(hidden=4).fit(["ab"], ["xy"])


def test_sequences_without_symbols_get_no_labels(fitted):
    assert fitted.predict([""]) == [""]
    assert fitted.predict(["", "dd"]) == ["", "EE"]
    assert fitted.predict_proba(["", ""])[1].shape == (0, 3)


def neighbours(number: int, seed: int = 0) -> tuple[list[str], list[np.ndarray]]:
    """Return texts, and how many of a letter and its neighbours are a, times 100."""
    X, _ = texts(number, seed)
    return X, [100.0 * np.convolve([s == "a" for s in x], [1, 1, 1], "same")[: len(x)] for x in X]


@pytest.mark.parametrize("loss", ["squared", "huber"])
def test_numbers_in_their_units(loss):
    X, y = neighbours(100)
    y[0][:] = np.nan
    model = WindowRegressor(**FAST, loss=loss).fit(X, y)
    X, y = neighbours(30, seed=1)
    assert model.score(X, y) > 0.98
    assert [len(own) for own in model.predict(X)] == [len(x) for x in X]
    assert abs(np.concatenate(model.predict(X)).mean() - np.concatenate(y).mean()) < 5
    assert model.predict([]) == []
    assert_array_equal(
        clone(model).fit(*neighbours(20)).predict(X)[0],
        WindowRegressor(**FAST, loss=loss).fit(*neighbours(20)).predict(X)[0],
    )


@pytest.mark.parametrize("wanted", [WindowClassifier, WindowRegressor])
def test_arrays_are_read_as_their_symbols(wanted):
    """One-hot rows, zeros beyond the ends, hold what the symbols say."""
    X, y = neighbours(100)
    arrays = [np.stack([[s == letter for letter in "abcd"] for s in x]).astype(float) for x in X]
    model = wanted(**FAST).fit(arrays, y)
    assert model.score(arrays, y) > 0.98
    assert model.symbols_ == []
    with pytest.raises(ValueError, match="sequence 0 is no array of 4 columns"):
        model.predict(X)


def test_a_regressor_needs_numbers_and_a_known_loss():
    with pytest.raises(ValueError, match="every number is NaN"):
        WindowRegressor().fit(["ab"], [[np.nan, np.nan]])
    with pytest.raises(ValueError, match="unknown loss 'l1'"):
        WindowRegressor(loss="l1").fit(["ab"], [[1, 2]])


def test_regressors_stop_early_by_groups():
    X, y = neighbours(40)
    model = WindowRegressor(**{**FAST, "epochs": 5}, patience=2)
    model.fit(X, y, groups=np.arange(40) // 2, sample_weight=np.ones(40))
    assert "valid_loss" in model.history_[0]


def test_sequences_come_in_any_iterable(fitted):
    X, y = texts(20)
    pd = pytest.importorskip("pandas")
    expected = fitted.predict(X)
    assert fitted.predict(x for x in X) == expected
    assert fitted.predict(pd.Series(X, index=range(5, 25))) == expected
    fits = [
        WindowClassifier(**FAST).fit(*given).predict_proba(X)[0]
        for given in ((X, y), (iter(X), iter(y)), (pd.Series(X, range(1, 21)), pd.Series(y)))
    ]
    assert_array_equal(fits[0], fits[1])
    assert_array_equal(fits[0], fits[2])


@pytest.mark.parametrize("given", ["abc", b"abc", {"a": "abc"}, {"abc"}, [b"abc"], [None], [3]])
def test_what_would_be_read_otherwise_than_it_is_meant_is_refused(fitted, given):
    with pytest.raises(ValueError, match=r"give a (text or a )?list"):
        fitted.predict(given)
    with pytest.raises(ValueError, match=r"give a list|give one for each symbol"):
        WindowClassifier(**FAST).fit(["abc"], given)


def test_masked_entries_are_refused():
    numbers = np.ma.masked_equal(np.ones(3), 1)
    with pytest.raises(ValueError, match="sequence 0 has masked entries in its y; fill them"):
        WindowRegressor(3).fit(["nab"], [numbers])
    with pytest.raises(ValueError, match="sequence 0 has masked entries in its X"):
        WindowRegressor(3).fit([numbers[:, None]], [np.ones(3)])


def test_a_table_is_refused(fitted):
    pd = pytest.importorskip("pandas")
    with pytest.raises(ValueError, match="X is of the type DataFrame"):
        fitted.predict(pd.DataFrame({"sequence": ["abc"]}))


def test_symbols_that_were_not_learnt_from_are_warned_of_where_they_are_most(fitted):
    with pytest.warns(UserWarning, match=r"most symbols are none of those learnt from \('A'\)"):
        fitted.predict(["ABCD"])


@pytest.mark.parametrize("number", [np.inf, 1e300])
def test_numbers_that_cannot_be_learnt_are_refused(number):
    with pytest.raises(ValueError, match="infinite, or too large"):
        WindowRegressor(**FAST).fit(["abc"], [[1, 2, number]])


def test_nan_among_strings_is_no_label():
    labels = [["a", float("nan"), "b", "a"], ["b", "b", None, "a"]]
    model = WindowClassifier(1, (2,), epochs=1).fit(["wxyz", "zyxw"], labels)
    assert model.classes_.tolist() == ["a", "b"]
    with pytest.raises(ValueError, match="no symbol has a label"):
        WindowClassifier(1, (2,), unlabelled="a").fit(["wx"], [["a", float("nan")]])


@pytest.mark.parametrize(("labels", "none"), [([-100, 0, 1], -100), ([-1, 0, 1], -1)])
def test_a_label_that_may_be_none_is_warned_of(labels, none):
    with pytest.warns(UserWarning, match=f"{none} is one of the labels; if it stands for none"):
        WindowClassifier(1, (2,), epochs=1).fit(["wxy"] * 4, [labels] * 4)
    model = WindowClassifier(1, (2,), epochs=1, unlabelled=none).fit(["wxy"] * 4, [labels] * 4)
    assert model.classes_.tolist() == [0, 1]


def test_a_number_that_may_be_none_is_warned_of():
    numbers = [[-1, 0.2, 0.3], [-1, 0.5, 0.4]] * 3
    with pytest.warns(UserWarning, match="the number -1 lies outside the range of all others"):
        WindowRegressor(1, (2,), epochs=1).fit(["wxy"] * 6, numbers)
