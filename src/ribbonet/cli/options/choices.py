"""Options that several commands share, one by one."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class States(StrEnum):
    """How many states of secondary structure there are."""

    THREE = "3"
    EIGHT = "8"


class Invalid(StrEnum):
    """What to do with a symbol that is not a residue, or a record that is wrong."""

    ERROR = "error"
    MASK = "mask"
    SKIP = "skip"
    DEGAP = "degap"


class EngineName(StrEnum):
    """What computes the steps of a training."""

    NUMPY = "numpy"
    TORCH = "torch"


Engine = Annotated[
    EngineName,
    typer.Option(help="What computes the gradients: NumPy, by hand, or PyTorch."),
]
Seed = Annotated[int | None, typer.Option(min=0, help="Random seed; overrides the configuration.")]
