"""Two models on the same folds: means, deviations, and tests of their difference.

Source: Deep Learning in Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats
from sklearn.base import is_classifier
from sklearn.model_selection import check_cv, cross_val_score

from ribbonet.nn.layers import Array


@dataclass(frozen=True)
class Comparison:
    r"""The scores of two models on k folds, and how sure their difference is.

    With :math:`\bar d` and :math:`s^2` the mean and the variance of the k differences, the
    paired t-test has :math:`t = \bar d / \sqrt{s^2 / k}`, with k - 1 degrees of freedom. It
    takes the folds for independent, which they are not, since they share what was learnt from:
    it finds differences too easily. The corrected resampled test (Nadeau & Bengio 2003) has
    :math:`t = \bar d / \sqrt{(1/k + n_2 / n_1) s^2}`, for folds that learn from :math:`n_1`
    examples and are tested on :math:`n_2`.

    Attributes
    ----------
    scores : (2, k) array
        Of each model on each fold.
    test_share : float
        Examples tested on for each one learnt from, :math:`n_2 / n_1`.
    """

    scores: Array
    test_share: float

    @property
    def means(self) -> Array:
        """The mean score of each model."""
        means: Array = self.scores.mean(axis=1)
        return means

    @property
    def deviations(self) -> Array:
        """The standard deviation of each model's scores."""
        deviations: Array = self.scores.std(axis=1, ddof=1)
        return deviations

    @property
    def paired(self) -> tuple[float, float]:
        """The t and the p of the paired t-test, of two sides."""
        return self._test(1 / self.scores.shape[1])

    @property
    def corrected(self) -> tuple[float, float]:
        """The t and the p of the corrected resampled t-test, of two sides."""
        return self._test(1 / self.scores.shape[1] + self.test_share)

    def _test(self, factor: float) -> tuple[float, float]:
        difference = self.scores[1] - self.scores[0]
        mean, error = difference.mean(), np.sqrt(factor * difference.var(ddof=1))
        if error == 0:
            return (0.0, 1.0) if mean == 0 else (float(np.copysign(np.inf, mean)), 0.0)
        t = float(mean / error)
        return t, float(2 * stats.t.sf(abs(t), len(difference) - 1))

    def __str__(self) -> str:
        names = ("first", "second")
        lines = [
            f"{name:7} {mean:.4f} +- {deviation:.4f}"
            for name, mean, deviation in zip(names, self.means, self.deviations, strict=True)
        ]
        difference = self.means[1] - self.means[0]
        tests = {"paired t-test": self.paired, "corrected for shared examples": self.corrected}
        lines += [f"{name}: t = {t:.2f}, p = {p:.3g}" for name, (t, p) in tests.items()]
        return "\n".join([*lines[:2], f"difference {difference:+.4f}", *lines[2:]])


def compare(
    first: Any,
    second: Any,
    X: Any,
    y: Any,
    *,
    cv: Any = 10,
    groups: Any = None,
    scoring: Any = None,
    n_jobs: int | None = None,
) -> Comparison:
    """Cross-validate two models on the same folds.

    Parameters
    ----------
    first, second : estimator
        Of scikit-learn's kind: pipelines and the estimators of this package, too.
    X, y : array or list
        Inputs and targets.
    cv : int or splitter
        Folds, as everywhere in scikit-learn; a repeated splitter gives a surer comparison.
    groups : array, optional
        For splitters that keep groups whole.
    scoring : str or callable, optional
        What is compared; the models' own `score` by default.
    n_jobs : int, optional
        Processes.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.linear_model import LogisticRegression
    >>> from ribbonet.estimators import Perceptron
    >>> model = Perceptron(epochs=5, random_state=0)
    >>> result = compare(model, LogisticRegression(max_iter=500), *load_iris(return_X_y=True), cv=5)
    >>> bool(result.means[1] > result.means[0])
    True
    """
    if scoring is None and is_classifier(first) != is_classifier(second):
        raise ValueError(
            "one model classifies, the other does not, and their scores are not of one kind; give "
            "scoring"
        )
    splits = list(check_cv(cv, y, classifier=is_classifier(first)).split(X, y, groups))
    scores = [
        cross_val_score(model, X, y, cv=splits, scoring=scoring, n_jobs=n_jobs)
        for model in (first, second)
    ]
    share = float(np.mean([len(test) / len(train) for train, test in splits]))
    return Comparison(np.array(scores), share)
