"""Labels for the symbols of sequences, from a window around each: protein, NETtalk, any other."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, Self

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.model_selection import GroupShuffleSplit
from sklearn.utils.validation import check_is_fitted

from ribbonet.chains.windows import join
from ribbonet.estimators.base import (
    NetworkEstimator,
    hidden_layers,
    output_of,
    take,
    weights_of,
)
from ribbonet.estimators.scoring import Labels
from ribbonet.estimators.sequences import Symbols, listed, paired
from ribbonet.nn import Dense, Network, Sigmoid, Softmax, WindowDense
from ribbonet.nn.layers import Array, Layer, Rng
from ribbonet.nn.losses import Loss


@dataclass(eq=False, repr=False)
class WindowEstimator(NetworkEstimator):
    """A multilayer perceptron that sees each symbol of a sequence and its neighbours in a window.

    Parameters
    ----------
    window : int
        Symbols in a window; odd.
    hidden : tuple of int
        Units of each hidden layer; none for a perceptron.
    activation : str
        Of the hidden layers, see `MLPClassifier`.
    dropout, batch_norm
        As in `MLPClassifier`.
    """

    window: int = 13
    hidden: tuple[int, ...] = (40,)
    activation: str = "sigmoid"
    _: KW_ONLY
    epochs: int = 100
    dropout: float = 0.0
    batch_norm: bool = False

    def _check_window(self) -> None:
        self._check_arguments()
        if self.window < 1 or self.window % 2 == 0:
            raise ValueError(f"the window must be odd and above 0, it is {self.window}")

    def _fit_windows(
        self,
        X: Sequence[Symbols],
        targets: Array,
        labelled: Array,
        outputs: int,
        loss: Loss,
        groups: Any,
        weights: tuple[Any, ...],
        rng: Rng,
    ) -> None:
        """Learn the targets of the labelled symbols; `weights` are as `weights_of` takes them."""
        self._learn_symbols(X)
        network = Network(self._layers(outputs), rng)
        windows = self._windows(X)[labelled]
        owner = np.repeat(np.arange(len(X)), [len(sequence) for sequence in X])[labelled]
        sample_weight, *of_classes = weights
        own = weights_of(np.empty((len(X), 1)), sample_weight)
        each = None if own is None else own[owner]
        counts = weights_of(np.empty((len(targets), 1), np.float32), each, *of_classes)
        rows, held_out = np.arange(len(targets)), None
        if self.patience is not None:
            split = GroupShuffleSplit(
                1, test_size=self.validation_fraction, random_state=int(rng.integers(2**31))
            )
            rows, held = next(split.split(windows, groups=_groups(groups, len(X))[owner]))
            held_out = take(held, windows, targets, counts)
        self._train(network, loss, take(rows, windows, targets, counts), held_out, rng)

    def _learn_symbols(self, X: Sequence[Symbols]) -> None:
        """Take the alphabet from sequences, or the number of columns from arrays."""
        first: Any = X[0]
        self.columns_ = first.shape[1] if _is_array(first) else 0
        self.symbols_ = (
            [] if self.columns_ else sorted({symbol for sequence in X for symbol in sequence})
        )

    def _layers(self, outputs: int) -> list[Layer]:
        """Return the layers, of which the first one is fed codes in place of their one-hot."""
        symbols = len(self.symbols_) + 1
        sizes = (self.window * (self.columns_ or symbols), *self.hidden)
        layers = hidden_layers(
            sizes[0],
            self.hidden,
            self.activation,
            dropout=self.dropout,
            batch_norm=self.batch_norm,
        )
        layers.append(Dense(sizes[-1], outputs))
        if not self.columns_:
            layers[0] = WindowDense(self.window, symbols, (*self.hidden, outputs)[0])
        return layers

    def _windows(self, X: Sequence[Symbols]) -> Array:
        """Return the window around each symbol of all sequences, one below another.

        Of codes, with the spacer's beyond the ends; or of the rows of arrays, with zeros there.
        """
        half = self.window // 2
        if self.columns_:
            rows = []
            array: Any
            for place, array in enumerate(X):
                if not _is_array(array) or array.shape[1] != self.columns_:
                    raise ValueError(f"sequence {place} is no array of {self.columns_} columns")
                padded = np.pad(np.asarray(array, np.float32), ((half, half), (0, 0)))
                seen = sliding_window_view(padded, self.window, axis=0).swapaxes(1, 2)
                rows.append(seen.reshape(len(array), -1))
            stacked: Array = np.concatenate(rows)
            return stacked
        spacer = len(self.symbols_)
        codes = {symbol: code for code, symbol in enumerate(self.symbols_)}
        dtype = np.min_scalar_type(spacer)
        chains = [np.array([codes.get(s, spacer) for s in sequence], dtype) for sequence in X]
        self._warn_of_unknown(chains, X)
        packed, starts = join(chains, half, spacer)
        first = np.concatenate(
            [start + np.arange(len(c)) for start, c in zip(starts, chains, strict=True)]
        )
        shown: Array = sliding_window_view(packed, self.window)[first - half]
        return shown

    def _warn_of_unknown(self, chains: Sequence[Array], X: Sequence[Symbols]) -> None:
        """Warn where most of the symbols were not among those learnt from."""
        unknown = np.concatenate(chains) == len(self.symbols_)
        if 2 * unknown.sum() > len(unknown):
            symbol = [symbol for sequence in X for symbol in sequence][int(unknown.argmax())]
            warnings.warn(
                f"most symbols are none of those learnt from ({symbol!r:.40}); they count as "
                "spacers; give sequences written as those were",
                stacklevel=2,
            )

    def _split(self, outputs: Array, X: Sequence[Symbols]) -> list[Array]:
        """Cut what stands one below another into the sequences' own."""
        return np.split(outputs, np.cumsum([len(sequence) for sequence in X])[:-1])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        tags.target_tags.required = True
        return tags


def _is_array(sequence: Any) -> bool:
    """Whether a sequence is rows of numbers, one for each symbol."""
    return isinstance(sequence, np.ndarray) and sequence.ndim == 2


IGNORED = -100
"""The label that PyTorch and the libraries built on it count nowhere."""


@dataclass(eq=False, repr=False)
class WindowClassifier(WindowEstimator):
    """A multilayer perceptron that gives each symbol of a sequence a label.

    It sees the symbol and its neighbours in a window, one-hot, with a spacer beyond the ends
    (Sejnowski & Rosenberg 1987; Qian & Sejnowski 1988). `X` is a list of sequences of any
    lengths, `y` one of label sequences of the same lengths: strings, or sequences of anything
    that can be compared. Alphabets are taken from the examples; a symbol that was not among
    them counts as a spacer. Sequences may also be `(L, D)` arrays of numbers, as profiles and
    embeddings are, with zeros beyond the ends. In cross-validation, sequences are examples and stay
    whole; `score` counts symbols, and so does `symbol_scorer`, for other metrics.

    Parameters
    ----------
    window, hidden, activation, dropout, batch_norm
        As in `ribbonet.estimators.windows.WindowEstimator`.
    unlabelled : object
        A label that means that there is none: it counts nowhere, and NaN does not either.
    label_smoothing, class_weight
        As in `MLPClassifier`.
    learning_rate, epochs, batch_size, ...
        As in `ribbonet.estimators.base.NetworkEstimator`; `validation_fraction` is one of
        sequences, or of groups.

    Attributes
    ----------
    symbols_ : list
        The alphabet of the sequences; empty where they are arrays.
    classes_ : array
        The labels, in the order of the columns of `predict_proba`.
    network_, history_
        As in `NetworkEstimator`.

    Examples
    --------
    Whether a letter stands before a vowel:

    >>> words, labels = ["banana", "anna", "nab"], ["101010", "0010", "100"]
    >>> model = WindowClassifier(3, (8,), learning_rate=0.02, random_state=0).fit(words, labels)
    >>> model.predict(["nana", "ban"])
    ['1010', '100']
    """

    _: KW_ONLY
    unlabelled: Any = None
    label_smoothing: float = 0.0
    class_weight: Any = None

    def fit(
        self,
        X: Sequence[Symbols],
        y: Sequence[Symbols],
        groups: Any = None,
        sample_weight: Any = None,
    ) -> Self:
        """Learn labels from sequences.

        Parameters
        ----------
        X, y : sequences of N sequences
            Symbols, and a label for each.
        groups : (N,) array, optional
            Sequences of one group (homologues, say) are never divided by early stopping.
        sample_weight : (N,) array, optional
            What the symbols of each sequence count.
        """
        self._check_window()
        X, y = paired(X, y)
        given = [label for labels in y for label in labels]
        # in an array, NaN among strings would be a string
        labelled = np.array([label != self.unlabelled and label == label for label in given], bool)
        if not labelled.any():
            raise ValueError("no symbol has a label; give labels to learn")
        known = np.array([label for label, there in zip(given, labelled, strict=True) if there])
        self.classes_, labels = np.unique(known, return_inverse=True)
        self._warn_of_none()
        self._text = all(isinstance(labels, str) for labels in y)
        outputs, loss = output_of(self.classes_, self.label_smoothing)
        weights = (sample_weight, self.class_weight, self.classes_[labels])
        self._fit_windows(X, labels, labelled, outputs, loss, groups, weights, self._rng())
        return self

    def _warn_of_none(self) -> None:
        """Warn of a number among the labels by which others mean that there is none."""
        lowest = self.classes_[0] if self.classes_.dtype.kind in "if" else 0
        if lowest == IGNORED or (lowest == -1 and len(self.classes_) > 2):
            warnings.warn(
                f"{lowest} is one of the labels; if it stands for none, give unlabelled={lowest}",
                stacklevel=3,
            )

    def predict_proba(self, X: Sequence[Symbols]) -> list[Array]:
        """Return the probability of each label for each symbol, `(L, K)` for each sequence."""
        check_is_fitted(self)
        X = listed(X)
        if not any(len(sequence) for sequence in X):
            return [np.empty((0, len(self.classes_)), np.float32) for _ in X]
        logits = self.network_(self._windows(X))
        if len(self.classes_) == 2:
            p = Sigmoid.value(logits)
            probabilities = np.hstack([1 - p, p])
        else:
            probabilities = Softmax.value(logits)
        return self._split(probabilities, X)

    def predict(self, X: Sequence[Symbols]) -> list[Any]:
        """Return the likeliest labels: strings if those learnt from were, otherwise arrays."""
        chosen = [self.classes_[p.argmax(axis=1)] for p in self.predict_proba(X)]
        return Labels(map("".join, chosen) if self._text else chosen)

    def score(self, X: Sequence[Symbols], y: Sequence[Symbols]) -> float:
        """Return the share of symbols, of those that have a label, that get the right one."""
        X, y = paired(X, y)
        right = [
            given == label
            for labels, true in zip(self.predict(X), y, strict=True)
            for given, label in zip(labels, true, strict=True)
            if label != self.unlabelled and label == label
        ]
        return float(np.mean(right))


def _groups(groups: Any, number: int) -> Array:
    return np.arange(number) if groups is None else np.asarray(groups)
