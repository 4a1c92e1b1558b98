"""The commands' reference, made from the commands: man pages, and a page of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from ribbonet import __version__
from ribbonet.cli import app

GUIDES = re.compile(r"[\w-]+\.md")
"""Files of `docs/` that help texts name; the wheel has them in `share/doc/ribbonet`."""

Rows = list[tuple[str, str]]


@dataclass(frozen=True)
class Page:
    """What `--help` shows of one command.

    Parameters
    ----------
    command : str
        With those that it belongs to: `ribbonet data split`.
    usage, help, epilog : str
    sections : dict of str to list of (str, str)
        Arguments, options and commands: what is typed, and what it does.
    """

    command: str
    usage: str
    help: str
    epilog: str
    sections: dict[str, Rows]

    @property
    def name(self) -> str:
        """The name of its man page."""
        return self.command.replace(" ", "-")

    @property
    def summary(self) -> str:
        """The first sentence of the help."""
        return self.help.split("\n\n")[0].split(". ")[0].replace("\n", " ").rstrip(".")


def pages() -> Iterator[Page]:
    """Yield the pages of `ribbonet` and all its commands."""
    yield from _pages(typer.main.get_command(app), "ribbonet", None)


def _pages(command: Any, name: str, parent: Any) -> Iterator[Page]:
    context = command.make_context(name, [], parent=parent, resilient_parsing=True)
    sections: dict[str, Rows] = {"Arguments": [], "Options": [], "Commands": []}
    for parameter in command.get_params(context):
        if record := parameter.get_help_record(context):
            section = "Options" if parameter.param_type_name == "option" else "Arguments"
            sections[section].append(record)
    names = command.list_commands(context) if hasattr(command, "list_commands") else []
    children = [(own, command.get_command(context, own)) for own in names]
    sections["Commands"] = [(own, child.get_short_help_str(200)) for own, child in children]
    yield Page(
        context.command_path,
        " ".join(command.collect_usage_pieces(context)),
        _plain(command.help),
        _plain(command.epilog),
        {title: rows for title, rows in sections.items() if rows},
    )
    for own, child in children:
        yield from _pages(child, own, context)


def _plain(text: str | None) -> str:
    """Return a help text without click's marks of paragraphs that are not to be wrapped."""
    return (text or "").replace("\b\n", "").strip()


def roff(page: Page) -> str:
    """Return a man page, in the macros of man(7)."""
    lines = [
        f'.TH {page.name.upper()} 1 "" "ribbonet {__version__}" "User Commands"',
        *(".SH NAME", rf"{page.name} \- {_escaped(page.summary)}"),
        *(".SH SYNOPSIS", rf"\fB{_escaped(page.command)}\fR {_escaped(page.usage)}"),
        *(".SH DESCRIPTION", *_paragraphs(page.help)),
    ]
    for title, rows in page.sections.items():
        lines.append(f".SH {title.upper()}")
        for typed, text in rows:
            lines += [".TP", rf"\fB{_escaped(typed)}\fR", _escaped(text) or r"\&"]
    if page.epilog:
        lines += [".SH NOTES", *_paragraphs(page.epilog)]
    lines.append(".SH SEE ALSO")
    parent = page.name.rpartition("-")[0]
    below = [f"{page.name}-{name}" for name, _ in page.sections.get("Commands", ())]
    related = [rf"\fB{_escaped(name)}\fR(1)" for name in (parent, *below) if name]
    lines.append(", ".join([*related, "the guides in share/doc/ribbonet"]))
    return "\n".join(lines) + "\n"


def _paragraphs(text: str) -> list[str]:
    return [line for own in text.split("\n\n") for line in (".PP", _escaped(own))]


def _escaped(text: str) -> str:
    """Return text in which roff finds no requests and no escapes."""
    text = text.replace("\\", r"\e").replace("-", r"\-").replace("\n", " ")
    return r"\&" + text if text[:1] in (".", "'") else text


def markdown(page: Page) -> str:
    """Return a section of the site's page."""
    parts = [f"## {page.command}", f"```text\n{page.command} {page.usage}\n```", page.help]
    for title, rows in page.sections.items():
        listed = "\n".join(f"| `{_cell(typed)}` | {_cell(text)} |" for typed, text in rows)
        parts.append(f"| {title} | |\n|---|---|\n{listed}")
    return "\n\n".join([*parts, page.epilog]).rstrip() + "\n"


def _cell(text: str) -> str:
    """Return text that fits a cell of a table."""
    return text.replace("|", r"\|").replace("\n", " ").replace("*", r"\*")


def on_page_markdown(markdown_: str, page: Any, **_: Any) -> str:
    """Fill the site's page of commands (a hook of MkDocs, named in `mkdocs.yml`)."""
    if page.file.src_uri != "reference/commands.md":
        return markdown_
    return "\n".join([markdown_, *(markdown(own) for own in pages())])


def write_man_pages(folder: Path) -> list[Path]:
    """Write a man page for each command."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for page in pages():
        path = folder / f"{page.name}.1"
        path.write_text(roff(page), encoding="utf-8", newline="\n")
        written.append(path)
    return written


def guides_named() -> set[str]:
    """Return the names of the guides that help texts point to."""
    texts = (text for page in pages() for rows in page.sections.values() for _, text in rows)
    return set(GUIDES.findall(" ".join(texts)))
