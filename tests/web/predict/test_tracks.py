"""The room Predict: disorder and topology beside the states."""

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import ribbonet
from ribbonet.models import load_model
from ribbonet.web.predict.tasks import MEANINGS

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright").expect
expect.set_options(timeout=60_000)

# bacteriorhodopsin: seven helices in the membrane, and a tail without order
SEQUENCE = (
    "MLELLPTAVEGVSQAQITGRPEWIWLALGTALMGLGTLYFLVKGMGVSDPDAKKFYAITTLVPAIAFTMYLSMLLGYGLTMVPFGGEQNPIYWARYAD"
    "WLFTTPLLLLDLALLVDADQGTILALVGADGIMIGTGLVGALTKVYSYRFVWWAISTAAMLYILYVLFFGFTSKAESMRPEVASTFKVLRNVTVVLWSAY"
    "PVVWLIGSEGAGIVPLNIETLLFMVLDVSAKVGFGLILLRSRAIFGEAEAPEPSAGDGAAATSD"
)
NAMES = "disorder,topology"
wide = pytest.mark.parametrize("width", [1280], ids=["1280px"])


@pytest.fixture(scope="module")
def commanded(tmp_path_factory) -> dict[str, bytes]:
    """What the command writes, by formats."""
    folder = tmp_path_factory.mktemp("commanded")
    (folder / "a.fasta").write_text(f">br some protein\n{SEQUENCE}\n")
    files = {}
    for form in ("csv", "jsonl"):
        output = folder / f"a.{form}"
        command = [sys.executable, "-m", "ribbonet", "predict", folder / "a.fasta", "-o", output]
        subprocess.run([*command, "--tracks", NAMES], check=True, capture_output=True)
        files[form] = output.read_bytes()
    return files


def ask(url: str, **options: object) -> httpx.Response:
    content = f">br some protein\n{SEQUENCE}\n".encode()
    return httpx.post(f"{url}api/predict", content=content, params=options, timeout=120)


def test_they_are_byte_for_byte_what_the_command_writes(url, commanded):
    assert ask(url).text.count("tracks") == 0  # kept, but not for those who ask for tracks
    for form, expected in commanded.items():
        assert ask(url, format=form, tracks=NAMES).content == expected
    one = ask(url, tracks="structure,disorder").json()["tracks"]
    assert list(one) == ["disorder"]
    both = json.loads(commanded["jsonl"])["tracks"]
    assert one["disorder"] == both["disorder"]


def test_what_is_wrong_is_said(url):
    answer = ask(url, tracks="binding")
    assert answer.status_code == 422
    assert "'binding' is none; give some of structure, disorder" in answer.json()["detail"]
    answer = ask(url, tracks="disorder", format="ss2")
    assert answer.status_code == 422
    assert ".ss2 has no room for disorder" in answer.json()["detail"]


def test_each_label_is_explained():
    assert set(MEANINGS) == set(load_model("topology").task.alphabet)


def test_tracks_stand_below_the_states(opened, picture, faults_of_axe, layout_faults):
    page = opened(f"#predict?s={SEQUENCE}&tracks={NAMES}")
    page.locator(".drawing").scroll_into_view_if_needed()
    page.wait_for_selector(".drawing .value")
    legend = page.locator(".labels")
    expect(legend).to_contain_text("disordered below 3, ordered above 8")
    expect(legend).to_contain_text("H helix in the membrane")
    expected = ribbonet.predict(SEQUENCE, tracks=NAMES).tracks
    drawing = page.get_by_role("slider", name="Residues of")
    drawing.focus()
    page.keyboard.press("Home")
    for place in range(0, 100, 10):
        value = float(expected["disorder"].values[place])
        label = expected["topology"].states[place]
        share = float(expected["topology"].confidence[place])
        told = drawing.get_attribute("aria-valuetext")
        said = re.search(r"disorder: ([-\d.]+); topology: (.), ([\w ,]+), (\d+) %", told)
        assert float(said[1]) == pytest.approx(value, rel=0.006)
        assert (said[2], said[3]) == (label, MEANINGS[label])
        assert int(said[4]) == pytest.approx(100 * share, abs=0.6)
        expect(page.locator(".readout")).to_contain_text(f"topology: {label}, ")
        page.keyboard.press("PageDown")
    picture(page, "predict-tracks")
    assert faults_of_axe(page) == []
    assert layout_faults(page) == []


@wide
def test_segments_lie_in_the_lanes_of_their_labels(opened):
    page = opened(f"#predict?s={SEQUENCE}&tracks=topology")
    page.wait_for_selector(".drawing .segment", state="attached")
    labels = ribbonet.predict(SEQUENCE, tracks="topology").tracks["topology"].states
    first = page.locator(".drawing g[transform]").first
    shown = len(first.locator(".residues").text_content())
    pitch = first.evaluate(
        "line => { const x = line.querySelector('.residues').x.baseVal;"
        " return x[1].value - x[0].value; }"
    )
    drawn = [" "] * shown
    lanes = [text for text in first.locator(".axis").all_text_contents() if text in "S2HB1"]
    lanes = lanes[-5:]  # those of the probabilities come before
    for lane, path in zip(lanes, first.locator(".segment").all(), strict=True):
        for start, width in re.findall(r"M([\d.]+) [\d.]+h([\d.]+)", path.get_attribute("d")):
            for n in range(
                round(float(start) / pitch), round((float(start) + float(width)) / pitch)
            ):
                drawn[n] = lane
    assert "".join(drawn) == labels[:shown]


@wide
def test_switches_predict_them_and_downloads_hold_them(opened, commanded):
    page = opened("#predict")
    page.get_by_label("Sequences", exact=True).fill(f">br some protein\n{SEQUENCE}\n")
    page.get_by_role("button", name="Predict").click()
    expect(page.locator(".status")).to_have_text(re.compile(" s by "))
    assert page.locator(".labels p").count() == 0
    page.get_by_label("Disorder").check()
    expect(page.locator(".labels p")).to_have_count(1)
    page.get_by_label("Membrane topology").check()
    expect(page.locator(".labels p")).to_have_count(2)
    expect(page).to_have_url(re.compile("tracks=disorder%2Ctopology"))

    def download(value: str) -> bytes:
        page.get_by_label("Format").select_option(value)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        return Path(download.value.path()).read_bytes()

    assert download("3 csv") == commanded["csv"]
    states = page.get_by_label("Format").locator("option[value='3 three-line']")
    assert states.text_content() == "three-line, without tracks"
    assert download("3 three-line").decode().split("\n")[2] == ribbonet.predict(SEQUENCE).states
    with page.expect_download() as figure:
        page.get_by_role("button", name="Save figure").click()
    assert Path(figure.value.path()).read_bytes().startswith(b"<svg")
    page.get_by_label("Disorder").uncheck()
    expect(page.locator(".labels p")).to_have_count(1)
