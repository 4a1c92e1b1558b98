"""`ribbonet lessons`: the course, its notebooks, and the solutions for the teacher."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="The course: lessons with exercises, as notebooks.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Lessons = Annotated[list[str] | None, typer.Argument(metavar="LESSON", help="By default all.")]


@app.command("list")
def list_lessons() -> None:
    """List the lessons: name, minutes, title, and what it is about."""
    from ribbonet.lessons.source import read_lessons

    for lesson in read_lessons():
        extra = f" (needs ribbonet[{lesson.extra}])" if lesson.extra else ""
        sys.stdout.write(
            f"{lesson.number:2}  {lesson.name:15} {lesson.minutes:2} min  {lesson.title}{extra}\n"
        )


@app.command()
def notebooks(
    folder: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Folder for the notebooks.")
    ],
    lessons: Lessons = None,
    name: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="The student, whose name draws the numbers of the exercises."
        ),
    ] = "",
) -> None:
    """Run lessons and write them as Jupyter notebooks."""
    from ribbonet.lessons.notebook import notebook
    from ribbonet.lessons.running import run
    from ribbonet.lessons.source import read_lesson, read_lessons
    from ribbonet.system.atomic import atomic_write, write_errors
    from ribbonet.system.working import refuse_existing

    chosen = list(map(read_lesson, lessons)) if lessons else read_lessons()
    paths = [folder / f"{lesson.file}.ipynb" for lesson in chosen]
    refuse_existing(paths)  # somebody may have worked in it
    with write_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for lesson, path in zip(chosen, paths, strict=True):
        text = notebook(lesson, run(lesson), name)
        with atomic_write(path, "w") as file:
            file.write(text)
        sys.stderr.write(f"{path}\n")


@app.command()
def solutions(
    lessons: Lessons = None,
    name: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="A student; repeat it for several.")
    ] = None,
) -> None:
    """For the teacher: each exercise with its answer, as Markdown.

    The answer comes with how it is found.
    """
    from ribbonet.lessons.exercises import LESSONS, exercises, task

    chosen = lessons or LESSONS
    ids = [exercise for lesson in chosen for exercise in exercises(lesson)]
    for student in name or [""]:
        if student:
            sys.stdout.write(f"# {student}\n\n")
        for exercise in ids:
            own = task(exercise, student)
            sys.stdout.write(f"## {exercise}\n\n{own.text}\n\n*Solution.* {own.solution}\n\n")
