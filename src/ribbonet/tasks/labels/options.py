"""What a user says of labels: their task, the symbols that need a word, and invalid records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ribbonet.chains.sequences.rules import OnInvalid
from ribbonet.errors import InputError
from ribbonet.tasks import KINDS as TASKS
from ribbonet.tasks.structure import Structure

AUTO = "auto"
KINDS = (AUTO, *TASKS)
"""What `LabelOptions` takes for a task."""


@dataclass(frozen=True)
class LabelOptions:
    """What a user says of labels.

    Parameters
    ----------
    task : str
        `auto`, or a kind of task.
    unlabelled : str, optional
        The symbol that stands for no label.
    coil : str, optional
        The symbol that stands for coil, where it is not C, as `-` of PyDSSP and Biopython.
    on_invalid : {"error", "mask", "skip", "degap"}
        What to do with records that are wrong, as `read_chains` has it.
    on_warning : callable, optional
        Called with a line for each warning.
    """

    task: str = AUTO
    unlabelled: str | None = None
    coil: str | None = None
    on_invalid: OnInvalid = "error"
    on_warning: Callable[[str], None] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.task not in KINDS:
            known = ", ".join(map(repr, KINDS))
            raise InputError(f"task = {self.task!r}: give one of {known}")
        for name in ("unlabelled", "coil"):
            symbol = getattr(self, name)
            if symbol is not None and len(symbol) != 1:
                raise InputError(f"--{name} {symbol!r}: give one symbol")
        if self.coil is not None and self.coil == self.unlabelled:
            raise InputError(f"{self.coil!r} is --coil and --unlabelled; give one of the two")
        if self.coil is not None and self.task not in (AUTO, Structure.kind):
            raise InputError(f"--coil is for secondary structure, not for --task {self.task}")

    def warn(self, message: str) -> None:
        """Pass a warning on, if anybody wants it."""
        if self.on_warning is not None:
            self.on_warning(message)
