"""Take the README's pictures of the page, one of each room, in Chromium.

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
    page.get_by_label("W2 from 1 to 1").fill("7")
    page.keyboard.press("Enter")
    page.locator("#inside .was").first.wait_for()
    page.locator("#inside .graph circle[data-name='z2']").click()
    page.get_by_role("button", name="Show all numbers").click()
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)


ROOMS = {"predict": predict, "play": play, "inside": inside}


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
                picture.convert("RGB").quantize(256).save(path, optimize=True)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
