"""The command line: thin commands, one file each; only the one that runs is imported."""

from __future__ import annotations

import errno
import os
import sys
import warnings
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from ribbonet.errors import FULL, InputError
from ribbonet.system import keep_freed_memory
from ribbonet.system.terminal import prepare_streams, printable, shortened

MODULES = (
    *("predict", "scan", "draw", "train", "tune", "evaluate", "models"),
    *("teaching.explain", "teaching.lessons", "teaching.figure", "export", "serve", "page", "data"),
)
"""Modules of this package, in the order of the help: each has a `command`, or an `app` of them."""

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


app = typer.Typer(
    name="ribbonet",
    cls=Commands,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 an unforeseen error, 2 bad input or usage, 3 some inputs of "
    "several failed (data label), 130 interrupted. Guides that help texts name "
    "are in share/doc/ribbonet.",
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from ribbonet import __version__

        typer.echo(f"ribbonet {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(
        False,
        "--version",
        "-V",
        callback=_version,
        is_eager=True,
        help="Show the version and exit.",
    ),
) -> None:
    """Predict protein secondary structure, and train predictors of any label per residue."""


def say(message: str) -> None:
    """Write a message to the user on standard error."""
    sys.stderr.write(f"ribbonet: {printable(shortened(message))}\n")


def warn(message: str) -> None:
    """Write a warning to the user on standard error."""
    say(f"warning: {message}")


def _show(message: Warning | str, *_: object, **__: object) -> None:
    """Show a warning of Python's as a message to the user."""
    warn(str(message))


def main() -> None:
    """Run the command line; exit codes: 0 done, 2 bad input or usage, 130 interrupted, 1 others."""
    prepare_streams()
    warnings.showwarning = _show
    keep_freed_memory()
    try:
        app()
        sys.stdout.flush()
    except InputError as error:
        _fail(str(error))
    except BrokenPipeError:
        # the reader of our output has gone, as in `ribbonet predict ... | head`
        _close_stdout()
        sys.exit(1)
    except MemoryError:
        _fail(
            "there is not enough memory; give shorter chains (--max-length leaves long ones out), "
            "fewer --threads, or a smaller model"
        )
    except RecursionError:
        _fail("a file is nested too deeply; give one that is not")
    except OSError as error:
        if error.errno in (*FULL, errno.EBADF, errno.EIO):
            _close_stdout()
            _fail(f"the output cannot be written ({error.strerror})")
        if error.filename is None:
            _fail(error.strerror or str(error), 1)
        _fail(f"{error.filename}: cannot be used ({error.strerror})")


def _fail(message: str, code: int = 2) -> NoReturn:
    """End with a message."""
    say(f"error: {message}")
    sys.exit(code)


def _close_stdout() -> None:
    """Let what is still to be written go nowhere, so that Python does not complain at its end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
