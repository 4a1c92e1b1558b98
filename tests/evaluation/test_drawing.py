"""Files of several predictors drawn one above the other, and compared with a structure."""

import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from made_structures import helix, pdb

import ribbonet
from ribbonet.chains.chain import Chain
from ribbonet.cli.options import Colours, Track
from ribbonet.errors import InputError
from ribbonet.prediction.figures.style import PALETTES, TRACKS

SEQUENCE = "MQIFVKTLTGKTITLEVEPS"
STATES = "CEEEEEECCCCEEEEEECCC"


@pytest.fixture
def predictions():
    model = ribbonet.load_model("fast")
    return [model.predict(SEQUENCE, id="one"), model.predict("MKTAYIAKQR", id="two")]


def texts(path: Path) -> list[str]:
    root = ElementTree.fromstring(path.read_text())
    return [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_the_command_knows_the_colours_and_tracks_that_there_are():
    assert [own.value for own in Colours] == list(PALETTES)
    assert [own.value for own in Track] == list(TRACKS)


def test_files_of_one_sequence_are_drawn_together(tmp_path, predictions):
    for name in ("a.ss2", "a.horiz", "b.jsonl"):
        ribbonet.write(tmp_path / name, predictions[:1] if name.startswith("a") else predictions)
    files = [tmp_path / name for name in ("b.jsonl", "a.ss2", "a.horiz")]
    assert ribbonet.draw(files, tmp_path / "out.svg") == 2
    said = texts(tmp_path / "out.svg")
    assert [said.count(name) for name in ("b", "a", "a.horiz")] == [2, 2, 1]  # horiz: no numbers
    assert said.count(SEQUENCE) == 1
    assert any("b.jsonl, drawn by ribbonet" in own for own in said)


def test_predictions_and_chains_are_drawn_and_scored_against_a_reference(tmp_path, predictions):
    out = tmp_path / "out.svg"
    reference = Chain("1abc-A", "GS" + SEQUENCE[:-2], "CC" + STATES[:-2])
    own = Chain("own", SEQUENCE, STATES)
    with pytest.raises(InputError, match="'1abc-A' is of none of the chains"):
        ribbonet.draw([*predictions, own], out, reference=reference)
    reference = Chain("1abc-A", SEQUENCE[2:-2], STATES[2:-2])
    ribbonet.draw([*predictions, own], out, reference=reference)
    said = texts(out)
    assert said.index("1abc-A") < said.index("fast") < said.index("own")
    right = sum(a == b for a, b in zip(predictions[0].states[2:-2], STATES[2:-2], strict=True))
    assert any(f"fast: Q3 {100 * right / 16:.1f}, SOV" in text for text in said)
    assert any("own: Q3 100.0, SOV 100.0" in text for text in said)
    assert ('class="difference"' in out.read_text()) == (right < 16)


def test_what_cannot_be_drawn_is_said(tmp_path, predictions):
    (tmp_path / "in.fasta").write_text(f">one\n{SEQUENCE}\n")
    for sources, output, message in (
        (predictions, "out.gif", r"end the name with one of \.svg, \.pdf, \.png"),
        (predictions, "out", r"end the name with one of"),
        ([], "out.svg", "nothing to draw"),
        (tmp_path / "in.fasta", "out.svg", r"in\.fasta"),
        (Chain("one", SEQUENCE), "out.svg", "'one': has no labels to draw; predict it first"),
    ):
        with pytest.raises(InputError, match=message):
            ribbonet.draw(sources, tmp_path / output)
    assert [path.name for path in tmp_path.iterdir()] == ["in.fasta"]


def test_a_structure_is_a_reference(tmp_path, predictions):
    pytest.importorskip("gemmi")
    if shutil.which("mkdssp") is None:
        pytest.skip("needs the program mkdssp (Debian package dssp)")
    (tmp_path / "made.pdb").write_text(pdb([{"A": ("A" * 12, helix(12), set())}]))
    prediction = ribbonet.load_model("fast").predict("A" * 12, id="made")
    assert ribbonet.draw(prediction, tmp_path / "o.svg", reference=tmp_path / "made.pdb") == 1
    assert any("fast: Q3" in own for own in texts(tmp_path / "o.svg"))
