"""The page of scores: it stands by itself, is well formed, and says what was measured."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.records.making import Predicted
from ribbonet.chains.readers.three_line import format_three_line
from ribbonet.evaluation.distance import by_identity
from ribbonet.evaluation.evaluate import Evaluation, evaluate_on
from ribbonet.evaluation.reports.structure import report
from ribbonet.evaluation.scores import compare
from ribbonet.prediction.figures.ribbon import STEP, ribbon

EMPTY = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Checks that tags are closed in their order, and collects what there is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def evaluation(valid_chains, tmp_path) -> Evaluation:
    rng = np.random.default_rng(0)
    chains = [Chain("<b>&1", "MKTAYI" * 40, "-HHHEC" * 40), *valid_chains, Chain("bare", "MKT")]
    path = tmp_path / "made.3line"
    path.write_text(
        "".join(format_three_line(Chain(c.header, c.sequence, c.labels or "---")) for c in chains)
    )
    predicted = []
    for chain in chains:
        shares = rng.dirichlet([1, 1, 1], len(chain)).astype(np.float32)
        states = "".join("HEC"[n] for n in shares.argmax(axis=1))
        predicted.append(Predicted(Chain(chain.header, chain.sequence, states), shares))
    return evaluate_on(predicted, "chance", path)


def test_the_page_stands_by_itself(evaluation):
    text = report([evaluation])
    page = Page(text)
    assert page.open == []
    assert re.findall(r"https?:", text) == []
    for tag, attributes in page.tags:
        assert "src" not in attributes
        assert tag not in ("link", "img", "iframe", "object")
        assert (attributes.get("href") or "#").startswith("#")
    policy = next(a["content"] for t, a in page.tags if t == "meta" and "http-equiv" in a)
    assert (policy or "").startswith("default-src 'none'")
    assert "<!--" not in text


def test_every_chain_and_score_is_on_it(evaluation):
    page = Page(report([evaluation]))
    for chain in evaluation.chains:
        assert chain.id in page.texts
    assert f"{evaluation.scores.q3:.1f}" in page.texts
    assert f"{evaluation.scores.sov_refine:.1f}" in page.texts
    assert page.texts.count("chance on made") == 2
    captions = [t for t in page.texts if t.startswith((" Q3 ", "Q3 by "))]
    assert len(captions) == 2 + 13
    for names in (("helix", "strand", "coil", "no label", "wrong"), ("Best", "Worst")):
        assert all(name in page.texts for name in names)


def test_best_chains_come_from_the_top_and_worst_from_the_bottom(evaluation):
    text = report([evaluation])
    best, worst = text[text.index("<h4>Best") :].split("<h4>Worst")
    of = [[float(q) for q in re.findall(r"</b> Q3 ([\d.]+)", part)] for part in (best, worst)]
    assert of[0] == sorted(of[0], reverse=True)
    assert of[1] == sorted(of[1])
    assert of[0][-1] >= of[1][-1]


def test_what_else_was_asked_is_told(evaluation):
    states = ["C" * len(chain) for chain in evaluation.chains]
    near = [(0.5, "t&1"), *[None] * (len(states) - 1)]
    groups, leaked = by_identity(evaluation.chains, evaluation.states, near, 0.25)
    tests = compare(evaluation.chains, evaluation.states, states)
    compared = replace(tests, with_="coil", q3=40.0)
    scores = replace(evaluation.scores, by_identity=groups, leaked=leaked, compared=compared)
    text = "".join(Page(report([replace(evaluation, scores=scores)])).texts)
    assert "Leakage: 1 chain with 25 % identity or more to a training chain (<b>&1: 50 %" in text
    assert f"Beside coil (40.0 %): {tests.difference:+.2f}" in text
    assert "Q3 by identity to training chains" in text


def test_states_without_probabilities_have_no_diagram(tmp_path):
    path = tmp_path / "one"
    path.write_text(">1\nMKT\nHHC\n")
    one = evaluate_on([Predicted(Chain("1", "MKT", "HHH"), None)], "x", path)
    text = report([one, one])
    assert Page(text).open == []
    assert text.count("without probabilities") == 2
    assert "Reliability diagram" not in text


def test_ribbons_are_as_long_as_their_states():
    for states in ("H", "HHHHHHHH", "EE", "CCC", "--", "CHHHHEEEC-"):
        shapes = ribbon(states, x=10)
        numbers = re.findall(r"[MHCL]([\d.]+)", shapes)
        assert min(map(float, numbers)) == pytest.approx(10)
        assert max(map(float, numbers)) == pytest.approx(10 + len(states) * STEP, abs=0.1)
    kinds = re.findall(r'class="(\w+)"', ribbon("HHHHHHEEC-"))
    assert kinds == ["back", "helix", "helix", "strand", "coil", "none"]
