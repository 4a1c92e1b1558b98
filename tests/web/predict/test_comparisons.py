"""The room Predict: other models and one's own reference beside a prediction."""

import base64
import gzip
import re
import shutil

import httpx
import pytest
from made_structures import helix, pdb

import ribbonet
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.evaluation.reference import read_reference
from ribbonet.evaluation.scores import chain_scores

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright").expect
expect.set_options(timeout=60_000)

SEQUENCE = "MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG"
OBSERVED = "CEEEEEETTSCEEEEECCTTSBHHHHHHHHHHHHCCCGGGEEEEETTEECCTTSBHHHTTCCTTCEEEEEECCCCC"
THREE = OBSERVED.translate(str.maketrans("GIBTSC", "HHECCC"))
wide = pytest.mark.parametrize("width", [1280], ids=["1280px"])


def ask(url: str, content: bytes, **more: object) -> httpx.Response:
    asked = {"sequence": SEQUENCE, "content": base64.b64encode(content).decode(), **more}
    return httpx.post(f"{url}api/reference", json=asked, timeout=60)


def scores_of(states: str) -> dict[str, float]:
    (scores,) = chain_scores([Chain("", SEQUENCE, THREE)], [states])
    return {"q3": round(scores.q3, 1), "sov": round(scores.sov, 1)}


def test_states_and_files_are_references(url):
    prediction = ribbonet.predict(SEQUENCE, model="fast")
    predicted = [{"name": "fast", "states": prediction.states}]
    files = {
        "states": f"{OBSERVED[:40]}\n{OBSERVED[40:].lower()}\n".encode(),
        "own.3line": f">own\n{SEQUENCE}\n{OBSERVED}\n".encode(),
        "own.3line.gz": gzip.compress(f">own\n{SEQUENCE}\n{OBSERVED}\n".encode()),
    }
    for name, content in files.items():
        answer = ask(url, content, name=name, predicted=predicted).json()
        assert answer["states"] == OBSERVED, name
        assert answer["scores"] == {"fast": scores_of(prediction.states)}
    part = ask(url, f">own\n{SEQUENCE[5:50]}\n{OBSERVED[5:50]}\n".encode(), name="a.3line").json()
    assert (part["name"], part["residues"]) == ("own", 45)
    assert part["states"] == f"{'-' * 5}{OBSERVED[5:50]}{'-' * 26}"


def test_a_structure_is_labelled(url):
    pytest.importorskip("gemmi")
    if shutil.which("mkdssp") is None:
        pytest.skip("needs the program mkdssp (Debian package dssp)")
    made = pdb([{"A": ("A" * 12, helix(12), set())}]).encode()
    answer = ask(url, made, name="made.pdb", sequence="A" * 12)
    assert answer.status_code == 200, answer.text
    assert answer.json()["states"].count("H") > 5


def test_dssp_is_stopped_after_so_many_seconds(tmp_path):
    pytest.importorskip("gemmi")
    if shutil.which("mkdssp") is None:
        pytest.skip("needs the program mkdssp (Debian package dssp)")
    (tmp_path / "made.pdb").write_text(pdb([{"A": ("A" * 12, helix(12), set())}]))
    with pytest.raises(InputError, match="mkdssp was stopped after"):
        read_reference(tmp_path / "made.pdb", seconds=0.001)


@pytest.mark.parametrize(
    ("content", "more", "message"),
    [
        (b"HHH", {}, "3 states for 76 residues"),
        (b">a\nMKT\nHHH\n", {"name": "a.3line"}, "has no chain of this sequence"),
        (b"", {"name": "a.pdb"}, "a.pdb"),
        (b"\x1f\x8bnothing", {"name": "a.cif.gz"}, "a.cif.gz"),
        (b"HHH", {"name": "../a.pdb"}, "name"),
        (b"HHH", {"predicted": [{"name": "a", "states": "H"}]}, "1 states for 76 residues"),
        (b"HHH", {"predicted": [{"name": "a", "states": "Q" * 76}]}, "states"),
        (b"HHH", {"predicted": [{"name": "a", "states": "H" * 76}] * 2}, "two have one name"),
        (gzip.compress(b"H" * 8_000_001), {"name": "a.cif.gz"}, "more than 8,000,000 bytes"),
    ],
)
def test_what_is_wrong_is_said(url, content, more, message):
    answer = ask(url, content, **more)
    assert answer.status_code == 422
    assert message in answer.json()["detail"]
    assert "/tmp" not in answer.text


def test_models_and_a_reference_stand_on_one_ruler(opened, picture, faults_of_axe, layout_faults):
    page = opened(f"#predict?s={SEQUENCE}&model=fast")
    page.wait_for_selector(".drawing svg")
    expected = ribbonet.predict(SEQUENCE, model="fast").states
    page.get_by_text("Compare with other models").click()
    page.get_by_label("accurate", exact=True).check()
    said = page.locator("#predict .panel > div > .note")
    other = ribbonet.predict(SEQUENCE, templates=False).states
    same = sum(a == b for a, b in zip(expected, other, strict=True))
    expect(said).to_have_text(
        f"accurate: the same state in {same} of 76 residues ({100 * same / 76:.0f} %)"
    )
    titles = page.locator(".drawing .title")  # drawn in the next frame
    expect(titles.nth(0)).to_have_text("fast")
    expect(titles.nth(1)).to_have_text("accurate")
    marked = r"M[\d.]+ [\d.]+h([\d.]+)"
    pitch = page.evaluate(
        "(() => { const x = document.querySelector('.drawing text.residues').x.baseVal;"
        " return x[1].value - x[0].value; })()"
    )

    def differing(row: int) -> int:
        """Residues that are marked below the ribbons of a row, on all lines."""
        lines = page.locator(".drawing g[transform]").all()
        paths = [line.locator(".differs").nth(row).get_attribute("d") for line in lines]
        return round(sum(float(w) for path in paths for w in re.findall(marked, path)) / pitch)

    def expect_differing(row: int, wanted: int) -> None:
        for _ in range(100):
            if differing(row) == wanted:
                return
            page.wait_for_timeout(50)
        assert differing(row) == wanted

    expect_differing(0, 76 - same)

    page.get_by_text("Compare with a structure").click()
    page.get_by_label("States, or a file's text").fill(OBSERVED)
    page.get_by_role("button", name="Compare", exact=True).click()
    status = page.locator(".reference .note[role=status]").first
    told = [
        f"{name}: Q3 {own['q3']:.1f}, SOV {own['sov']:.1f}"
        for name, own in (("fast", scores_of(expected)), ("accurate", scores_of(other)))
    ]
    expect(status).to_have_text(f"states has states for 76 of 76 residues. {'; '.join(told)}")
    for row, states in enumerate((expected, other)):
        expect_differing(row, sum(a != b for a, b in zip(states, THREE, strict=True)))
    picture(page, "predict-compared", full_page=True)
    assert faults_of_axe(page) == []
    assert layout_faults(page) == []

    page.get_by_role("button", name="Remove").last.click()
    expect(page.locator(".drawing .title").first).to_have_text("fast")


@wide
def test_a_dropped_file_is_a_reference(opened):
    page = opened(f"#predict?s={SEQUENCE}&model=fast")
    page.wait_for_selector(".drawing svg")
    page.get_by_text("Compare with a structure").click()
    page.get_by_label("File of the reference").set_input_files(
        {
            "name": "own file.3line",
            "mimeType": "text/plain",
            "buffer": f">own\n{SEQUENCE}\n{OBSERVED}\n".encode(),
        }
    )
    expect(page.locator(".reference .note[role=status]").first).to_have_text(re.compile("^own has"))
    assert page.locator(".drawing .title").first.text_content() == "own (reference)"
