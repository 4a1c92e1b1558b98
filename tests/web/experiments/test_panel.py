"""The experiments in a browser: one click, cancelled, taken up again, and set in the room."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def panel(opened):
    """Open the room Play with short experiments; the page and their part of it."""

    def enter(**options):
        page = opened("#play?points=60", **options)
        page.locator("#play[data-step]").wait_for()
        panel = page.get_by_role("region", name="Experiments")
        panel.get_by_label("Epochs", exact=True).fill("5")
        panel.get_by_label("Seeds").fill("3")
        return page, panel

    return enter


def test_one_click_shows_means_and_intervals(panel, faults_at):
    page, part = panel()
    part.get_by_role("button", name="Smaller weights").click()
    expect(part).to_have_attribute("data-done", "18", timeout=60_000)
    expect(part.locator("progress")).to_be_hidden()
    table = part.get_by_role("region", name="Results of the experiment")
    expect(table.locator("tbody tr")).to_have_count(6)
    cells = table.locator("tbody tr").first.locator("td").all_text_contents()
    assert cells[:2] == ["60", "337"]
    for cell in cells[2:7]:
        assert re.fullmatch(r"[\d.]+ ± [\d.]+", cell), cell
    for name in ("Score of each variant", "Loss over the epochs"):
        assert part.get_by_role("img", name=name).locator("path").count() > 8
    part.get_by_label("Shown").select_option("loss")
    page.evaluate("scrollTo(0, 0)")  # the toolbar stays in view, over what is scrolled under it
    assert faults_at(page, [page.viewport_size["width"]], "experiment") == []

    # a reload finds it again, and what it tried can be set in the room
    page.reload()
    expect(table.locator("tbody tr")).to_have_count(6)
    page.get_by_role("button", name="Set these above: 0.01", exact=True).click()
    expect(page.locator("#play-l2")).to_have_value("0.01")
    expect(page.locator("#play-epochs")).to_have_value("5")
    expect(page).to_have_url(re.compile("data=xor"))


@pytest.mark.parametrize("width", [1280])
def test_an_experiment_is_cancelled_and_one_of_ones_own_settings_run(panel):
    page, part = panel()
    part.get_by_label("Epochs", exact=True).fill("2000")
    part.get_by_role("button", name="More data").press("Enter")
    part.get_by_role("button", name="Cancel").click()
    expect(part.locator("progress")).to_be_hidden()
    page.locator("#play-l2").select_option("0.03")
    part.get_by_label("Epochs", exact=True).fill("2")
    part.get_by_label("Other settings").select_option("own")
    part.get_by_role("button", name="Learning rate").click()
    table = part.get_by_role("region", name="Results of the experiment")
    expect(table).to_contain_text("Learning rate")
    expect(part).to_have_attribute("data-done", "21", timeout=60_000)
    assert table.locator("tbody tr").first.locator("td").all_text_contents()[0] == "30"
    page.get_by_role("button", name="Set these above: 0.1", exact=True).click()
    expect(page.locator("#play-learning_rate")).to_have_value("0.1")
    expect(page.locator("#play-l2")).to_have_value("0.03")
    part.get_by_label("Seeds").fill("99")
    part.get_by_role("button", name="Dropout").click()
    assert part.get_by_label("Seeds").evaluate("input => !input.checkValidity()")
