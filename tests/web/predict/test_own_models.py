"""The page with a model of one's own: `ribbonet serve --model FOLDER`."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

import ribbonet
from ribbonet.models.folder import save_model
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn import Network, WindowDense

PEPTIDE = "MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "mine"
    save_model(Model((Stage(5, (Network([WindowDense(5, 21, 3)], rng=0),)),)), folder)
    return folder


@pytest.fixture(scope="module")
def url(folder, serving) -> Iterator[str]:
    with serving("--model", str(folder)) as url:
        yield url


@pytest.mark.parametrize("width", [1280], ids=["1280px"])
def test_the_page_starts_with_it_and_gives_its_predictions(opened, folder):
    page = opened("#predict")
    page.get_by_label("Model").wait_for()
    options = page.get_by_label("Model").locator("option").all_text_contents()
    assert options == ["mine (default)", "accurate", "fast"]
    page.get_by_label("Sequences", exact=True).fill(PEPTIDE)
    page.get_by_role("button", name="Predict").click()
    page.wait_for_selector(".drawing svg")
    assert re.search(r"33 residues in [\d.]+ s by mine$", page.text_content(".status"))
    states = "".join(page.locator(".drawing .states").all_text_contents())
    assert states == ribbonet.predict(PEPTIDE, model=folder).states


def test_the_interface_gives_its_predictions(url, folder):
    request = Request(f"{url}api/predict?model=mine", PEPTIDE.encode())
    with urlopen(request) as answer:
        record = json.loads(answer.read())
    assert record["states"] == ribbonet.predict(PEPTIDE, model=folder).states
    assert record["provenance"]["model"] == "mine"


def refusal(*models: Path | str) -> str:
    command = [sys.executable, "-m", "ribbonet", "serve", "--no-open", "--port=0"]
    given = [part for model in models for part in ("--model", str(model))]
    done = subprocess.run([*command, *given], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    return done.stderr


def test_what_the_page_cannot_show_is_refused(folder, tmp_path):
    profiles = Stage(5, (Network([WindowDense(5, 43, 3)], rng=0),))
    save_model(Model((profiles,), inputs="profile"), tmp_path / "profiles")
    assert "profiles: reads more than the sequence" in refusal(tmp_path / "profiles")
    assert "there is a model mine already" in refusal(folder, folder)
    assert "there is a model fast already" in refusal("fast")
    assert "no such model" in refusal(tmp_path / "nothing")
