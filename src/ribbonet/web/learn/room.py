"""What the room Learn asks the server for: the lessons, and whether an answer is right."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from ribbonet import lessons
from ribbonet.lessons.exercises import exercises, task
from ribbonet.lessons.source import Lesson, read_lesson, read_lessons
from ribbonet.web.learn import descent

PAGES = Path(lessons.__file__).with_name("pages")

Name = Annotated[str, Field(max_length=100)]
"""A pupil's: it draws the numbers of the exercises, and is kept nowhere."""


class Answer(BaseModel):
    """An answer to an exercise, as it was typed."""

    model_config = ConfigDict(extra="forbid")

    exercise: Annotated[str, Field(max_length=40)]
    answer: Annotated[str, Field(max_length=2_000)]
    name: Name = ""


def router() -> APIRouter:
    """Make the room's part of the application."""
    router = APIRouter(prefix="/api/learn", tags=["learn"])

    @router.get("")
    def contents() -> list[dict[str, Any]]:
        """List the lessons in their order."""
        return [described(lesson) for lesson in all_lessons()]

    @router.get("/{lesson}")
    def one(lesson: str, name: Annotated[Name, Query()] = "") -> dict[str, Any]:
        """Return a lesson: its page, and its exercises with the numbers that a name draws."""
        found = read_lesson(lesson)
        tasks = {exercise: task(exercise, name) for exercise in exercises(lesson)}
        return described(found) | {
            "html": (PAGES / f"{lesson}.html").read_text(encoding="utf-8"),
            "exercises": {
                exercise: {"text": own.text, "hints": list(own.hints)}
                for exercise, own in tasks.items()
            },
        }

    @router.get("/descent/surface")
    def surface() -> dict[str, Any]:
        """Return the loss over two weights of the lesson `descent`."""
        return descent.surface()

    @router.get("/descent/walk")
    def walk(
        way: descent.Way = "descent",
        rate: Annotated[float, Query(gt=0, le=10)] = 1.0,
        phi0: Annotated[float, Query(ge=-6, le=8)] = 1.0,
        phi1: Annotated[float, Query(ge=0, le=24)] = 6.0,
    ) -> dict[str, Any]:
        """Walk down this loss."""
        return descent.walk(way, rate, (phi0, phi1))

    @router.post("/check")
    def check(asked: Answer) -> dict[str, Any]:
        """Check the answer to an exercise."""
        verdict = lessons.check(asked.exercise, asked.answer, name=asked.name)
        return {"right": verdict.right, "message": verdict.message}

    return router


@cache
def all_lessons() -> list[Lesson]:
    """Return the lessons, read once."""
    return read_lessons()


def described(lesson: Lesson) -> dict[str, Any]:
    """Return what the list of lessons says of one."""
    return {
        "name": lesson.name,
        "number": lesson.number,
        "title": lesson.title,
        "minutes": lesson.minutes,
        "sources": lesson.sources,
        "exercises": list(exercises(lesson.name)),
    }
