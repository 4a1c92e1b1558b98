"""The exercises: their numbers, their answers, and what is said to wrong ones."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.errors import InputError
from ribbonet.lessons import check, exercise, hint, sign
from ribbonet.lessons.exercises import LESSONS, exercises, task
from ribbonet.lessons.question import Task, judge, read_numbers

ALL = [name for lesson in LESSONS for name in exercises(lesson)]
CLASS = [f"pupil {n}" for n in range(30)]


def typed(answer) -> str:
    """An answer as a pupil would type it, to four digits."""
    rows = np.atleast_2d(np.asarray(answer, float))
    return "; ".join(", ".join(f"{x:.4g}" if x % 1 else f"{x:.0f}" for x in row) for row in rows)


@pytest.mark.parametrize("name", ALL)
def test_the_answer_is_right_as_number_and_as_typed(name):
    for pupil in CLASS:
        answer = task(name, pupil).answer
        assert check(name, answer, name=pupil), pupil
        if isinstance(answer, str):
            assert check(name, f" {answer.lower()} ", name=pupil)
        else:
            assert np.isfinite(np.asarray(answer, float)).all()
            assert check(name, typed(answer), name=pupil), (pupil, typed(answer))
            if np.asarray(answer).dtype.kind == "i":
                assert not check(name, np.asarray(answer) + 1, name=pupil)
            assert not check(name, np.asarray(answer, float) * 1.1 + 0.371, name=pupil)


@pytest.mark.parametrize("name", ALL)
def test_neighbours_have_other_numbers(name):
    assert len({task(name, pupil).text for pupil in CLASS}) >= 20
    answers = {str(task(name, pupil).answer) for pupil in CLASS}
    assert len(answers) >= (3 if answers <= set("ABC") else 5)


@pytest.mark.parametrize("name", ALL)
def test_slips_are_named_and_never_right(name):
    for pupil in CLASS:
        own = task(name, pupil)
        assert own.hints
        assert own.solution
        for message, wrong in own.mistakes.items():
            verdict = judge(own, wrong)
            assert not verdict, (pupil, message)
            assert verdict.message.startswith("Not yet. "), (pupil, message)


def test_a_name_draws_the_numbers_whatever_its_case():
    assert exercise("neuron.1", name="Ada").text == exercise("neuron.1", name=" ADA ").text
    assert exercise("neuron.1", name="Ada").text != exercise("neuron.1", name="Ben").text
    sign("Ada")
    try:
        assert exercise("neuron.1").text == exercise("neuron.1", name="Ada").text
        assert check("neuron.1", task("neuron.1", "Ada").answer)
        assert hint("neuron.1") == hint("neuron.1", name="Ada")
    finally:
        sign("")


def test_hints_go_on_to_the_last():
    assert hint("neuron.1", 1, name="Ada") != hint("neuron.1", 2, name="Ada")
    assert hint("neuron.1", 99, name="Ada") == hint("neuron.1", 2, name="Ada")


@pytest.mark.parametrize("name", ["neuron.9", "nothing.1", "neuron", "", "neuron.1.1"])
def test_an_exercise_that_there_is_not(name):
    with pytest.raises(InputError, match="is called"):
        check(name, 1)


MATRIX = Task("", [[1.0, 2.0], [3.0, 4.0]], "")
VECTOR = Task("", [0.5, 0.25], "")
NUMBER = Task("", 0.731, "", mistakes={"The bias is missing.": 0.5})


@pytest.mark.parametrize(
    ("own", "answer", "said"),
    [
        (NUMBER, None, "No answer yet."),
        (NUMBER, ..., "No answer yet."),
        (NUMBER, "  ", "No answer yet."),
        (NUMBER, "0.731", "Right."),
        (NUMBER, "0,731", "Right."),
        (NUMBER, "[0.731]", "Right."),
        (NUMBER, np.float32(0.731), "Right."),
        (NUMBER, "731/1000", "Right."),
        (NUMBER, "731 / 1000", "Right."),
        (NUMBER, "73.1 %", "Right."),
        (NUMBER, "p = 0.731", "Right."),
        (NUMBER, "0.731 bits", "That cannot be read: give one number, without units."),
        (NUMBER, "1/0", "Not yet."),
        (NUMBER, "nan", "Not yet."),
        (NUMBER, 0.5, "Not yet. The bias is missing."),
        (NUMBER, "about one", "That cannot be read: give one number, without units."),
        (NUMBER, "0.731 0.731", "The shape differs: give one number."),
        (NUMBER, 10**400, "That cannot be read: give one number, without units."),
        (NUMBER, {"a": 1}, "That cannot be read: give one number, without units."),
        (MATRIX, "1 2; 3 4", "Right."),
        (MATRIX, "1, 2\n3, 4\n", "Right."),
        (MATRIX, "[[1, 2], [3, 4]]", "Right."),
        (MATRIX, [[1, 2], [3, 4]], "Right."),
        (MATRIX, "1 2 3 4", "The shape differs: give 2 rows of 2, such as 1, -0.5; 2, 3."),
        (
            MATRIX,
            "1 2; 3",
            "That cannot be read: give 2 rows of 2, such as 1, -0.5; 2, 3, without units.",
        ),
        (Task("", [1.0, -2.0], ""), "1; \N{MINUS SIGN}2", "Right."),
        (Task("", [1.0, -2.0], ""), "1", "The shape differs: give 2 numbers, such as 1, -0.5."),
        (MATRIX, "1,0 2,0; 3,0 4,0", "Right."),
        (VECTOR, "0,5; 0,25", "Right."),
        (VECTOR, "0,5 0,25", "Right."),
        (VECTOR, "50 %, 25 %", "Right."),
        (Task("", 62.5, ""), "62.5%", "Right."),
        (Task("", 12986, ""), "12,986", "Right."),
        (Task("", 12986, ""), "12 986", "Right."),
        (Task("", 12986, ""), "12.986", "Not yet."),
        (Task("", "AC-", ""), "`A C \N{EN DASH}`", "Right."),
        (Task("", "B", ""), " b. ", "Right."),
        (Task("", "B", ""), 7, "Not yet."),
    ],
)
def test_answers_in_many_forms(own, answer, said):
    verdict = judge(own, answer)
    assert verdict.message == repr(verdict) == said
    assert bool(verdict) == (said == "Right.")


@given(st.text(max_size=60), st.integers(0, 2))
def test_any_text_is_numbers_or_an_error_to_be_caught(text, ndim):
    with suppress(OverflowError, ValueError):
        read_numbers(text, ndim)


@given(st.lists(st.floats(-1e6, 1e6).map(lambda x: float(f"{x:.4g}")), min_size=1, max_size=5))
def test_numbers_are_read_as_they_are_written(numbers):
    text = ", ".join(f"{x:.6g}" for x in numbers) + ("" if len(numbers) > 1 else " ")
    np.testing.assert_allclose(np.atleast_1d(read_numbers(text)), numbers)
