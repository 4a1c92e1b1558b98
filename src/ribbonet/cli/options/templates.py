"""The options for known structures of relatives."""

from __future__ import annotations

from collections.abc import Sequence
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
        help="Use the known structures of relatives: those of the set in the package, or of one "
        "that `ribbonet data templates` wrote (FILE ends in .templates).",
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


def choice_of(templates: str | None, none: bool = False) -> bool | str | None:
    """Return what the options choose, as `ribbonet.prediction.templates.find_templates` takes it.

    Raises
    ------
    InputError
        If they contradict each other.
    """
    if none and templates is not None:
        raise InputError("--templates and --no-templates exclude each other; give one")
    if none:
        return False
    return True if templates == SHIPPED else templates
