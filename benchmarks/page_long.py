"""How fluently the room Predict shows much, in Chromium beside the server on one machine.

    ribbonet serve --no-open &
    python benchmarks/page_long.py http://127.0.0.1:8765/ [--json]

A chain of 34,350 residues (titin's length), by chance: pictures a second while it scrolls by half a
window a picture, and while the zoom changes with each, with the time that each costs the page's
main thread, which depends less on what else the machine does; and seconds until 1,000 chains of
299 residues are listed, whose predictions the browser has.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil

from playwright.sync_api import CDPSession, Page, sync_playwright

QUIET = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
RESIDUES = "ACDEFGHIKLMNPQRSTVWY"
TITIN = 34_350
PICTURES = 120

FRAMES = """async ([change, pictures]) => {
    const act = {
        scroll: () => scrollBy(0, innerHeight / 2),
        zoom: (n) => {
            const zoom = document.querySelector("#predict input[type=range]");
            zoom.value = 6 + (n % 16);
            zoom.dispatchEvent(new Event("input"));
        },
    }[change];
    const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
    document.querySelector(".drawing").scrollIntoView();
    await frame();
    const start = performance.now();
    let longest = 0;
    let before = start;
    for (let n = 0; n < pictures; n++) {
        act(n);
        await frame();
        longest = Math.max(longest, performance.now() - before);
        before = performance.now();
    }
    return [(1000 * pictures) / (before - start), longest];
}"""

LIST = """async (content) => {
    const asked = { method: "POST", body: content };
    const answer = await fetch("api/predict?model=fast", asked);
    const { headers } = answer;
    const text = await answer.text();
    const own = window.fetch;
    window.fetch = async () => new Response(text, { headers });
    const list = document.querySelector(".chains");
    document.querySelector("textarea").value = content;
    const listed = () => list.childElementCount === 1000;
    const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
    const start = performance.now();
    document.querySelector(".primary").click();
    do await frame();
    while (!listed());
    window.fetch = own;
    return performance.now() - start;
}"""


def sequence(rng: random.Random, length: int) -> str:
    """Draw residues."""
    return "".join(rng.choices(RESIDUES, k=length))


def fill(page: Page, text: str) -> None:
    """Put a text into the field for sequences; typing it would take longer than predicting it."""
    page.evaluate("(text) => { document.querySelector('textarea').value = text; }", text)


def predict(page: Page, text: str) -> None:
    """Predict a text by the model `fast`, and wait until it is shown."""
    page.get_by_label("Model").select_option("fast")
    fill(page, text)
    page.locator(".primary").click()
    page.locator(".status", has_text=" s by ").wait_for(timeout=600_000)
    page.locator(".primary", has_text="Predict").wait_for(timeout=600_000)


def listed(page: Page, rng: random.Random) -> float:
    """Milliseconds until 1,000 chains are listed whose predictions are in the browser."""
    return float(page.evaluate(LIST, "".join(f">{n}\n{sequence(rng, 299)}\n" for n in range(1000))))


def busy(session: CDPSession) -> float:
    """Return the seconds that the page's main thread has computed."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(own["value"] for own in metrics if own["name"] == "TaskDuration"))


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("url", help="where `ribbonet serve` says that the page is")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()

    rng = random.Random(0)
    figures: dict[str, float] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(args.url)
        page.wait_for_selector("textarea")
        predict(page, sequence(rng, TITIN))
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        for change in ("scroll", "zoom"):
            before = busy(session)
            rate, longest = page.evaluate(FRAMES, [change, PICTURES])
            work = 1000 * (busy(session) - before) / PICTURES
            figures[f"{change}, ms of processor a picture"] = round(work, 1)
            figures[f"{change}, pictures a second"] = round(rate, 1)
            figures[f"{change}, longest picture, ms"] = round(longest)
        figures["1,000 chains listed, s"] = round(listed(page, rng) / 1000, 2)
        browser.close()
    if args.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:36} {value:>8,}")


if __name__ == "__main__":
    main()
