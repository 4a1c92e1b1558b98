"""The room Inside, in a real browser: every control, and what is on the screen."""

import json
import re
import urllib.error
import urllib.request

import pytest

from ribbonet.nn.views.worked_example import Example, explain, written


def rows(page) -> dict[str, str]:
    """Return the names and values of the passes as the screen shows them."""
    found = page.eval_on_selector_all(
        "#inside .rows .number-row",
        "rows => rows.map(r => [r.querySelector('b').textContent, "
        "[...r.querySelectorAll('.value .line')].map(l => [...l.children].map(c => c.textContent)"
        ".join(' ')).join('; ')])",
    )
    return dict(found)


def as_written(name: str) -> str:
    """Return a row's name as the page writes it."""
    return re.sub(r"\bd(?=[Lu])|(?<=/)d", "∂", name)


def wanted(example: Example) -> dict[str, str]:
    forward, backward = explain(example)
    return {
        as_written(row.name): written(row.value).replace("-", "−") for row in [*forward, *backward]
    }


def settled(page, moved: str) -> None:
    page.locator("#inside .say", has_text=moved).wait_for()


def test_every_number_is_that_of_the_library(opened, picture, serious_faults):
    page = opened("#inside")
    page.locator("#inside .rows .number-row").first.wait_for()
    assert rows(page) == wanted(Example())
    assert rows(page)["z2"] == "1.462"
    assert page.locator("#inside .graph circle").count() > 10
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious_faults(page) == []
    picture(page, "inside")


@pytest.mark.parametrize("width", [1280])
def test_a_change_shows_what_moves(opened):
    page = opened("#inside")
    page.get_by_label("W2 from 1 to 1").fill("2")
    page.keyboard.press("Enter")
    settled(page, "11 of 15 values moved.")
    changed = Example(weights=[[[1, 1], [1, 1]], [[2], [1]]])
    assert rows(page) == wanted(changed)
    moved = page.locator("#inside .rows .moved b").all_text_contents()
    assert "z2" in moved
    assert "z1" not in moved
    assert page.locator("#inside .moved .was").first.text_content() == "was 1.462"
    assert "w=1%2C1%3B1%2C1%7C2%3B1" in page.url

    page.reload()  # the address holds the example
    page.locator("#inside .rows .number-row").first.wait_for()
    assert rows(page) == wanted(changed)


@pytest.mark.parametrize("width", [390])
def test_step_by_step_with_keys_and_buttons(opened):
    page = opened("#inside")
    page.locator("#inside .rows .number-row").first.wait_for()
    page.get_by_role("button", name="To the first number").click()
    shown = page.locator("#inside .rows .shown")
    now = page.locator("#inside .now b")
    assert shown.count() == 1
    page.get_by_role("button", name="One step on").click()
    assert (shown.count(), now.text_content()) == (2, "z1")
    assert page.locator("#inside .worked span").first.text_content() == "0·1 + 1·1 + 0 = 1"
    assert page.locator("#inside .graph circle.now").get_attribute("data-name") == "z1"
    page.keyboard.press("ArrowRight")
    assert now.text_content() == "u1"
    page.get_by_role("button", name="To the end of the layer").click()
    assert now.text_content() == "z2"
    page.get_by_role("button", name="One step back").click()
    assert now.text_content() == "u1"
    page.locator("#inside .graph circle[data-name='z2']").click()
    assert now.text_content() == "z2"
    page.get_by_role("button", name="Show all numbers").click()
    assert shown.count() == 15
    assert page.locator("#inside .place").text_content() == "Backward, step 15 of 15"


@pytest.mark.parametrize("width", [390])
def test_examples_shapes_maps_and_a_step_of_descent(opened):
    page = opened("#inside")
    choice = page.locator("#inside-choice")
    for index, layers in ((1, 2), (2, 2), (3, 2), (4, 3)):
        choice.select_option(index=index)
        page.locator(f"#inside .example :text('{layers} layers')").wait_for()
        page.locator("#inside .rows b", has_text=f"z{layers}").first.wait_for()
    page.get_by_role("button", name="Add a hidden layer").click()
    page.locator("#inside .example :text('4 layers')").wait_for()
    page.get_by_role("button", name="Remove the last hidden layer").click()
    page.locator("#inside .example :text('3 layers')").wait_for()
    page.get_by_role("button", name="Add an input").click()
    page.get_by_label("x 3", exact=True).wait_for()
    page.get_by_role("button", name="Remove an input").click()
    page.get_by_label("x 3", exact=True).wait_for(state="detached")
    page.get_by_role("button", name="Add an output unit").click()
    page.locator("#inside .rows :text('softmax(z')").wait_for()
    page.locator("#inside-output").select_option("identity")
    page.get_by_label("y 2").wait_for()
    page.locator("#inside-activation").select_option("tanh")
    page.locator("#inside .rows :text('tanh(z')").first.wait_for()

    choice.select_option(index=3)
    page.locator("#inside .example :text('2 layers')").wait_for()
    page.locator("#inside-rate").fill("0.1")
    page.keyboard.press("Enter")
    loss = page.locator("#inside .after .number-row", has_text="with these").locator(".value")
    page.locator("#inside .after :text('0.1')").first.wait_for()
    promised = loss.text_content()
    page.get_by_role("button", name="Take the step").click()
    settled(page, "values moved")
    assert rows(page)["L"] == promised


@pytest.mark.parametrize("width", [1280])
def test_what_cannot_be_is_said(opened):
    page = opened("#inside", faults="422")
    page.get_by_label("y", exact=True).fill("3")
    page.locator("#inside-output").select_option("softmax")
    page.locator("#inside .fault", has_text="y must be").wait_for()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"x": [1, 2, 3]}, "do not fit together"),
        ({"weights": [[[1, 2], [3]]]}, "do not fit together"),
        ({"x": [1e9]}, "x 1 has to be at most 1,000,000"),
        ({"weights": [[[1] * 7] * 2]}, "takes at most 6"),
        ({"activation": "magic"}, "activation has to be one of"),
        ({"more": 1}, "more is unknown here"),
    ],
)
def test_faults_of_a_request(url, body, fault):
    request = urllib.request.Request(
        url + "api/inside", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert caught.value.code == 422
    assert fault in json.loads(caught.value.read())["detail"]
    caught.value.close()


@pytest.mark.parametrize("width", [1280])
def test_numbers_too_large_are_shown_as_such(opened):
    page = opened("#inside?x=500,500&activation=exponential&w=1,1;1,1|1;1")
    page.locator("#inside .rows .number-row").first.wait_for()
    assert "inf" in rows(page)["u1"]
    assert page.get_by_role("button", name="Take the step").is_disabled()


@pytest.mark.parametrize("width", [1280])
def test_what_cannot_be_changes_nothing(opened):
    page = opened("#inside", faults="422")
    target = page.get_by_label("y", exact=True)
    target.fill("7")
    page.keyboard.press("Enter")
    page.locator("#inside .fault", has_text="from 0 to 1 for sigmoid").wait_for()
    assert target.input_value() == "1"
    assert rows(page) == wanted(Example())
