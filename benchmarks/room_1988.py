"""The room 1988: how long figure 8 takes one pupil, and what twenty at once get to see.

One pupil trains the network of 40 units and the one without for 40 cycles on the shipped proteins;
then 20 do so at once, and of each the pictures within a minute are counted.

Run: python benchmarks/room_1988.py                # over sockets, as pages ask
     python benchmarks/room_1988.py --pages 20     # by real pages in Chromium, which draw
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

PUPILS, SECONDS = 20, 60


def header(picture: bytes) -> dict[str, object]:
    """Return what a picture says of itself."""
    made: dict[str, object] = json.loads(picture[4 : 4 + int.from_bytes(picture[:4], "little")])
    return made


def learn(address: str, seconds: float, pictures: list[float]) -> None:
    """Train and draw until the end, or so long; keep the times of the pictures."""
    started = time.perf_counter()
    with suppress(WebSocketException), connect(address, max_size=None) as socket:
        socket.send(json.dumps({"type": "settings", "settings": {}}))
        socket.send('{"type": "play"}')
        while time.perf_counter() - started < seconds:
            message = socket.recv()
            if isinstance(message, bytes):
                pictures.append(time.perf_counter() - started)
                socket.send('{"type": "drawn"}')
                if header(message)["ended"]:
                    return


COUNTED = """() => {
  window.pictures = 0;
  const count = (changes) => { window.pictures += changes.length; };
  const room = document.getElementById("1988");
  new MutationObserver(count).observe(room, { attributes: true, attributeFilter: ["data-step"] });
}"""


def by_pages(address: str, pupils: int) -> list[float]:
    """Let so many pages of Chromium train at once; return the pictures a second that each drew."""
    from playwright.sync_api import sync_playwright

    options = {"executable_path": shutil.which("chromium"), "args": ["--no-sandbox"]}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        pages = [browser.new_context().new_page() for _ in range(pupils)]
        for page in pages:
            page.set_default_timeout(300_000)
            page.goto(f"{address}#1988")
            page.locator(".room-1988[data-step]").wait_for()
            page.evaluate(COUNTED)
        for page in pages:
            page.get_by_role("button", name="Train", exact=True).click()
        started = [time.perf_counter() for _ in pages]
        before = [page.evaluate("pictures") for page in pages]
        time.sleep(SECONDS)
        rates = []
        for page, since, first in zip(pages, started, before, strict=True):
            drawn = page.evaluate("pictures") - first
            rates.append(drawn / (time.perf_counter() - since))
        lost = sum(page.locator(".room-1988 .fault:visible").count() > 0 for page in pages)
        print(f"{lost} of {pupils} pages lost", end="; ")
        browser.close()
    return rates


def main() -> None:
    """Start the server, let one pupil learn, then many, and print what they saw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, help="so many pupils by pages in Chromium instead")
    pages = parser.parse_args().pages
    command = [sys.executable, "-m", "ribbonet", "serve", "--no-open", "--port=0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            found = re.search(r":(\d+)/", server.stderr.readline())
            assert found is not None
            address = f"ws://127.0.0.1:{found[1]}/ws/1988"
            print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
            if pages:
                rates = sorted(by_pages(f"http://127.0.0.1:{found[1]}/", pages))
                print(f"pictures a second: fewest {rates[0]:.1f}, median {rates[pages // 2]:.1f}")
                return
            alone: list[float] = []
            learn(address, 600, alone)
            print(f"one pupil: figure 8 in {alone[-1]:.1f} s, {len(alone)} pictures")
            seen: list[list[float]] = [[] for _ in range(PUPILS)]
            pupils = [threading.Thread(target=learn, args=(address, SECONDS, own)) for own in seen]
            for pupil in pupils:
                pupil.start()
            for pupil in pupils:
                pupil.join()
            rates = sorted(len(own) / max(own[-1], 1e-9) if own else 0.0 for own in seen)
            print(f"{PUPILS} pupils: {sum(map(bool, seen))} let in, pictures a second: ", end="")
            print(f"fewest {rates[0]:.1f}, median {rates[PUPILS // 2]:.1f}")
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
