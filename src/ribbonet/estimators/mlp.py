"""Perceptrons of one layer and of many, for classes and for numbers."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.model_selection import train_test_split
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from ribbonet.estimators.base import (
    DTYPES,
    NetworkEstimator,
    hidden_layers,
    output_of,
    take,
    weights_of,
)
from ribbonet.nn import Dense, Network, Sigmoid, Softmax, SquaredError
from ribbonet.nn.layers import Array, Layer
from ribbonet.nn.losses import Loss


@dataclass(eq=False, repr=False)
class FeedForward(NetworkEstimator):
    """A network from rows of numbers to some outputs.

    Parameters
    ----------
    noise : float
        Standard deviation of the noise added to the inputs in training.
    """

    _: KW_ONLY
    noise: float = 0.0

    def _hidden(self, inputs: int) -> tuple[list[Layer], int]:
        """Return the layers below the output layer, and the number of their outputs."""
        return hidden_layers(inputs, (), "identity", noise=self.noise), inputs

    def _fit_network(
        self,
        X: Array,
        targets: Array,
        outputs: int,
        loss: Loss,
        weights: Array | None,
        strata: Array | None = None,
    ) -> None:
        rng = self._rng()
        layers, width = self._hidden(X.shape[1])
        network = Network([*layers, Dense(width, outputs)], rng, X.dtype)
        rows, held_out = np.arange(len(X)), None
        if self.patience is not None:
            rows, held = train_test_split(
                rows,
                test_size=self.validation_fraction,
                stratify=strata,
                random_state=int(rng.integers(2**31)),
            )
            held_out = take(held, X, targets, weights)
        self._train(network, loss, take(rows, X, targets, weights), held_out, rng)

    def _outputs(self, X: Any) -> Array:
        check_is_fitted(self)
        X = validate_data(self, X, dtype=DTYPES, reset=False)
        outputs: Array = self.network_(X)
        return outputs


@dataclass(eq=False, repr=False)
class MultiLayer(FeedForward):
    """A network with hidden layers.

    Parameters
    ----------
    hidden : tuple of int
        Units of each hidden layer.
    activation : {"relu", "sigmoid", "tanh", "gelu", "identity", "exponential", "threshold"}
        Of the hidden layers.
    dropout : float
        Share of hidden signals left out in training.
    batch_norm : bool
        Whether to normalise what enters each activation, batch by batch.
    """

    hidden: tuple[int, ...] = (100,)
    activation: str = "relu"
    _: KW_ONLY
    dropout: float = 0.0
    batch_norm: bool = False

    def _hidden(self, inputs: int) -> tuple[list[Layer], int]:
        layers = hidden_layers(
            inputs,
            self.hidden,
            self.activation,
            noise=self.noise,
            dropout=self.dropout,
            batch_norm=self.batch_norm,
        )
        return layers, (inputs, *self.hidden)[-1]


@dataclass(eq=False, repr=False)
class NetworkClassifier(ClassifierMixin, FeedForward):  # type: ignore[misc]
    """A network for classes; one sigmoid unit gives two of them, softmax units give more.

    Parameters
    ----------
    label_smoothing : float
        The share of the target taken from the true class.
    class_weight : dict or "balanced", optional
        What an example of each class counts.
    """

    _: KW_ONLY
    label_smoothing: float = 0.0
    class_weight: Any = None

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn classes from examples.

        Parameters
        ----------
        X : (N, F) array
        y : (N,) array
            Classes: the output layer and the loss are chosen by their number.
        sample_weight : (N,) array, optional
            What each example counts.
        """
        self._check_arguments()
        X, y = validate_data(self, X, y, dtype=DTYPES)
        check_classification_targets(y)
        self.classes_, labels = np.unique(y, return_inverse=True)
        outputs, loss = output_of(self.classes_, self.label_smoothing)
        weights = weights_of(X, sample_weight, self.class_weight, y)
        self._fit_network(X, labels, outputs, loss, weights, strata=labels)
        return self

    def decision_function(self, X: Any) -> Array:
        """Return the logits, `(N,)` for two classes and `(N, K)` for more."""
        logits = self._outputs(X)
        return logits[:, 0] if len(self.classes_) == 2 else logits

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class, `(N, K)`."""
        logits = self._outputs(X)
        if len(self.classes_) > 2:
            return Softmax.value(logits)
        p = Sigmoid.value(logits)
        return np.hstack([1 - p, p])

    def predict(self, X: Any) -> Array:
        """Return the likeliest class of each example."""
        likeliest = self.predict_proba(X).argmax(axis=1)
        chosen: Array = self.classes_[likeliest]
        return chosen


@dataclass(eq=False, repr=False)
class Perceptron(NetworkClassifier):
    """A single layer: one logistic unit for two classes, softmax units for more.

    Source: MCB128 block 1, slides.

    Parameters
    ----------
    learning_rate, epochs, batch_size, ...
        As in `ribbonet.estimators.base.NetworkEstimator`.
    noise, label_smoothing, class_weight
        As in `MLPClassifier`.

    Attributes
    ----------
    classes_ : array
        The classes, in the order of the columns of `predict_proba`.
    network_, history_
        As in `NetworkEstimator`.

    Examples
    --------
    Apple or orange, from weight and redness:

    >>> X = [[0.1, 0.9], [0.2, 0.8], [0.8, 0.3], [0.9, 0.2]]
    >>> y = ["apple", "apple", "orange", "orange"]
    >>> Perceptron(learning_rate=0.1, random_state=0).fit(X, y).predict([[0.3, 0.7]])
    array(['apple'], dtype='<U6')
    """

    _: KW_ONLY
    learning_rate: float = 1e-2


@dataclass(eq=False, repr=False)
class MLPClassifier(NetworkClassifier, MultiLayer):
    """A multilayer perceptron for classes, with any number of hidden layers.

    The output layer is chosen from y: one sigmoid unit for two classes, softmax for more.

    Parameters
    ----------
    hidden, activation, dropout, batch_norm
        As in `ribbonet.estimators.mlp.MultiLayer`.
    noise : float
        Standard deviation of the noise added to the inputs in training.
    label_smoothing : float
        The share of the target taken from the true class.
    class_weight : dict or "balanced", optional
        What an example of each class counts.
    learning_rate, epochs, batch_size, ...
        As in `ribbonet.estimators.base.NetworkEstimator`.

    Attributes
    ----------
    classes_ : array
        The classes, in the order of the columns of `predict_proba`.
    network_, history_
        As in `NetworkEstimator`.

    Examples
    --------
    Exclusive or, which no single layer learns:

    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    >>> model = MLPClassifier((8,), "tanh", learning_rate=0.05, random_state=0).fit(X, y)
    >>> model.predict(X), model.network_.size
    (array([0, 1, 1, 0]), 33)
    """


@dataclass(eq=False, repr=False)
class MLPRegressor(RegressorMixin, MultiLayer):  # type: ignore[misc]
    """A multilayer perceptron for one number or several, with identity units as outputs.

    It learns standardised targets, so that neither the learning rate nor the losses of
    `history_` depend on their unit; afterwards the last layer's weights are scaled back, and
    `network_` gives the targets as they are.

    Parameters
    ----------
    hidden, activation, dropout, batch_norm
        As in `ribbonet.estimators.mlp.MultiLayer`.
    noise : float
        Standard deviation of the noise added to the inputs in training.
    learning_rate, epochs, batch_size, ...
        As in `ribbonet.estimators.base.NetworkEstimator`.

    Attributes
    ----------
    network_, history_
        As in `NetworkEstimator`.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 50)[:, None]
    >>> y = np.hstack([x**2, 100 * x])
    >>> model = MLPRegressor((20,), learning_rate=0.01, random_state=0).fit(x, y)
    >>> bool(model.score(x, y) > 0.99)
    True
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Learn numbers from examples.

        Parameters
        ----------
        X : (N, F) array
        y : (N,) or (N, d) array
        sample_weight : (N,) array, optional
            What each example counts.
        """
        self._check_arguments()
        X, y = validate_data(self, X, y, dtype=DTYPES, multi_output=True, y_numeric=True)
        self._single = y.ndim == 1
        targets = y.reshape(len(y), -1).astype(X.dtype)
        weights = weights_of(X, sample_weight)
        centre = np.average(targets, axis=0, weights=weights)
        scale = np.sqrt(np.average(np.square(targets - centre), axis=0, weights=weights))
        scale[scale == 0] = 1
        targets = (targets - centre) / scale
        self._fit_network(X, targets, targets.shape[1], SquaredError(), weights)
        output = self.network_.layers[-1].parameters
        output["weight"] *= scale
        output["bias"] *= scale
        output["bias"] += centre
        return self

    def predict(self, X: Any) -> Array:
        """Return the predicted numbers, `(N,)` or `(N, d)` as those learnt from."""
        outputs = self._outputs(X)
        return outputs[:, 0] if self._single else outputs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
