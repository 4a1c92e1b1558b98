"""The exercises of the lessons, a module for each lesson."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

from ribbonet.errors import InputError
from ribbonet.lessons.question import Draw, Task, clear

LESSONS = (
    "neuron",
    "softmax",
    "information",
    "hidden",
    "forward",
    "backprop",
    "autograd",
    "descent",
    "network1988",
    "homology",
    "generalisation",
    "hopfield",
    "nettalk",
    "problems",
)
"""The lessons in their order; each has a text and a module of exercises of this name."""

ATTEMPTS = 1000
"""To draw numbers with which a slip makes a difference."""


@cache
def exercises(lesson: str) -> dict[str, Callable[[Draw], Task]]:
    """Return the exercises of a lesson by their names, in their order.

    Raises
    ------
    InputError
        If there is no such lesson.
    """
    if lesson not in LESSONS:
        raise InputError(f"no lesson is called {lesson!r}; they are {', '.join(LESSONS)}")
    module = import_module(f"{__name__}.{lesson}")
    return {f"{lesson}.{n}": make for n, make in enumerate(module.EXERCISES, 1)}


def task(exercise: str, name: str = "") -> Task:
    """Return an exercise with the numbers that a name draws.

    Raises
    ------
    InputError
        If there is no such exercise.
    """
    lesson = exercise.partition(".")[0]
    own = exercises(lesson)
    if exercise not in own:
        raise InputError(f"no exercise is called {exercise!r}; they are {', '.join(own)}")
    drawn = (own[exercise](Draw(exercise, name, attempt)) for attempt in range(ATTEMPTS))
    return next(filter(clear, drawn))
