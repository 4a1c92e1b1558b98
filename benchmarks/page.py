"""How quick and how large the page is, in Chromium beside the server on one machine.

    ribbonet serve --no-open &
    python benchmarks/page.py http://127.0.0.1:8765/ [--repeats 11] [--json]

Prints medians: bytes and milliseconds of the first page, from an empty cache to the field for
sequences; milliseconds from the click on Predict until 300 residues are drawn; seconds until all of
a megabyte is shown, and until its first chain is; predictions a second of 200 asked at once.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import statistics
import time

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
RESIDUES = "ACDEFGHIKLMNPQRSTVWY"
AT_ONCE = 200

BYTES = """performance.getEntriesByType("navigation")
    .concat(performance.getEntriesByType("resource"))
    .reduce((sum, entry) => sum + entry.transferSize, 0)"""

CLICK = """async (sequence) => {
    document.querySelector("textarea").value = sequence;
    const list = document.querySelector(".chains");
    const drawn = new Promise((resolve) => {
        const watch = new MutationObserver(() => {
            if (list.querySelector(".residues")) resolve(watch.disconnect());
        });
        list.replaceChildren();
        watch.observe(list, { childList: true, subtree: true });
    });
    const start = performance.now();
    document.querySelector(".primary").click();
    await drawn;
    await new Promise((shown) => requestAnimationFrame(() => setTimeout(shown)));
    return performance.now() - start;
}"""


def sequence(rng: random.Random, length: int) -> str:
    """Draw residues."""
    return "".join(rng.choices(RESIDUES, k=length))


def first_page(browser: Browser, url: str) -> tuple[int, float]:
    """Bytes, and milliseconds from the start until the field for sequences is there."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("textarea")
    taken = page.evaluate("performance.now()")
    size = page.evaluate(BYTES)
    context.close()
    return int(size), float(taken)


def click(page: Page, residues: str) -> float:
    """Milliseconds from the click until the chain is drawn and a frame has been shown."""
    return float(page.evaluate(CLICK, residues))


def megabyte(page: Page, rng: random.Random) -> tuple[float, float]:
    """Seconds until the first of 1,000 chains is drawn, and until all are listed."""
    records = "".join(f">{n}\n{sequence(rng, rng.randint(300, 1650))}\n" for n in range(1000))
    file = {"name": "many.fasta", "mimeType": "text/plain", "buffer": records[:999_000].encode()}
    page.reload()
    page.wait_for_selector("textarea")
    started = time.perf_counter()
    page.locator("input[type=file]").set_input_files([file])
    page.wait_for_selector(".drawing .residues", state="attached")
    first = time.perf_counter() - started
    page.locator(".primary", has_text="Predict").wait_for(timeout=600_000)
    return first, time.perf_counter() - started


async def at_once(url: str, rng: random.Random) -> float:
    """Seconds of 200 predictions of 300 residues asked at the same time; none may be lost."""
    sequences = [sequence(rng, 300) for _ in range(AT_ONCE)]
    async with httpx.AsyncClient(timeout=600) as client:
        started = time.perf_counter()
        answers = await asyncio.gather(
            *(client.post(f"{url}api/predict", content=own) for own in sequences)
        )
        taken = time.perf_counter() - started
    assert all(
        answer.json()["sequence"] == own for answer, own in zip(answers, sequences, strict=True)
    )
    return taken


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", help="where `ribbonet serve` says that the page is")
    parser.add_argument("--repeats", type=int, default=11)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()

    rng = random.Random(0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        pages = [first_page(browser, args.url) for _ in range(args.repeats)]
        page = browser.new_page()
        page.goto(args.url)
        page.wait_for_selector("textarea")
        click(page, sequence(rng, 300))
        clicks = [click(page, sequence(rng, 300)) for _ in range(args.repeats)]
        first, whole = megabyte(page, rng)
        browser.close()
    together = asyncio.run(at_once(args.url, rng))
    figures = {
        "first page, bytes": pages[0][0],
        "first page, ms": round(statistics.median(taken for _, taken in pages)),
        "300 residues from click to screen, ms": round(statistics.median(clicks)),
        "the slowest of them, ms": round(max(clicks)),
        "first chain of a megabyte, s": round(first, 2),
        "all of a megabyte, s": round(whole, 1),
        f"{AT_ONCE} predictions at once, each second": round(AT_ONCE / together),
    }
    if args.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:42} {value:>10,}")


if __name__ == "__main__":
    main()
