"""The options for known structures of relatives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from ribbonet.errors import InputError

SHIPPED = ""
"""Value of `--templates` alone: the set in the package."""

Chosen = Annotated[
    str | None,
    typer.Option(
        "--templates",
        metavar="[FILE]",
        help="Use known structures of homologues: those of the set in the package, or of one that "
        "`ribbonet data templates` wrote (FILE ends in .templates).",
    ),
]


class TemplatesCommand(TyperCommand):
    """Lets `--templates` stand alone, before anything that is no set of templates."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the value in where it is left out."""
        given = [
            f"--templates={SHIPPED}"
            if arg == "--templates" and not _is_set(args[place + 1 : place + 2])
            else arg
            for place, arg in enumerate(args)
        ]
        return super().parse_args(ctx, given)


def _is_set(following: Sequence[str]) -> bool:
    return any(arg.endswith(".templates") for arg in following)


@dataclass(frozen=True)
class Templates:
    """Whether known structures of relatives are used."""

    templates: Chosen = None
    no_templates: Annotated[
        bool,
        typer.Option(
            "--no-templates",
            help="Predict from the sequence alone, as for designed proteins, mutants and "
            "benchmarks.",
        ),
    ] = False

    def choice(self) -> bool | str | None:
        """Return what is chosen, as `ribbonet.prediction.templates.find_templates` takes it.

        Raises
        ------
        InputError
            If the options contradict each other.
        """
        if self.no_templates and self.templates is not None:
            raise InputError("--templates and --no-templates exclude each other; give one")
        if self.no_templates:
            return False
        return True if self.templates == SHIPPED else self.templates
