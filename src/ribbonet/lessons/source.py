"""The text of a lesson, and the cells that it is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ribbonet.errors import InputError
from ribbonet.lessons.exercises import LESSONS

TEXTS = Path(__file__).with_name("texts")

ROOMS = ("play", "1988", "inside", "hopfield")
"""Rooms of the page that a live part opens; of the others only the lesson's own page has them."""

_HEADER = re.compile(r"# (.+)\n\n(\d+) minutes · ([^·\n]+)(?: · extra (\w+))?\n")
_CELL = re.compile(
    r"^```python\n(.*?)^```$|^<!-- exercise (\S+) -->$|^<!-- live (\S+ [^\n]+) -->$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Cell:
    """Prose in Markdown, code, the name of an exercise, or a live part and its words.

    A live part such as `inside?step=2` is shown on the page; where it is of a room, it opens the
    room in exactly that state.
    """

    kind: Literal["prose", "code", "exercise", "live"]
    text: str

    @property
    def live(self) -> tuple[str, str, bool]:
        """Of a live part its state, its words, and whether it is of a room."""
        state, words = self.text.split(" ", 1)
        return state, words, state.split("?")[0] in ROOMS


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Parameters
    ----------
    name : str
    title : str
    minutes : int
        How long it takes, without the exercises.
    sources : str
        The documents that it follows.
    extra : str
        What its code needs beside the extra `train`, or empty.
    cells : sequence of Cell
    """

    name: str
    title: str
    minutes: int
    sources: str
    extra: str
    cells: Sequence[Cell]

    @property
    def number(self) -> int:
        """Its place among the lessons, from 1."""
        return LESSONS.index(self.name) + 1

    @property
    def file(self) -> str:
        """What its files are called, without an ending."""
        return f"{self.number:02d}-{self.name}"


def parse(name: str, text: str) -> Lesson:
    r"""Cut the text of a lesson into cells.

    Raises
    ------
    InputError
        If its first lines are not as they should be.

    Examples
    --------
    >>> text = "# A title\n\n5 minutes · Notes\n\nProse.\n\n```python\n1 + 1\n```\n"
    >>> [cell.kind for cell in parse("neuron", text).cells]
    ['prose', 'code']
    """
    header = _HEADER.match(text)
    if header is None:
        raise InputError(f"{name}: should begin with '# title' and 'N minutes · documents'")
    title, minutes, sources, extra = header.groups()
    cells, start = [], header.end()
    for match in _CELL.finditer(text, start):
        cells.append(Cell("prose", text[start : match.start()].strip()))
        kinds: tuple[Literal["code", "exercise", "live"], ...] = ("code", "exercise", "live")
        cells += [
            Cell(kind, text.strip())
            for kind, text in zip(kinds, match.groups(), strict=True)
            if text is not None
        ]
        start = match.end()
    cells.append(Cell("prose", text[start:].strip()))
    return Lesson(
        name, title, int(minutes), sources, extra or "", [cell for cell in cells if cell.text]
    )


def read_lesson(name: str) -> Lesson:
    """Return a lesson by its name.

    Raises
    ------
    InputError
        If there is none.
    """
    if name not in LESSONS:
        raise InputError(f"no lesson is called {name!r}; they are {', '.join(LESSONS)}")
    path = TEXTS / f"{LESSONS.index(name) + 1:02d}-{name}.md"
    return parse(name, path.read_text(encoding="utf-8"))


def read_lessons() -> list[Lesson]:
    """Return all lessons in their order."""
    return [read_lesson(name) for name in LESSONS]
