"""What a player can choose, and within which bounds."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ribbonet.web.sessions.settings import PageSettings

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
Units = Annotated[int, Field(ge=1, le=40)]
MOST_UNITS = 128
"""Hidden units of all layers, each of which every picture has a map of."""

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

    A field's description is the sentence that the page shows beside its control.
    """

    data: DataName = Field(
        "circle",
        title="Data",
        description="What is learned from: points, made or one's own, or chains.",
    )
    points: int = Field(
        1000,
        ge=20,
        le=2000,
        title="Points",
        description="How many points are drawn of a made data set.",
    )
    noise: float = Field(
        0.1,
        ge=0,
        le=0.5,
        title="Noise",
        description="How far the points stray, or, of a number, how far it is off.",
    )
    share: float = Field(
        0.5,
        ge=0.01,
        le=0.9,
        title="To learn from",
        description="Share of the examples to learn from; the others validate and test.",
    )
    batch: int = Field(
        10,
        ge=1,
        le=2000,
        title="Batch size",
        description="Examples in a step: fewer make steps cheap and unsteady, more make them sure.",
    )
    data_seed: int = Field(
        0,
        ge=0,
        le=999_999,
        title="Seed of the data",
        description="Another number draws other points, and others of them to learn from.",
    )
    seed: int = Field(
        0,
        ge=0,
        le=999_999,
        title="Seed of the weights",
        description="Another number draws other first weights and another order of the examples.",
    )
    classes: int = Field(
        3,
        ge=2,
        le=6,
        title="Classes",
        description="How many kinds of points there are to be told apart.",
    )
    drawn: tuple[Point, ...] = Field(
        (),
        max_length=1000,
        title="Points of your own",
        description="Points (x1, x2, class) of the data set `drawn`.",
    )
    columns: tuple[int, int, int] | None = Field(
        None,
        title="Columns",
        description="Which columns of an uploaded table are x1, x2 and the target.",
    )
    window: int = Field(
        13,
        ge=1,
        le=21,
        title="Window",
        description="Residues that the network sees around the one it judges.",
    )
    inputs: tuple[InputName, ...] = Field(
        ("x1", "x2"),
        min_length=1,
        title="Inputs",
        description="What the network gets to see of a point.",
    )
    layers: tuple[Units, ...] = Field(
        (8, 8, 4), max_length=8, title="Layers", description="Units of each hidden layer."
    )
    activation: ActivationName = Field(
        "tanh",
        title="Activation",
        description="What each hidden unit makes of the sum of its inputs.",
    )
    loss: Literal["cross-entropy", "squared error"] = Field(
        "cross-entropy",
        title="Loss of classes",
        description="What is made small for classes; numbers are learned by the squared error.",
    )
    optimizer: OptimizerName = Field(
        "adam", title="Optimiser", description="How a gradient becomes a step."
    )
    learning_rate: float = Field(
        0.01,
        gt=0,
        le=100,
        title="Learning rate",
        description="How long a step is: too low learns nothing in time, too high never settles.",
    )
    schedule: ScheduleName = Field(
        "constant",
        title="Schedule",
        description="How the learning rate changes from the first epoch to the last.",
    )
    epochs: int = Field(
        2000,
        ge=1,
        le=100_000,
        title="Epochs",
        description="How often all examples are shown; a schedule is laid over all of them.",
    )
    l1: float = Field(
        0.0,
        ge=0,
        le=1,
        title="L1 penalty",
        description="A price on each weight's size, which brings many of them to nought.",
    )
    l2: float = Field(
        0.0,
        ge=0,
        le=1,
        title="L2 penalty",
        description="A price on each weight's square, which keeps all of them small.",
    )
    dropout: float = Field(
        0.0,
        ge=0,
        le=0.9,
        title="Dropout",
        description="Share of the hidden signals that is left out of each step at random.",
    )
    batch_norm: bool = Field(
        False,
        title="Batch norm",
        description="Brings what enters each activation to the same size for every batch.",
    )
    input_noise: float = Field(
        0.0,
        ge=0,
        le=3,
        title="Noise on inputs",
        description="Moves each example a little, at random, each time that it is shown.",
    )
    label_smoothing: float = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Label smoothing",
        description="Takes so much from the label's probability and gives it to all classes.",
    )
    patience: int = Field(
        0,
        ge=0,
        le=10_000,
        title="Early stop, epochs",
        description="Ends after so many epochs without a lower validation loss; 0 never does.",
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(set(self.inputs)) < len(self.inputs):
            raise ValueError("each input can be taken once")
        if self.window % 2 == 0:
            raise ValueError("window: choose an odd number, with the residue in the middle")
        if sum(self.layers) > MOST_UNITS:
            raise ValueError(f"layers: at most {MOST_UNITS} hidden units together")
        if self.batch_norm and self.batch == 1:
            raise ValueError("batch: batch normalisation needs two examples or more in a batch")
        return self

    def begins_anew(self, before: Settings) -> bool:
        """Whether the weights that were trained under other settings cannot stay."""
        return any(getattr(self, name) != getattr(before, name) for name in BEGIN_ANEW)
