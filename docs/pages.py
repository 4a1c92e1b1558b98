"""Take the README's pictures of the page, one of each room, in Chromium.

ribbonet serve --no-open &
python docs/pages.py http://127.0.0.1:8765/ [predict ...]
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
WIDTH, HEIGHT = 1280, 1000


def predict(page: Page) -> None:
    """Show three proteins, the cursor on a residue of the second."""
    page.get_by_role("button", name="Example").click()
    drawing = page.get_by_role("slider", name="Residues of myoglobin")
    drawing.wait_for()
    page.wait_for_timeout(500)  # until it is drawn
    box = drawing.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.62 * box["width"], box["y"] + 90)


ROOMS = {"predict": predict}


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
            page.screenshot(path=Path(__file__).parent / f"page-{room}.png")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
