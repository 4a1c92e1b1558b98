"""The room 1988 in a browser: figure 8, relatives, the window, contributions, and a reload."""

import pytest
from playwright.sync_api import expect

ROOM = "#1988?units=5&cycles=2&batch=1024"


@pytest.fixture(params=[1280])
def width(request) -> int:
    return request.param


def test_a_lesson(opened):
    page = opened(ROOM)
    room = page.locator(".room-1988")
    page.locator(".room-1988[data-step]").wait_for()
    assert "no chain of the former is a relative" in room.inner_text()

    # figure 8, and the cascade as a second step
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator(".room-1988[data-cycle='2']").wait_for()
    table = page.get_by_role("region", name="Scores")
    expect(table).to_contain_text("0 units")
    page.get_by_role("button", name="Add the cascade").click()
    expect(table).to_contain_text("Cascade")

    # the window goes where it is asked to, and what it sees is explained
    page.get_by_label("Place of the window").fill("20")
    expect(page.locator(".why .soft").first).to_contain_text("Residue 21")
    expect(page.get_by_role("region", name="Outputs")).to_contain_text("Residue 21")
    assert page.locator(".residue.seen").count() == 13
    page.get_by_role("button", name="Unit 3", exact=True).click()
    expect(page.get_by_role("region", name="Inputs")).to_contain_text("weights of unit 3")

    # a reload finds it as it was
    page.reload()
    page.locator(".room-1988[data-cycle='2']").wait_for()
    expect(table).to_contain_text("Cascade")

    # relatives in: begun anew, the run before stays pale
    page.get_by_role("radio", name="in", exact=True).click()
    expect(room).to_contain_text("24 of the former are relatives")
    expect(room).to_contain_text("Pale: the run before")
    assert "relatives=true" in page.url
