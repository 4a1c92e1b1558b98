"""What the experiments vary, what they keep, and what they show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Values = Mapping[str, Any]

NOISY: Values = {
    "data": "xor",
    "points": 1000,
    "noise": 0.5,
    "share": 0.06,
    "layers": (16, 16),
    "optimizer": "adam",
    "learning_rate": 0.01,
    "batch": 10,
    "epochs": 150,
}
"""Few and noisy examples, and a network rich enough to learn them by heart."""


@dataclass(frozen=True)
class Variant:
    """What one variant of an experiment changes, and how it is called."""

    label: str
    changes: Values


@dataclass(frozen=True)
class Experiment:
    """An experiment.

    Attributes
    ----------
    title : str
    varied : str
        What varies, for the axis of a chart.
    sentence : str
        What to look at.
    variants : sequence of Variant
    base : mapping
        Settings that are not as by default.
    ticks : {"label", "examples", "parameters"}
        What tells the variants apart on the axis.
    """

    title: str
    varied: str
    sentence: str
    variants: Sequence[Variant]
    base: Values = field(default_factory=lambda: NOISY)
    ticks: Literal["label", "examples", "parameters"] = "label"


def each(name: str, *values: float) -> list[Variant]:
    """Vary one setting."""
    return [Variant(f"{value:g}" if value else "none", {name: value}) for value in values]


EXPERIMENTS: Mapping[str, Experiment] = {
    "data": Experiment(
        "More data",
        "Examples to learn from",
        "A network that learns few examples by heart is right about them alone; with more of "
        "them the two curves meet.",
        [Variant(f"{share:.3g}", {"share": share}) for share in (0.01, 0.025, 0.05, 0.15, 0.5)],
        {**NOISY, "points": 2000},
        ticks="examples",
    ),
    "parameters": Experiment(
        "More parameters",
        "Weights and biases",
        "Too few cannot follow the border between the classes, too many follow the noise of "
        "the examples, too.",
        [
            Variant("-".join(map(str, layers)) or "no hidden units", {"layers": layers})
            for layers in ((1,), (3,), (8,), (16,), (16, 16), (16, 16, 16))
        ],
        ticks="parameters",
    ),
    "weights": Experiment(
        "Smaller weights",
        "L2 penalty",
        "The penalty holds the weights small, and the border between the classes smooth: right "
        "about fewer of the examples it learns from, and about more of the others, up to a point.",
        each("l2", 0, 0.001, 0.003, 0.01, 0.03, 0.1),
    ),
    "l1": Experiment(
        "L1 penalty",
        "L1 penalty",
        "The penalty takes the same from each weight, large or small, so that many end near "
        "nought: set a variant in the room, and see how few links are left. Too much of it, and "
        "none is.",
        each("l1", 0, 0.0003, 0.001, 0.003, 0.01, 0.03),
    ),
    "dropout": Experiment(
        "Dropout",
        "Share of hidden signals left out",
        "No unit can rely on another one, as any may be left out of a step; too much of it, "
        "and nothing is learned.",
        each("dropout", 0, 0.1, 0.3, 0.5, 0.7, 0.9),
    ),
    "noise": Experiment(
        "Noise on inputs",
        "Standard deviation of the noise",
        "An example that is never twice at the same place cannot be learned by heart.",
        each("input_noise", 0, 0.1, 0.3, 1, 2, 3),
    ),
    "smoothing": Experiment(
        "Label smoothing",
        "Share of the label given to all classes",
        "A network that may not be sure of itself is not sure where it is wrong: look at the "
        "loss on the test examples more than at the accuracy.",
        each("label_smoothing", 0, 0.02, 0.05, 0.1, 0.2, 0.4),
    ),
    "norm": Experiment(
        "Batch norm",
        "Batch norm",
        "What enters each unit is brought to the same size for every batch. What it says of an "
        "example then hangs on the nine beside it, too, a noise that keeps the network from "
        "learning by heart: look at the loss on the test examples.",
        [Variant("without", {"batch_norm": False}), Variant("with", {"batch_norm": True})],
    ),
    "regularisers": Experiment(
        "All remedies",
        "Remedy",
        "Each remedy at a strength that suits these examples, beside none: do the intervals "
        "overlap?",
        [
            Variant("none", {}),
            Variant("L1", {"l1": 0.003}),
            Variant("L2", {"l2": 0.03}),
            Variant("dropout", {"dropout": 0.5}),
            Variant("noise", {"input_noise": 1.0}),
            Variant("smoothing", {"label_smoothing": 0.2}),
            Variant("early stop", {"patience": 10}),
            Variant("fewer units", {"layers": (8,)}),
        ],
    ),
    "early": Experiment(
        "Early stopping",
        "Epochs without progress before the stop",
        "The loss on the test examples falls, and then rises while the training goes on: "
        "to stop at the right time costs nothing.",
        [
            Variant("never", {"patience": 0}),
            *each("patience", 40, 10, 2),
        ],
    ),
    "rate": Experiment(
        "Learning rate",
        "Learning rate",
        "Too low, and the training ends before it has learned anything; too high, and every "
        "step leads beyond the valley.",
        each("learning_rate", 0.0001, 0.001, 0.01, 0.1, 1, 10, 100),
        {
            "data": "moons",
            "points": 500,
            "noise": 0.1,
            "optimizer": "sgd",
            "layers": (8,),
            "epochs": 60,
        },
    ),
    "penalty": Experiment(
        "A penalty too high",
        "L2 penalty",
        "The price of the weights is all that counts in the end: they go to nought, and the "
        "network says the same of everything, right by chance.",
        each("l2", 0, 0.01, 0.03, 0.1, 0.3, 1),
        {
            "data": "moons",
            "points": 500,
            "noise": 0.1,
            "optimizer": "adam",
            "layers": (8,),
            "epochs": 60,
            "learning_rate": 0.01,
        },
    ),
}
"""The experiments by name."""
