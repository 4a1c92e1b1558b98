"""The real server and a real Chromium."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

WIDTHS = (1280, pytest.param(390, marks=pytest.mark.slow))
CHROMIUM = shutil.which("chromium")
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",  # none is started in advance
    "--disable-features="  # in place of Playwright's list, from which the second line is
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,"  # a page in each window, as dear to open as ours
    "AimEnabled,NetworkTimeServiceQuerying,OptimizationHints,PreconnectToSearch",  # ask other hosts
)


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """Run `ribbonet serve` in a process of its own; the URL of its page."""
    command = [sys.executable, "-m", "ribbonet", "serve", "--no-open", "--port=0", *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            line = server.stderr.readline()
            found = re.search(r"http://\S+", line)
            assert found, line + server.stderr.read()
            yield found[0]
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    with served() as url:
        yield url


@pytest.fixture(scope="session")
def browser():
    api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if CHROMIUM is None:
        pytest.skip("needs the program chromium (Debian package chromium)")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width}px")
def width(request) -> int:
    """The browser's width in pixels; a test that takes one page for both overrides it."""
    return request.param


@pytest.fixture
def opened(browser, url, width):
    """Open a room: `opened("#predict?s=MKT")` gives the page.

    At the end the test fails if anything was written to the console as an error or asked of
    another host. `opened(..., faults=r"429")` lets errors through that match.
    """
    contexts, errors, foreign = [], [], []

    def open_page(fragment: str = "", faults: str = r"(?!)", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, accept_downloads=True, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)  # only a fault takes as long

        def complain(text: str) -> None:
            if not re.search(faults, text):
                errors.append(text)

        def look(address: str) -> None:
            if urlsplit(address).netloc not in (urlsplit(url).netloc, ""):
                foreign.append(address)

        page.on("console", lambda message: message.type == "error" and complain(message.text))
        page.on("pageerror", lambda error: complain(str(error)))
        page.on("request", lambda request: look(request.url))
        page.on("websocket", lambda socket: look(socket.url))
        page.goto(url + fragment)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
    assert foreign == []


@pytest.fixture
def picture() -> Callable[..., None]:
    """Keep a screenshot in the folder RIBBONET_PICTURES, if one is named."""
    folder = os.environ.get("RIBBONET_PICTURES")

    def keep(page, name: str, **options) -> None:
        if folder:
            path = Path(folder, f"{name}-{page.viewport_size['width']}.png")
            page.screenshot(path=path, **options)

    return keep


MARK_ALIKE = """() => {
  const seen = new Map();
  const mark = (node, under) => {
    const own = getComputedStyle(node);
    const ground = [own.backgroundColor, own.backgroundImage, own.opacity].join();
    const grounds = ground === "rgba(0, 0, 0, 0),none,1" ? under : `${under} ${ground}`;
    const leaf = node.childElementCount === 0 && node.checkVisibility();
    const look = [node.tagName, node.getAttribute("class"), node.matches(":disabled"), own.color,
      own.fontSize, own.fontWeight, grounds].join();
    const before = seen.get(look) ?? 0;
    if (leaf) seen.set(look, before + 1);
    node.toggleAttribute("data-alike", leaf && before >= 3);
    for (const child of node.children) mark(child, grounds);
  };
  mark(document.body, "");
}"""
"""Marks text that looks like three others before it, on the same grounds: its contrast, which takes
axe-core the longest, is the same."""


COLOURS_SETTLED = """async () => {
  await new Promise(own => requestAnimationFrame(own));
  const changing = document.getAnimations().filter((own) => own instanceof CSSTransition);
  await Promise.allSettled(changing.map((own) => own.finished));
}"""
"""Waits for the colours that fade into others; between two, a text may have too little contrast."""


@pytest.fixture(scope="session")
def faults_of_axe() -> Callable[..., list[str]]:
    """All that axe-core finds on a page, or what is as grave as `impacts` says."""
    script = pytest.importorskip("axe_playwright_python.sync_playwright").Axe().axe_script
    rules = {
        "rest": ("html", {"rules": {"color-contrast": {"enabled": False}}}),
        "contrast": ({"exclude": ["[data-alike]"]}, {"runOnly": ["color-contrast"]}),
    }

    def find(page, *impacts: str, only: Sequence[str] = ("rest", "contrast")) -> list[str]:
        if not page.evaluate("'axe' in window"):
            page.evaluate(script)
        page.evaluate(COLOURS_SETTLED)
        page.evaluate(MARK_ALIKE)
        violations = [
            fault
            for context, options in (rules[own] for own in only)
            for fault in page.evaluate(
                "([context, options]) => axe.run(context, options).then(r => r.violations)",
                [context, {**options, "resultTypes": ["violations"]}],
            )
        ]
        return [
            f"{fault['id']}: {fault['help']}: {[node['html'][:200] for node in fault['nodes']][:3]}"
            for fault in violations
            if not impacts or fault["impact"] in impacts
        ]

    return find


@pytest.fixture(scope="session")
def serious_faults(faults_of_axe) -> Callable[..., list[str]]:
    """What axe-core finds on a page that is serious or critical."""
    return lambda page: faults_of_axe(page, "serious", "critical")


@pytest.fixture(scope="session")
def layout_faults() -> Callable[..., list[str]]:
    """What overlaps, is cut off, or lies beyond the edge of a page."""
    look = Path(__file__).with_name("layout.js").read_text()
    return lambda page: page.evaluate(look)


@pytest.fixture
def faults_at(layout_faults, faults_of_axe, picture) -> Callable[..., list[str]]:
    """What is wrong with a page at several widths, in light and in dark; `name` is of pictures.

    axe-core, which takes longest, looks at the first width: give the narrowest, where most has to
    be scrolled, or the widest, where most is shown. Contrast does not depend on the width; it is
    measured where everything is shown, not on phones. In the dark, nothing but colours is other.
    """

    def find(page, widths: Sequence[int], name: str = "") -> list[str]:
        found = []
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="light")
            page.wait_for_timeout(100)  # what follows a resize
            page.evaluate("new Promise(own => requestAnimationFrame(own))")
            faults = layout_faults(page)
            if name:
                picture(page, f"{name}-light", full_page=True)
            if width == widths[0] < 1100:
                faults += faults_of_axe(page, only=["rest"])
            elif width == widths[0]:
                faults += faults_of_axe(page)
                page.emulate_media(color_scheme="dark")
                faults += [f"dark: {own}" for own in faults_of_axe(page, only=["contrast"])]
                if name:
                    picture(page, f"{name}-dark", full_page=True)
            found += [f"{width} px: {fault}" for fault in faults]
        return found

    return find


@pytest.fixture(scope="session")
def serving():
    """Run `ribbonet serve`, once or again: `with serving("--port=8000") as url`."""
    return served
