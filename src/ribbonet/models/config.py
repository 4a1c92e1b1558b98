"""Configurations: a model's architecture, and how it is trained."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from textwrap import shorten
from typing import Any

from ribbonet.chains.alphabet import ALPHABETS, Alphabet
from ribbonet.errors import InputError
from ribbonet.models.inputs import INPUTS, Inputs
from ribbonet.nn.layers.activations import ACTIVATIONS
from ribbonet.nn.layers.init import RULES
from ribbonet.nn.optimizers import OPTIMIZERS
from ribbonet.nn.schedules import SCHEDULES

LARGEST = {
    "window": 10_001,
    "kernel": 10_001,
    "hidden": 100_000,
    "dilations": 100_000,
    "networks": 1000,
    "batch_size": 100_000_000,
    "epochs": 1_000_000,
    "learning_rate": 3e38,
}
"""Numbers above which a value is a slip, and would fill the memory or never end."""

MOST_LAYERS, LONGEST_SHOWN = 1000, 100
"""Hidden layers, and characters of a value in a message, at most."""

OF_OPTIMIZERS = {"momentum": ("sgd", "momentum", "nesterov"), "weight_decay": ("adamw", "muon")}
"""What only some optimisers take."""


@dataclass(frozen=True)
class StageConfig:
    """One stage of a model: networks over a window, averaged.

    The first stage reads residues; each further one reads the probabilities of the stage before it
    (the cascade of Qian & Sejnowski 1988).

    Parameters
    ----------
    window : int
        Residues that a network sees, odd; the one in the middle is predicted.
    hidden : tuple of int
        Units of each hidden layer; empty for a network without. With `dilations`, one number:
        the units of all layers.
    activation : str
        Of the hidden units: a name in `ribbonet.nn.layers.activations.ACTIVATIONS`.
    init : str
        Rule of the initial weights: a name in `ribbonet.nn.layers.init.RULES`.
    dilations : tuple of int
        Of the convolutions along the chain, one residual block each (layer norm, convolution,
        activation, dropout, dense); empty for a network that reads its window alone.
    kernel : int
        Width of each convolution, odd.
    chain_mean : bool
        Whether each convolution is followed by a `ribbonet.nn.ChainMean`, so that a residue's
        prediction depends on the whole chain.
    attention : tuple of int
        Blocks, counted from 1 and in order, that a `ribbonet.nn.SelfAttention` follows (in a
        residual block, after a layer norm), so that a prediction depends on the whole chain.
    heads : int
        Of each layer of attention; the units of each are even in number.
    networks : int
        Networks of different seeds, their probabilities averaged.
    optimizer : {"sgd", "momentum", "nesterov", "adam", "adamw", "muon"}
    learning_rate : float
    momentum : float or None
        Of `sgd` (None for 0), `momentum` and `nesterov` (None for 0.9).
    weight_decay : float or None
        Of `adamw` and `muon` (None for 0.01).
    clip : float or None
        Largest norm of a step's gradient.
    schedule : {"constant", "step", "cosine", "one-cycle"}
    batch_size : int
        Residues in a step; for networks along whole chains, of similar length, padding included.
    epochs : int
        Passes over the training chains, at most.
    patience : int or None
        Number of epochs without a lower validation loss after which the training stops.
    dropout : float
        Share of the hidden units that each step of the training leaves out.
    loss : {"squared", "huber"}, optional
        The loss for values; labels have the cross-entropy.
    class_weights : str, optional
        Weight of the residues of each class: `balanced`, or numbers such as `0=1,1=5`.
    label_smoothing : float
        Share of the true state's probability given to the others.
    mask : float
        Share of the residues masked in the input of a network with convolutions, drawn anew in each
        epoch.
    profile_dropout : float
        Share of the chains whose profile is that of a chain without homologues, drawn anew in each
        epoch.
    l2 : float
        Strength of the penalty on the squares of the weights (`ribbonet.nn.penalties.L2`).
    average : float or None
        Decay of the moving average of the weights, which is validated and kept, such as 0.999.
    one_per_cluster : bool
        An epoch takes one chain of each cluster, where a word `c` and digits in a chain's
        header names its cluster, instead of all chains.
    """

    window: int = 13
    hidden: tuple[int, ...] = (40,)
    activation: str = "sigmoid"
    init: str = "uniform"
    dilations: tuple[int, ...] = ()
    kernel: int = 7
    chain_mean: bool = False
    attention: tuple[int, ...] = ()
    heads: int = 4
    networks: int = 1
    optimizer: str = "sgd"
    learning_rate: float = 0.1
    momentum: float | None = None
    weight_decay: float | None = None
    clip: float | None = None
    schedule: str = "constant"
    batch_size: int = 128
    epochs: int = 20
    patience: int | None = None
    dropout: float = 0.0
    loss: str | None = None
    class_weights: str | None = None
    label_smoothing: float = 0.0
    mask: float = 0.0
    profile_dropout: float = 0.0
    l2: float = 0.0
    average: float | None = None
    one_per_cluster: bool = False

    def __post_init__(self) -> None:
        def require(condition: bool, name: str, wanted: str) -> None:
            if not condition:
                given = shorten(repr(getattr(self, name)), LONGEST_SHOWN, placeholder=" ...")
                raise InputError(f"{name} = {given}: {wanted}")

        for name in ("window", "kernel"):
            value = getattr(self, name)
            require(value > 0 and value % 2 == 1, name, "give an odd number above 0")
        for name in ("hidden", "dilations", "attention"):
            values = getattr(self, name)
            whole = all(type(value) is int and value > 0 for value in values)
            require(whole, name, "give a list of whole numbers above 0, or []")
            require(len(values) <= MOST_LAYERS, name, f"give at most {MOST_LAYERS} numbers")
        along = bool(self.dilations) or not self.chain_mean
        require(along, "chain_mean", "is for networks with dilations; leave it out")
        one = not self.dilations or len(self.hidden) == 1
        require(one, "hidden", "give one number, the units of all layers, with dilations")
        rising = list(self.attention) == sorted({*self.attention}) and (
            max(self.attention, default=0) <= len(self.dilations)
        )
        require(rising, "attention", f"give some of the {len(self.dilations)} blocks, in order")
        for name, known in {
            "activation": ACTIVATIONS,
            "init": RULES,
            "optimizer": OPTIMIZERS,
            "schedule": SCHEDULES,
        }.items():
            require(getattr(self, name) in known, name, f"give one of {', '.join(known)}")
        for name in ("networks", "batch_size", "epochs", "heads"):
            require(getattr(self, name) >= 1, name, "give a whole number above 0")
        require(self.learning_rate > 0, "learning_rate", "give a number above 0")
        if self.attention:
            even = self.hidden[0] % (2 * self.heads) == 0
            wanted = f"give heads that have an even share each of hidden = {self.hidden[0]}"
            require(even, "heads", wanted)
        for name, most in LARGEST.items():
            value = getattr(self, name)
            largest = max(value, default=0) if isinstance(value, tuple) else value
            require(largest <= most, name, f"give at most {most}")
        for name in (
            *("momentum", "dropout", "label_smoothing"),
            *("mask", "profile_dropout", "average"),
        ):
            value = getattr(self, name)
            require(value is None or 0 <= value < 1, name, "give a number from 0 to below 1")
        for name in ("l2", "weight_decay"):
            value = getattr(self, name)
            finite = value is None or 0 <= value < math.inf
            require(finite, name, "give a number, 0 or more")
        for name, takers in OF_OPTIMIZERS.items():
            fits = getattr(self, name) is None or self.optimizer in takers
            require(fits, name, f"optimizer = {self.optimizer!r} takes none; leave it out")
        momentum = self.optimizer != "nesterov" or self.momentum != 0
        require(momentum, "momentum", "Nesterov's rule needs one above 0, such as 0.9")
        finite = self.clip is None or 0 < self.clip < math.inf
        require(finite, "clip", "give a number above 0")
        require(self.patience is None or self.patience >= 1, "patience", "give a number above 0")


@dataclass(frozen=True)
class ModelConfig:
    """A model: its stages, in order, its random seed, its inputs and its states.

    Parameters
    ----------
    stages : tuple of StageConfig
    seed : int
    states : {3, 8} or None
        Helix, strand and coil, or the eight states of DSSP, whose sums are the three; None for
        three, or those of the model that is trained further.
    inputs : {"sequence", "profile", "features"} or None
        What the first stage reads, see `ribbonet.models.inputs`; None for what the source gives.
    embedding : str or None
        Name of a shipped model whose embedding of each residue the first stage reads (see
        `ribbonet.models.embedding`), in place of the residues.
    """

    stages: tuple[StageConfig, ...] = (StageConfig(),)
    seed: int = 0
    states: int | None = None
    inputs: Inputs | None = None
    embedding: str | None = None

    def __post_init__(self) -> None:
        for name, known in {"states": tuple(ALPHABETS), "inputs": INPUTS}.items():
            value = getattr(self, name)
            if value is not None and value not in known:
                wanted = ", ".join(map(str, known))
                raise InputError(f"{name} = {value!r}: give one of {wanted}")
        if self.embedding is not None and self.inputs not in (None, "sequence"):
            raise InputError(
                f"inputs = {self.inputs!r}: an embedding is of the sequence alone; leave one out"
            )

    @property
    def alphabet(self) -> Alphabet | None:
        """The states of secondary structure that the model predicts; None where `states` is."""
        return None if self.states is None else ALPHABETS[self.states]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for JSON."""
        values = asdict(self)  # what is not used is left out: runs of before it have no such key
        if self.embedding is None:
            del values["embedding"]
        for stage in values["stages"]:
            if not stage["attention"]:
                del stage["attention"], stage["heads"]
        return values
