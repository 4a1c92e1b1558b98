"""Numbers for the symbols of sequences, from a window around each."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Self

import numpy as np
from sklearn.metrics import r2_score
from sklearn.utils.validation import check_is_fitted

from ribbonet.estimators.sequences import Symbols, listed, paired
from ribbonet.estimators.windows import WindowEstimator
from ribbonet.nn import Huber, SquaredError
from ribbonet.nn.layers import Array
from ribbonet.tasks.values import mark_of_none

LOSSES = {"squared": SquaredError, "huber": Huber}


@dataclass(eq=False, repr=False)
class WindowRegressor(WindowEstimator):
    """A multilayer perceptron that gives each symbol of a sequence a number.

    Sequences are as `WindowClassifier` takes them; `y` is a list of as many numbers for each, NaN
    where there is none. Targets are standardised for learning, and predictions are in their units.

    Parameters
    ----------
    window, hidden, activation, dropout, batch_norm
        As in `ribbonet.estimators.windows.WindowEstimator`.
    loss : {"squared", "huber"}
        Huber's loss grows linearly where the error is large, so that outliers pull less.
    learning_rate, epochs, batch_size, ...
        As in `ribbonet.estimators.base.NetworkEstimator`; `validation_fraction` is one of
        sequences, or of groups.

    Attributes
    ----------
    symbols_ : list
        The alphabet of the sequences; empty where they are arrays.
    network_, history_
        As in `NetworkEstimator`; the network gives standardised numbers.

    Examples
    --------
    How many of a letter and its neighbours are vowels:

    >>> words, numbers = ["banana", "anna", "nab"], [[1, 1, 2, 1, 2, 1], [1, 1, 1, 1], [1, 1, 1]]
    >>> model = WindowRegressor(3, (8,), learning_rate=0.02, epochs=300, random_state=0)
    >>> model.fit(words, numbers).predict(["nana"])[0].round().tolist()
    [1.0, 1.0, 2.0, 1.0]
    """

    _: KW_ONLY
    loss: str = "squared"

    def fit(
        self,
        X: Sequence[Symbols],
        y: Sequence[Sequence[float]],
        groups: Any = None,
        sample_weight: Any = None,
    ) -> Self:
        """Learn numbers from sequences.

        Parameters
        ----------
        X : sequence of N sequences
            Symbols, or `(L, D)` arrays.
        y : sequence of N sequences of numbers
            One for each symbol, or NaN.
        groups : (N,) array, optional
            Sequences of one group (homologues, say) are never divided by early stopping.
        sample_weight : (N,) array, optional
            What the symbols of each sequence count.
        """
        self._check_window()
        if self.loss not in LOSSES:
            raise ValueError(f"unknown loss {self.loss!r}; known: {', '.join(LOSSES)}")
        X, y = paired(X, y)
        values = np.concatenate([np.asarray(own, np.float64) for own in y])
        if values.ndim != 1:
            raise ValueError("y has several numbers for a symbol; give one for each")
        known = ~np.isnan(values)
        if not known.any():
            raise ValueError("every number is NaN; give numbers to learn")
        if not (np.abs(values[known]) < np.finfo(np.float32).max).all():
            raise ValueError("a number is infinite, or too large to learn; give others")
        if (mark := mark_of_none(values[known].tolist())) is not None:
            warnings.warn(
                f"the number {mark:g} lies outside the range of all others; if it stands for "
                "none, give NaN",
                stacklevel=2,
            )
        self.mean_, scale = float(values[known].mean()), float(values[known].std())
        self.scale_ = scale or 1.0
        targets = ((values[known] - self.mean_) / self.scale_).astype(np.float32)
        loss = LOSSES[self.loss]()
        weights = (sample_weight,)
        self._fit_windows(X, targets, known, 1, loss, groups, weights, self._rng())
        return self

    def predict(self, X: Sequence[Symbols]) -> list[Array]:
        """Return a number for each symbol, `(L,)` for each sequence."""
        check_is_fitted(self)
        X = listed(X)
        if not any(len(sequence) for sequence in X):
            return [np.empty(0, np.float32) for _ in X]
        outputs = self.network_(self._windows(X))[:, 0]
        return self._split(outputs * self.scale_ + self.mean_, X)

    def score(self, X: Sequence[Symbols], y: Sequence[Sequence[float]]) -> float:
        """Return R squared over the symbols that have a number."""
        X, y = paired(X, y)
        true = np.concatenate([np.asarray(own, np.float64) for own in y])
        known = ~np.isnan(true)
        return float(r2_score(true[known], np.concatenate(self.predict(X))[known]))
