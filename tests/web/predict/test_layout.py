"""The room Predict with everything open, at six widths; and in forced colours."""

import pytest

SEQUENCE = "MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG"


def all_open(page) -> None:
    page.locator(".drawing").scroll_into_view_if_needed()  # what is far below is not drawn
    page.wait_for_selector(".drawing svg")
    page.wait_for_selector(".relatives summary", state="attached")
    for summary in page.locator("#predict summary:not(.relatives details summary)").all():
        summary.click()  # the alignments of relatives are opened below, once
    page.wait_for_selector(".relatives details summary")
    page.locator(".relatives details summary").first.click()
    page.wait_for_selector(".alignment pre")
    for box in page.locator(".choice input").all():
        box.check()
    page.wait_for_selector(".drawing .minus")
    page.get_by_label("Range").fill("12-40")
    page.get_by_label("Range").press("Tab")
    page.wait_for_selector(".marked .selected")


@pytest.mark.parametrize(
    ("width", "widths"),
    [(390, (390, 768, 1024)), (1440, (1440, 1280, 1100))],
    ids=["narrow", "wide"],
)
def test_what_is_open_fits(opened, faults_at, widths):
    page = opened(f"#predict?s={SEQUENCE}&tracks=disorder,topology", reduced_motion="reduce")
    all_open(page)
    assert faults_at(page, widths, "predict-open") == []


@pytest.mark.parametrize("width", [1280], ids=["1280px"])
def test_forced_colours_keep_what_is_selected_and_aligned(opened, faults_of_axe, picture):
    fragment = f"#predict?s={SEQUENCE}&tracks=disorder,topology"
    page = opened(fragment, forced_colors="active", reduced_motion="reduce")
    all_open(page)
    nothing = "rgba(0, 0, 0, 0)"
    for selector in (".marked .selected", ".reach i", ".labels i"):
        colour = page.locator(selector).first.evaluate(
            "node => getComputedStyle(node).backgroundColor"
        )
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert colour not in (nothing, ground), selector
    picture(page, "predict-forced")
    assert faults_of_axe(page) == []
