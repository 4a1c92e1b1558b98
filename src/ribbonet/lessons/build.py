"""Builds the lessons: `python -m ribbonet.lessons.build` runs each and writes what is made of it.

For each lesson a notebook in `lessons/` of the repository, and a page in `pages/` beside this
file. Numbers that depend on the machine in their last digits may differ a little from those kept.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ribbonet.lessons.notebook import notebook
from ribbonet.lessons.page import page
from ribbonet.lessons.running import run
from ribbonet.lessons.source import read_lesson, read_lessons
from ribbonet.system.atomic import atomic_write

PAGES = Path(__file__).with_name("pages")
NOTEBOOKS = Path(__file__).parents[3] / "lessons"


def main(names: list[str]) -> None:
    """Build some lessons, or all."""
    for lesson in map(read_lesson, names) if names else read_lessons():
        shown = run(lesson)
        for path, text in (
            (NOTEBOOKS / f"{lesson.file}.ipynb", notebook(lesson, shown)),
            (PAGES / f"{lesson.name}.html", page(lesson, shown)),
        ):
            with atomic_write(path, "w") as file:
                file.write(text)
        sys.stderr.write(f"{lesson.file}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
