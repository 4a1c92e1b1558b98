"""The room Inside, in a real browser: every control, and what is on the screen."""

import json
import re
import urllib.error
import urllib.request
from importlib import resources
from typing import get_args

import pytest

from ribbonet.nn.layers.activations import ACTIVATIONS
from ribbonet.nn.views.worked_example import Example, explain, step, written
from ribbonet.web.inside.room import Asked


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
    return re.sub(r"\bd(?=[Luŷ])|(?<=/)d", "∂", name)


def wanted(example: Example) -> dict[str, str]:
    forward, backward = explain(example)
    return {
        as_written(row.name): written(row.value).replace("-", "−") for row in [*forward, *backward]
    }


def test_every_activation_is_offered():
    panel = (resources.files("ribbonet.web") / "static/inside/panel.js").read_text("utf-8")
    (names,) = re.findall(r"const ACTIVATIONS = (\[.*\]);", panel)
    assert {*json.loads(names)} == {*get_args(Asked.model_fields["activation"].annotation)}
    assert {*json.loads(names)} == {*ACTIVATIONS}


def all_shown(page) -> None:
    page.locator("#inside .rows .number-row").first.wait_for()
    page.get_by_role("button", name="Show all numbers").click()


def settled(page, moved: str) -> None:
    page.locator("#inside .say", has_text=moved).wait_for()


def test_every_number_is_that_of_the_library(opened, picture, serious_faults):
    page = opened("#inside")
    page.locator("#inside .rows .number-row").first.wait_for()
    assert page.locator("#inside .rows .shown").count() == 1  # it starts at step 1
    all_shown(page)
    assert rows(page) == wanted(Example())
    assert rows(page)["z2"] == "1.462"
    assert page.locator("#inside .graph circle").count() > 10
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert serious_faults(page) == []
    picture(page, "inside")


@pytest.mark.parametrize("width", [1280])
def test_a_change_shows_what_moves(opened):
    page = opened("#inside")
    all_shown(page)
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
    choice = page.locator("#inside [name=choice]")
    for index, layers in ((1, 2), (2, 2), (3, 2), (7, 3)):
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
    all_shown(page)
    page.locator("#inside .rows :text('softmax(z')").wait_for()
    page.locator("#inside [name=output]").select_option("identity")
    page.get_by_label("y 2").wait_for()
    page.locator("#inside [name=activation]").select_option("tanh")
    page.locator("#inside .rows :text('tanh(z')").first.wait_for()

    choice.select_option(index=3)
    page.locator("#inside .example :text('2 layers')").wait_for()
    page.locator("#inside [name=learning_rate]").fill("0.1")
    page.keyboard.press("Enter")
    loss = page.locator("#inside .after .number-row", has_text="with these").locator(".value")
    page.locator("#inside .after :text('0.1')").first.wait_for()
    promised = loss.text_content()
    page.get_by_role("button", name="Take the step").click()
    settled(page, "values moved")
    all_shown(page)
    assert rows(page)["L"] == promised


@pytest.mark.parametrize("width", [1280])
def test_what_cannot_be_is_said(opened):
    page = opened("#inside", faults="422")
    page.get_by_label("y", exact=True).fill("3")
    page.locator("#inside [name=output]").select_option("softmax")
    page.locator("#inside .fault", has_text="y must be").wait_for()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"x": [1, 2, 3]}, "do not fit together"),
        ({"weights": [[[1, 2], [3]]]}, "give numbers, in rows of one length"),
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
    all_shown(page)
    assert "inf" in rows(page)["u1"]
    assert page.get_by_role("button", name="Take the step").is_disabled()


@pytest.mark.parametrize("width", [1280])
def test_what_cannot_be_changes_nothing(opened):
    page = opened("#inside", faults="422")
    all_shown(page)
    target = page.get_by_label("y", exact=True)
    target.fill("7")
    page.keyboard.press("Enter")
    page.locator("#inside .fault", has_text="from 0 to 1 for sigmoid").wait_for()
    assert target.input_value() == "1"
    assert rows(page) == wanted(Example())


@pytest.mark.parametrize("width", [1280])
def test_a_batch_has_shapes_and_the_jacobian(opened, serious_faults):
    page = opened("#inside")
    page.locator("#inside [name=choice]").select_option(
        label="A batch of three, through the Jacobian of softmax"
    )
    page.locator("#inside .rows .shape", has_text="3 × 3 × 3").wait_for()
    all_shown(page)
    weights = [[[1, -1], [0.5, 1]], [[1, 0, -1], [-0.5, 1, 0.5]]]
    example = Example([[0, 1], [1, 0], [0.5, -1]], [0, 1, 2], weights, fused=False)
    assert rows(page) == wanted(example)
    shape = page.locator("#inside .rows .number-row", has_text="∂L/∂W1").first.locator(".shape")
    assert shape.text_content() == "2 × 2"
    checks = page.locator("#inside .rows .checked").all_text_contents()
    assert len(checks) == 9  # one beside each derivative of L
    assert all("✓" in text for text in checks)
    page.get_by_label("Add an example").click()
    page.get_by_label("x 2 of example 4").fill("3")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("x=0%2C1%3B1%2C0%3B0.5%2C-1%3B0%2C3&"))
    assert page.get_by_label("y of example 4").input_value() == "2"
    assert serious_faults(page) == []


@pytest.mark.parametrize("width", [1280])
def test_columns_lay_weights_out_as_rangans_notes_do(opened):
    page = opened("#inside?x=0.5,-1&w=1,2,3;4,5,6|1;0;1")
    all_shown(page)
    page.locator("#inside [name=layout]").select_option("columns")
    page.locator("#inside .formula", has_text="W1 x + b1").wait_for()
    example = Example([0.5, -1], 1, [[[1, 4], [2, 5], [3, 6]], [[1, 0, 1]]], columns=True)
    assert rows(page) == wanted(example)
    inputs = page.locator("#inside .part", has=page.get_by_role("heading", name="W1"))
    values = [one.input_value() for one in inputs.locator("input").all()]
    assert values == ["1", "4", "2", "5", "3", "6"]
    page.get_by_label("W1 from 2 to 3").fill("7")
    page.keyboard.press("Enter")
    settled(page, "values moved")
    page.get_by_role("button", name="Take the step").click()
    page.wait_for_url(re.compile(r"w=1\.003"))  # where dL/dW1 is -0.007, times 0.5
    assert page.get_by_label("W1 from 2 to 3").input_value() != "7"


@pytest.mark.parametrize("width", [1280])
def test_thresholds_decide_and_have_no_way_back(opened):
    page = opened("#inside")
    page.locator("#inside [name=choice]").select_option(
        label="A batch of four: the problem of thresholds"
    )
    page.locator("#inside .formula", has_text="threshold(z2)").wait_for()
    all_shown(page)
    assert rows(page)["ŷ"] == "0; 0; 1; 0"
    assert page.locator("#inside [name=path]").is_disabled()


@pytest.mark.parametrize("width", [1280])
def test_a_step_of_adam_shows_what_it_remembers(opened):
    page = opened("#inside")
    page.locator("#inside [name=optimizer]").select_option("adam")
    after = page.locator("#inside .after .number-row")
    after.locator("b", has_text="m̂(W2)").wait_for()
    wanted_rows = {row.name: written(row.value) for row in step(Example(), 0.5, "adam")}
    found = after.locator("b").all_text_contents()
    assert found == list(wanted_rows)
    page.locator("#inside [name=number]").fill("3")
    page.keyboard.press("Enter")
    page.locator("#inside .after .formula", has_text="m / (1 − 0.9^3)").first.wait_for()
    value = after.filter(has=page.locator("b", has_text="v(b2)")).locator(".value").text_content()
    third = {row.name: written(row.value) for row in step(Example(), 0.5, "adam", 3)}
    assert value == third["v(b2)"].replace("-", "−")


def test_a_real_window_through_a_trained_network(opened, serious_faults, layout_faults):
    page = opened("#inside")
    page.locator("#inside [name=choice]").select_option(
        label="A window of 13 residues, the middle a helix"
    )
    residues = page.get_by_label("Thirteen residues")
    residues.wait_for()
    all_shown(page)
    helix, _, _ = map(float, rows(page)["ŷ"].split())
    assert helix > 0.5  # the network has learned what makes a helix
    assert page.locator("#inside .residue-letter").all_text_contents() == list("AELKKALEEAGVS")
    assert layout_faults(page) == []
    assert serious_faults(page) == []
    residues.fill("VTVKVTVEGKTYT")
    page.keyboard.press("Enter")
    page.locator("#inside .residue-letter >> nth=0", has_text="V").wait_for()
    all_shown(page)
    assert float(rows(page)["ŷ"].split()[1]) > 0.5  # a strand
    page.reload()
    page.get_by_label("Thirteen residues").wait_for()
    assert page.locator("#inside .residue-letter").first.text_content() == "V"


@pytest.mark.parametrize("width", [1280])
def test_a_window_of_another_length_is_said(opened):
    page = opened("#inside?residues=MKT", faults="422")
    page.locator("#inside .fault", has_text="a window has 13 residues").wait_for()
    page.goto(page.url.split("#")[0] + "#inside?residues=MKTAYIAKQRQI1")
    page.locator("#inside .fault", has_text="symbol '1' at position 13").wait_for()


@pytest.mark.parametrize("width", [1280])
def test_the_graph_has_values_on_its_nodes_as_far_as_the_reader_is(opened):
    page = opened("#inside?step=3")
    page.locator("#inside .rows .number-row").first.wait_for()
    notes = page.locator("#inside .graph .note:not(.hidden-yet)").all_text_contents()
    assert "0.731 0.731" in notes
    assert "0.812" not in notes
    assert "sigmoid" in page.locator("#inside .graph .operation").all_text_contents()
    all_shown(page)
    notes = page.locator("#inside .graph .note:not(.hidden-yet)").all_text_contents()
    assert {"0.812", "0.208"} <= set(notes)  # ŷ and L


def test_the_quiz_asks_for_the_next_number(opened, serious_faults, layout_faults):
    page = opened("#inside")
    page.get_by_role("checkbox", name="Quiz").check()
    answer = page.locator("#inside [name=answer]")
    verdict = page.locator("#inside .verdict")
    assert page.locator("#inside .ask label").text_content().startswith("z1, number 1 of 2")
    answer.fill("3")
    page.keyboard.press("Enter")
    assert verdict.text_content() == "✗ Not 3. Work out 0·1 + 1·1 + 0."
    for number in ("1", "1", "0.73"):
        answer.fill(number)
        page.keyboard.press("Enter")
    assert verdict.text_content() == "✓ 0.7311 is right."
    assert page.locator("#inside .tally").text_content() == "2 of 3 at first"
    page.get_by_role("button", name="Show it").click()
    assert page.locator("#inside .place").text_content() == "Forward, step 3 of 15"
    assert page.locator("#inside .ask label").text_content().startswith("z2")
    assert page.locator("#inside .rows .shown").count() == 3
    page.evaluate("scrollTo(0, 0)")  # from under the bar that stays
    assert layout_faults(page) == []
    assert serious_faults(page) == []
    page.get_by_role("button", name="Show all numbers").click()
    assert page.locator("#inside .ask label").text_content() == "That was the last one."
