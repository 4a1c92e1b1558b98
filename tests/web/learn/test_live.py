"""Live parts of lessons, in the lessons' own pages."""

import math
import re

import pytest

from ribbonet.lessons.running import run
from ribbonet.lessons.source import read_lesson, read_lessons

LIVE = [
    (lesson.name, cell.live[0])
    for lesson in read_lessons()
    for cell in lesson.cells
    if cell.kind == "live"
]


@pytest.fixture
def width() -> int:
    """A phone's, where least is in view; what the parts do is the same at any."""
    return 390


@pytest.fixture
def live(opened, width):
    """Open a lesson; its n-th live part."""

    def find(lesson: str, n: int = 0):
        page = opened(f"#learn?lesson={lesson}", reduced_motion="reduce")
        part = page.locator("#learn .live").nth(n)
        part.locator(".part > *").first.wait_for(state="attached")
        return part

    return find


def slide(part, name: str, value: float) -> None:
    part.get_by_role("slider", name=name, exact=True).fill(str(value))


def test_a_neuron_parts_apples_from_oranges(live):
    part = live("neuron")
    for name, value in {"w1": 2, "w2": 1.5, "b": -0.5, "x1": 1, "x2": -1}.items():
        slide(part, name, value)
    y = 1 / (1 + math.exp(-(2 - 1.5 - 0.5)))
    assert f"y = σ(a) = {y:.3f}" in part.locator(".sum").inner_text()
    slide(part, "b", 4)
    before = part.locator(".buttons output").inner_text()
    part.get_by_role("button", name="Learn").click()
    found = part.locator(".buttons output").inner_text()
    right = [int(re.match(r"(\d+) of 40", text)[1]) for text in (before, found)]
    assert right[0] < 35 < right[1]
    part.locator(".plane svg").click(position={"x": 10, "y": 10})
    assert part.get_by_role("slider", name="x1", exact=True).input_value() == "-2.3"


def test_the_keyboard_moves_a_weight(live):
    part = live("neuron")
    slider = part.get_by_role("slider", name="w1", exact=True)
    slider.focus()
    part.page.keyboard.press("ArrowRight")
    assert slider.input_value() == "1.1"
    assert "1.2·1.1" in part.locator(".sum").inner_text()


def test_the_softmax_of_logits(live):
    part = live("softmax")
    powers = [math.exp(a) for a in (2, 1, -1)]
    shares = [power / sum(powers) for power in powers]
    rows = part.locator("tbody tr")

    def column(n: int) -> list[float]:
        texts = [row.locator("td").nth(n).text_content() for row in rows.all()]
        return [float(text.replace("−", "-")) for text in texts]

    assert column(1) == pytest.approx(shares, abs=5e-4)
    assert column(3) == pytest.approx([1, 0.5, -0.5], abs=5e-3)
    assert column(5) == pytest.approx([shares[0] - 1, *shares[1:]], abs=5e-4)
    part.get_by_role("button", name="Add 1 to all").click()
    assert column(1) == pytest.approx(shares, abs=5e-4)  # nothing moves
    assert column(3) != pytest.approx([1, 0.5, -0.5], abs=5e-3)
    part.get_by_label("The target is class 3").check()
    assert f"{-math.log(shares[2]):.3f}" in part.locator("output").last.inner_text()


def test_forward_and_backward_by_steps_with_other_numbers_and_a_quiz(live):
    part = live("forward")
    part.locator(".number-row.now").wait_for()
    place = part.locator(".place")
    assert place.inner_text() == "Forward, step 1 of 15"
    part.get_by_role("button", name="One step on").click()
    assert part.locator(".number-row.now .value").inner_text().split() == ["1", "1"]
    part.get_by_role("button", name="Show all numbers").click()
    assert (
        part.locator(".number-row", has_text="sigmoid(z2)").locator(".value").inner_text()
        == "0.8119"
    )
    part.get_by_text("Change the numbers").click()
    part.get_by_label("x 1", exact=True).fill("1")
    part.page.keyboard.press("Enter")
    part.locator(".say", has_text="values moved").wait_for()
    part.get_by_role("checkbox", name="Quiz").check()
    answer = part.get_by_role("textbox")
    answer.fill("2")
    part.page.keyboard.press("Enter")
    part.locator(".verdict", has_text="is right").wait_for()
    assert part.page.evaluate("location.hash") == "#learn?lesson=forward"  # and not Inside's


def test_walks_down_a_loss_are_the_lessons(live):
    part = live("descent")
    part.get_by_role("button", name="Walk").click()
    # what the lesson's own cells print
    part.locator(".walks li", has_text="momentum 0.9").wait_for()
    printed = run(read_lesson("descent"), pictures=1)
    text = "".join(own.printed for own in printed.values())
    part.get_by_label("Way down").select_option("adam")
    part.get_by_role("button", name="Walk").click()
    part.locator(".walks li").nth(1).wait_for()
    assert part.locator(".way output").last.inner_text().startswith("step 300 of 300")
    for name in ("momentum 0.9", "Adam"):
        loss = re.search(rf"{name}.*loss ([\d.]+)", text)[1]
        assert part.locator(".walks li", has_text=name).inner_text().endswith(f"loss {loss}")
    part.locator(".plane svg").click(position={"x": 5, "y": 5})
    part.locator(".walks li").nth(2).wait_for()
    assert part.get_by_role("slider", name="φ1").input_value() > "22"
    part.get_by_role("button", name="Clear").click()
    assert part.locator(".walks li").count() == 0


def test_letters_are_recalled(live):
    part = live("hopfield")
    verdict = part.locator(".verdict")
    verdict.get_by_text("Pattern 1 was recalled").wait_for()
    part.get_by_role("button", name="Corrupt pattern 3").click()
    verdict.get_by_text("Pattern 3 was recalled").wait_for()
    part.page.locator("#learn .live").nth(1).get_by_text("Attention by its own formula").wait_for()
    assert part.page.evaluate("location.hash") == "#learn?lesson=hopfield"  # and not Hopfield's


@pytest.mark.parametrize("width", [1280])
def test_the_network_of_1988_learns_in_its_lesson_and_in_its_room(live):
    part = live("homology")
    page = part.page
    part.locator("button:enabled", has_text="Train").click()
    part.get_by_text(re.compile(r"cycle [2-9] of 40")).wait_for()
    part.get_by_role("checkbox").uncheck()
    part.get_by_text("relatives in, test").wait_for()  # the run before, pale
    page.goto(page.url.split("#")[0] + "#1988")
    page.locator(".room-1988[data-cycle='0']").wait_for()  # a session of its own
    page.go_back()
    part.locator("button:enabled", has_text="Train").click()
    part.get_by_text(re.compile(r"cycle [1-9] of 40")).wait_for()
    assert page.locator(".fault:visible").count() == 0


@pytest.mark.parametrize("width", [1280])
def test_every_part_opens_and_no_number_disagrees_with_its_check(opened, width):
    page = opened()
    base = page.url.split("#")[0]
    for lesson in dict.fromkeys(name for name, _ in LIVE):
        page.goto(f"{base}#learn?lesson={lesson}")
        page.locator(f"#learn[data-shown={lesson}]").wait_for()
        for n, state in enumerate(state for name, state in LIVE if name == lesson):
            part = page.locator("#learn .live").nth(n)
            if state.startswith("inside"):
                part.locator(".number-row.now").first.wait_for(state="attached")
                shown = part.get_by_role("button", name="Show all numbers").locator("visible=true")
                for button in shown.all():
                    button.click()
            assert part.locator(".fault, .differs").count() == 0, (lesson, state)
