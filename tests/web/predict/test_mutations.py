"""The room Predict: a figure to save, a residue to change, all mutants as a heat map."""

import json
import urllib.request
from io import BytesIO
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest

import ribbonet
from ribbonet.prediction.formats.pictures import PICTURES

PEPTIDE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ"
wide = pytest.mark.parametrize("width", [1280], ids=["1280px"])


def ask(url: str, path: str, body: str, **query: object) -> tuple[int, bytes]:
    request = urllib.request.Request(f"{url}api/{path}?{urlencode(query)}", body.encode())
    try:
        with urllib.request.urlopen(request, timeout=300) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


def test_a_mutant_and_a_scan_are_those_of_python(url):
    status, body = ask(url, "mutant", f">a\n{PEPTIDE}\n", position=5, residue="P")
    answer = json.loads(body)
    (expected,) = [
        m for m in ribbonet.scan(PEPTIDE, model="fast", positions=[5]) if m.mutant == "P"
    ]
    assert status == 200
    assert answer["change"] == pytest.approx(expected.change, abs=1e-3)
    assert answer["said"].startswith(f"Y5P: {expected.states} residue")
    assert answer["picture"].startswith("<svg ")
    status, body = ask(url, "scan", f">a\n{PEPTIDE}\n", format="csv")
    assert (status, body.count(b"\n")) == (200, 1 + 19 * len(PEPTIDE))


@pytest.mark.parametrize(
    ("path", "body", "query", "message"),
    [
        ("mutant", "MKT", {"position": 4, "residue": "A"}, "4 is not in"),
        ("mutant", "MKT", {"position": 1, "residue": "B"}, "'B' is none of"),
        ("scan", ">a\nMKT\n>b\nMKT\n", {}, "one chain"),
        ("scan", "M" * 301, {}, "up to 300 residues"),
        ("scan", "MKT", {"format": "xls"}, "end the name with one of"),
        ("scan", "MKT", {"model": "none"}, "is none of"),
    ],
)
def test_what_is_wrong_is_said(url, path, body, query, message):
    status, answer = ask(url, path, body, **query)
    assert status == 422
    assert message in json.loads(answer)["detail"]


@wide
def test_a_figure_is_saved_as_it_is_chosen(opened, layout_faults):
    page = opened(f"#predict?s={PEPTIDE}&model=fast")
    page.wait_for_selector(".drawing svg")
    page.get_by_text("Figure options").click()
    figure = page.locator(".figure")
    figure.get_by_label("Width, mm").fill("90")
    figure.get_by_label("Residues on a line").fill("20")
    figure.get_by_label("Colours").select_option("classic")
    figure.get_by_label("charge").check()
    figure.get_by_label("probabilities").uncheck()
    figure.get_by_label("legend").uncheck()
    assert layout_faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Save figure").click()
    prediction = ribbonet.predict(PEPTIDE, model="fast", id="sequence")
    tracks = ("ribbon", "residues", "charge")
    style = {"width": 90, "wrap": 20, "colours": "classic", "legend": False, "tracks": tracks}
    assert Path(download.value.path()).read_text() == prediction.to_svg(**style)
    figure.get_by_label("Width, mm").fill("9000")
    page.get_by_role("button", name="Save figure").click()
    assert page.evaluate("document.activeElement.max") == "300"


@wide
def test_a_figure_is_saved_and_a_residue_is_changed_in_the_page(opened, serious_faults, picture):
    page = opened(f"#predict?s={PEPTIDE}&model=fast")
    page.wait_for_selector(".drawing svg")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save figure").click()
    file = BytesIO()
    prediction = ribbonet.predict(PEPTIDE, model="fast", id="sequence")
    svg = PICTURES["svg"]
    svg.assemble([svg.encode([prediction])], file)
    assert Path(download.value.path()).read_bytes() == file.getvalue()
    assert download.value.suggested_filename == "sequence.svg"

    page.get_by_role("slider", name="Residues of").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.get_by_label("Position").input_value() == "2"
    page.get_by_label("Change to").select_option("P")
    page.get_by_role("button", name="See the change").click()
    page.wait_for_selector(".mutant img")
    assert page.text_content(".mutations .note").startswith("K2P: ")
    page.get_by_role("button", name="Scan all changes").click()
    page.wait_for_selector('.mutant img[alt^="Heat map"]')
    assert page.locator(".mutant img").evaluate("image => image.decode().then(() => image.width)")
    picture(page, "mutations", full_page=True)
    assert serious_faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="Save table").click()
    assert Path(download.value.path()).read_text().startswith("id,position,residue,mutant")
