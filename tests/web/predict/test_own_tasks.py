"""The page with models of one's own that predict classes or values."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

import ribbonet
from ribbonet.chains.alphabet import Alphabet
from ribbonet.models.folder import save_model
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn import Network, WindowDense
from ribbonet.prediction.formats import names_for
from ribbonet.tasks import Classes, Task, Values

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright").expect
expect.set_options(timeout=60_000)

PEPTIDE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ"
OTHER = PEPTIDE[::-1]
TASKS: dict[str, Task] = {
    "classes": Classes(Alphabet("&1<b")),  # none of them is markup
    "two": Classes(Alphabet("01")),
    "values": Values(7.0, 2.5),
    "topology": Classes(Alphabet("IMO")),  # called like a shipped track, and not it
    "disorder": Values(0.5, 0.25),
}
wide = pytest.mark.parametrize("width", [1280], ids=["1280px"])


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    parent = tmp_path_factory.mktemp("models")
    for seed, (name, task) in enumerate(TASKS.items()):
        network = Network([WindowDense(5, 21, task.outputs)], rng=seed)
        for array in network.parameters.values():
            array *= 3  # so that not all residues are the same
        save_model(Model((Stage(5, (network,), task),)), parent / name)
    return {name: parent / name for name in TASKS}


@pytest.fixture(scope="module")
def url(folders, serving) -> Iterator[str]:
    given = [part for folder in folders.values() for part in ("--model", str(folder))]
    with serving(*given) as url:
        yield url


def ask(url: str, path: str = "predict", **options: object) -> httpx.Response:
    content = f">a b\n{PEPTIDE}\n"
    return httpx.post(f"{url}api/{path}", content=content, params=options, timeout=60)


@pytest.mark.parametrize(
    ("name", "form"),
    [("classes", "csv"), ("classes", "three-line"), ("two", "caid"), ("values", "tsv")],
)
def test_files_are_those_of_the_command(url, folders, tmp_path, name, form):
    (tmp_path / "a.fasta").write_text(f">a b\n{PEPTIDE}\n")
    command = [sys.executable, "-m", "ribbonet", "predict", tmp_path / "a.fasta"]
    done = subprocess.run(
        [*command, "--model", folders[name], "--format", form], capture_output=True, check=True
    )
    assert ask(url, model=name, format=form).content == done.stdout


@pytest.mark.parametrize(
    ("name", "options", "fault"),
    [
        ("classes", {"smooth": True}, "classes"),
        (
            "classes",
            {"templates": True},
            "are for secondary structure, not for the classes & 1 < b",
        ),
        ("values", {"tracks": "disorder"}, "are for secondary structure, not for one value"),
        ("classes", {"states": 8}, "predicts the classes"),
        ("classes", {"format": "ss2"}, "format: 'ss2' is none of three-line, fasta, csv"),
        ("values", {"format": "svg"}, "format: 'svg' is none of csv, tsv"),
        ("values", {"min_confidence": 0.5}, "cannot stand for none of one value"),
    ],
)
def test_what_is_of_secondary_structure_is_refused(url, name, options, fault):
    answer = ask(url, model=name, **options)
    assert answer.status_code == 422
    assert fault in answer.json()["detail"]


def test_mutations_are_of_secondary_structure(url):
    mutant = ask(url, "mutant", model="classes", position=1, residue="A")
    assert (mutant.status_code, ask(url, "scan", model="values").status_code) == (422, 422)
    assert "secondary structure" in mutant.json()["detail"]


def hidden_and_offered(page, kind: str) -> None:
    """Check that only what suits the task is on the page."""
    for label in ("Relatives of known structure", "Plausible segments", "Disorder"):
        expect(page.get_by_label(label, exact=True)).to_be_hidden()
    for text in ("Compare with other models", "Compare with a structure", "Scan all changes"):
        expect(page.get_by_text(text)).to_have_count(
            0 if text != "Compare with other models" else 1
        )
    expect(page.get_by_text("Compare with other models")).to_be_hidden()
    expect(page.locator(".key")).to_be_hidden()
    formats = page.get_by_label("Format").locator("option").all_text_contents()
    assert formats == [name for name in names_for(TASKS[kind]) if name not in ("gff3", "bed")]
    page.get_by_text("Tracks", exact=True).click()
    tracks = page.locator(".choice label:visible").all_text_contents()
    assert tracks == ["Residues", "Hydropathy", "Charge"]


def test_classes_are_segments(opened, folders, picture, faults_of_axe, layout_faults):
    page = opened(f"#predict?s={PEPTIDE}&model=classes")
    page.locator(".drawing").scroll_into_view_if_needed()
    page.wait_for_selector(".drawing .segment")
    expected = ribbonet.predict(PEPTIDE, model=folders["classes"])
    assert len(set(expected.states)) > 2
    assert set(page.locator(".drawing .axis").all_text_contents()) == set("&1<b")
    assert page.text_content(".about") == "classes: predicts the classes & 1 < b; 424 weights."
    page.get_by_role("slider", name="Residues of").focus()
    for place, probabilities in enumerate(expected.thousandths / 1000):
        page.keyboard.press("ArrowRight" if place else "Home")
        numbers = page.locator(".readout .share b").all_text_contents()
        assert numbers == [f"{p:.3f}" for p in probabilities]
        label = page.text_content(".readout p").rsplit(" ", 1)[1]
        assert label == expected.states[place]
    assert page.text_content(".sure b") == f"{expected.confidence.mean():.2f}"
    page.keyboard.press("Escape")
    hidden_and_offered(page, "classes")
    picture(page, "predict-classes", full_page=True)
    assert faults_of_axe(page) == []
    assert layout_faults(page) == []

    page.get_by_label("Labels shown").select_option("0.9")
    page.wait_for_selector(".drawing .segment", state="attached")
    masked = ribbonet.predict(PEPTIDE, model=folders["classes"], min_confidence=0.9).states
    assert masked.count("-") > 0
    page.get_by_role("slider", name="Residues of").focus()
    for _ in range(masked.index("-") + 1):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    for _ in range(masked.index("-")):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".readout p").first).to_have_text(re.compile(r"· unsure$"))


def test_values_are_a_curve(opened, folders, picture, faults_of_axe, layout_faults):
    page = opened(f"#predict?s={PEPTIDE}&model=values")
    page.locator(".drawing").scroll_into_view_if_needed()
    page.wait_for_selector(".drawing .value")
    values = ribbonet.predict(PEPTIDE, model=folders["values"]).values
    slider = page.get_by_role("slider", name="Residues of")
    slider.focus()
    for place, value in enumerate(values.tolist()):
        page.keyboard.press("ArrowRight" if place else "Home")
        said = slider.get_attribute("aria-valuetext")
        assert float(said.rsplit(" ", 1)[1]) == pytest.approx(value, rel=0.006)
    page.keyboard.press("Escape")
    mean, low, high = (float(cell) for cell in page.locator(".share-of b").all_text_contents())
    assert [low, high, mean] == pytest.approx(
        [values.min(), values.max(), values.mean()], rel=0.006
    )
    assert page.get_by_label("States shown").is_hidden()
    hidden_and_offered(page, "values")
    picture(page, "predict-values", full_page=True)
    assert faults_of_axe(page) == []
    assert layout_faults(page) == []


@wide
def test_chains_are_sorted_by_what_is_predicted_and_copied(opened, folders):
    page = opened("#predict")
    text = f">a\n{PEPTIDE}\n>b\n{OTHER}\n"
    page.get_by_label("Model").select_option("values")
    page.get_by_label("Sequences", exact=True).fill(text)
    page.get_by_role("button", name="Predict").click()
    expect(page.locator(".chain")).to_have_count(2)
    means = {
        id: ribbonet.predict(own, model=folders["values"]).values.mean()
        for id, own in (("a", PEPTIDE), ("b", OTHER))
    }
    for order, reverse in (("highest", True), ("lowest", False)):
        page.get_by_label("Sort").select_option(order)
        names = page.locator(".chain .name b").all_text_contents()
        assert names == sorted(means, key=means.get, reverse=reverse)
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.locator("#chain-0").get_by_label("Range").fill("2-4")
    page.locator("#chain-0").get_by_label("Range").press("Enter")
    page.locator("#chain-0").get_by_role("button", name="Copy").click()
    expect(page.locator("#chain-0").get_by_text("Copied")).to_be_visible()
    header, residues, values = page.evaluate("window.copied").splitlines()
    assert (header, residues, len(values.split())) == (">a/2-4", PEPTIDE[1:4], 3)

    page.get_by_label("Model").select_option("classes")  # the order is none of its own
    expect(page.locator(".status")).to_have_text(re.compile("by classes$"))
    assert page.get_by_label("Sort").input_value() == "given"
    page.get_by_label("Model").select_option("fast")
    expect(page.locator(".status")).to_have_text(re.compile("by fast$"))
    for label in ("Relatives of known structure", "Plausible segments", "Disorder"):
        expect(page.get_by_label(label, exact=True)).to_be_visible()
    expect(page.get_by_text("Compare with other models")).to_be_visible()
    expect(page.locator(".ribbon")).not_to_have_count(0)  # drawn in the next frame


def test_the_interface_says_what_each_predicts(url):
    models = {own["name"]: own for own in httpx.get(f"{url}api/models").json()["models"]}
    assert models["accurate"]["task"] == {"kind": "structure", "states": 8}
    assert models["two"]["task"] == {"kind": "classes", "labels": [["0", ""], ["1", ""]]}
    assert models["values"]["task"]["range"] == [4.5, 9.5]
    assert list(models["values"]["formats"]) == ["3"]


def test_what_is_known_of_a_shipped_track_is_not_said_of_another_model_of_its_name(url):
    known = httpx.get(f"{url}api/models").json()
    models = {own["name"]: own["task"] for own in known["models"]}
    assert models["topology"]["labels"] == [["I", ""], ["M", ""], ["O", ""]]
    assert models["disorder"]["marks"] == {"mean of the values trained on": 0.5}
    assert known["tracks"]["topology"]["labels"][0] == ["S", "signal peptide"]
    assert known["tracks"]["disorder"]["marks"]["disordered below"] == 3
