"""`ribbonet page`: the folder that it makes, and the page of it in a real Chromium."""

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from random import Random
from urllib.request import urlopen

import numpy as np
import pytest

import ribbonet
from ribbonet.chains.alphabet import ALPHABETS
from ribbonet.errors import InputError
from ribbonet.models import load_model
from ribbonet.prediction.formats import FORMATS, formats_for
from ribbonet.tasks import Structure
from ribbonet.web.predict.reading import read as server_reads
from ribbonet.web.server.faults import in_words_of_page
from ribbonet.web.server.limits import Limits
from ribbonet.web.standalone import LAYERS, write_page

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright").expect

EXAMPLE = Path(__file__).parents[3] / "examples" / "proteins.fasta"
STATIC = Path(str(resources.files("ribbonet.web"))) / "static"
wide = pytest.mark.parametrize("width", [1280], ids=["1280px"])


@pytest.fixture(scope="module")
def url(tmp_path_factory, files_served) -> Iterator[str]:
    """The page under a path of its own, on a server that knows nothing but files."""
    folder = tmp_path_factory.mktemp("www")
    (folder / "lab").mkdir()
    write_page(folder / "lab" / "predict", ["fast", "accurate"])
    with files_served(folder) as root:
        yield f"{root}lab/predict/"


def predict(page, text: str) -> None:
    page.get_by_label("Sequences", exact=True).fill(text)
    page.get_by_role("button", name="Predict").click()
    finished(page)


def finished(page) -> None:
    expect(page.locator(".status")).to_have_text(re.compile(" s by "), timeout=60_000)
    expect(page.locator(".primary")).to_have_text("Predict", timeout=60_000)


def downloaded(page, value: str) -> str:
    page.get_by_label("Format").select_option(value)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    return Path(download.value.path()).read_text()


@cache
def predicted(model: str, states: int) -> list[ribbonet.Prediction]:
    return list(ribbonet.predict_file(EXAMPLE, model=model, templates=False, states=states))


def expected(model: str, format: str, states: int = 3, chains: int = 12) -> str:
    chosen = formats_for(Structure(ALPHABETS[states]), False)[format]
    return (chosen.start() + chosen.encode(predicted(model, states)[:chains])).decode()


def test_without_a_network_it_predicts_as_the_command_does(browser, tmp_path, files_served):
    write_page(tmp_path / "page", ["fast"])
    page = browser.new_page()
    with files_served(tmp_path) as root:
        page.goto(f"{root}page/")
        page.get_by_label("Sequences", exact=True).wait_for()
        while not page.workers[0].evaluate(WEIGHTS):
            page.wait_for_timeout(100)
    with pytest.raises(OSError, match="refused"):  # the server is gone
        urlopen(root)
    page.context.set_offline(True)
    predict(page, EXAMPLE.read_text())
    assert page.text_content(".status").startswith("12 chains, ")
    expect(page.get_by_text("Compare with other models")).to_be_hidden()  # there are none
    assert "disorder and membrane topology are for ribbonet predict" in page.text_content(".intro")
    assert downloaded(page, "3 three-line") == expected("fast", "three-line")
    drawn = predicted("fast", 3)
    composition = [round(100 * p.states.count(s) / len(p)) for p in drawn for s in "HEC"]
    assert [int(n) for n in page.locator(".share-of b").all_text_contents()] == composition
    page.close()


WEIGHTS = """performance.getEntriesByType("resource").some(
  ({ name, responseEnd }) => name.endsWith("weights.safetensors") && responseEnd)"""


@wide
@pytest.mark.parametrize(("model", "chains"), [("fast", 12), ("accurate", 4)])
def test_every_format_is_the_commands(opened, model, chains):
    page = opened()
    page.get_by_label("Model").select_option(model)
    predict(page, ">".join(EXAMPLE.read_text().split(">")[: chains + 1]))
    options = page.get_by_label("Format").locator("option").all()
    values = [option.get_attribute("value").split() for option in options]
    assert {(n, name) for n in "38" for name in ("three-line", "csv", "jsonl")} <= {
        (number, name) for number, name in values
    }
    for number, name in values:
        page.wait_for_timeout(150)  # Chromium drops downloads beyond ten in a second
        own = downloaded(page, f"{number} {name}")
        other = expected(model, name, int(number), chains)
        if name == "jsonl":
            same_records(own, other)
        elif name == "horiz":  # a digit of the confidence may be the next one
            assert re.sub("(?m)^Conf: .*", "", own) == re.sub("(?m)^Conf: .*", "", other)
        else:
            assert NUMBER.sub("p", own) == NUMBER.sub("p", other)
            pairs = zip(NUMBER.findall(own), NUMBER.findall(other), strict=True)
            assert max((abs(float(a) - float(b)) for a, b in pairs), default=0) < 0.0011


NUMBER = re.compile(r"\b[01]\.\d{3}\b")


def same_records(own: str, other: str) -> None:
    """Compare JSON lines; the server's and the command's say what they come from alone."""
    for line, known in zip(own.splitlines(), other.splitlines(), strict=True):
        record, wanted = json.loads(line), json.loads(known)
        provenance = record.pop("provenance")
        assert provenance["ribbonet"] == ribbonet.__version__
        assert provenance["model_sha256"] == load_model(provenance["model"]).digest
        assert list(record) == list(wanted)
        for key, value in wanted.items():
            if key.startswith("p_"):
                np.testing.assert_allclose(record[key], value, rtol=0, atol=0.0011)
            else:
                assert record[key] == value


@wide
def test_plausible_segments_and_sure_states_are_the_commands(opened):
    page = opened()
    ask = """async ([content, more]) => {
      const { file } = await import("./predict/requests.js");
      const options = { model: "fast", format: "three-line", on_invalid: "error", ...more };
      return (await file(content, options)).text();
    }"""
    given = list(ribbonet.predict_file(EXAMPLE, model="fast", templates=False))
    smooth = [p.smoothed().states for p in given]
    assert smooth != [p.states for p in given]
    page.get_by_label("Plausible segments").check()
    predict(page, EXAMPLE.read_text())
    assert downloaded(page, "3 three-line").splitlines()[2::3] == smooth
    own = page.evaluate(ask, [EXAMPLE.read_text(), {"smooth": True, "min_confidence": "0"}])
    assert own.splitlines()[2::3] == smooth
    sure = [replace(p, min_confidence=0.6).states for p in given]
    own = page.evaluate(ask, [EXAMPLE.read_text(), {"min_confidence": "0.6"}])
    assert own.splitlines()[2::3] == sure


CHAIN = 3 * "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSG"
TEXTS = {
    "bare": ("mktay iakqr*\n", "error"),
    "two bare": ("MKTAY\nIAKQR\n", "error"),
    "wrapped": ("ACDEFGHIKLMNPQRSTVWYACDEFGHIKLMNPQRSTVWY\nMKTAY\n", "error"),
    "comments": ("; a\n>a b  c\n# no\nMKT\n\nAYX\n>\nMMM\r\n", "error"),
    "invalid": (">a\nMKT1AY\n>b\nMKT\n", "error"),
    "gap": (">a\nMKT-AY\n", "error"),
    "masked": (">a\nMKT1A\N{GREEK SMALL LETTER ALPHA}Y\n>b\n\n>c\nMKT", "mask"),
    "glued": (">a\nMKT>b\nAYI", "mask"),
    "indented": (">a\nMKT\n >b\nAYI", "skip"),
    "ruler": (">a\n   10\nMKTAYIAKQR", "mask"),
    "modified": (">a\nMKTAY(phospho)IAKQR\n>b\nMKT[+80]A", "mask"),
    "topology": (f">a\n{2 * 'MKTAYIAKQRQISFVK'}\n{12 * 'N'}{20 * 'S'}", "error"),
    "skipped": (">a\nMKT1AY\n>b\n\n>c\nMKT", "skip"),
    "empty": (">a\n>b\nMKT", "error"),
    "none": ("\n  \n", "error"),
    "no FASTA": ("MKT\n>a\nMKT", "error"),
    "nucleotides": (">a\n" + "ACGT" * 10, "error"),
    "ambiguous nucleotides": (">a\n" + "ACGT" * 10 + "RY", "error"),
    "proteins": (f">a\n{CHAIN}\n>b\n{CHAIN[:60]}\n{CHAIN[60:]}\n", "error"),
    "wrapped blocks": (f">a\n{CHAIN[:10]} {CHAIN[10:20]}\n{CHAIN[20:25]}\n", "error"),
    "letter": (f">a\n{CHAIN[:50]}\n\nBest regards\nA. Smith\n", "error"),
    "letter, masked": (f">a\n{CHAIN[:50]}\nDownload FASTA\n", "mask"),
    "letter, skipped": (f">a\n{CHAIN[:50]}\nDownload FASTA\n>b\nMKT", "skip"),
    "description": (f">a\na description over\ntwo lines\n{CHAIN}", "error"),
    "word": (f">a\n{CHAIN[:50]}\n\nThanks\n", "error"),
    "title": (f">a\nLysozyme\n{CHAIN[:50]}", "error"),
    "capitals": (f">a\n{CHAIN[:50]}\nCHAIN A LENGTH FIFTY", "error"),
    "states": (f">a\n{CHAIN[:50]}\n{'C' * 9}{'H' * 31}{'E' * 9}", "skip"),
    "eight states": (f">a\n{CHAIN[:50]}\n\n{'CSTTHHHHHHGGTTEEEEEECC' * 2}", "error"),
    "states without coil": (">a\nTTTHHHHHHHHTTSSEEEEETTSSGGGTTEEEE", "error"),
    "loops": (">a\nLLLLHHHHHHHHHLLLLEEEEELLLLHHHHHLLLL", "error"),
    "few states": (">a\nCCHHHHHHHCCEEEECC\n>b\nCHHHHHHHHC\n>c\nHHHHHHHHHHHHC", "error"),
    "lattice": (f">a\n{'HPPHHP' * 5}\n>b\n{'P' * 30}\n>c\n{'L' * 30}", "error"),
    "small words": (">a\nthe protein is small\n>b\nmkta yiak qrq", "error"),
    "many O": (">a\nmyoglobin\n>b\nMSOGK", "error"),
    "primer": (">a\nACGTTGCATTGC\n>b\nACGUUGCAUUGC\n>c\nATGATGATGATG", "error"),
    "states alone": (">a\nCCSTTHHHHHHHHTTGGGSEEEEEEECC", "error"),
    "a record of states": (f">a\n{CHAIN[:48]}\n>a ss\n{'CCHHHHHHEEEE' * 4}", "skip"),
    "fewer labels": (f">a\n{CHAIN[:50]}\n{'D' * 9}{'O' * 39}", "error"),
    "blank line": (f">a\n{CHAIN[:30]}\n\n{CHAIN[:50]}", "error"),
    "end": (f">a\n{CHAIN[:47]}\nEND\n", "error"),
    "end, masked": (f">a\n{CHAIN[:47]}\nTER\nEND\n", "mask"),
    "end, skipped": (f">a\n{CHAIN[:47]}\nTer\n>b\nMKT", "skip"),
    "end of wrapped lines": (f">a\n{CHAIN[:60]}\nEND", "error"),
    "end of bare sequences": (f"{CHAIN[:47]}\nTER\nEND", "error"),
    "end behind a blank line": (f"{CHAIN[:47]}\n\nEND", "error"),
    "name above": (f"MyProtein\n{CHAIN}\n", "error"),
    "names above": (f"lysozyme\n{CHAIN[:60]}\n\nInsulin\n{CHAIN[:50]}\n", "skip"),
    "lower case alone": (f"mktay\n{CHAIN.lower()}\n", "error"),
    "caps": (">a\nACE ALA GLY SER NME", "error"),
    "caps, masked": (">a\nAla-Gly-Ser-NH2", "mask"),
    "titles": (">a\nMetMseLysAlaGly", "error"),
    "blocks of three": (f">a\n{CHAIN[:3]} {CHAIN[3:6]} {CHAIN[6:9]}", "error"),
    "SaProt": (f">a\n{'MdKdTpAv' * 5}", "error"),
    "file": (">a\nproteins.fasta", "mask"),
    "file in capitals": (">a\nPROTEINS.FASTA", "mask"),
    "files": ("/home/ada/a.fa.gz\nC:\\b.pdb\n", "error"),
    "end alone": (">a\nEND\n>b\nTER\nEND", "error"),
    "phosphate": (">a\nMKTAYIApSKQR", "mask"),
    "acetyl": (">a\nAcMKTAYIAKQR", "error"),
    "missing": (">a\nnan\n>b\nNAN", "error"),
    "missing, skipped": (">a\nNone\n>b\nNAN", "skip"),
    "cystines": (">a\nMKTaYIAKbRQISFVaSHFSRQLEbRLGLc", "error"),
    "no cystines": (">a\nMKTaYIAKaRQISFVaSHFSRQLEERLGLI", "error"),
    "mostly none": (">a\nMK???", "mask"),
    "signs": (">a\nMKT=AY", "mask"),
    "numbers": (">a\nMKT12AY", "mask"),
    "hidden": (">a\nMK\u200bTAY", "mask"),
    "RCSB": (">1ABC:A:sequence\nMKT\n>1ABC:A:secstr\nHHH", "error"),
    "carriage return": (">a\rMKT\n>b\nMKT\n", "error"),
    "PIR cut": (">P1;a\nsomething\nMKTAY", "error"),
    "PIR without a description": (">P1;odd\nMKT", "error"),
    "FASTQ": ("@r\nACGT\n+\nIIII\n", "error"),
    "unknown": (">a\nMKXBT\n>b\nMUZ", "error"),
}
"""Texts, and what is done with invalid symbols, that this page and the server read alike."""


@pytest.mark.parametrize("name", TEXTS)
def test_texts_are_read_as_the_server_reads_them(read, name):
    same_as_the_server(*TEXTS[name], read)


PIECES = [
    *(CHAIN[:n] for n in (10, 24, 47, 50, 60)),
    *(
        "END",
        "TER",
        "Ter",
        "STOP",
        "",
        "*",
        "-",
        ".",
        "nan",
        "END OF FILE",
        "best regards",
        "Thanks",
    ),
    *(CHAIN[:20].lower(), CHAIN[:30].title(), "X" * 9, "MKT*", "# a comment", "; another", "MK?T"),
    *(
        "H" * 24,
        "CCHHHHHHEEEE" * 4,
        "D" * 26 + "O" * 24,
        "ACGT" * 9,
        "MKTAY IAKQR",
        ">b c",
        ">",
    ),
    *(
        "MKTaYIAKbRQISFVaSHFSRQLEbRLGL",
        "AcMKT",
        "MpST",
        "12",
        "MK12",
        "A (x) B",
        "caf\xe9",
        "a=b",
        "\ta",
    ),
]


def test_lines_of_any_kind_are_read_as_the_server_reads_them(read):
    draw = Random(1)
    for _ in range(400):
        lines = draw.choices(PIECES, k=draw.randint(1, 4))
        start = draw.choice([">a\n", ">a\n", ">a\n", ""])
        text = start + draw.choice(["\n", "\n", "\r\n", "\n\n"]).join(lines)
        same_as_the_server(text, draw.choice(["error", "mask", "skip"]), read)


def same_as_the_server(text: str, on_invalid: str, read) -> None:
    found = read(text, on_invalid)
    try:
        reading = server_reads(text.encode(), on_invalid, Limits())
    except InputError as error:
        fault = in_words_of_page(str(error)).removeprefix("input: ")
        if "degap" in fault or "is empty" in fault:  # which the page has no choice for, or says
            fault = fault.split(";")[0].replace("is empty", "there is no sequence")
        assert found.get("fault", "").startswith(fault), text
    else:
        chains = [[c.id, c.description, c.sequence] for c in reading.chains]
        assert found == {"chains": chains, "warning": reading.warning}, text


@pytest.mark.parametrize(
    "text",
    [
        ">a\nMKTAYIAKQRQISFVK\nCCCCHHHHHHHHCCCC",
        ">P1;a\nsomething\nMKTAY*",
        ">a\nMet Lys Thr Ala Tyr",
        ">a\n1 MKTAY 5",
    ],
)
def test_what_only_the_command_reads_is_refused(read, text):
    assert "fault" in read(text, "error")


def test_a_file_of_another_form_is_refused_as_a_whole(read):
    assert "fault" in read(">a\nMKT\n>P1;b\nsomething\nMKTAY*", "skip")


@pytest.fixture(scope="module")
def read(browser, files_served):
    """Read a text as the page does: `read(text, "mask")`; nothing but its module is loaded."""
    page = browser.new_page()
    with files_served(STATIC) as root:
        page.goto(f"{root}standalone/worker/counted.js")
        yield lambda text, on_invalid: page.evaluate(
            """async ([text, onInvalid]) => {
              const { readChains } = await import("./reading.js");
              try {
                const read = readChains(text, onInvalid, { residues: 1000, chains: 10 });
                const chains = read.chains.map((own) => [own.id, own.description, own.sequence]);
                return { chains, warning: read.warning };
              } catch (error) {
                return { fault: error.message };
              }
            }""",
            [text, on_invalid],
        )
        page.close()


@wide
def test_faults_are_said(opened):
    page = opened()
    page.get_by_label("Sequences", exact=True).fill(">a\nMKT1AY")
    page.get_by_role("button", name="Predict").click()
    expect(page.locator(".fault")).to_contain_text("record 1 (a): symbol '1' at position 4")
    page.get_by_label("Sequences", exact=True).fill(">a\nMKTAY")
    page.get_by_role("button", name="Predict").click()
    finished(page)
    expect(page.locator(".fault")).to_be_hidden()


@wide
def test_files_may_be_compressed(opened, tmp_path):
    page = opened()
    path = tmp_path / "a.fasta.gz"
    whole = gzip.compress(b">a\nMKTAYIAKQRQ\n")
    path.write_bytes(whole)
    page.get_by_label("File of sequences").set_input_files(path)
    finished(page)
    assert page.text_content(".name b") == "a"
    for content, fault in (
        (whole[:-12], "it is damaged"),
        (gzip.compress(b">a\n" + b"A" * 2_000_000), "more than 1,000,000 bytes"),
        (gzip.compress(b">a\n\xff"), "it is no text"),
    ):
        path.write_bytes(content)
        page.get_by_label("File of sequences").set_input_files(path)
        expect(page.locator(".fault")).to_contain_text(fault)


@wide
def test_the_page_stays_alive_and_a_long_prediction_stops(opened):
    page = opened()
    page.get_by_label("Model").select_option("accurate")
    page.get_by_label("Sequences", exact=True).fill(">long\n" + "MKTAYIAKQRQISFVKSHFS" * 200)
    page.get_by_role("button", name="Predict").click()
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    pictures = """new Promise((done) => {
      const start = performance.now();
      let longest = 0, last = start;
      const next = (now) => {
        longest = Math.max(longest, now - last);
        last = now;
        if (now - start < 1000) requestAnimationFrame(next); else done(longest);
      };
      requestAnimationFrame(next);
    })"""
    assert page.evaluate(pictures) < 500  # milliseconds without a picture
    stop.click()
    expect(page.locator(".primary")).to_have_text("Predict")
    page.get_by_label("Model").select_option("fast")
    predict(page, ">short\nMKTAYIAKQR")


@pytest.mark.parametrize(
    ("width", "widths"),
    [(390, (390, 768, 1024)), (1440, (1440, 1280, 1100))],
    ids=["narrow", "wide"],
)
def test_nothing_overlaps_or_is_cut_off(opened, faults_at, widths):
    page = opened(
        "#predict?s=MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ&model=fast", reduced_motion="reduce"
    )
    page.locator(".drawing svg").first.wait_for()
    assert faults_at(page, widths, "standalone") == []


def test_both_sources_of_predictions_export_the_same():
    def exports(name: str) -> set[str]:
        text = (STATIC / name).read_text()
        return {*re.findall(r"^export (?:async )?(?:const|function) (\w+)", text, re.M)}

    assert exports("standalone/requests.js") == exports("predict/requests.js")


def test_python_names_the_layers_that_the_javascript_knows():
    text = (STATIC / "networks" / "layers.js").read_text()
    table = text.split("const LAYERS = {")[1].split("\n};")[0]
    assert {*re.findall(r"^  (\w+): ", table, re.M)} == LAYERS


def test_suffixes_are_those_of_the_formats():
    text = (STATIC / "standalone" / "formats.js").read_text()
    suffixes = {*re.findall(r'"(\.\w+)"', text)}
    assert suffixes
    assert suffixes <= {format.suffix for format in FORMATS.values()}
