"""Runs the code of a lesson, as a notebook would, and keeps what each cell shows."""

from __future__ import annotations

import ast
import io
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

from ribbonet.errors import InputError
from ribbonet.lessons.source import Lesson

START = """\
from ribbonet.lessons import check, exercise, hint, sign

sign("")  # your name: it draws the numbers of the exercises"""
"""The first cell of every notebook."""


@dataclass(frozen=True)
class Shown:
    """What a cell shows: what it printed, and its last value as text, as a picture or as HTML."""

    printed: str = ""
    text: str = ""
    svg: str = ""
    html: str = ""


def run(lesson: Lesson, *, pictures: int | None = None) -> dict[int, Shown]:
    """Run the code of a lesson; return what its cells show, by their places.

    Parameters
    ----------
    lesson : Lesson
    pictures : int, optional
        After how many pictures to stop.

    Raises
    ------
    InputError
        If the lesson needs an extra that is not installed.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    _run(START, namespace, lesson.name)
    shown: dict[int, Shown] = {}
    for place, cell in enumerate(lesson.cells):
        if pictures is not None and sum(bool(own.svg) for own in shown.values()) == pictures:
            break
        if cell.kind == "code":
            try:
                shown[place] = _run(cell.text, namespace, f"{lesson.name}, cell {place}")
            except ImportError as error:
                if not lesson.extra:
                    raise
                raise InputError(
                    f"the lesson {lesson.name!r} needs {error.name}; "
                    f"add it by: pip install 'ribbonet[{lesson.extra}]'"
                ) from None
    return shown


def defined(lesson: Lesson, cells: int) -> dict[str, Any]:
    """Run the first cells of code of a lesson; return what they define."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for cell in [own for own in lesson.cells if own.kind == "code"][:cells]:
        _run(cell.text, namespace, lesson.name)
    return namespace


def _run(code: str, namespace: dict[str, Any], name: str) -> Shown:
    """Run a cell; its last line is shown if it is an expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    value = None
    with redirect_stdout(io.StringIO()) as printed:
        exec(compile(tree, f"<{name}>", "exec"), namespace)
        if last is not None:
            expression = ast.Expression(last.value)  # type: ignore[attr-defined]
            value = eval(compile(expression, f"<{name}>", "eval"), namespace)
    text = "" if value is None else repr(value)
    return Shown(printed.getvalue(), text, _picture(value, "svg"), _picture(value, "html"))


def _picture(value: Any, kind: str) -> str:
    make = getattr(value, f"_repr_{kind}_", None)
    return (make() or "") if make is not None else ""
