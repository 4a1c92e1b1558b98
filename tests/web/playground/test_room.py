"""The room Play, in a real browser: every control, and what is on the screen."""

import re
import socket
import time

import numpy as np
import pytest

from ribbonet.web.playground.playground import Playground
from ribbonet.web.playground.settings import Settings

one_width = pytest.mark.parametrize("width", [1280])


@pytest.fixture
def play(opened):
    """Open the room and wait for the first picture."""

    def enter(query: str = "", **options):
        page = opened(f"#play?{query}" if query else "#play", **options)
        page.locator("#play[data-step]").wait_for()
        return page

    return enter


def epoch(page) -> int:
    return int(page.locator("#play").get_attribute("data-epoch"))


def wait(page, expression: str) -> None:
    """Wait until JavaScript says yes (Playwright's own way would need `unsafe-eval`)."""
    end = time.monotonic() + 60  # only a fault takes as long
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"still not: {expression}"
        time.sleep(0.05)


def until(page, condition: str) -> None:
    wait(page, f"(d => {condition})(document.getElementById('play').dataset)")


def percent(page, kind: str) -> float:
    text = page.locator(f"#play .chart:has-text('Accuracy') .values .{kind}").text_content()
    return float(re.search(r"[\d.]+", text)[0])


def test_it_learns_as_the_library_does(play, picture, serious_faults):
    page = play("optimizer=adam&learning_rate=0.03&seed=4")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "d.epoch >= 20")
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Play", exact=True).wait_for()
    page.get_by_role("button", name="One epoch").click()  # to the end of the epoch
    page.wait_for_timeout(300)
    reached = epoch(page)
    playground = Playground(Settings(optimizer="adam", learning_rate=0.03, seed=4))
    playground.step(reached * playground.steps_per_epoch)
    row = playground.rows[-1]
    assert percent(page, "train") == round(100 * row["train_accuracy"], 1) > 90
    assert percent(page, "test") == round(100 * row["test_accuracy"], 1)
    cells = page.locator("#play .confusion td.number").all_text_contents()
    assert sum(map(int, cells)) == 250
    hits = page.locator("#play .confusion td.hit").all_text_contents()
    assert sum(map(int, hits)) == round(250 * row["test_accuracy"])

    # what is drawn at a place is what the network says of it
    page.locator("#play .plane").hover(position={"x": 150, "y": 120})
    x1, x2, p = map(
        float, re.findall(r"-?[\d.]+(?=,|:|$)", page.locator("#play .reading").text_content())
    )
    said = playground.problem.probabilities(playground.network(np.array([[x1, x2]], np.float32)))
    assert abs(said.item() - p) < 0.12
    assert serious_faults(page) == []
    picture(page, "play")


@one_width
def test_steps_restart_speed_and_the_way_back(play):
    page = play()
    page.get_by_role("button", name="One step").click()
    until(page, "d.step == 1")
    page.get_by_role("button", name="One epoch").click()
    until(page, "d.step == 50 && d.epoch == 1")
    page.get_by_label("Speed").select_option("as fast as it goes")
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "d.epoch >= 60")
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_timeout(200)
    end = epoch(page)

    slider = page.get_by_label("Back in time")
    assert slider.get_attribute("max") == str(end)
    slider.focus()
    page.keyboard.press("Home")
    until(page, "d.epoch == 0")
    page.keyboard.press("ArrowRight")
    until(page, "d.epoch == 1")
    assert page.locator("#play output.epoch").text_content() == "1"
    page.get_by_role("button", name="One epoch").click()
    until(page, "d.epoch == 2")
    assert slider.get_attribute("max") == "2"  # another way was taken
    page.get_by_role("button", name="Restart with the first weights").click()
    until(page, "d.epoch == 0 && d.step == 0")


@one_width
def test_every_setting_reaches_the_training_and_the_address(play):
    page = play()
    chosen = {
        "learning_rate": "0.1",
        "schedule": "cosine",
        "optimizer": "momentum",
        "activation": "relu",
        "loss": "squared error",
        "l1": "0.001",
        "l2": "0.01",
    }
    for name, keys in {
        "points": "ArrowLeft",
        "noise": "ArrowRight",
        "share": "ArrowLeft",
        "batch": "ArrowRight",
        "dropout": "ArrowRight",
        "input_noise": "ArrowRight",
        "label_smoothing": "ArrowRight",
    }.items():
        page.locator(f"#play-{name}").focus()
        page.keyboard.press(keys)
    for name, value in chosen.items():
        page.locator(f"#play-{name}").select_option(value)
    assert page.locator("#play-label_smoothing").is_disabled()  # numbers have none
    for name, value in {"epochs": "77", "patience": "9", "data_seed": "6", "seed": "5"}.items():
        page.locator(f"#play-{name}").fill(value)
        page.keyboard.press("Tab")
        chosen[name] = value
    page.locator("#play-batch_norm").check()
    chosen |= {
        "points": "990",
        "noise": "0.11",
        "share": "0.45",
        "batch": "11",
        "dropout": "0.05",
        "input_noise": "0.05",
        "label_smoothing": "0.01",
        "batch_norm": "true",
    }
    for name in ("x2", "sin x1"):
        page.get_by_role("button", name=f"Input {name}", exact=True).click()
    page.get_by_role("button", name="Add a hidden layer").click()
    page.get_by_role("button", name="Add a unit to layer 1").click()
    page.get_by_role("button", name="Remove a unit of layer 2").click()
    chosen |= {"inputs": "x1,sin x1", "layers": "9,7,4,4"}
    wait(page, "location.hash.includes('layers=9%2C7%2C4%2C4')")
    address = page.evaluate("Object.fromEntries(new URLSearchParams(location.hash.split('?')[1]))")
    assert address == chosen
    assert page.locator("#play .unit.hidden").count() == 24
    page.get_by_role("button", name="One epoch").click()
    until(page, "d.epoch == 1")

    page.reload()
    page.locator("#play[data-step]").wait_for()
    assert page.locator("#play-seed").input_value() == "5"
    assert page.locator("#play-batch_norm").is_checked()
    assert page.locator("#play .unit.hidden").count() == 24
    page.get_by_role("button", name="Remove the last hidden layer").click()
    page.get_by_text("3 hidden layers").wait_for()


@one_width
def test_units_are_enlarged_and_weights_edited_in_place(play):
    page = play()
    unit = page.get_by_role("button", name="Unit 2 of layer 1")
    unit.hover()
    heading = page.locator("#play .output > h2")
    heading.get_by_text("Layer 1, unit 2").wait_for()
    page.locator("#play .plane").hover()
    heading.get_by_text("Output", exact=True).wait_for()

    unit.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("region", name="Unit")
    panel.get_by_label("x1").fill("2.5")
    page.keyboard.press("Enter")
    page.get_by_label("Test points").check()
    page.get_by_label("In steps").check()
    page.wait_for_timeout(200)
    panel.get_by_role("button", name="Close").click()
    unit.click()
    assert panel.get_by_label("x1").input_value() == "2.5"

    # a link under the pointer says its weight, and a click on it leads to the number
    boxes = [page.locator(f"#play .unit[aria-label='{name}']").bounding_box() for name in
             ("Input x1", "Unit 2 of layer 1")]  # fmt: skip
    (a, b) = boxes
    x = (a["x"] + a["width"] + b["x"]) / 2
    y = (a["y"] + a["height"] / 2 + b["y"] + b["height"] / 2) / 2
    page.mouse.move(x, y)
    tip = page.locator("#play .tip")
    tip.wait_for()
    assert re.fullmatch(r"x[12] → Unit \d of layer 1: -?[\d.e-]+", tip.text_content())
    page.mouse.click(x, y)
    assert page.evaluate("document.activeElement.type") == "number"


@one_width
def test_data_sets_those_of_ones_own_and_markup_in_them(play, tmp_path):
    page = play(faults=r"$^")
    for title, classes in (
        ("Exclusive or", 2), ("Two clouds", 2), ("Spiral", 2), ("Donut", 2), ("Moons", 2),
        ("Plane (a number)", 3), ("Hills (a number)", 3), ("Several classes", 3), ("Circle", 2),
    ):  # fmt: skip
        page.get_by_role("radio", name=title, exact=True).check()
        page.locator("#play .data-name", has_text=title).wait_for()
        wait(page, f"document.querySelectorAll('#play .surface .legend span').length == {classes}")
    page.get_by_role("radio", name="Points of your own").check()
    page.locator("#play .plane.pencil").wait_for()
    page.get_by_role("radio", name="Class 3").check()
    page.locator("#play .plane").click(position={"x": 200, "y": 60})
    wait(page, "location.hash.split('_').length == 5")
    page.locator("#play .plane").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    wait(page, "location.hash.split('_').length == 6")
    page.get_by_role("button", name="Undo").click()
    wait(page, "location.hash.split('_').length == 5")
    page.get_by_role("button", name="One epoch").click()
    until(page, "d.epoch == 1")
    page.get_by_role("button", name="Clear").click()
    page.locator("#play .say.fault", has_text="draw four points or more").wait_for()

    rows = "".join(
        f"{i},{(i * 7) % 11},{'<script>x</script>' if i % 2 else 'b'}\n" for i in range(30)
    )
    table = tmp_path / "table.csv"
    table.write_text("one,two,kind\n" + rows)
    page.get_by_role("radio", name="A table of your own").check()
    page.locator("#play-table").set_input_files(table)
    page.locator("#play .surface .legend", has_text="<script>x</script>").wait_for()
    page.get_by_label("Column of x1").select_option("1")
    page.locator("#play .say.fault", has_text="choose three different ones").wait_for()
    table.write_text("one,two\n1,2\n")
    page.locator("#play-table").set_input_files(table)
    page.locator("#play .say.fault", has_text="three columns").wait_for()


@one_width
def test_chains_and_the_weights_of_1988(play, tmp_path, picture):
    page = play("data=chains&layers=6&optimizer=sgd&batch=20&learning_rate=0.1")
    assert "their states from DSSP" in page.locator("#play .own-data:visible").text_content()
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "d.epoch >= 3")
    page.get_by_role("button", name="Pause", exact=True).click()
    assert percent(page, "train") > 50
    page.get_by_role("button", name="Unit 3 of layer 1").click()
    weights = page.locator("#play canvas.weights")
    assert weights.evaluate("c => [c.width, c.height]") == [13, 21]
    weights.click(position={"x": 5, "y": 5})
    assert page.get_by_label("Position", exact=True).input_value() == "0"
    page.get_by_label("Weight", exact=True).fill("1.5")
    page.keyboard.press("Tab")
    page.get_by_label("Position", exact=True).select_option("3")
    page.get_by_label("Position", exact=True).select_option("0")
    page.wait_for_timeout(200)
    assert page.get_by_label("Weight", exact=True).input_value() == "1.5"
    assert page.locator("#play .residue").count() > 50
    picture(page, "play-chains")

    chains = tmp_path / "own.3line"
    chains.write_text(
        ">a\nMKTAYIAKQR\nCHHHHHHHCC\n>b <b>bold</b>\nGGGGGG\nCCEEEC\n>c\nGGGG\nCEEC\n"
    )
    page.locator("#play-chains").set_input_files(chains)
    page.locator(
        "#play .own-data", has_text="Your chains. Chains to learn from: 1 (4 residues)"
    ).wait_for()


@one_width
def test_the_seeds_of_data_and_weights_are_drawn(play):
    page = play()
    for field in ("data_seed", "seed"):
        page.locator(f"#play-{field}").fill("7")
        page.keyboard.press("Tab")
    wait(page, "location.hash.endsWith('?data_seed=7&seed=7')")
    page.get_by_role("button", name="Draw both seeds").click()
    wait(page, "!/data_seed=7&seed=7$/.test(location.hash)")
    seeds = [page.locator(f"#play-{field}").input_value() for field in ("data_seed", "seed")]
    assert seeds[0] != seeds[1]


@one_width
def test_exports_are_downloaded(play):
    page = play()
    for form, name in (
        ("JSON", "playground.json"),
        ("NumPy", "playground_numpy.py"),
        ("PyTorch", "playground_pytorch.py"),
        ("scikit-learn", "playground_scikit_learn.py"),
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Export as {form}").click()
        assert download.value.suggested_filename == name
    page.locator("#play-activation").select_option("gelu")
    wait(page, "location.hash.includes('gelu')")
    page.get_by_role("button", name="Export as scikit-learn").click()
    page.locator("#play .say.fault", has_text="export as NumPy or PyTorch").wait_for()


@pytest.mark.parametrize("width", [390])
def test_a_divergent_run_says_why_and_an_end_is_told(play):
    page = play("data=plane&optimizer=sgd&learning_rate=100&activation=identity")
    page.get_by_label("Speed").select_option("as fast as it goes")
    page.get_by_role("button", name="Play", exact=True).click()
    fault = page.locator("#play .say.fault")
    fault.wait_for()
    assert "the learning rate 100 is too high; try 10" in fault.text_content()
    page.get_by_role("button", name="Play", exact=True).wait_for()
    page.locator("#play-learning_rate").select_option("0.0001")
    page.locator("#play-epochs").fill("30")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Restart").click()
    page.get_by_role("button", name="Play", exact=True).click()
    page.locator("#play .say:not(.fault)", has_text="30 epochs done").wait_for()


@one_width
def test_leaving_the_room_pauses_and_closing_the_tab_ends_the_training(play, url):
    page = play()
    players = "fetch('api/play').then(r => r.json()).then(r => r.players)"
    present = page.evaluate(players)
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "d.epoch >= 2")
    page.get_by_role("link", name="Inside").click()
    page.wait_for_timeout(300)
    left = epoch(page)
    page.wait_for_timeout(300)
    assert epoch(page) == left
    page.get_by_role("link", name="Play", exact=True).click()
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, f"d.epoch > {left}")
    other = page.context.new_page()
    other.goto(url + "#inside")
    page.close()
    end = time.monotonic() + 5
    while other.evaluate(players) >= present and time.monotonic() < end:
        time.sleep(0.1)
    assert other.evaluate(players) == present - 1


def test_a_lost_connection_keeps_the_weights_and_comes_back(browser, serving):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = f"--port={free.getsockname()[1]}"
    page = browser.new_page()
    with serving(port) as url:
        page.goto(f"{url}#play?seed=4")
        page.locator("#play[data-step]").wait_for()
        page.get_by_role("button", name="One epoch").click()
        until(page, "d.epoch == 1")
        page.get_by_role("button", name="Unit 1 of layer 1").click()
        weight = page.get_by_role("region", name="Unit").get_by_label("x1")
        weight.fill("2.5")
        page.keyboard.press("Enter")
        page.wait_for_timeout(500)
    page.get_by_role("button", name="Connect again").wait_for()
    page.get_by_role("link", name="Inside").click()  # a room opened while the server is away
    page.locator("#inside .fault", has_text="the server does not answer").wait_for()
    with serving(port):
        page.locator("#inside .rows .number-row").first.wait_for()
        page.get_by_role("link", name="Play", exact=True).click()
        page.locator("#play .say.fault").wait_for(state="hidden")
        assert epoch(page) == 1
        page.get_by_role("button", name="Unit 1 of layer 1").click()
        assert weight.input_value() == "2.5"
    page.close()


@one_width
def test_a_link_with_a_bad_value_opens_with_the_usual_one(play):
    page = play("learning_rate=abc&points=9999&seed=3")
    fault = page.locator("#play .say.fault")
    fault.wait_for()
    assert "Points has to be at most 2,000" in fault.text_content()
    assert page.locator("#play-points").input_value() == "1000"
    assert page.locator("#play-seed").input_value() == "3"


@one_width
def test_a_preset_says_what_it_shows(play):
    page = play("seed=5")
    page.get_by_label("Preset", exact=True).select_option("A line is not enough")
    page.locator("#play .say", has_text="no line parts the classes").wait_for()
    wait(page, "location.hash === '#play?data=xor&layers='")
    assert page.locator("#play .unit.hidden").count() == 0
    page.get_by_label("Preset", exact=True).select_option("Learned by heart")
    wait(page, "location.hash.includes('layers=16%2C16')")
    assert page.locator("#play .unit.hidden").count() == 32
    page.get_by_role("button", name="Play", exact=True).click()
    until(page, "d.epoch >= 2")
    assert page.locator("#play > .say").text_content() == ""


def test_every_control_has_a_sentence(play, layout_faults, faults_of_axe):
    page = play()
    sentence = page.locator("#play-dropout-help")
    assert sentence.is_hidden()
    describes = """[...document.querySelectorAll('#play .control input, #play .control select')]
        .map(own => document.getElementById(own.getAttribute('aria-describedby')).textContent)"""
    sentences = page.evaluate(describes)
    assert len(set(sentences)) == len(sentences) == 21
    assert all(text.endswith(".") for text in sentences)
    page.get_by_role("button", name="Help", exact=True).press("Enter")
    assert sentence.is_visible()
    page.get_by_text("Learn from one batch of examples.").wait_for()
    page.evaluate("scrollTo(0, 0)")
    assert layout_faults(page) == []
    assert faults_of_axe(page) == []
    page.get_by_role("button", name="Help", exact=True).click()
    assert sentence.is_hidden()


@one_width
def test_runs_are_kept_beside_the_present_one(play):
    page = play("points=100")
    keep = page.get_by_role("button", name="Keep this run")
    assert keep.is_disabled()
    page.get_by_role("button", name="One epoch").click()
    until(page, "d.epoch == 1")
    page.get_by_role("button", name="One epoch").click()
    until(page, "d.epoch == 2")
    keep.click()
    page.locator("#play-l2").select_option("0.1")
    page.get_by_role("button", name="Restart").click()
    until(page, "d.epoch == 0")
    runs = page.get_by_role("list", name="Kept runs")
    kept = runs.get_by_text("L2 penalty 0: test")
    kept.wait_for()
    assert "at epoch 2" in kept.text_content()
    assert page.locator("#play .curves .others path.test[d^='M']").count() == 2  # loss and accuracy
    page.reload()
    page.locator("#play[data-step]").wait_for()
    kept.wait_for()
    page.get_by_role("button", name="Drop run 1").click()
    assert runs.locator("li").count() == 0
    assert page.locator("#play .curves .others path").count() == 0


@one_width
def test_a_link_leaves_controls_out(play):
    page = play("noise=0.2&hide=noise,experiments,nonsense")
    assert page.locator("#play-noise").is_hidden()
    assert page.get_by_role("region", name="Experiments").is_hidden()
    assert page.locator("#play-points").is_visible()
    page.get_by_text("Hide controls in a link").click()
    page.get_by_role("checkbox", name="Signals").wait_for(state="detached")
    page.get_by_role("checkbox", name="What runs through the layers").check()
    page.get_by_role("checkbox", name="Experiments").uncheck()
    wait(page, "location.hash.endsWith('noise=0.2&hide=noise%2Csignals')")
    page.reload()
    page.locator("#play[data-step]").wait_for()
    assert page.locator("#play .signals").is_hidden()
    assert page.get_by_role("region", name="Experiments").is_visible()
    page.locator("#play-points").press("ArrowLeft")  # a change of the settings keeps what is hidden
    wait(page, "location.hash.includes('points') && location.hash.includes('hide=')")
