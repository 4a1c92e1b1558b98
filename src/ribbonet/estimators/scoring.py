"""Scores of labels along sequences by the metrics of scikit-learn, symbol by symbol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import get_scorer

from ribbonet.nn.layers import Array


class Labels(list[Any]):
    """Labels of several sequences: a list, which scikit-learn's scorers are refused.

    They would compare whole sequences, as if each were one class; `symbol_scorer` counts symbols.
    `np.concatenate`, by which `cross_val_predict` joins the folds, gives an array of sequences.
    """

    def __array__(self, *_: Any, **__: Any) -> Array:
        raise ValueError(
            "a scorer of scikit-learn would compare whole sequences; to count symbols, give "
            "scoring=ribbonet.estimators.symbol_scorer('balanced_accuracy'), or the name of "
            "another of its scorers"
        )

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is not np.concatenate:
            return self.__array__()
        sequences = [labels for part in args[0] for labels in part]
        joined = np.empty(len(sequences), object)
        for place, labels in enumerate(sequences):
            joined[place] = labels
        return joined


class _Given(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier that is asked for what is known already: symbols are its examples."""

    def __init__(self, classes: Array, probabilities: Array) -> None:
        self.classes_, self.probabilities = classes, probabilities

    def predict(self, X: Any) -> Array:
        """Return the likeliest label of each symbol."""
        likeliest: Array = self.classes_[self.probabilities.argmax(axis=1)]
        return likeliest

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each label of each symbol."""
        return self.probabilities


@dataclass(frozen=True)
class SymbolScorer:
    """A scorer for `scoring=`, made by `symbol_scorer`."""

    scoring: str | Callable[..., float]

    def __call__(self, estimator: Any, X: Sequence[Any], y: Sequence[Any]) -> float:
        """Score an estimator on sequences X with the labels y; symbols without label are left out.

        Raises
        ------
        ValueError
            When a sequence does not have as many labels as symbols.
        """
        for number, (sequence, own) in enumerate(zip(X, y, strict=True)):
            if len(sequence) != len(own):
                raise ValueError(
                    f"sequence {number} has {len(sequence)} symbols and {len(own)} labels"
                )
        probabilities = np.concatenate(list(estimator.predict_proba(X)))
        labels = np.array([label for own in y for label in own])
        known = labels != estimator.unlabelled
        given = _Given(estimator.classes_, probabilities[known])
        scorer = get_scorer(self.scoring) if isinstance(self.scoring, str) else self.scoring
        return float(scorer(given, np.empty((len(labels[known]), 1)), labels[known]))


def symbol_scorer(scoring: str | Callable[..., float]) -> SymbolScorer:
    """Return a scorer that counts symbols, for `WindowClassifier`.

    Parameters
    ----------
    scoring : str or callable
        The name of one of scikit-learn's scorers for classes, or what
        `sklearn.metrics.make_scorer` returns.

    Returns
    -------
    scorer : SymbolScorer
        For `cross_val_score`, `GridSearchCV` and the like, as their `scoring`.

    Examples
    --------
    >>> from ribbonet.estimators import WindowClassifier
    >>> words, labels = ["banana", "anna", "nab"], ["101010", "0010", "100"]
    >>> model = WindowClassifier(3, (8,), learning_rate=0.02, random_state=0).fit(words, labels)
    >>> symbol_scorer("balanced_accuracy")(model, ["nana", "ban"], ["1010", "101"])
    0.875
    """
    return SymbolScorer(scoring)
