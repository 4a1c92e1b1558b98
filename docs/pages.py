"""Take the guide's pictures of the page, one of each room, in Chromium.

ribbonet serve --no-open &
python docs/pages.py http://127.0.0.1:8765/ [predict ...]
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
WIDTH, HEIGHT = 1280, 1000


def predict(page: Page) -> None:
    """Show three proteins and their disorder, the cursor on a residue of the first."""
    page.set_viewport_size({"width": WIDTH, "height": 1500})
    page.get_by_label("Disorder").check()
    page.get_by_role("button", name="Example").click()
    drawing = page.get_by_role("slider", name="Residues of ubiquitin")
    drawing.locator("svg").first.wait_for()
    box = drawing.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.42 * box["width"], box["y"] + 60)
    page.locator(".readout:visible").wait_for()


def play(page: Page) -> None:
    """Show the spiral, learned."""
    page.evaluate(
        "location.hash = '#play?' + new URLSearchParams({data: 'spiral', noise: '0.02', "
        "layers: '8,6', inputs: 'x1,x2,sin x1,sin x2', optimizer: 'adam', "
        "learning_rate: '0.01', share: '0.7', batch: '20'})"
    )
    page.get_by_role("button", name="Unit 8 of layer 1").wait_for()
    page.get_by_role("button", name="Play", exact=True).click()
    while page.evaluate("document.getElementById('play').dataset.epoch < 120"):
        page.wait_for_timeout(100)
    page.get_by_role("button", name="Pause", exact=True).click()
    page.wait_for_timeout(500)


def inside(page: Page) -> None:
    """Show what moves when one weight is another, and how a number comes about."""
    page.locator("#inside [name=choice]").select_option(index=1)
    page.get_by_label("x 2").wait_for()
    page.get_by_role("button", name="Show all numbers").click()
    page.get_by_label("W2 from 1 to 1").fill("7")
    page.keyboard.press("Enter")
    page.locator("#inside .was").first.wait_for()
    page.locator("#inside .graph circle[data-name='z2']").click()
    page.get_by_role("button", name="Show all numbers").click()
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)


def network_1988(page: Page) -> None:
    """Show figure 8 after all cycles, and a window in a helix."""
    page.set_viewport_size({"width": WIDTH, "height": 1500})
    page.get_by_role("button", name="Train", exact=True).click()
    page.locator(".room-1988[data-cycle='40']").wait_for(timeout=300_000)
    page.get_by_role("slider", name="Place of the window").fill("20")
    page.locator(".room-1988 .why:not(.old) .part").first.wait_for()
    page.wait_for_timeout(500)


def hopfield(page: Page) -> None:
    """Show letters recalled by the modern rule, as attention."""
    page.set_viewport_size({"width": WIDTH, "height": 1200})
    page.evaluate("location.hash = '#hopfield?letters=ACEHTX&rule=modern&beta=0.2'")
    page.locator("#hopfield[data-shown=modern] caption").wait_for()
    page.get_by_text("Attention by its own formula").wait_for()


def learn(page: Page) -> None:
    """Show a lesson at one of its live parts, walked down two ways."""
    page.evaluate("location.hash = '#learn?lesson=descent'")
    part = page.locator("#learn .live[data-open]").first
    for way in ("momentum", "adam"):
        part.get_by_label("Way down").select_option(way)
        part.get_by_role("button", name="Walk").click()
        part.locator(".walks", has_text="Adam" if way == "adam" else "momentum").wait_for()
    part.get_by_text("step 300 of 300").wait_for()
    part.evaluate("node => scrollTo(0, node.getBoundingClientRect().top + scrollY - 300)")


ROOMS = {
    "predict": predict,
    "play": play,
    "1988": network_1988,
    "inside": inside,
    "hopfield": hopfield,
    "learn": learn,
}


def main() -> None:
    """Open each room, prepare it and keep `docs/page-ROOM.png`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", help="where `ribbonet serve` says that the page is")
    parser.add_argument("rooms", nargs="*", default=list(ROOMS), help="all, unless some are named")
    args = parser.parse_args()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        for room in args.rooms:
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto(f"{args.url}#{room}")
            ROOMS[room](page)
            path = Path(__file__).parent / f"page-{room}.png"
            page.screenshot(path=path)
            with Image.open(path) as picture:  # 256 colours are enough, and a third of the bytes
                few = picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE)
                few.save(path, optimize=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
