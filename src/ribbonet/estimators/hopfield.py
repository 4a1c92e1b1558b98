"""The Hopfield networks as an estimator: fit stores, transform retrieves."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, OneToOneFeatureMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from ribbonet.estimators.base import DTYPES
from ribbonet.nn.hopfield import Hopfield, ModernHopfield
from ribbonet.nn.layers import Array


@dataclass(eq=False, repr=False)
class HopfieldNetwork(OneToOneFeatureMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A memory that completes patterns; see `ribbonet.nn.hopfield` for its mathematics.

    Parameters
    ----------
    rule : {"hebbian", "pseudo-inverse", "modern"}
        How patterns are stored: by two rules in the classic network, whose units are -1 or +1
        (numbers above 0 count as +1), or in the modern one of continuous states.
    update : {"asynchronous", "synchronous"}
        Whether the classic units change one after the other, in random order, or all at once.
    beta : float
        Inverse temperature of the modern network: small, it averages over patterns; large, it
        retrieves one.
    steps : int
        Updates of every unit at most.
    random_state : int, RandomState or None
        Gives the order of the units.

    Attributes
    ----------
    network_ : Hopfield or ModernHopfield
    n_features_in_ : int

    Examples
    --------
    >>> stored = np.array([[1, -1, 1, -1, 1, -1], [1, 1, 1, -1, -1, -1]])
    >>> memory = HopfieldNetwork(random_state=0).fit(stored)
    >>> memory.retrieve([[1, 1, 1, -1, -1, 1]])
    array([[ 1.,  1.,  1., -1., -1., -1.]])
    """

    rule: Literal["hebbian", "pseudo-inverse", "modern"] = "hebbian"
    _: KW_ONLY
    update: Literal["asynchronous", "synchronous"] = "asynchronous"
    beta: float = 1.0
    steps: int = 100
    random_state: Any = None

    def fit(self, X: Any, y: Any = None) -> Self:
        """Store the rows of X `(P, N)`; y is not looked at."""
        X = validate_data(self, X, dtype=DTYPES)
        self.network_: Hopfield | ModernHopfield
        if self.rule == "modern":
            self.network_ = ModernHopfield(X, self.beta)
        elif self.rule in ("hebbian", "pseudo-inverse"):
            self.network_ = Hopfield.store(_signs(X), self.rule)
        else:
            raise ValueError(f"unknown rule {self.rule!r}: hebbian, pseudo-inverse or modern")
        return self

    def retrieve(self, X: Any) -> Array:
        """Return the states `(M, N)` in which the network rests when it starts from X."""
        states = self._states(X)
        if isinstance(self.network_, ModernHopfield):
            return self.network_.retrieve(states, steps=self.steps)
        seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)
        rng = np.random.default_rng(seed)
        return self.network_.retrieve(states, update=self.update, steps=self.steps, rng=rng)

    def transform(self, X: Any) -> Array:
        """Do the same as `retrieve`, under the name that pipelines call."""
        return self.retrieve(X)

    def energy(self, X: Any) -> Array:
        """Return the energy of each state, `(M,)`."""
        return self.network_.energy(self._states(X))

    def _states(self, X: Any) -> Array:
        check_is_fitted(self)
        X = validate_data(self, X, dtype=DTYPES, reset=False)
        return X if self.rule == "modern" else _signs(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def _signs(X: Array) -> Array:
    return np.where(X > 0, 1, -1).astype(X.dtype)
