"""The room Learn: lessons to read, exercises that are checked."""

import re
from urllib.parse import parse_qsl

import httpx
import pytest

from ribbonet.lessons.exercises import LESSONS, exercises, task
from ribbonet.lessons.source import read_lessons


def test_the_list_and_every_lesson_are_served(url):
    found = httpx.get(f"{url}api/learn").json()
    assert [lesson["name"] for lesson in found] == list(LESSONS)
    for lesson in found:
        page = httpx.get(f"{url}api/learn/{lesson['name']}", params={"name": "Ada"}).json()
        assert page["title"] == lesson["title"]
        placed = re.findall(r'data-exercise="([^"]+)"', page["html"])
        assert placed == lesson["exercises"] == list(page["exercises"])
        for exercise, own in page["exercises"].items():
            assert own["text"] == task(exercise, "Ada").text
            assert own.keys() == {"text", "hints"}  # and no solution


def test_an_answer_is_checked_as_the_library_checks_it(url):
    def said(answer, name="Ada", exercise="forward.3"):
        asked = {"exercise": exercise, "answer": answer, "name": name}
        return httpx.post(f"{url}api/learn/check", json=asked)

    answer = str(task("forward.3", "Ada").answer)
    assert said(answer).json() == {"right": True, "message": "Right."}
    assert said("1").json() == {"right": False, "message": "Not yet."}
    assert said("").json() == {"right": False, "message": "No answer yet."}
    assert said(answer, "Ben").json()["right"] is False
    assert said("1", exercise="forward.9").status_code == 422
    assert "no exercise is called 'forward.9'" in said("1", exercise="forward.9").json()["detail"]
    assert said("1" * 2001).status_code == 422
    assert said("1", "n" * 101).status_code == 422
    assert httpx.get(f"{url}api/learn/nothing").status_code == 422


def test_a_pupil_reads_answers_and_comes_back(opened, width):
    page = opened("#learn")
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("Your name").press("Tab")
    page.get_by_role("link", name="Forward by hand").click()
    page.locator("#learn[data-shown=forward]").wait_for()
    assert page.evaluate("location.hash") == "#learn?lesson=forward"
    assert page.locator("#learn h1").inner_text() == "5. Forward by hand"
    assert page.locator("#learn math").count() > 5
    assert "0.8119" in page.locator("#learn pre.shown").first.inner_text()

    own = page.get_by_role("region", name="Exercise 3")
    field, verdict = own.get_by_role("textbox"), own.locator(".verdict")
    own.get_by_role("button", name="Hint").click()
    assert own.locator(".hints").inner_text() == task("forward.3", "Ada").hints[0]
    field.fill("12")
    field.press("Enter")
    own.locator(".verdict[data-right=false]").wait_for()
    assert verdict.inner_text() == "✗ Not yet."
    field.fill(str(task("forward.3", "Ada").answer))
    own.get_by_role("button", name="Check").click()
    own.locator(".verdict[data-right=true]").wait_for()
    assert verdict.inner_text() == "✓ Right."

    page.reload()  # name and what was solved are kept
    page.locator("#learn[data-shown=forward]").wait_for()
    assert page.get_by_label("Your name").input_value() == "Ada"
    assert (
        page.get_by_role("region", name="Exercise 3").locator(".verdict").inner_text()
        == "✓ Solved."
    )
    page.get_by_role("link", name="All lessons").click()
    page.locator("#learn[data-shown=contents]").wait_for()
    assert page.get_by_text("1 of 3 exercises solved").count() == 1


@pytest.mark.parametrize("width", [1280])
def test_a_matrix_is_typed_in_rows_and_neighbours_have_other_numbers(opened, width):
    page = opened("#learn?lesson=backprop")
    page.locator("#learn[data-shown=backprop]").wait_for()
    own = page.get_by_role("region", name="Exercise 2")
    before = own.inner_text()
    page.get_by_label("Your name").fill("Ben")
    page.get_by_label("Your name").press("Tab")
    page.wait_for_function(
        "text => document.querySelector('[aria-label=\"Exercise 2\"]').innerText !== text",
        arg=before,
    )
    rows = task("backprop.2", "Ben").answer.tolist()
    field = own.get_by_role("textbox")
    field.focus()
    for n, row in enumerate(rows):
        if n:
            page.keyboard.press("Shift+Enter")
        page.keyboard.type(", ".join(map(str, row)))
    page.keyboard.press("Enter")
    own.locator(".verdict[data-right=true]").wait_for()


@pytest.mark.parametrize("width", [1280])
def test_the_next_lesson_by_the_keyboard(opened, width):
    page = opened("#learn?lesson=neuron")
    page.locator("#learn[data-shown=neuron]").wait_for()
    page.get_by_role("link", name="Many outputs and the softmax").focus()
    page.keyboard.press("Enter")
    page.locator("#learn[data-shown=softmax]").wait_for()
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("width", [390], ids=["390px"], indirect=True)
def test_every_lesson_fits_a_phone_and_passes_axe(opened, layout_faults, faults_of_axe):
    page = opened("#learn", reduced_motion="reduce")
    page.locator("#learn[data-shown=contents]").wait_for()
    assert layout_faults(page) == []
    assert faults_of_axe(page) == []
    for number, lesson in enumerate(LESSONS):
        page.goto(page.url.split("#")[0] + f"#learn?lesson={lesson}")
        page.locator(f"#learn[data-shown={lesson}]").wait_for()
        assert layout_faults(page) == [], lesson
        assert faults_of_axe(page) == [], lesson
        assert page.locator("#learn section.exercise").count() == len(exercises(lesson))
        if number % 4 == 0:  # in the dark, of which lessons have the same colours
            page.emulate_media(color_scheme="dark")
            assert faults_of_axe(page, only=["contrast"]) == [], lesson
            page.emulate_media(color_scheme="light")


LIVE = [
    (lesson.name, *cell.live)
    for lesson in read_lessons()
    for cell in lesson.cells
    if cell.kind == "live"
]


@pytest.mark.parametrize("width", [1280])
def test_each_live_part_of_a_room_opens_it_as_it_says(opened, width):
    page = opened()
    base = page.url.split("#")[0]
    ready = {
        "inside": "#inside .rows .number-row.now",
        "play": "#play[data-step]",
        "1988": ".room-1988[data-step]",
        "hopfield": "#hopfield[data-shown] caption",
    }
    assert {name for name, *_ in LIVE} >= {"neuron", "forward", "backprop", "network1988"}
    for lesson, state, words, opens in LIVE:
        if not opens:
            continue
        page.goto(f"{base}#learn?lesson={lesson}")
        page.locator(f"#learn[data-shown={lesson}]").wait_for()
        page.locator("#learn .live > a", has_text=words).click()
        room, _, query = state.partition("?")
        page.locator(ready[room]).first.wait_for()
        assert page.locator(".fault:visible").count() == 0
        if room == "inside":
            kept = page.evaluate("location.hash").partition("?")[2]
            assert dict(parse_qsl(query)).items() <= dict(parse_qsl(kept)).items()
        page.go_back()
        page.locator(f"#learn[data-shown={lesson}]").wait_for()


@pytest.mark.parametrize("width", [1280])
def test_an_unknown_lesson_shows_the_list(opened, width):
    page = opened("#learn?lesson=nothing")
    page.locator("#learn[data-shown=contents]").wait_for()
