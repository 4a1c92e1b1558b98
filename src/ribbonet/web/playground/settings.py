"""What a player can choose, and within which bounds."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ribbonet.web.settings import PageSettings

DataName = Literal[
    "circle",
    "xor",
    "gaussians",
    "spiral",
    "donut",
    "moons",
    "classes",
    "plane",
    "hills",
    "drawn",
    "csv",
    "chains",
]
InputName = Literal["x1", "x2", "x1²", "x2²", "x1x2", "sin x1", "sin x2"]
ActivationName = Literal["tanh", "relu", "sigmoid", "gelu", "identity", "exponential", "threshold"]
OptimizerName = Literal["sgd", "momentum", "nesterov", "adam", "adamw", "muon"]
ScheduleName = Literal["constant", "step", "cosine", "one-cycle"]
Units = Annotated[int, Field(ge=1, le=16)]
Point = tuple[
    Annotated[float, Field(ge=-6, le=6)],
    Annotated[float, Field(ge=-6, le=6)],
    Annotated[int, Field(ge=0, le=5)],
]

BEGIN_ANEW = frozenset(
    [
        *("data", "points", "noise", "share", "classes", "data_seed", "drawn", "columns", "window"),
        *("inputs", "layers", "activation", "batch_norm", "loss", "seed"),
    ]
)
"""Settings whose change makes another problem or another network; the rest leave the weights."""


class Settings(PageSettings):
    """The settings of a playground.

    Attributes
    ----------
    data : str
        What is learned from; see `ribbonet.web.playground.problems.planes` and `chains`.
    points : int
        How many points are drawn of a made data set.
    noise : float
        How far the points stray, as a share of the picture's quarter; for the regressions the
        standard deviation of what is added to the values.
    share : float
        Of the examples, to learn from; half of the others validates, the other half tests.
    batch : int
        Examples in a step.
    data_seed : int
        Of the points and of who learns, validates and tests.
    seed : int
        Of the initial weights, the order of the examples, and what is dropped or added as noise.
    classes : int
        Of the data set `classes`.
    drawn : tuple of (x1, x2, class)
        The points of the data set `drawn`.
    columns : (int, int, int), optional
        Which columns of an uploaded table are x1, x2 and the target.
    window : int
        Residues that the network sees around the one it judges, in `chains`.
    inputs : tuple of str
        What the network gets to see of a point.
    layers : tuple of int
        Units of each hidden layer.
    activation : str
        Of the hidden layers.
    loss : {"cross-entropy", "squared error"}
        For classes; numbers are learned by the squared error.
    optimizer, learning_rate, schedule : str, float, str
        How a gradient becomes a step.
    epochs : int
        Length of the training, which the schedule is laid over.
    l1, l2 : float
        Strengths of the penalties.
    dropout, input_noise, label_smoothing : float
        As in `ribbonet.nn`: share of hidden signals, standard deviation, share of the label.
    batch_norm : bool
        Whether what enters each activation is normalised.
    patience : int
        Epochs without a lower loss on the validation examples before an early stop; 0 for none.
    """

    data: DataName = Field("circle", title="Data")
    points: int = Field(500, ge=20, le=2000, title="Points")
    noise: float = Field(0.1, ge=0, le=0.5, title="Noise")
    share: float = Field(0.5, ge=0.01, le=0.9, title="To learn from")
    batch: int = Field(10, ge=1, le=2000, title="Batch size")
    data_seed: int = Field(0, ge=0, le=999_999, title="Seed of the data")
    seed: int = Field(0, ge=0, le=999_999, title="Seed of the weights")
    classes: int = Field(3, ge=2, le=6, title="Classes")
    drawn: tuple[Point, ...] = Field((), max_length=1000, title="Points of your own")
    columns: tuple[int, int, int] | None = Field(None, title="Columns")
    window: int = Field(13, ge=1, le=21, title="Window")
    inputs: tuple[InputName, ...] = Field(("x1", "x2"), min_length=1, title="Inputs")
    layers: tuple[Units, ...] = Field((6, 4), max_length=8, title="Layers")
    activation: ActivationName = Field("tanh", title="Activation")
    loss: Literal["cross-entropy", "squared error"] = Field(
        "cross-entropy", title="Loss of classes"
    )
    optimizer: OptimizerName = Field("sgd", title="Optimiser")
    learning_rate: float = Field(0.03, gt=0, le=100, title="Learning rate")
    schedule: ScheduleName = Field("constant", title="Schedule")
    epochs: int = Field(2000, ge=1, le=100_000, title="Epochs")
    l1: float = Field(0.0, ge=0, le=1, title="L1 penalty")
    l2: float = Field(0.0, ge=0, le=1, title="L2 penalty")
    dropout: float = Field(0.0, ge=0, le=0.9, title="Dropout")
    batch_norm: bool = Field(False, title="Batch norm")
    input_noise: float = Field(0.0, ge=0, le=3, title="Noise on inputs")
    label_smoothing: float = Field(0.0, ge=0, le=0.5, title="Label smoothing")
    patience: int = Field(0, ge=0, le=10_000, title="Early stop, epochs")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(set(self.inputs)) < len(self.inputs):
            raise ValueError("each input can be taken once")
        if self.window % 2 == 0:
            raise ValueError("window: choose an odd number, with the residue in the middle")
        if self.batch_norm and self.batch == 1:
            raise ValueError("batch: batch normalisation needs two examples or more in a batch")
        return self

    def begins_anew(self, before: Settings) -> bool:
        """Whether the weights that were trained under other settings cannot stay."""
        return any(getattr(self, name) != getattr(before, name) for name in BEGIN_ANEW)
