"""Every room at six widths, light and dark: nothing overlaps, nothing is cut off."""

import pytest

BATCH = "x=0,1;1,0;0.5,-1&y=0;1;2&w=1,-1;0.5,1|1,0,-1;-0.5,1,0.5&fused=no&optimizer=adam&step=17"
ROOMS = {
    "#predict?s=MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ&model=fast": ".drawing svg",
    "#play": "#play[data-step]",
    "#1988": ".room-1988[data-step]",
    "#inside": "#inside .rows .number-row",
    f"#inside?{BATCH}": "#inside .rows .checked",
    "#inside?residues=AELKKALEEAGVS&step=15": "#inside .residue-letter",
    "#hopfield?letters=ACEHTX&rule=modern": "#hopfield caption",
    "#learn?lesson=backprop": "#learn[data-shown=backprop]",
}


@pytest.mark.parametrize(
    ("width", "widths"),
    [(390, (390, 768, 1024)), (1440, (1440, 1280, 1100))],
    ids=["narrow", "wide"],
)
def test_nothing_overlaps_or_is_cut_off(opened, faults_at, widths):
    page = opened(reduced_motion="reduce")
    for fragment, shown in ROOMS.items():
        page.goto(page.url.split("#")[0] + fragment)
        page.locator(shown).first.wait_for()
        assert faults_at(page, widths) == [], fragment


def test_forced_colours_keep_what_colours_tell(opened, faults_of_axe):
    page = opened("#play", forced_colors="active", reduced_motion="reduce")
    page.locator("#play[data-step]").wait_for()
    outline = "getComputedStyle(document.querySelector('#play .thumb:has(:checked)')).outlineStyle"
    assert page.evaluate(outline) == "solid"
    assert faults_of_axe(page) == []
