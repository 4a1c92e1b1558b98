"""The group of all commands, of which only the one that runs is imported."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

MODULES = (
    *("predict", "scan", "draw", "train", "tune", "evaluate", "models"),
    *("teaching.explain", "teaching.lessons", "teaching.figure", "export", "serve", "page", "data"),
)
"""Modules beside this one, in the order of the help: each has a `command`, or an `app` of them."""

COMMANDS = {module.rpartition(".")[2]: module for module in MODULES}


class Commands(TyperGroup):
    """Builds a command when it is asked for: with all of them a prediction would start late."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import the module of a command, and build it; None if there is none of the name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"ribbonet.cli.{COMMANDS[cmd_name]}")
        app: typer.Typer = getattr(module, "app", None) or typer.Typer(
            add_completion=False, rich_markup_mode=None
        )
        if not app.registered_commands:
            app.command(cmd_name, cls=getattr(module, "COMMAND", None))(module.command)
        command = typer.main.get_command(app)
        command.name = cmd_name
        return command
