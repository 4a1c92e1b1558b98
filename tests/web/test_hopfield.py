"""The room Hopfield: what the server computes, and what the page does with it."""

import json
import re
import urllib.error
import urllib.request

import numpy as np
import pytest

from ribbonet.nn.hopfield import Hopfield, ModernHopfield

RNG = np.random.default_rng(3)
PATTERNS = RNG.choice([-1, 1], (3, 49))
CORRUPTED = np.where(RNG.random(49) < 0.15, -PATTERNS[1], PATTERNS[1])


def asked(url, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url + "api/hopfield/" + path, data, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def recall(**settings):
    return {"patterns": PATTERNS.tolist(), "state": CORRUPTED.tolist()} | settings


@pytest.mark.parametrize("rule", ["hebbian", "pseudo-inverse"])
def test_a_recall_is_the_librarys_and_its_energy_falls(url, rule):
    answer = asked(url, "recall", recall(rule=rule))
    network = Hopfield.store(PATTERNS, rule)
    np.testing.assert_allclose(
        answer["energies"], network.energy(np.array(answer["states"])), atol=1e-4
    )
    assert (np.diff(answer["energies"]) < 0).all()
    assert answer["states"][-1] == PATTERNS[1].tolist()
    assert (answer["found"], answer["inverted"]) == (1, False)


def test_the_modern_update_is_attention(url):
    answer = asked(url, "recall", recall(rule="modern", beta=1 / 7))
    scores = CORRUPTED @ PATTERNS.T / np.sqrt(49)
    shares = np.exp(scores) / np.exp(scores).sum()
    np.testing.assert_allclose(answer["attention"]["shares"], shares, atol=1e-6)
    np.testing.assert_allclose(answer["states"][1], shares @ PATTERNS, atol=1e-3)
    assert answer["attention"]["difference"] < 1e-12
    assert (answer["kind"], answer["found"]) == ("single", 1)


def test_beta_leads_from_the_mean_of_all_to_one(url):
    base = RNG.choice([-1, 1], 49)
    alike = np.array([base, base, base])
    alike[1, :6] *= -1
    alike[2, 6:12] *= -1
    patterns = np.concatenate([alike, PATTERNS])
    body = {"patterns": patterns.tolist(), "state": base.tolist()}
    points = asked(url, "fixed-points", body)
    kinds = [kind for i, kind in enumerate(points["kinds"]) if [kind] != points["kinds"][i - 1 : i]]
    assert kinds == ["global", "metastable", "single"]
    middle = points["betas"][points["kinds"].index("metastable")]
    network = ModernHopfield(patterns, middle)
    end = network.retrieve(base[None].astype(float), steps=500)[0]
    assert network.fixed_point(end) == "metastable"


def test_capacities_are_as_the_papers_say(url):
    found = asked(url, "capacity?units=100&flipped=0.1")
    shares = {
        rule: dict(zip(found["numbers"], own, strict=True)) for rule, own in found["shares"].items()
    }
    assert shares["hebbian"][9] > 0.8
    assert shares["hebbian"][28] < 0.2  # beyond 0.14 N
    assert shares["pseudo-inverse"][28] > 0.9
    assert shares["modern"][60] == 1
    rows = asked(url, "one-update")
    assert [row["units"] for row in rows] == [10, 20, 30]
    stored = [row["modern"] for row in rows]
    assert stored[1] > 8 * stored[0]  # exponentially many
    assert stored[2] > 8 * stored[1]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("recall", recall(patterns=[[1, -1]])),
        ("recall", recall(patterns=[[1] * 49] * 9)),
        ("recall", recall(state=[2] * 49)),
        ("recall", recall(beta=0)),
        ("recall", recall(more=1)),
        ("capacity?units=1000", None),
        ("capacity?flipped=0.9", None),
    ],
)
def test_sizes_are_limited(url, path, body):
    with pytest.raises(urllib.error.HTTPError) as caught:
        asked(url, path, body)
    assert caught.value.code == 422
    caught.value.close()


def verdict(page):
    return page.locator("#hopfield .verdict")


def test_a_letter_is_corrupted_and_recalled(opened, layout_faults, faults_of_axe, picture):
    page = opened("#hopfield", reduced_motion="reduce")
    page.locator("#hopfield caption").wait_for()
    assert verdict(page).text_content() == "It rests. Pattern 1 was recalled."
    page.get_by_role("button", name="Corrupt pattern 3").click()
    verdict(page).get_by_text("Pattern 3 was recalled").wait_for()
    page.get_by_role("slider", name="Step").fill("0")
    assert re.match(
        r"step 0 of \d+, energy −", page.locator("#hopfield .steps output").inner_text()
    )
    page.get_by_role("button", name="Recall", exact=True).click()
    last = page.locator("#hopfield .steps output").inner_text()
    assert re.match(r"step (\d+) of \1,", last)
    assert layout_faults(page) == []
    assert faults_of_axe(page) == []
    picture(page, "hopfield", full_page=True)
    address = page.url
    page.reload()
    verdict(page).get_by_text("Pattern 3 was recalled").wait_for()
    assert page.url == address  # patterns and state


@pytest.mark.parametrize("width", [1280])
def test_patterns_are_drawn_by_keys_and_by_pointer(opened):
    page = opened("#hopfield", reduced_motion="reduce")
    page.locator("#hopfield caption").wait_for()
    grid = page.get_by_role("application", name="Pattern 1")
    before = page.url
    grid.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.wait_for_url(lambda url: url != before)
    keyed = page.url
    box = page.get_by_role("application", name="Pattern 1").bounding_box()
    page.mouse.click(box["x"] + 5, box["y"] + 5)
    page.wait_for_url(lambda url: url != keyed)
    page.get_by_role("button", name="Add one at random").click()
    page.get_by_role("button", name="Remove pattern 4").wait_for()
    page.get_by_role("button", name="Remove pattern 4").click()
    page.get_by_role("button", name="Remove pattern 4").wait_for(state="detached")


@pytest.mark.parametrize("width", [1280])
def test_beta_moves_the_fixed_point(opened):
    page = opened("#hopfield?letters=ACEHTX&rule=modern&beta=1", reduced_motion="reduce")
    verdict(page).get_by_text("the third kind: a single pattern").wait_for()
    assert page.locator("#hopfield [aria-label^=Attention] tbody tr").count() == 6
    page.locator("#hopfield [name=beta]").fill("-2.5")
    verdict(page).get_by_text("the first kind: the mean of all patterns").wait_for()
    assert "beta=0.00316" in page.url
