"""Labelled chains to train on and to judge by, as `train` and `tune` take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ribbonet.cli.messages import say, warn
from ribbonet.cli.options.choices import Invalid
from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet import tasks
    from ribbonet.chains.alphabet import Alphabet
    from ribbonet.chains.chain import Chain
    from ribbonet.tasks.base import Scores
    from ribbonet.tasks.meaning import LabelOptions

STATE_NAMES = {"H": "helix", "E": "strand", "C": "coil"}

Train = Annotated[
    list[str],
    typer.Argument(help="Files of labelled chains in any supported format, or names of data sets."),
]
Valid = Annotated[
    list[str] | None,
    typer.Option(
        help="Validation chains, for early stopping and the choice of the model; by default "
        "those with SET=val in their headers, or else a tenth of TRAIN."
    ),
]
Exclude = Annotated[
    list[Path] | None,
    typer.Option(
        help="Files of ids of chains to leave out of training and validation, one id a line."
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
    typer.Option(help="What the labels are: secondary structure, other classes, or numbers."),
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
        from ribbonet.tasks.meaning import LabelOptions

        return LabelOptions(
            self.task.value, self.unlabelled, self.coil, self.on_invalid.value, warn
        )


def read_both(
    train: Sequence[str],
    valid: Sequence[str] | None,
    exclude: Sequence[Path] | None,
    states: Alphabet,
    seed: int,
    options: LabelOptions,
) -> tuple[tasks.Task, list[Chain], list[Chain]]:
    """Read what labels are, the chains to train on and those to validate.

    Labels of secondary structure are in three states or in the eight of DSSP.

    Where headers say SET=train, as biotrainer's do, the chains of other sets are not trained on;
    without `valid`, those of SET=val validate or, where there are none, a tenth of what is trained
    on, drawn by the seed.
    """
    from ribbonet.chains.relatives.template_set import refuse_to_train_on
    from ribbonet.evaluation.tasks import check_labels
    from ribbonet.tasks.labels import read_labelled
    from ribbonet.training.sets import hold_out, sets_of

    for path in valid or []:
        refuse_to_train_on(path)
    task, chains = _read(train, exclude, states, options)
    options = replace(options, task=task.kind)
    own: list[Chain] = []
    others: list[Chain] = []
    if named := sets_of(chains):
        chains, own, others = named
    if valid:
        judges = read_labelled(valid, exclude or [], options, states).chains
        others += own
        check_labels(task, judges, ", ".join(valid))
    elif own:
        judges = own
    else:
        chains, judges = hold_out(chains, seed)
    if named:
        say(
            f"{len(chains):,} chains of SET=train, {len(judges):,} to validate; {len(others):,} of "
            "other sets left out"
        )
    if both := len({c.sequence for c in chains} & {c.sequence for c in judges}):
        say(
            f"warning: {both:,} sequences are among those trained on and those that validate: the "
            "score will be too high; ribbonet data split keeps homologues apart"
        )
    return task, chains, judges


def read_all(
    train: Sequence[str],
    exclude: Sequence[Path] | None,
    states: Alphabet,
    options: LabelOptions,
) -> tuple[tasks.Task, list[Chain]]:
    """Read what labels are, and all chains but those of sets to test on, for cross-validation."""
    from ribbonet.training.sets import sets_of

    task, chains = _read(train, exclude, states, options)
    if named := sets_of(chains):
        *_, others = named
        left_out = set(map(id, others))
        chains = [chain for chain in chains if id(chain) not in left_out]
        say(
            f"{len(chains):,} chains of SET=train and SET=val; {len(others):,} of other sets left "
            "out"
        )
    return task, chains


def _read(
    train: Sequence[str],
    exclude: Sequence[Path] | None,
    states: Alphabet,
    options: LabelOptions,
) -> tuple[tasks.Task, list[Chain]]:
    """Read labelled chains to learn from, and say what the labels are taken for."""
    from ribbonet.chains.relatives.template_set import refuse_to_train_on
    from ribbonet.tasks.labels import read_labelled
    from ribbonet.tasks.structure import Structure

    for path in train:
        refuse_to_train_on(path)
    labelled = read_labelled(train, exclude or [], options, states)
    say(labelled.reason)
    if isinstance(labelled.task, Structure):
        known = set("".join(chain.labels or "" for chain in labelled.chains)) - {"-"}
        if len(known) < 2:
            raise InputError(
                f"{', '.join(train)}: every residue has the label {known.pop()}, so there is "
                "nothing to learn; give chains of two states or more"
            )
    return labelled.task, labelled.chains


def warn_of_one_state(scores: Mapping[str, Any], name: str) -> None:
    """Warn where one state was predicted for every residue, which teaches nothing."""
    from ribbonet.evaluation.scores import only_state

    if state := only_state(scores):
        say(
            f"warning: {name}: {STATE_NAMES[state]} ({state}) is predicted for each of the "
            f"{scores['residues']:,} residues; the model has learned nothing but the most frequent "
            "state"
        )


def warn_of_one_label(scores: Scores, name: str) -> None:
    """Warn where one label was predicted for every residue."""
    if scores.only is not None:
        warn(
            f"{name}: the label {scores.only!r} is predicted for every residue; try "
            "--class-weights balanced, or train longer"
        )
