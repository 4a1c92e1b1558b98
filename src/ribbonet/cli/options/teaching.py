"""Options that say what is learned besides labels, and how often each set of chains is taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.tasks import Task
    from ribbonet.training.teacher import Teacher


@dataclass(frozen=True)
class Teaching:
    """A teacher, and the mixture of the sets."""

    teacher: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL|FILE",
            help="Learn what this model predicts, or what a file of predictions says (csv, tsv, "
            "jsonl, Parquet), besides the labels; TRAIN may then have FASTA without labels, too.",
        ),
    ] = None
    teacher_share: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            metavar="NUMBER",
            help="Share of the teacher in the targets of residues with labels; by default 0.5.",
        ),
    ] = None
    repeat: Annotated[
        str | None,
        typer.Option(
            metavar="NUMBER,...",
            help="How many times an epoch takes the chains of each of TRAIN, such as 2,1,0.5.",
        ),
    ] = None

    @property
    def repeats(self) -> list[float] | None:
        """How many times an epoch takes the chains of each file, where it is said."""
        if self.repeat is None:
            return None
        try:
            return [float(number) for number in self.repeat.split(",")]
        except ValueError:
            raise InputError(f"--repeat {self.repeat}: give numbers such as 2,1,0.5") from None

    def check_folds(self) -> None:
        """Refuse both options for cross-validation."""
        if self.teacher is not None or self.repeat is not None:
            raise InputError(
                "--folds: a teacher may know the chains held out, and each is taken once; leave "
                "--teacher and --repeat out"
            )

    def teacher_of(self, task: Task) -> Teacher | None:
        """Return the teacher of a task, if there is one."""
        from ribbonet.training.teacher import SHARE, teacher_of

        if self.teacher is None:
            if self.teacher_share is not None:
                raise InputError("--teacher-share: is that of a --teacher; give both")
            return None
        share = SHARE if self.teacher_share is None else self.teacher_share
        return teacher_of(self.teacher, share, task)
