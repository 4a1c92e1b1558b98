"""Pictures of predictions: one drawing, as SVG, PDF, PNG and on the axes of Matplotlib."""

import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.prediction.figures.layout import rows
from ribbonet.prediction.figures.record import Layer, Record, record_of
from ribbonet.prediction.figures.ribbon import outlines
from ribbonet.prediction.figures.shapes import Outline, Row, Words, commands
from ribbonet.prediction.figures.style import PALETTES, TRACKS, Style, style_of
from ribbonet.prediction.formats.pictures import PICTURES
from ribbonet.prediction.prediction import Prediction

SVG = "{http://www.w3.org/2000/svg}"


def made(states: str, header: str = "one some protein") -> Prediction:
    probabilities = np.full((len(states), 3), 0.1, np.float32)
    probabilities[np.arange(len(states)), ["HEC".index(state) for state in states]] = 0.8
    sequence = "".join("ACDEFGHIKLMNPQRSTVWY"[n % 20] for n in range(len(states)))
    return Prediction(Chain(header, sequence), probabilities, model="fast")


def drawn(name: str, *predictions: Prediction, **options: object) -> bytes:
    picture = replace(PICTURES[name], style=style_of(**options))
    file = io.BytesIO()
    picture.assemble([picture.encode([p]) for p in predictions], file)
    return file.getvalue()


def test_the_picture_is_sound_xml_with_a_title_for_each_chain_a_legend_and_a_caption():
    odd = made("CCHHHHHC" * 11, "<&> \x01 of control")
    root = ElementTree.fromstring(drawn("svg", made("CCHHHHEEC"), odd))
    titles = [text.text for text in root.iter(f"{SVG}text") if text.get("class") == "title"]
    assert titles == ["one some protein", "<&>   of control"]
    (*_, caption) = root.iter(f"{SVG}text")
    assert re.fullmatch(r"Predicted by ribbonet [\d.]+, model fast", caption.text)
    said = "".join(root.itertext())
    assert "probabilities: helix from the bottom, strand from the top" in said
    plain = drawn("svg", odd, legend=False, caption=False, numbers=False)
    assert not re.search(rb'class="tick"[^>]*>[2-9]', plain)
    assert b"Predicted by" not in plain
    assert b"from the bottom" not in plain


@pytest.mark.parametrize("tracks", [TRACKS, ("ribbon", "residues"), ("states",)])
def test_matplotlib_draws_the_shapes_and_words_of_the_svg(tracks):
    figures = pytest.importorskip("matplotlib.figure")
    prediction = made("CCHHHHHHEEEEC" * 9)
    axes = figures.Figure().add_subplot()
    assert prediction.plot(axes, tracks=tracks, wrap=50) is axes
    root = ElementTree.fromstring(prediction.to_svg(tracks=tracks, wrap=50))
    assert root.tag == f"{SVG}svg"
    words = [text.text for text in root.iter(f"{SVG}text") if " " not in text.get("x")]
    assert sorted(text.get_text() for text in axes.texts) == sorted(words)
    letters = sum(len(text.get("x").split()) for text in root.iter(f"{SVG}text")) - len(words)
    paths = sum(len(collection.get_paths()) for collection in axes.collections)
    assert paths == len(list(root.iter(f"{SVG}path"))) + letters


@given(st.text("HEC", min_size=1, max_size=60), st.integers(10, 25))
def test_each_residue_is_drawn_once_and_in_order(states, wrap):
    lines = list(rows([record_of(made(states))], Style(wrap=wrap)))
    letters = "".join(w.text for row in lines for w in row.words if w.kind == "letters")
    assert letters == made(states).sequence
    assert all(len(w.x) in (1, len(w.text)) for row in lines for w in row.words)
    for row in lines:
        assert Row.of_line(row.to_line()) == row


def test_a_strand_has_one_head_though_it_goes_on_in_the_next_line():
    lines = list(rows([record_of(made("C" + "E" * 28 + "C"))], Style(wrap=10)))
    arrows = [o.path for row in lines for o in row.outlines if o.kind == "strand"]
    first = [dict(commands(path))["M"][1] for path in arrows]
    highest = [min(n[0] for letter, n in commands(path) if letter == "V") for path in arrows]
    assert [top < start for top, start in zip(highest, first, strict=True)] == [False, False, True]


def test_segments_shorter_than_dssp_knows_are_faint_but_not_at_the_end_of_a_line():
    def faint(states: str, **options: str) -> list[str]:
        shapes = outlines(states, uncertain=True, **options)
        return [kind.split()[0] for kind, _ in shapes if "faint" in kind]

    assert faint("CHHCECHHHEE") == ["helix", "strand"]
    assert faint("HHC", before="CH") == []
    assert faint("CE", after="EC") == []
    assert not any("faint" in kind for kind, _ in outlines("CHC"))


def test_layers_are_compared_with_the_observed_one():
    observed = Layer("CCHHHHCC-C", name="1abc", observed=True)
    record = Record("one", "ACDEFGHIKL", (observed, Layer("CCHHHCCCHE", name="other")))
    (line,) = rows([record], Style(tracks=("ribbon",)), left=80)
    marked = [
        [numbers[0] for letter, numbers in commands(path) if letter in "MH"]
        for kind, path in line.outlines
        if kind == "difference"
    ]
    first = 8 + 80
    assert [(box[0] - first) / 9 for box in marked] == [5, 9]
    assert {w.text for w in line.words} >= {"1abc", "other"}


def test_the_width_and_the_residues_on_a_line_are_as_asked():
    prediction = made("CCHHHHEEC" * 20)

    def size(**options: object) -> tuple[float, int]:
        root = ElementTree.fromstring(prediction.to_svg(**options))
        lines = [t for t in root.iter(f"{SVG}text") if t.get("class") == "letters"]
        return float(root.get("width").removesuffix("mm")), len(lines[0].text)

    assert size() == (180, 80)
    assert size(width=85) == (85, 30)
    assert size(width=85, wrap=60) == (85, 60)
    assert size(wrap=0)[1] == 180
    assert size(wrap=0)[0] > 350


@pytest.mark.parametrize("name", PALETTES)
def test_helix_strand_and_the_rest_differ_in_brightness_or_hue(name):
    palette = PALETTES[name]
    assert len({palette.helix, palette.strand, palette.rest, palette.coil}) == 4
    assert palette.helix in made("HHHHEEEE").to_svg(colours=name)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"width": 5}, "width = 5: give millimetres, from 20 to 5000"),
        ({"wrap": 3}, "wrap = 3: give residues on a line, 10 or more, or 0"),
        ({"wrap": True}, "wrap = True"),
        ({"colours": "mauve"}, "colours = 'mauve': give one of safe, grey, classic"),
        ({"tracks": "ribbon"}, "tracks = 'ribbon': give some of ribbon, residues, states"),
        ({"tracks": ()}, "tracks = (): give some of"),
        ({"colour": "safe"}, "colour: is no option of a picture; they are width, wrap"),
    ],
)
def test_an_option_that_is_not_known_is_named(options, message):
    with pytest.raises(InputError, match=re.escape(message)):
        made("CCHHHHEEC").to_svg(**options)


def test_pdf_breaks_long_chains_into_pages_and_png_refuses_them():
    pytest.importorskip("matplotlib")
    long = made("CCHHHHHHEEEEC" * 100)
    options = {"wrap": 10, "tracks": ("ribbon",), "width": 200}
    assert drawn("pdf", made("CCHHHHEEC")).count(b"/Type /Page ") == 1
    assert drawn("pdf", long, **options).count(b"/Type /Page ") > 1
    with pytest.raises(InputError, match=r"dots is too large; write PDF or SVG"):
        drawn("png", long, **options)
    with pytest.raises(InputError, match="at most 5 m wide; wrap the lines"):
        drawn("pdf", made("C" * 3000), wrap=0, tracks=("ribbon",))


@pytest.mark.parametrize("name", ["pdf", "png"])
def test_a_picture_has_the_same_bytes_each_time(name):
    pytest.importorskip("matplotlib")
    assert drawn(name, made("CCHHHHEEC")) == drawn(name, made("CCHHHHEEC"))


def test_a_picture_of_no_chain_is_a_picture():
    assert ElementTree.fromstring(drawn("svg")).tag == f"{SVG}svg"


def test_a_path_is_parsed_to_its_commands():
    assert list(commands("M1 2H3V4.5L5 6C1 2 3 4 5 6Z")) == [
        *(("M", [1, 2]), ("H", [3]), ("V", [4.5]), ("L", [5, 6])),
        *(("C", [1, 2, 3, 4, 5, 6]), ("Z", [])),
    ]
    assert Words("soft", "a", [1.0], 2.0).anchor == "start"
    assert Outline("coil", "M0 9H9").kind == "coil"
