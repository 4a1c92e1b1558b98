"""Help texts: a whole line for each command of a group, a name for the value of each option."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.core import TyperGroup
from typer.testing import CliRunner

from ribbonet.cli import app


def groups(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words that name each group of commands."""
    if isinstance(command, TyperGroup):
        yield path
        for name in command.commands or command.list_commands(None):
            yield from groups(command.get_command(None, name), (*path, name))


GROUPS = list(groups(typer.main.get_command(app)))


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words that name each command that does something."""
    if not isinstance(command, TyperGroup):
        yield path
        return
    for name in command.commands or command.list_commands(None):
        yield from commands(command.get_command(None, name), (*path, name))


def test_groups_are_found():
    assert {(), ("data",), ("lessons",)} <= set(GROUPS)


@pytest.mark.parametrize("path", GROUPS, ids=lambda path: " ".join(path) or "ribbonet")
def test_summaries_of_commands_are_whole_in_80_columns(path):
    shown = CliRunner().invoke(app, [*path, "--help"], prog_name="ribbonet", terminal_width=80)
    summaries = shown.stdout.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert len(summaries) > 1
    for summary in summaries:
        assert summary.endswith("."), "a summary is one sentence"
        assert not summary.endswith("..."), f"{summary!r} is cut; shorten it"
        assert len(summary.split(maxsplit=1)) == 2, f"{summary!r} has no summary"


@pytest.mark.parametrize("path", list(commands(typer.main.get_command(app))), ids=" ".join)
def test_options_name_their_values_and_not_their_types(path):
    shown = CliRunner().invoke(app, [*path, "--help"], prog_name="ribbonet").stdout
    options = shown.partition("Options:\n")[2]
    assert "--help" in options
    assert not re.findall(r"--\S+ <(?:str|path|int|float|list)\b", options)
    assert not re.findall(r"--output (?!FILE|FOLDER).*", options), "elsewhere it is a file"
