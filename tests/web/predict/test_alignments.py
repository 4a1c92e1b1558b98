"""The room Predict: a chain by accurate-msa, from an alignment, and by a cascade of one's own."""

import base64
import gzip
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import httpx
import pytest

import ribbonet

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright").expect
expect.set_options(timeout=60_000)

SEQUENCE = "MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG"
CASCADE = """
[[stage]]
window = 13
hidden = [10]
activation = "sigmoid"
epochs = 1
[[stage]]
window = 13
hidden = [10]
activation = "sigmoid"
epochs = 1
"""


def family() -> list[str]:
    """Make rows of an alignment: the chain, and others with mutations, gaps and an insertion."""
    rng = random.Random(0)
    rows = [SEQUENCE]
    for share in (0.2, 0.4, 0.5, 0.6, 0.7):
        letters = [
            rng.choice("ACDEFGHIKLMNPQRSTVWY-") if rng.random() < share else a for a in SEQUENCE
        ]
        rows.append("".join(letters))
    return rows


def forms() -> dict[str, bytes]:
    rows = family()
    fasta = "".join(f">s{n}\n{row}\n" for n, row in enumerate(rows))
    inserted = fasta.replace(f">s1\n{rows[1][:9]}", f">s1\n{rows[1][:9]}aga")
    stockholm = "".join(f"s{n} {row}\n" for n, row in enumerate(rows))
    return {
        "family.a3m": inserted.encode(),
        "family.a3m.gz": gzip.compress(inserted.encode()),
        "family.fasta": fasta.encode(),
        "family.sto": f"# STOCKHOLM 1.0\n{stockholm}//\n".encode(),
    }


@pytest.fixture(scope="module")
def commanded(tmp_path_factory) -> str:
    """The states that the command predicts from the alignment."""
    path = tmp_path_factory.mktemp("alignments") / "family.a3m"
    path.write_bytes(forms()["family.a3m"])
    command = [sys.executable, "-m", "ribbonet", "predict", path]
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout.split("\n")[2]


@pytest.fixture(scope="module")
def cascade(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    proteins = resources.files("ribbonet.datasets") / "small_proteins.3line"
    (folder / "some.3line").write_text("".join(proteins.read_text().splitlines(True)[:120]))
    (folder / "cascade.toml").write_text(CASCADE)
    ribbonet.train(folder / "some.3line", folder / "mine", config=folder / "cascade.toml")
    return folder / "mine"


@pytest.fixture(scope="module")
def url(cascade, serving) -> Iterator[str]:
    with serving("--model", str(cascade)) as url:
        yield url


def ask(url: str, name: str, content: bytes, **more: object) -> httpx.Response:
    asked = {"sequence": SEQUENCE, "name": name, "content": base64.b64encode(content).decode()}
    return httpx.post(f"{url}api/alignment", json=asked | more, timeout=60)


def test_an_alignment_in_any_form_gives_what_the_command_predicts(url, commanded):
    for name, content in forms().items():
        answer = ask(url, name, content)
        assert answer.status_code == 200, answer.text
        expected = {"name": "accurate-msa", "states": commanded, "sequences": 6}
        assert answer.json() == expected, name
    masked = ask(url, "family.a3m", forms()["family.a3m"], min_confidence=0.9).json()["states"]
    assert masked.count("-") > commanded.count("-")
    assert all(a in ("-", b) for a, b in zip(masked, commanded, strict=True))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.a3m", b">a\nMKT\n", "a.a3m: its first sequence is not this chain"),
        ("a.a3m", f">a\n{SEQUENCE}\n>b\nMKT\n".encode(), "a.a3m: line 3: the record has 3 columns"),
        ("a.a3m", b"", "a.a3m: "),
        ("a.a3m.gz", b"\x1f\x8bnothing", "a.a3m"),
        ("../a.a3m", b"", "name"),
        ("a.a3m", gzip.compress(b">" * 8_000_001), "more than 8,000,000 bytes"),
    ],
)
def test_what_is_wrong_is_said(url, name, content, message):
    answer = ask(url, name, content)
    assert answer.status_code == 422
    assert message in answer.json()["detail"]
    assert "/tmp" not in answer.text


def agreement(name: str, states: str, own: str) -> str:
    same = sum(a == b for a, b in zip(states, own, strict=True))
    return f"{name}: the same state in {same} of 76 residues ({100 * same / 76:.0f} %)"


def test_it_stands_beside_a_cascade_of_ones_own(
    opened, cascade, commanded, picture, faults_of_axe, layout_faults
):
    page = opened(f"#predict?s={SEQUENCE}&model=fast", faults="422")
    page.locator(".drawing").scroll_into_view_if_needed()
    page.wait_for_selector(".drawing svg")
    own = ribbonet.predict(SEQUENCE, model="fast").states
    page.get_by_text("Compare with other models").click()
    page.get_by_label("mine", exact=True).check()
    said = page.locator("#predict .panel > div > .note")
    mine = agreement("mine", ribbonet.predict(SEQUENCE, model=cascade).states, own)
    expect(said).to_have_text(mine)

    page.get_by_text("Compare with accurate-msa").click()
    picker = page.get_by_label("File of the alignment")
    given = {"name": "my family.a3m", "mimeType": "text/plain"}
    picker.set_input_files({**given, "buffer": forms()["family.a3m"]})
    status = page.locator(".reference .note[role=status]").last
    expect(status).to_have_text("accurate-msa has read 6 sequences")
    expect(said).to_have_text(f"{mine}; {agreement('accurate-msa', commanded, own)}")
    expect(page.locator(".drawing .title").nth(2)).to_have_text("accurate-msa")
    page.get_by_role("slider", name="Residues of").focus()
    page.keyboard.press("Home")
    expect(page.locator(".readout")).to_contain_text("accurate-msa: coil")
    page.keyboard.press("Escape")

    page.get_by_text("Compare with a structure").click()
    page.get_by_label("States, or a file's text").fill(own)
    page.get_by_role("button", name="Compare", exact=True).click()
    scores = page.locator(".reference .note[role=status]").first
    expect(scores).to_have_text(re.compile(r"fast: Q3 100\.0.*mine: Q3.*accurate-msa: Q3 [\d.]+"))
    picture(page, "predict-alignment", full_page=True)
    assert faults_of_axe(page) == []
    assert layout_faults(page) == []

    picker.set_input_files({**given, "buffer": b">a\nMKT\n"})
    expect(status).to_have_text(re.compile("its first sequence is not this chain"))
    page.get_by_role("button", name="Remove").last.click()
    expect(said).to_have_text(mine)
    expect(scores).not_to_contain_text("accurate-msa")


@pytest.mark.parametrize("content", ["\u202e", "é", "a", "===="])
def test_content_that_is_no_base64_is_told_of(url, content):
    asked = {"sequence": SEQUENCE, "name": "a.a3m", "content": content}
    answer = httpx.post(f"{url}api/alignment", json=asked, timeout=60)
    assert (answer.status_code, answer.json()["detail"]) == (422, "content: is not base64")
