"""Options for labelled chains to train on and to judge by, and what is said of their scores."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ribbonet.cli import say, warn
from ribbonet.cli.options import Invalid

if TYPE_CHECKING:
    from ribbonet.tasks.base import Scores
    from ribbonet.tasks.labels import LabelOptions
    from ribbonet.tasks.structure_scores import StructureScores

STATE_NAMES = {"H": "helix", "E": "strand", "C": "coil"}

Train = Annotated[
    list[str],
    typer.Argument(
        metavar="TRAIN",
        help="Files of labelled chains in any supported format, or names of data sets.",
    ),
]
Valid = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE",
        help="Validation chains, a file or the name of a data set, for early stopping and the "
        "choice of the model; repeat it for several. By default those with SET=val in their "
        "headers, or else a tenth of TRAIN.",
    ),
]
Exclude = Annotated[
    list[Path] | None,
    typer.Option(
        metavar="FILE",
        help="File of ids of chains to leave out of training and validation, one per line; "
        "repeat it for several.",
    ),
]
Unlabelled = Annotated[
    str | None,
    typer.Option(metavar="SYMBOL", help="The symbol that marks residues without a label."),
]
Coil = Annotated[
    str | None,
    typer.Option(
        metavar="SYMBOL", help="The symbol for coil, where it is not C: - for PyDSSP and Biopython."
    ),
]


OnInvalid = Annotated[
    Invalid,
    typer.Option(
        help="What to do with an invalid record: error stops; mask reads invalid symbols as X and "
        "leaves out records that are invalid otherwise; skip leaves it out; degap removes the gaps "
        "of an alignment."
    ),
]


class TaskName(StrEnum):
    """What labels may be."""

    AUTO = "auto"
    STRUCTURE = "structure"
    CLASSES = "classes"
    VALUES = "values"


Task = Annotated[
    TaskName,
    typer.Option(
        help="What the labels are: secondary structure, other classes, or numbers (values); auto "
        "decides by the labels."
    ),
]


@dataclass(frozen=True)
class Labels:
    """What the user says of the labels."""

    task: Task = TaskName.AUTO
    unlabelled: Unlabelled = None
    coil: Coil = None
    on_invalid: OnInvalid = Invalid.ERROR

    def options(self) -> LabelOptions:
        """Return them as `ribbonet.tasks.labels` takes them, with warnings on standard error."""
        from ribbonet.tasks.labels import LabelOptions

        return LabelOptions(
            self.task.value, self.unlabelled, self.coil, self.on_invalid.value, warn
        )


def warn_of_one_state(scores: StructureScores, name: str) -> None:
    """Warn where one state was predicted for every residue, which teaches nothing."""
    if state := scores.only:
        say(
            f"warning: {name}: {STATE_NAMES[state]} ({state}) is predicted for each of the "
            f"{scores.residues:,} residues; the model has learned nothing but the most frequent "
            "state"
        )


def warn_of_one_label(scores: Scores, name: str) -> None:
    """Warn where one label was predicted for every residue."""
    if scores.only is not None:
        warn(
            f"{name}: the label {scores.only!r} is predicted for every residue; try "
            "--class-weights balanced, or train longer"
        )
