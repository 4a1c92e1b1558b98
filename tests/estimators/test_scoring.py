"""Metrics of scikit-learn on labels along sequences: symbols count, sequences never do."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, balanced_accuracy_score, log_loss, make_scorer
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score

from ribbonet.estimators import WindowClassifier, symbol_scorer

RNG = np.random.default_rng(0)
X = ["".join(RNG.choice(list("ABCD"), length)) for length in RNG.integers(5, 30, 24)]
Y = ["".join("1" if letter in "AB" else "0" for letter in word) for word in X]
MODEL = WindowClassifier(3, (), learning_rate=0.1, epochs=20, random_state=0)


@pytest.fixture(scope="module")
def fitted():
    return WindowClassifier(3, (), learning_rate=0.1, epochs=20, random_state=0).fit(X[:12], Y[:12])


def test_symbols_count(fitted):
    truth, said = "".join(Y), "".join(fitted.predict(X))
    for name, metric in (
        ("balanced_accuracy", balanced_accuracy_score),
        ("accuracy", accuracy_score),
    ):
        assert symbol_scorer(name)(fitted, X, Y) == pytest.approx(metric(list(truth), list(said)))
    assert symbol_scorer("accuracy")(fitted, X, Y) == pytest.approx(fitted.score(X, Y))
    p = np.concatenate(fitted.predict_proba(X))
    loss = symbol_scorer("neg_log_loss")(fitted, X, Y)
    assert loss == pytest.approx(-log_loss(list(truth), p, labels=["0", "1"]))
    f1 = make_scorer(lambda y, p, **_: float(np.mean(y == p)))
    assert symbol_scorer(f1)(fitted, X, Y) == pytest.approx(fitted.score(X, Y))


def test_unlabelled_symbols_are_left_out_and_lengths_are_checked():
    model = WindowClassifier(3, (), unlabelled="-", epochs=2, random_state=0)
    labels = ["-" + own[1:] for own in Y]
    model.fit(X, labels)
    assert symbol_scorer("accuracy")(model, X, labels) == pytest.approx(model.score(X, labels))
    with pytest.raises(ValueError, match="sequence 0 has"):
        symbol_scorer("accuracy")(model, X, [Y[0] + "1", *Y[1:]])


def test_searches_and_validations_take_it_and_run_in_parallel():
    scores = cross_val_score(MODEL, X, Y, cv=3, scoring=symbol_scorer("balanced_accuracy"))
    assert (scores > 0.9).all()
    search = GridSearchCV(
        MODEL, {"window": [1, 3]}, cv=3, scoring=symbol_scorer("f1_macro"), error_score="raise"
    )
    assert search.fit(X, Y).best_score_ > 0.9


@pytest.mark.parametrize("name", ["balanced_accuracy", "accuracy", "f1_macro"])
def test_scorers_that_would_compare_sequences_are_refused_with_what_to_do(fitted, name):
    with pytest.raises(ValueError, match=r"scoring=ribbonet\.estimators\.symbol_scorer"):
        cross_val_score(MODEL, X, Y, cv=3, scoring=name, error_score="raise")
    with pytest.warns(UserWarning, match="symbol_scorer"):
        assert np.isnan(cross_val_score(MODEL, X, Y, cv=3, scoring=name)).all()


@pytest.mark.parametrize("kind", ["text", "arrays"])
def test_predictions_of_folds_are_of_the_sequences_in_their_order(kind):
    y = Y if kind == "text" else [np.array(list(own)) for own in Y]
    found = cross_val_predict(MODEL, X, y, cv=3)
    assert [len(own) for own in found] == [len(word) for word in X]
    right = [
        a == b for own, true in zip(found, y, strict=True) for a, b in zip(own, true, strict=True)
    ]
    assert np.mean(right) > 0.9


def test_labels_are_a_list(fitted):
    said = fitted.predict(X[:2])
    assert said == [said[0], said[1]]
    assert isinstance(said, list)
    assert all(isinstance(own, str) for own in said)
