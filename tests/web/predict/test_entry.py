"""The room Predict: what is pasted, kept, linked to and gone back to."""

import random
import re
from pathlib import Path
from string import ascii_letters

import pytest

import ribbonet

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright").expect
expect.set_options(timeout=60_000)

PEPTIDE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ"
EXAMPLE = Path(__file__).parents[3] / "examples" / "proteins.fasta"
wide = pytest.mark.parametrize("width", [1280], ids=["1280px"])
rng = random.Random(0)
LONG = "".join(rng.choices("ACDEFGHIKLMNPQRSTVWY", k=5000))
MANY = "".join(
    f">{n} {''.join(rng.choices(ascii_letters, k=3000))}\n{PEPTIDE}\n" for n in range(40)
)
"""Few residues, and in the headers more letters than an address has room for."""

GENBANK = f"""LOCUS       P0CG48  33 aa  linear
DEFINITION  Polyubiquitin.
ORIGIN
        1 {PEPTIDE[:10].lower()} {PEPTIDE[10:20].lower()}
       21 {PEPTIDE[20:].lower()}
//
"""
UNIPROT = f"""ID   UBC_HUMAN               Reviewed;         33 AA.
SQ   SEQUENCE   33 AA;  77039 MW;  00F6F4D9 CRC64;
     {PEPTIDE[:10]} {PEPTIDE[10:]}
//
ID   TWO_HUMAN               Reviewed;         33 AA.
SQ   SEQUENCE   33 AA;  77039 MW;  00F6F4D9 CRC64;
     {PEPTIDE}
//
"""
CASES = {
    f">a b-c 12\n  1 {PEPTIDE[:10]} {PEPTIDE[10:]} 33\n": (
        f">a b-c 12\n{PEPTIDE[:10]} {PEPTIDE[10:]}\n", ["numbers of positions taken out"],
    ),
    f">a\n{PEPTIDE[:5]}--{PEPTIDE[5:]}..\n": (f">a\n{PEPTIDE}\n", ["gaps taken out"]),
    f"“{PEPTIDE}”,": (PEPTIDE, ["quotes and commas taken out"]),
    f">a\n{PEPTIDE[:5]}\u200b{PEPTIDE[5:]}\n": (
        f">a\n{PEPTIDE}\n", ["invisible characters taken out"],
    ),
    GENBANK: (f">P0CG48\n{PEPTIDE}\n", ["sequences taken out of database entries"]),
    UNIPROT: (
        f">UBC_HUMAN\n{PEPTIDE}\n>TWO_HUMAN\n{PEPTIDE}\n",
        ["sequences taken out of database entries"],
    ),
    f"name,sequence\none,{PEPTIDE}\ntwo,MKT\n": (
        f">one\n{PEPTIDE}\n>two\nMKT\n", ["a table of names and sequences read"],
    ),
    f"one\t{PEPTIDE}\n": (f">one\n{PEPTIDE}\n", ["a table of names and sequences read"]),
    "Met-Lys-Thr Ala": ("MKTA", ["three-letter codes read"]),
    f">a\nMK1T\n{PEPTIDE}*\n": (f">a\nMK1T\n{PEPTIDE}*\n", []),
    f"{PEPTIDE}\n\n{PEPTIDE}\n": (f"{PEPTIDE}\n\n{PEPTIDE}\n", []),
}  # fmt: skip


def finished(page) -> None:
    expect(page.locator(".status")).to_have_text(re.compile(" s by "))
    expect(page.locator(".primary")).to_have_text("Predict")


def predict(page, text: str) -> None:
    page.get_by_label("Sequences", exact=True).fill(text)
    page.get_by_role("button", name="Predict").click()
    finished(page)


def names(page) -> list[str]:
    return page.locator(".chain .name b").all_text_contents()


def paste(page, text: str) -> None:
    page.get_by_label("Sequences", exact=True).evaluate(
        "(field, text) => { const data = new DataTransfer(); data.setData('text', text);"
        " field.dispatchEvent(new ClipboardEvent('paste',"
        " { clipboardData: data, bubbles: true, cancelable: true })); }",
        text,
    )


@wide
def test_what_is_pasted_is_cleaned_and_what_was_cleaned_is_said(opened):
    page = opened("#predict")
    page.wait_for_selector("textarea")
    for given, (text, done) in CASES.items():
        made = page.evaluate(
            "async (text) => (await import('./predict/cleaning.js')).cleaned(text)", given
        )
        assert made == {"text": text, "done": done}, given
    field = page.get_by_label("Sequences", exact=True)
    field.focus()
    paste(page, GENBANK)
    said = page.locator(".cleaned")
    expect(said).to_contain_text("Cleaned: sequences taken out of database entries.")
    assert field.input_value() == f">P0CG48\n{PEPTIDE}\n"
    said.get_by_role("button", name="Undo").click()
    assert field.input_value() == GENBANK
    assert said.text_content() == ""


@wide
def test_a_link_holds_long_sequences_compressed(opened):
    page = opened("#predict?model=fast")
    page.get_by_label("Model").select_option("fast")
    predict(page, f">long ünd größer\n{LONG}\n")
    expect(page).to_have_url(re.compile(r"#predict\?z=[\w-]+&model=fast$"))
    link = page.url
    assert len(link) < 5000
    other = opened(link[link.index("#") :])
    finished(other)
    assert names(other) == ["long"]
    field = other.get_by_label("Sequences", exact=True)
    assert field.input_value() == f">long ünd größer\n{LONG}\n"
    broken = opened(link[link.index("#") :].replace("z=", "z=AAAA"))
    alert = broken.get_by_role("alert")
    alert.wait_for()
    assert "the link is damaged" in alert.inner_text()

    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.get_by_role("button", name="Copy link").click()
    assert page.evaluate("window.copied") == link
    predict(page, MANY)
    expect(page.get_by_role("button", name="Copy link")).to_be_disabled()
    assert page.url.endswith("#predict")


@wide
def test_each_prediction_can_be_gone_back_to(opened):
    page = opened("#predict")
    page.get_by_label("Model").select_option("fast")
    predict(page, f">one\n{PEPTIDE}")
    expect(page).to_have_url(re.compile("s=%3Eone"))
    predict(page, f">two\n{PEPTIDE}")
    expect(page).to_have_url(re.compile("s=%3Etwo"))
    predict(page, MANY)
    expect(page).to_have_url(re.compile("#predict$"))
    page.go_back()
    expect(page.locator(".chain .name b")).to_have_text(["two"])
    page.go_back()
    expect(page.locator(".chain .name b")).to_have_text(["one"])
    page.go_forward()
    expect(page.locator(".chain .name b")).to_have_text(["two"])
    page.go_forward()
    expect(page.locator(".chain")).to_have_count(40)
    finished(page)
    assert page.get_by_label("Sequences", exact=True).input_value() == MANY


@wide
def test_the_texts_are_kept_over_a_reload(opened):
    page = opened("#predict")
    page.get_by_label("Model").select_option("fast")
    predict(page, MANY)
    page.reload()
    finished(page)
    expect(page.locator(".chain")).to_have_count(40)
    assert page.get_by_label("Sequences", exact=True).input_value() == MANY
    page.get_by_label("Sequences", exact=True).fill(f">draft\n{PEPTIDE}")
    page.wait_for_timeout(600)
    page.reload()
    expect(page.get_by_label("Sequences", exact=True)).to_have_value(f">draft\n{PEPTIDE}")
    assert page.locator(".results").is_hidden()


@wide
def test_plausible_segments_are_a_switch_that_links_hold(opened):
    sequence = next(
        own for own in (p.sequence for p in ribbonet.predict_file(EXAMPLE, model="fast"))
        if (p := ribbonet.predict(own, model="fast")).states != p.smoothed().states
    )  # fmt: skip
    page = opened(f"#predict?s={sequence}&model=fast")
    finished(page)
    page.get_by_label("Plausible segments").check()
    expected = ribbonet.predict(sequence, model="fast").smoothed().states
    lines = page.locator(".drawing .states")
    page.wait_for_selector(".drawing svg")
    expect(page).to_have_url(re.compile("smooth=true"))
    finished(page)
    assert "".join(lines.all_text_contents()) == expected
