"""What a kind of task has to say: what networks give, what they learn from, how they are scored."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import UNLABELLED, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.nn.layers.activations import Softmax

if TYPE_CHECKING:
    from ribbonet.nn.losses import Loss

Array = NDArray[Any]


@dataclass(frozen=True)
class LossOptions:
    """What a configuration says of the loss.

    Parameters
    ----------
    loss : str, optional
        Name of a loss that the task knows; its first one where it is not given.
    label_smoothing : float
    class_weights : str, optional
        `balanced`, or weights as `0=1,1=5`.
    """

    loss: str | None = None
    label_smoothing: float = 0.0
    class_weights: str | None = None


class Scores(Protocol):
    """Scores of predictions: a dataclass that says itself in a line and as plain values."""

    @property
    def chains(self) -> int:
        """How many chains were scored."""

    @property
    def residues(self) -> int:
        """How many residues have a label."""

    @property
    def best_is_highest(self) -> tuple[str, float]:
        """The one score that models are chosen by, with its name."""

    @property
    def only(self) -> str | None:
        """The label predicted for every residue, where there is but one."""

    def __str__(self) -> str:
        """Say the scores and the baselines in a line."""

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""


class Task(ABC):
    """What a model predicts of each residue.

    A task is immutable, is stored in the model's file, and is all that training, prediction,
    formats and evaluation know of what labels mean.
    """

    kind: ClassVar[str]
    """Its name for `--task` and in model files."""

    gives_probabilities: ClassVar[bool] = False
    """Whether networks' outputs become probabilities by softmax."""

    losses: ClassVar[tuple[str, ...]]
    """Names of the losses that a configuration may choose from, the default one first."""

    measure: ClassVar[str]
    """Name of the score that configurations are compared by, `Scores.best_is_highest`."""

    def fitted(self, chains: Sequence[Chain]) -> Task:
        """Return the task with what it takes from the chains to train on."""
        return self

    @property
    @abstractmethod
    def outputs(self) -> int:
        """Numbers that a network gives for a residue."""

    @property
    def scaling(self) -> tuple[float, float] | None:
        """The factor and then the summand by which outputs become predictions, if they do so."""
        return None

    @property
    def inner(self) -> Task:
        """What the stages before the last one predict."""
        return self

    @property
    @abstractmethod
    def columns(self) -> tuple[str, ...]:
        """Names of the numbers predicted for a residue, in tables."""

    @property
    def default(self) -> Task:
        """What is predicted where nothing else is asked for."""
        return self

    @abstractmethod
    def targets(self, chain: Chain) -> Array:
        """Return what networks learn of a chain, `(L,)`; `known` tells where there is something."""

    @abstractmethod
    def loss(self, options: LossOptions, targets: Sequence[Array]) -> Loss:
        """Return what training minimises, given the targets of all training chains."""

    @abstractmethod
    def certain(self, targets: Array) -> Array:
        """Return targets as numbers to mix with those of `taught`, NaN where there is nothing."""

    @abstractmethod
    def taught(self, predictions: Array, teacher: Task) -> Array:
        """Return what another model predicted of a chain, `(L, K)`, as targets to learn.

        Raises
        ------
        InputError
            When it predicts something else.
        """

    @abstractmethod
    def activate(self, outputs: Array) -> Array:
        """Return the predictions, `(..., K)`, that a network's outputs stand for."""

    @abstractmethod
    def score(self, chains: Sequence[Chain], predictions: Sequence[Array]) -> Scores:
        """Return the scores of predictions, an `(L, K)` array a chain, in the labels' units."""

    @abstractmethod
    def gain(self, chain: Chain, predictions: Array) -> float:
        """Return what paired tests compare of a chain: more is better, summed over residues."""

    def check_asked(self, asked: Task) -> None:
        """Raise InputError where predictions cannot be given as those of another task."""
        if asked != self:
            raise InputError(f"predicts {self.summary}, not {asked.summary}; take another model")

    def convert(self, predictions: Array, asked: Task) -> Array:
        """Return predictions as those of another task that `check_asked` has allowed."""
        return predictions

    @property
    @abstractmethod
    def summary(self) -> str:
        """What is predicted, in a few words for messages."""

    @abstractmethod
    def to_json(self) -> dict[str, Any]:
        """Return the task as plain values for a model's file."""

    @classmethod
    @abstractmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the task that `to_json` described."""


class Labelling(Task):
    """A task whose labels are the symbols of an alphabet; networks give their probabilities."""

    alphabet: Alphabet
    """What the probabilities are of."""

    labels: Alphabet
    """What the labels to learn from are in."""

    gives_probabilities = True
    losses = ("cross-entropy",)
    measure = "Matthews"

    @property
    def outputs(self) -> int:
        """One for each symbol."""
        return len(self.alphabet)

    def activate(self, outputs: Array) -> Array:
        """Softmax."""
        return Softmax.value(outputs)

    def loss(self, options: LossOptions, targets: Sequence[Array]) -> Loss:
        """Cross-entropy, with class weights where they are asked for."""
        from ribbonet.nn.losses import CategoricalCrossEntropy

        self._check_loss(options)
        return CategoricalCrossEntropy(
            label_smoothing=options.label_smoothing, class_weights=self._weights(options, targets)
        )

    def certain(self, targets: Array) -> Array:
        """Return probabilities of one label each, `(L, K)`."""
        rows = np.full((len(targets), len(self.labels)), np.nan, np.float32)
        there = known(targets)
        rows[there] = np.eye(len(self.labels), dtype=np.float32)[targets[there]]
        return rows

    def taught(self, predictions: Array, teacher: Task) -> Array:
        """Return probabilities of the labels, `(L, K)`."""
        teacher.check_asked(self)
        shares = teacher.convert(predictions, self)
        normalised: Array = shares / shares.sum(axis=1, keepdims=True)
        return normalised

    def score(self, chains: Sequence[Chain], predictions: Sequence[Array]) -> Scores:
        """Score the classes, and each of them."""
        from ribbonet.tasks.class_scores import score_classes

        truth = [self.targets(chain) for chain in chains]
        return score_classes(chains, truth, predictions, self.alphabet, self.kind)

    def gain(self, chain: Chain, predictions: Array) -> float:
        """Count the residues predicted right."""
        return float((self.targets(chain) == predictions.argmax(axis=1)).sum())

    def _weights(self, options: LossOptions, targets: Sequence[Array]) -> tuple[float, ...] | None:
        if options.class_weights is None:
            return None
        return class_weights(options.class_weights, self.labels, targets)

    def _check_loss(self, options: LossOptions) -> None:
        if options.loss not in (None, *self.losses):
            raise InputError(
                f"loss = {options.loss!r}: {self.summary} take {', '.join(self.losses)}"
            )


def known(targets: Array) -> NDArray[np.bool_]:
    """Where targets, codes or numbers or rows of probabilities, say something, `(L,)`."""
    if targets.dtype.kind == "f":
        there: NDArray[np.bool_] = ~np.isnan(targets)
        return there if targets.ndim == 1 else np.asarray(there.all(axis=1))
    labelled: NDArray[np.bool_] = targets != UNLABELLED
    return labelled


def class_weights(
    wanted: str, alphabet: Alphabet, targets: Sequence[NDArray[np.uint8]]
) -> tuple[float, ...]:
    """Return what a residue of each class counts in the loss.

    Parameters
    ----------
    wanted : str
        `balanced`: the number of residues over the number of classes and that of the class's own
        residues (King & Zeng 2001); or weights such as `0=1,1=5`, 1 for classes not named.
    alphabet : Alphabet
    targets : sequence of (L,) uint8 arrays
        Of the training chains.

    Raises
    ------
    InputError
        When weights are not above 0, or of no class.

    Examples
    --------
    >>> class_weights("balanced", Alphabet("01"), [np.array([0, 0, 0, 1], np.uint8)])
    (0.6666666666666666, 2.0)
    >>> class_weights("1=5", Alphabet("01"), [])
    (1.0, 5.0)
    """
    if wanted == "balanced":
        codes = np.concatenate([own[known(own)] for own in targets])
        counts = np.bincount(codes, minlength=len(alphabet))
        return tuple(float(len(codes) / (len(alphabet) * max(count, 1))) for count in counts)
    weights = dict.fromkeys(alphabet, 1.0)
    for part in wanted.split(","):
        symbol, _, number = part.strip().rpartition("=")
        try:
            weight = float(number)
        except ValueError:
            weight = 0.0
        if symbol not in alphabet or not 0 < weight < np.inf:
            raise InputError(
                f"class_weights = {wanted!r}: give balanced, or weights above 0 of the labels "
                f"{alphabet.symbols}, as {','.join(f'{s}=1' for s in alphabet)}"
            )
        weights[symbol] = weight
    return tuple(weights.values())
