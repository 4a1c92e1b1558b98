"""Dataclasses that stand for the options of their fields."""

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from ribbonet.cli.options import flat


@dataclass(frozen=True)
class Place:
    row: Annotated[int, typer.Option(min=0, help="The row.")]
    column: Annotated[int, typer.Option("--column", "-c", help="The column.")] = 7


@flat
def shown(
    name: Annotated[str, typer.Argument(help="A name.")],
    *,
    place: Place,
    loud: Annotated[bool, typer.Option("--loud")] = False,
) -> None:
    """Show a place."""
    typer.echo(f"{name.upper() if loud else name} {place}")


def run(*arguments: str):
    app = typer.Typer(rich_markup_mode=None)
    app.command()(shown)
    return CliRunner().invoke(app, arguments)


def test_options_of_a_group_become_its_fields():
    assert run("a", "--row", "3").output == "a Place(row=3, column=7)\n"
    assert run("--loud", "a", "--row", "3", "-c", "5").output == "A Place(row=3, column=5)\n"


def test_options_of_a_group_are_checked_and_required_as_others_are():
    assert "--row" in run("a").output
    assert [run("a").exit_code, run("a", "--row", "-1").exit_code] == [2, 2]


def test_the_help_has_the_options_in_their_order():
    text = run("--help").output
    assert "Show a place." in text
    places = [text.index(name) for name in ("name", "--row", "--column", "--loud")]
    assert places == sorted(places)
