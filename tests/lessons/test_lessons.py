"""Every lesson runs, and its notebook and page are what its text gives."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from ribbonet.errors import InputError
from ribbonet.lessons.chains import examples, small_chains
from ribbonet.lessons.exercises import LESSONS, exercises
from ribbonet.lessons.notebook import notebook
from ribbonet.lessons.running import Shown, run
from ribbonet.lessons.source import TEXTS, parse, read_lesson, read_lessons

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "src" / "ribbonet" / "lessons" / "pages"

EXACT = ("neuron", "softmax", "information", "forward", "backprop", "problems")
"""Lessons that only calculate; the others train, and their last digits are the machine's."""

SAID = {
    "neuron": ["best p = 0.40, its cost = 3.365"],
    "softmax": ["largest score: number 19, 14.475", "number 19, 0.9471"],
    "hidden": ["0 hidden units: 50% right", "4 hidden units: 100% right", "equal one: True"],
    "forward": ["0.7311 0.7311", "0.8119", "z = [0.731 0.731], p = 0.812", "26\n11083"],
    "backprop": ["loss 0.974542 and 0.974542", "(4, 3, 3) True", "(3, 5) True"],
    "autograd": ["the four gradients the same: True", "[38, 38, 38, 38, 38, 38, 38, 34]"],
    "descent": ["θ 0.7356", "the library: 0.7356", "rate 0.5: the cost stays above its start"],
    "network1988": ["11,083 parameters", "always coil: 45.3%"],
    "hopfield": ["global", "metastable", "single", "the same: True"],
    "problems": [
        "zO   0.5   0.5  -0.5  -0.5   1.5   1.5",
        "zH  -4.0  -3.0  -1.0   1.0  -0.5",
        "ŷ    0.0   0.0   1.0   0.0   1.0",
        "exactly on [1, 3): True",
        "[-4. 12.  2.]",
    ],
}
"""What the documents' own numbers, and the library's agreement with them, look like."""


def kept(name: str) -> dict:
    path = ROOT / "lessons" / f"{read_lesson(name).file}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


def shown_in(name: str) -> dict[int, Shown]:
    """What the cells of the kept notebook show."""
    lesson, cells, shown = read_lesson(name), iter(kept(name)["cells"][2:]), {}
    for place, cell in enumerate(lesson.cells):
        own = next(cells)
        if cell.kind == "exercise":
            next(cells)
        elif cell.kind == "code":
            found = {"printed": "", "text": "", "svg": "", "html": ""}
            for output in own["outputs"]:
                if output["output_type"] == "stream":
                    found["printed"] = "".join(output["text"])
                else:
                    data = {kind: "".join(lines) for kind, lines in output["data"].items()}
                    found["text"] = data.get("text/plain", "")
                    found["svg"] = data.get("image/svg+xml", "")
                    found["html"] = data.get("text/html", "")
            shown[place] = Shown(**found)
    return shown


def numbers(text: str) -> np.ndarray:
    return np.array([float(x) for x in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[-+]\d+)?", text)])


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_and_shows_what_is_kept(name):
    lesson = read_lesson(name)
    if lesson.extra:
        pytest.importorskip(lesson.extra, reason=f"needs ribbonet[{lesson.extra}]")
    shown, before = run(lesson), shown_in(name)
    assert shown.keys() == before.keys()
    text = "\n".join(own.printed for own in shown.values())
    for said in SAID.get(name, []):
        assert said in text
    for place, own in shown.items():
        assert bool(own.svg) == bool(before[place].svg)
        assert bool(own.printed) == bool(before[place].printed)
        if name in EXACT:
            np.testing.assert_allclose(
                numbers(own.printed), numbers(before[place].printed), rtol=2e-3, atol=2e-3
            )
    check = globals().get(f"check_{name}")
    if check is not None:
        check(text)


def check_network1988(text: str) -> None:
    best = {
        n: (int(b), int(e))
        for n, b, e in re.findall(r"(\w+\(\d+\))\s+best (\d+), last (\d+)", text)
    }
    assert best["Train(40)"][1] > best["Test(40)"][1] + 12  # overfitting
    assert best["Train(0)"][1] < best["Test(0)"][1] + 6
    assert best["Test(40)"][1] < best["Test(40)"][0] + 1
    assert best["Test(0)"][0] > 57
    for state, residues in (("helix", "AEL"), ("strand", "VI"), ("coil", "PG")):
        found = re.search(rf"{state}\s+most ([\w ]+)  ", text)
        assert set(residues) <= set(found[1].split())


def check_homology(text: str) -> None:
    inside, outside = (int(x) for x in re.findall(r"test (\d+) %", text))
    assert inside > outside + 6


def check_generalisation(text: str) -> None:
    rows = re.findall(
        r"^(.+?)\s+seen\s+([\d.]+) %\s+unseen ([\d.]+) ± [\d.]+ %\s+cost ([\d.]+)", text, re.M
    )
    cost = {name: float(c) for name, _, _, c in rows}
    seen = {name: (float(s), float(u)) for name, s, u, _ in rows}
    assert seen["20 examples"][1] < seen["160 examples"][1]
    assert seen["as it is"][0] > 97
    assert max(cost["L2"], cost["L1"], cost["label smoothing 0.1"]) < cost["as it is"]
    assert abs(seen["L2, η = 1.0"][1] - 50) < 8  # as good as chance
    degrees = re.findall(r"degree (\d): bias ([\d.]+), scatter ([\d.]+)", text)
    bias, scatter = (np.array([float(row[i]) for row in degrees]) for i in (1, 2))
    assert bias[0] > 5 * max(bias[1:])
    assert list(scatter) == sorted(scatter)


def check_hopfield(text: str) -> None:
    modern = [int(n.replace(",", "")) for n in re.findall(r"modern\s+([\d,]+)", text)]
    assert modern[1] > 10 * modern[0]
    assert modern[2] > 10 * modern[1]
    shares = [int(n) for n in re.findall(r"patterns: (\d+)%", text)]
    assert shares[0] == 100
    assert shares[-1] < 10


def check_nettalk(text: str) -> None:
    seen, unseen = zip(
        *re.findall(r"(\d+) % of the sounds in known words, (\d+) %", text), strict=True
    )
    assert int(seen[2]) >= 97 > 80 > int(seen[0])
    assert int(unseen[1]) > int(unseen[0]) + 10


@pytest.mark.parametrize("name", LESSONS)
def test_the_notebook_is_that_of_the_text(name):
    lesson = read_lesson(name)
    again = json.loads(notebook(lesson, shown_in(name)))
    assert again == kept(name), "run: make lessons"
    pytest.importorskip("nbformat").validate(again)


@pytest.mark.parametrize("name", LESSONS)
def test_the_page_is_that_of_the_text(name):
    pytest.importorskip("latex2mathml", reason="makes the formulas of the pages")
    from ribbonet.lessons.page import page

    html = page(read_lesson(name), shown_in(name))
    assert html == (PAGES / f"{name}.html").read_text(encoding="utf-8"), "run: make lessons"
    assert "$" not in re.sub(r"<pre.*?</pre>|<code>.*?</code>", "", html, flags=re.DOTALL)
    assert "style=" not in html  # which the page's content security policy forbids
    ids = re.findall(r'id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_every_exercise_stands_in_its_lesson_once_and_in_order():
    for lesson in read_lessons():
        placed = [cell.text for cell in lesson.cells if cell.kind == "exercise"]
        assert placed == list(exercises(lesson.name))
        assert placed
        assert 5 <= lesson.minutes <= 15
    assert sorted(path.stem for path in TEXTS.glob("*.md")) == [own.file for own in read_lessons()]


def test_no_answer_stands_in_a_notebook_or_page():
    for name in LESSONS:
        assert "solution" not in json.dumps(kept(name)["cells"][1:]).casefold()


@pytest.mark.parametrize("text", ["", "# Title\n", "# Title\n\nsome minutes · Notes\n"])
def test_a_text_without_its_first_lines(text):
    with pytest.raises(InputError, match="should begin with"):
        parse("neuron", text)


def test_a_missing_package_is_named_with_its_extra():
    lesson = parse(
        "x", "# T\n\n5 minutes · N · extra torch\n\n```python\nimport no_such_module\n```\n"
    )
    with pytest.raises(InputError, match=r"needs no_such_module.*ribbonet\[torch\]"):
        run(lesson)


def test_the_small_chains():
    chains = small_chains()
    assert [len(chains.test), len(chains.relatives), len(chains.others)] == [20, 40, 100]
    groups = [
        chain.id for group in (chains.test, chains.relatives, chains.others) for chain in group
    ]
    assert len(set(groups)) == 160
    related, unrelated = (chains.training(relatives=own) for own in (True, False))
    sizes = [sum(map(len, own)) for own in (related, unrelated)]
    assert abs(sizes[0] - sizes[1]) < 150
    x, y = examples(chains.test)
    assert x.shape == (sum(map(len, chains.test)), 13)
    assert set(y.tolist()) == {0, 1, 2}


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("mmseqs") is None, reason="needs mmseqs2")
def test_the_families_are_apart():
    from ribbonet.chains.relatives.homologues import homologues

    chains = small_chains()
    others = homologues([*chains.test, *chains.relatives], chains.others)
    assert others == []
    assert all(pair.query == pair.target for pair in homologues(chains.test, chains.test))
    found = {(p.query, p.target // 2) for p in homologues(chains.test, chains.relatives)}
    assert {(n, n) for n in range(20)} <= found


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", LESSONS)
def test_a_notebook_runs_in_jupyter(name):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    book = nbformat.from_dict(kept(name))
    nbclient.NotebookClient(book, timeout=600).execute()
    assert not [o for c in book.cells for o in c.get("outputs", []) if o.output_type == "error"]
