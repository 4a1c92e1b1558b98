"""The room Predict in a real browser: every control, and what is on the screen."""

import gzip
import re
from pathlib import Path

import pytest
from in_process import run_command

import ribbonet
from ribbonet.chains.properties import mean_hydropathy
from ribbonet.prediction.figures.ribbon import ribbon

expect = pytest.importorskip("playwright.sync_api", reason="needs playwright").expect
expect.set_options(timeout=60_000)

EXAMPLE = Path(__file__).parents[3] / "examples" / "proteins.fasta"
PEPTIDE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ"
wide = pytest.mark.parametrize("width", [1280], ids=["1280px"])


def predict(page, text: str) -> None:
    """Type sequences and press the button; wait until all is on the screen."""
    page.get_by_label("Sequences", exact=True).fill(text)
    page.get_by_role("button", name="Predict").click()
    finished(page)


def finished(page) -> None:
    expect(page.locator(".status")).to_have_text(re.compile(" s by "))
    expect(page.locator(".primary")).to_have_text("Predict")


def names(page) -> list[str]:
    return page.locator(".chain .name b").all_text_contents()


def told(page) -> str:
    return page.get_by_role("slider", name="Residues of").first.get_attribute("aria-valuetext")


def test_the_example_is_predicted_and_drawn(opened, picture, serious_faults):
    page = opened("#predict")
    page.get_by_role("button", name="Example").click()
    finished(page)
    page.wait_for_selector(".drawing svg")
    assert re.match(r"3 chains, 467 residues in [\d.]+ s by accurate", page.text_content(".status"))
    assert names(page) == ["ubiquitin", "myoglobin", "GFP"]
    assert page.locator(".drawing").count() == 3
    for shape in ("helix", "back", "strand", "coil"):
        assert page.locator(f".ribbon .{shape}").count() > 0
    picture(page, "predict", full_page=True)
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@wide
def test_it_is_as_clear_in_the_dark(opened, picture, serious_faults):
    page = opened("#predict", color_scheme="dark", reduced_motion="reduce")
    predict(page, PEPTIDE)
    picture(page, "predict-dark")
    assert serious_faults(page) == []


def test_what_is_on_the_screen_is_what_is_predicted(opened):
    page = opened("#predict")
    predict(page, PEPTIDE)
    expected = ribbonet.predict(PEPTIDE)
    states = expected.states
    composition = [round(100 * states.count(state) / len(states)) for state in "HEC"]
    assert [int(n) for n in page.locator(".share-of b").all_text_contents()] == composition
    assert page.text_content(".length b") == "33"
    assert page.text_content(".sure b") == f"{expected.confidence.mean():.2f}"

    page.wait_for_selector(".drawing svg")
    drawing = page.get_by_role("slider", name="Residues of")
    assert "".join(page.locator(".residues").all_text_contents()) == PEPTIDE
    drawing.focus()
    for place, probabilities in enumerate(expected.thousandths / 1000):
        page.keyboard.press("ArrowRight" if place else "Home")
        numbers = page.locator(".readout .share b").all_text_contents()
        assert numbers == [f"{p:.3f}" for p in probabilities]
        assert drawing.get_attribute("aria-valuenow") == str(place + 1)


def test_the_cursor_goes_by_keys_and_by_pointer(opened):
    page = opened("#predict")
    predict(page, PEPTIDE * 4)
    page.wait_for_selector(".drawing svg")
    drawing = page.get_by_role("slider", name="Residues of")
    drawing.focus()
    page.keyboard.press("End")
    assert told(page).startswith("Gln 132: ")
    page.keyboard.press("ArrowRight")
    assert drawing.get_attribute("aria-valuenow") == "132"
    page.keyboard.press("PageUp")
    assert drawing.get_attribute("aria-valuenow") == "122"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    a_line = int(drawing.get_attribute("aria-valuenow")) - 1
    assert a_line % 10 == 0
    page.keyboard.press("Escape")
    assert page.locator(".readout").is_hidden()

    page.keyboard.press("Home")
    box = page.locator(".mark").bounding_box()
    page.mouse.move(box["x"] + 4.5 * box["width"], box["y"] + 5)
    page.wait_for_selector(".readout:visible")
    assert re.fullmatch(r"Y Tyr 5 · (helix|strand|coil)", page.text_content(".readout p"))
    page.mouse.move(1, 1)
    assert page.locator(".readout").is_hidden()


@wide
def test_a_header_is_text_whatever_it_holds(opened):
    page = opened("#predict")
    evil = "<script>alert(1)</script> <img src=x onerror=alert(2)>"
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    predict(page, f">{evil}\n{PEPTIDE}")
    assert page.text_content(".chain .name") == evil
    assert page.locator("main script, main img").count() == 0
    assert dialogs == []


@wide
def test_many_chains_are_sorted_filtered_opened_and_closed(opened, picture):
    page = opened("#predict")
    page.locator("input[type=file]").set_input_files(EXAMPLE)
    finished(page)
    records = list(ribbonet.predict_file(EXAMPLE))
    assert names(page) == [p.id for p in records]
    assert page.locator(".drawing").count() == 1  # of more than a few, the first alone is open
    orders = {
        "name": sorted(records, key=lambda p: p.id.lower()),
        "longest": sorted(records, key=len, reverse=True),
        "shortest": sorted(records, key=len),
        "helix": sorted(records, key=lambda p: -p.states.count("H") / len(p)),
        "strand": sorted(records, key=lambda p: -p.states.count("E") / len(p)),
        "coil": sorted(records, key=lambda p: -p.states.count("C") / len(p)),
        "sure": sorted(records, key=lambda p: -p.confidence.mean()),
        "unsure": sorted(records, key=lambda p: p.confidence.mean()),
        "given": records,
    }
    for order, expected in orders.items():
        page.get_by_label("Sort").select_option(order)
        assert names(page) == [p.id for p in expected], order
    page.get_by_label("Filter by name or motif").fill("myo")
    assert names(page) == ["myoglobin"]
    assert page.text_content(".tools > span") == f"1 of {len(records)} chains"
    page.get_by_label("Filter by name or motif").fill("titlev")
    assert names(page) == ["ubiquitin"]
    page.get_by_label("Filter by name or motif").fill("")
    page.get_by_role("button", name="Open all").click()
    assert page.locator(".panel:visible").count() == len(records)
    picture(page, "predict-many", full_page=True)
    page.get_by_role("button", name="Close all").click()
    assert page.locator(".panel:visible").count() == 0
    page.locator(".row").nth(2).focus()
    page.keyboard.press("Enter")
    assert page.locator(".row").nth(2).get_attribute("aria-expanded") == "true"


def test_zooming_changes_the_residues_on_a_line(opened):
    page = opened("#predict")
    predict(page, PEPTIDE * 10)
    page.wait_for_selector(".drawing svg")
    zoom = page.get_by_label("Zoom")

    def on_the_first_line() -> int:
        firsts = page.locator(".drawing .first").all_text_contents()
        return int(firsts[1]) - 1 if firsts[1:] else len(PEPTIDE) * 10

    before = on_the_first_line()
    zoom.focus()
    page.keyboard.press("Home")
    expect(page.locator(".drawing .residues")).to_have_count(0)
    assert on_the_first_line() > before
    page.keyboard.press("End")
    page.wait_for_selector(".drawing .residues")
    assert on_the_first_line() < before


@pytest.fixture(scope="module")
def commanded(tmp_path_factory) -> tuple[Path, dict[str, bytes]]:
    """Four of the example proteins, and what the command writes for them."""
    folder = tmp_path_factory.mktemp("commanded")
    source = folder / "four.fasta"
    source.write_text(">".join(EXAMPLE.read_text().split(">")[:5]))
    chosen = {"3 ss2": (), "3 parquet": (), "8 csv": ("--states=8",)}
    files = {}
    for value, options in chosen.items():
        path = folder / value.replace(" ", "-")
        format = f"--format={value.split()[1]}"
        done = run_command("predict", source, f"--output={path}", format, *options)
        assert done.returncode == 0, done.stderr
        files[value] = path.read_bytes()
    return source, files


@wide
def test_a_download_is_the_file_that_the_command_writes(opened, commanded, tmp_path):
    source, files = commanded
    page = opened("#predict")
    page.locator("input[type=file]").set_input_files(source)
    finished(page)
    for value, expected in files.items():
        page.get_by_label("Format").select_option(value)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download").click()
        assert download.value.suggested_filename == f"prediction.{value.split()[1]}"
        assert Path(download.value.path()).read_bytes() == expected


@wide
def test_the_chosen_model_predicts_and_is_described(opened):
    page = opened("#predict")
    (score, *_) = ribbonet.load_model("accurate").card.scores
    assert f"{score['q3']:.1f} % on CB513" in page.text_content(".about")
    predict(page, PEPTIDE)
    page.get_by_label("Model").select_option("fast")
    expect(page.locator(".status")).to_have_text(re.compile("by fast$"))
    finished(page)
    assert page.text_content(".about").startswith("fast: ")
    expected = ribbonet.predict(PEPTIDE, model="fast")
    assert page.text_content(".sure b") == f"{expected.confidence.mean():.2f}"


@wide
def test_a_link_holds_a_short_sequence(opened):
    page = opened(f"#predict?s={PEPTIDE}&model=fast")
    finished(page)
    assert page.get_by_label("Sequences", exact=True).input_value() == PEPTIDE
    assert page.text_content(".status").endswith("by fast")
    predict(page, f">P1 my <own> protein\n{PEPTIDE}")
    link = page.url
    other = opened(link[link.index("#") :])
    finished(other)
    assert other.text_content(".chain .name") == "P1 my <own> protein"

    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.get_by_role("button", name="Copy link").click()
    assert page.evaluate("window.copied") == link


@wide
def test_what_was_predicted_is_there_after_a_visit_to_another_room(opened):
    page = opened("#predict")
    predict(page, PEPTIDE)
    page.get_by_role("link", name="Inside").click()
    page.get_by_role("link", name="Predict").click()
    assert names(page) == ["sequence"]
    expect(page).to_have_url(re.compile(f"s={PEPTIDE}"))


@wide
def test_files_are_dropped_plain_or_compressed(opened):
    page = opened("#predict")

    def drop(name: str, content: bytes) -> None:
        data = page.evaluate_handle(
            """([name, bytes]) => {
                const data = new DataTransfer();
                data.items.add(new File([new Uint8Array(bytes)], name));
                return data;
            }""",
            [name, list(content)],
        )
        page.dispatch_event("form", "drop", {"dataTransfer": data})

    drop("one.fasta", f">one\n{PEPTIDE}\n".encode())
    finished(page)
    assert names(page) == ["one"]
    assert page.get_by_label("Sequences", exact=True).input_value().startswith(">one\n")
    drop("two.fasta.gz", gzip.compress(f">two\n{PEPTIDE}\n>three\n{PEPTIDE}\n".encode()))
    expect(page.locator(".chain")).to_have_count(2)
    assert names(page) == ["two", "three"]
    assert page.text_content(".chip span") == "two.fasta.gz · 1 kB"
    page.get_by_role("button", name="Remove").click()
    assert page.get_by_label("Sequences", exact=True).is_visible()


@wide
def test_a_fault_is_said_and_what_was_there_stays(opened, serious_faults):
    page = opened("#predict", faults=r"422|413")
    predict(page, PEPTIDE)
    field = page.get_by_label("Sequences", exact=True)
    field.fill(">a\nMK1T")
    field.press("Control+Enter")
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "record 1 (a): symbol '1' at position 3 is not a residue" in alert.inner_text()
    assert names(page) == ["sequence"]
    assert serious_faults(page) == []

    page.get_by_label("On invalid symbol").select_option("mask")
    expect(page.locator(".name b")).to_have_text("a")
    assert alert.is_hidden()
    assert page.text_content(".results > .note") == "1 invalid symbol read as X in 1 record"
    field.evaluate("field => { field.value = 'M'.repeat(1_000_001); }")
    page.get_by_role("button", name="Predict").click()
    alert.wait_for()
    assert "more than 1,000,000 bytes; send less at a time" in alert.inner_text()


@wide
def test_states_less_sure_than_asked_are_masked(opened):
    page = opened("#predict")
    predict(page, PEPTIDE)
    page.get_by_label("States shown").select_option("0.9")
    page.wait_for_selector(".ribbon .none", state="attached")
    expected = ribbonet.predict(PEPTIDE, min_confidence=0.9).states
    assert page.locator(".ribbon .none").count() == len(re.findall("-+", expected))


@wide
def test_a_long_prediction_streams_and_can_be_stopped(opened):
    page = opened("#predict")
    records = "".join(f">{n}\n{PEPTIDE * 12}\n" for n in range(200))
    page.get_by_label("Sequences", exact=True).fill(records)
    page.get_by_role("button", name="Predict").click()
    page.wait_for_selector(".drawing svg")
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".status")).to_have_text(re.compile(", stopped$"))
    assert 0 < page.locator(".chain").count() < 200
    predict(page, PEPTIDE)
    assert names(page) == ["sequence"]


@wide
def test_the_browser_draws_ribbons_as_the_report_does(opened):
    page = opened("#predict")
    states = [
        "C",
        "H",
        "E",
        "-",
        "CCHHHHHHHHCCEEEEECC--C",
        "HEHEEHHH",
        ribbonet.predict(PEPTIDE).states,
    ]
    drawn = page.evaluate(
        "async (all) => { const { ribbon } = await import('./predict/chain/ribbon.js');"
        " return all.map((states) => ribbon(states, { x: 4, y: 7 })); }",
        states,
    )
    for own, other in zip(drawn, (ribbon(s, 4, 7) for s in states), strict=True):
        number = r"-?\d+(?:\.\d+)?"
        assert re.sub(number, "#", own) == re.sub(number, "#", other)
        assert [float(n) for n in re.findall(number, own)] == pytest.approx(
            [float(n) for n in re.findall(number, other)], abs=0.11
        )


@wide
def test_the_first_page_is_small(opened):
    page = opened("#predict")
    page.wait_for_selector("textarea")
    sizes = page.evaluate(
        "['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))"
        ".map((entry) => [entry.name, entry.transferSize])"
    )
    assert len(sizes) > 5
    assert all(size > 0 for _, size in sizes)
    assert sum(size for _, size in sizes) < 500_000, sizes


@wide
def test_a_range_is_selected_and_copied_in_the_order_of_the_chain(opened):
    page = opened(f"#predict?s={PEPTIDE * 6}&model=fast")
    page.wait_for_selector(".drawing svg")
    states = ribbonet.predict(PEPTIDE * 6, model="fast").states
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    page.get_by_role("button", name="Copy", exact=True).click()
    assert page.evaluate("copied") == f">sequence/1-198\n{PEPTIDE * 6}\n{states}\n"
    field = page.get_by_label("Range")
    field.fill("12-150")  # more than a line
    field.press("Tab")
    assert page.locator(".marked .selected").count() > 1
    page.get_by_role("button", name="Copy", exact=True).click()
    part = slice(11, 150)
    expected = f">sequence/12-150\n{(PEPTIDE * 6)[part]}\n{states[part]}\n"
    assert page.evaluate("copied") == expected

    drawing = page.get_by_role("slider", name="Residues of")
    drawing.focus()
    page.keyboard.press("Home")
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    assert field.input_value() == "1-5"
    copied = page.evaluate(
        "(() => { const data = new DataTransfer();"
        " document.activeElement.dispatchEvent("
        "new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true }));"
        " return data.getData('text/plain'); })()"
    )
    assert copied == f">sequence/1-5\n{PEPTIDE[:5]}\n{states[:5]}\n"
    page.keyboard.press("Escape")
    assert page.locator(".marked .selected").count() == 0
    box = page.locator(".drawing").bounding_box()
    left, pitch = page.evaluate(
        "(() => { const x = document.querySelector('.drawing text.residues');"
        " const at = (n) => x.x.baseVal[n].value;"
        " return [x.getCTM().e + at(0), at(1) - at(0)]; })()"
    )
    page.mouse.move(box["x"] + left + 2 * pitch, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + left + 7 * pitch, box["y"] + 30, steps=5)
    page.mouse.up()
    assert field.input_value() == "3-8"
    field.fill("5-900")
    field.press("Tab")
    assert field.evaluate("field => field.validationMessage").startswith("Give two positions")


@wide
def test_motifs_and_positions_are_found(opened):
    page = opened(f"#predict?s={PEPTIDE * 20}&model=fast")
    page.wait_for_selector(".drawing svg")
    motif = page.get_by_label("Motif", exact=True)
    said = page.locator(".finder [role=status]")
    for pattern, expression in {
        "RQ": "RQ", "r-x(2)-[FE]": "R..[FE]", "S-{H}-[FR]": "S[^H][FR]", "QL": "QL", "WWW": "WWW",
    }.items():  # fmt: skip
        motif.fill(pattern)
        found = len(re.findall(f"(?={expression})", PEPTIDE * 20))
        assert said.text_content() == f"{found} found", pattern
    motif.fill("KTA")
    motif.press("Enter")
    motif.press("Enter")
    assert said.text_content() == "2 of 20: residues 35 to 37"
    for wrong in ("[S", "A-x(5,2)-A"):
        motif.fill(wrong)
        assert said.text_content().startswith("A motif is letters"), wrong
    go = page.get_by_label("Go to")
    go.fill("640")
    go.press("Enter")
    assert page.get_by_role("slider", name="Residues of").get_attribute("aria-valuenow") == "640"
    page.wait_for_selector(".mark:visible")
    box = page.locator(".mark").bounding_box()
    assert 52 < box["y"] < 900


@wide
def test_a_long_chain_has_an_overview_that_scrolls(opened):
    page = opened("#predict")
    page.get_by_label("Model").select_option("fast")
    predict(page, PEPTIDE * 100)
    overview = page.get_by_role("scrollbar")
    expect(overview).to_be_visible()
    page.locator(".drawing").scroll_into_view_if_needed()
    overview.focus()
    page.keyboard.press("End")
    expect(overview).to_have_attribute("aria-valuenow", re.compile("^3[0-3]"))
    expect(page.locator(".drawing .block").last.locator("svg")).to_have_count(1)
    box = overview.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 5)
    expect(overview).to_have_attribute("aria-valuenow", re.compile("^1[67]"))


@wide
def test_tracks_are_chosen_and_true(opened):
    page = opened(f"#predict?s={PEPTIDE}")
    page.wait_for_selector(".drawing svg")
    for name in ("Three states", "States as letters", "Probabilities", "Relatives"):
        page.locator(".choice").first.evaluate("details => { details.open = true; }")
        page.get_by_label(name, exact=True).uncheck()
    expect(page.locator(".ribbon, .drawing .states, .area")).to_have_count(0)
    page.get_by_label("Eight states", exact=True).check()
    eight = ribbonet.predict(PEPTIDE, states=8).states
    expect(page.locator(".drawing text.states")).to_have_text(eight)
    page.get_by_label("Charge", exact=True).check()
    charges = [PEPTIDE.count(a) + PEPTIDE.count(b) for a, b in ("KR", "DE")]
    expect(page.locator(".drawing .plus")).to_have_count(charges[0])
    expect(page.locator(".drawing .minus")).to_have_count(charges[1])
    page.get_by_label("Confidence", exact=True).check()
    page.get_by_label("Hydropathy", exact=True).check()
    expect(page.locator(".area")).to_have_count(3)
    means = page.evaluate(
        "async (sequence) => (await import('./predict/chain/residues.js'))"
        ".hydropathy(sequence, 2, sequence.length)",
        PEPTIDE,
    )
    assert means == pytest.approx(mean_hydropathy(PEPTIDE, 2, len(PEPTIDE)).tolist())


UBIQUITIN = "MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG"


def test_relatives_are_used_listed_aligned_and_switched_off(opened, picture, faults_of_axe):
    page = opened("#predict")
    predict(page, f">ubiquitin\n{UBIQUITIN}")
    expected = ribbonet.predict(UBIQUITIN)
    page.wait_for_selector(".drawing svg")
    assert "".join(page.locator(".drawing .states").all_text_contents()) == expected.states
    assert page.locator(".area.related").count() > 0
    assert "relative of 100 % identity" in told(page)
    summary = page.locator("details.relatives > summary")
    assert summary.text_content() == (
        "50 alignments to relatives of known structure; 76 of 76 residues use them"
    )
    summary.click()
    first = page.locator("details.relatives details").first
    first.locator("summary").click()
    page.wait_for_selector(".alignment pre")
    best = expected.evidence.alignments[0]
    assert first.locator("b").text_content() == best.id.replace("_", " ")
    rows = [text.split("\n") for text in page.locator(".alignment pre").all_text_contents()]
    query = "".join(row[0][7:] for row in rows)
    assert query == UBIQUITIN[best.query[0] : best.query[-1] + 1]
    picture(page, "predict-relatives", full_page=True)
    assert faults_of_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.get_by_label("Relatives of known structure").uncheck()
    expect(page.locator("details.relatives")).to_have_count(0)
    finished(page)
    alone = ribbonet.predict(UBIQUITIN, templates=False)
    assert page.text_content(".sure b") == f"{alone.confidence.mean():.2f}"
    expect(page).to_have_url(re.compile("templates=false"))
    page.get_by_label("Model").select_option("fast")
    assert not page.get_by_label("Relatives of known structure").is_checked()


@wide
def test_the_readout_is_seen_whole_and_a_filter_hides_no_new_prediction(opened):
    page = opened(f"#predict?s={PEPTIDE}&model=fast")
    page.wait_for_selector(".drawing svg")
    page.evaluate("document.querySelector('.drawing').scrollIntoView()")
    page.get_by_role("slider", name="Residues of").focus()
    page.keyboard.press("End")
    box = page.locator(".readout").bounding_box()
    for y in (box["y"] + 2, box["y"] + box["height"] - 2):
        assert y > 52, "the bar hides it"

    predict(page, f">one\n{PEPTIDE}\n>two\n{PEPTIDE}\n")
    page.get_by_label("Filter by name or motif").fill("two")
    assert names(page) == ["two"]
    predict(page, f">three\n{PEPTIDE}\n")
    assert names(page) == ["three"]
