"""Autoencoders: networks that learn to give back their input through a bottleneck."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any, Self

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.model_selection import train_test_split
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from ribbonet.estimators.base import DTYPES, NetworkEstimator, hidden_layers, take, weights_of
from ribbonet.nn import Dense, Network, SquaredError
from ribbonet.nn.layers import Array


@dataclass(eq=False, repr=False)
class Autoencoder(ClassNamePrefixFeaturesOutMixin, TransformerMixin, NetworkEstimator):  # type: ignore[misc]
    """A network trained on fit(X, X): an encoder to a code, and a decoder back.

    Source: Deep Learning in Python.

    In a `Pipeline`, one after the other, autoencoders are stacked layer by layer, each trained
    on the codes of the one before; a classifier goes on top. With `noise`, the input is
    corrupted and the clean one asked for (Vincent et al. 2008). Inputs want to be of like size:
    put a scaler before it.

    The other parameters are those of `ribbonet.estimators.base.NetworkEstimator`.

    Parameters
    ----------
    hidden : tuple of int
        Units of the encoder's layers, the code last; the decoder mirrors them.
    activation : str
        Of all layers but the last, see `MLPClassifier`.
    noise : float
        Standard deviation of the noise added to the inputs in training.

    Attributes
    ----------
    encoder_, decoder_ : ribbonet.nn.Network
        The two halves of `network_`.
    network_, history_
        As in `NetworkEstimator`.

    Examples
    --------
    Three numbers that lie on a line need a code of one:

    >>> X = np.linspace(-1, 1, 50)[:, None] * [1.0, -2.0, 0.5]
    >>> model = Autoencoder((1,), "identity", learning_rate=0.02, random_state=0).fit(X)
    >>> model.transform(X).shape, round(model.score(X), 3)
    ((50, 1), 1.0)
    """

    hidden: tuple[int, ...] = (32,)
    activation: str = "relu"
    _: KW_ONLY
    noise: float = 0.0

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Learn to give back the examples X `(N, F)`; y is not looked at."""
        self._check_arguments()
        if not len(self.hidden):
            raise ValueError("hidden must have a number, the units of the code")
        X = validate_data(self, X, dtype=DTYPES)
        weights, rng, features = weights_of(X, sample_weight), self._rng(), X.shape[1]
        encoder = hidden_layers(features, self.hidden, self.activation, noise=self.noise)
        code, *back = self.hidden[::-1]
        decoder = hidden_layers(code, back, self.activation)
        decoder.append(Dense(self.hidden[0], features))
        network = Network([*encoder, *decoder], rng, X.dtype)
        rows, held_out = np.arange(len(X)), None
        if self.patience is not None:
            seed = int(rng.integers(2**31))
            rows, held = train_test_split(
                rows, test_size=self.validation_fraction, random_state=seed
            )
            held_out = take(held, X, X, weights)
        self._train(network, SquaredError(), take(rows, X, X, weights), held_out, rng)
        self.encoder_, self.decoder_ = Network(encoder), Network(decoder)
        return self

    @property
    def _n_features_out(self) -> int:
        return self.hidden[-1]

    def transform(self, X: Any) -> Array:
        """Return the codes, `(N, hidden[-1])`."""
        check_is_fitted(self)
        codes: Array = self.encoder_(validate_data(self, X, dtype=DTYPES, reset=False))
        return codes

    def inverse_transform(self, X: Any) -> Array:
        """Return what the decoder makes of codes, `(N, F)`."""
        check_is_fitted(self)
        decoded: Array = self.decoder_(check_array(X, dtype=DTYPES))
        return decoded

    def score(self, X: Any, y: Any = None) -> float:
        """Return the share of the variance of X that its reconstruction explains, at most 1."""
        rebuilt = self.inverse_transform(self.transform(X))
        X = np.asarray(X)
        return 1 - float(np.square(X - rebuilt).sum() / np.square(X - X.mean(axis=0)).sum())

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
