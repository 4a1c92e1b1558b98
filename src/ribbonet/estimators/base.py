"""What all estimators of networks share: how they are built, and how they are trained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from numbers import Integral, Real
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import check_array, check_consistent_length

from ribbonet.nn import (
    L1,
    L2,
    ArrayExamples,
    BatchNorm,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Dense,
    Dropout,
    Network,
    Noise,
    fit,
)
from ribbonet.nn.layers import Array, Layer, Rng
from ribbonet.nn.layers.activations import ACTIVATIONS
from ribbonet.nn.losses import Loss
from ribbonet.nn.optimizers import OPTIMIZERS
from ribbonet.nn.schedules import SCHEDULES

DTYPES = (np.float64, np.float32)
"""Inputs are kept in float32 and turned to float64 otherwise; the network computes in that."""


@dataclass(eq=False, repr=False)
class NetworkEstimator(BaseEstimator):  # type: ignore[misc]
    """The arguments that all networks take, and the attributes that all of them get.

    Parameters
    ----------
    optimizer : {"adam", "adamw", "muon", "sgd", "momentum", "nesterov"}
        How the gradient becomes a step.
    learning_rate : float
        The size of the steps. One too high is an error that says so, one too low a warning.
    schedule : {"constant", "step", "cosine", "one-cycle"}
        How the rate changes in the course of the training (`ribbonet.nn.schedules`).
    average : float, optional
        Decay of a running average of the weights, such as 0.99, which is what is kept.
    epochs : int
        Passes over the examples, at most.
    batch_size : int
        Examples in a step.
    l1, l2 : float
        Strengths of the penalties on the weights, eta of `ribbonet.nn.penalties`. The `alpha`
        of scikit-learn's networks is `l2` times the number of examples in a batch.
    patience : int, optional
        Early stopping: some examples are held out, and when so many epochs have not lowered
        the loss on them, the training ends with the weights that were best.
    validation_fraction : float
        The share that is held out for it.
    random_state : int, RandomState or None
        The same number gives the same weights.

    Attributes
    ----------
    network_ : ribbonet.nn.Network
        What was trained.
    history_ : list of dict
        One row an epoch: loss (and accuracy), also on what was held out: the learning and the
        validation curve.
    """

    _: KW_ONLY
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    schedule: str = "constant"
    average: float | None = None
    epochs: int = 200
    batch_size: int = 32
    l1: float = 0.0
    l2: float = 0.0
    patience: int | None = None
    validation_fraction: float = 0.1
    random_state: Any = None

    def _check_arguments(self) -> None:
        """Raise a ValueError for an argument that no training has."""
        for name, (fits, wanted) in WANTED.items():
            value = getattr(self, name, None)
            absent = value is None and (name in OPTIONAL or not hasattr(self, name))
            if not absent and not fits(value):
                raise ValueError(f"{name} must be {wanted}, it is {value!r}")

    def _rng(self) -> Rng:
        seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)
        return np.random.default_rng(seed)

    def _train(
        self,
        network: Network,
        loss: Loss,
        examples: ArrayExamples,
        held_out: ArrayExamples | None,
        rng: Rng,
    ) -> None:
        """Train the network and keep it, with its history."""
        _one_of("optimizer", self.optimizer, OPTIMIZERS)
        _one_of("schedule", self.schedule, SCHEDULES)
        alone = len(examples.all()) % self.batch_size == 1
        normalised = any(isinstance(layer, BatchNorm) for layer in network.layers)
        penalties = [kind(eta) for kind, eta in ((L1, self.l1), (L2, self.l2)) if eta]
        self.history_ = fit(
            network,
            loss,
            OPTIMIZERS[self.optimizer](self.learning_rate),
            examples,
            epochs=self.epochs,
            batch_size=self.batch_size,
            rng=rng,
            valid=held_out,
            patience=self.patience,
            schedule=SCHEDULES[self.schedule],
            average=self.average,
            keep_last=not (alone and normalised),  # one example has no variance
            penalties=penalties,
        )
        self.network_ = network


def _whole(value: Any) -> bool:
    return isinstance(value, Integral) and int(value) >= 1


def _above_0(value: Any) -> bool:
    return isinstance(value, Real) and float(value) > 0


def _from_0(value: Any) -> bool:
    return isinstance(value, Real) and float(value) >= 0


def _share(value: Any) -> bool:
    return isinstance(value, Real) and 0 <= float(value) < 1


def _sizes(value: Any) -> bool:
    return isinstance(value, Iterable) and all(map(_whole, value))


WANTED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "learning_rate": (_above_0, "a number above 0"),
    **dict.fromkeys(("epochs", "batch_size", "patience"), (_whole, "a whole number above 0")),
    **dict.fromkeys(("l1", "l2", "noise"), (_from_0, "a number, 0 or more")),
    **dict.fromkeys(
        ("average", "dropout", "label_smoothing"), (_share, "a number from 0 to below 1")
    ),
    "hidden": (_sizes, "a tuple of whole numbers above 0, such as (40,)"),
}
"""What the arguments of the estimators have to be, and how that is said."""
OPTIONAL = ("patience", "average")
"""Which of them may be None."""


def _one_of(what: str, name: str, known: Mapping[str, Any]) -> None:
    if name not in known:
        raise ValueError(f"unknown {what} {name!r}; known: {', '.join(known)}")


def hidden_layers(
    inputs: int,
    hidden: Sequence[int],
    activation: str,
    *,
    noise: float = 0.0,
    dropout: float = 0.0,
    batch_norm: bool = False,
) -> list[Layer]:
    """Return the layers from the input to the last hidden one.

    Initial weights are Glorot's, below ReLU too: in one or two layers on small tables, He's
    larger ones start from a wilder function and generalise a little worse.
    """
    _one_of("activation", activation, ACTIVATIONS)
    layers: list[Layer] = [Noise(noise)] if noise else []
    for units in hidden:
        layers.append(Dense(inputs, units))
        layers += [BatchNorm(units)] if batch_norm else []
        layers.append(ACTIVATIONS[activation]())
        layers += [Dropout(dropout)] if dropout else []
        inputs = units
    return layers


def output_of(classes: Array, label_smoothing: float = 0.0) -> tuple[int, Loss]:
    """Return the units and the loss for some classes: one sigmoid for two, softmax for more.

    Raises
    ------
    ValueError
        For one class alone.
    """
    if len(classes) < 2:
        raise ValueError(f"needs at least 2 classes, all labels are of one class: {classes}")
    if len(classes) == 2:
        return 1, BinaryCrossEntropy(label_smoothing=label_smoothing)
    return len(classes), CategoricalCrossEntropy(label_smoothing=label_smoothing)


def weights_of(
    X: Array, sample_weight: Any, class_weight: Any = None, y: Array | None = None
) -> Array | None:
    """Return what each example counts; None where all count the same.

    Raises
    ------
    ValueError
        For weights that are not one for each example, negative, or all zero.
    """
    if sample_weight is None and class_weight is None:
        return None
    weights: Array = np.ones(len(X), X.dtype)
    if sample_weight is not None:
        weights = check_array(sample_weight, ensure_2d=False, dtype=X.dtype, copy=True)
        if weights.ndim != 1:
            raise ValueError(f"Sample weights must be 1D, they are {weights.ndim}D")
        check_consistent_length(X, weights)
        if weights.min() < 0:
            raise ValueError("Sample weights must not be negative")
        if not weights.any():
            raise ValueError("Sample weights must contain at least one non-zero number.")
    if class_weight is not None:
        weights *= compute_sample_weight(class_weight, y)
    return weights


def take(rows: Array, x: Array, targets: Array, weights: Array | None) -> ArrayExamples:
    """Return some rows as examples to learn from."""
    return ArrayExamples(x[rows], targets[rows], None if weights is None else weights[rows])
