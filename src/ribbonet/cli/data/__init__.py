"""`ribbonet data`: labelled chains of one's own; a command's file each, or two of one idea."""

from __future__ import annotations

import typer

from ribbonet.cli.data.convert import convert
from ribbonet.cli.data.embed import embed
from ribbonet.cli.data.label import label
from ribbonet.cli.data.library import fetch_data, list_data
from ribbonet.cli.data.relatives import profiles, templates
from ribbonet.cli.data.split import split

app = typer.Typer(
    help="Fetch, convert, label and split chains; prepare model inputs.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
app.command()(convert)
app.command()(embed)
app.command("list")(list_data)
app.command("fetch")(fetch_data)
for command in (label, split, profiles, templates):
    app.command()(command)
