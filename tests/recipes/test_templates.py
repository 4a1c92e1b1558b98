"""The examples that the network of templates learns from, of a few made chains."""

import runpy
import sys
from pathlib import Path

import numpy as np
import pytest

from ribbonet.chains import templates
from ribbonet.chains.templates.evidence import COLUMNS

RECIPE = Path(__file__).parents[2] / "recipes" / "templates" / "examples.py"
LETTERS = list("ACDEFGHIKLMNPQRSTVWY")


def test_examples_have_evidence_and_leave_the_chain_itself_out(tmp_path, monkeypatch):
    pytest.importorskip("pyhmmer")
    rng = np.random.default_rng(0)
    first = "".join(rng.choice(LETTERS, 90))
    second = "".join(s if rng.random() < 0.7 else rng.choice(LETTERS) for s in first)
    records = [
        f">made:{n} f0 c{n}\n{text}\n{'HHHHHEEEEETTSCC' * 6}\n"
        for n, text in enumerate([first, second])
    ]
    path = tmp_path / "chains.3line"
    path.write_text("".join(records))
    monkeypatch.setattr(templates, "ENOUGH", templates.ENOUGH)  # the recipe changes it
    arguments = [str(RECIPE), str(path), "-o", str(tmp_path / "made"), "--chains", "12"]
    monkeypatch.setattr(sys, "argv", arguments)
    runpy.run_path(str(RECIPE), run_name="__main__")

    inputs = np.load(tmp_path / "made" / "inputs.npz")
    labelled = {
        part: (tmp_path / "made" / f"{part}.3line").read_text().split("\n")[::3]
        for part in ("train", "valid")
    }
    assert set(inputs.files) == {id[1:] for ids in labelled.values() for id in ids if id}
    whole = [inputs[name] for name in ("0v0", "1v0")]
    for array in whole:
        assert array.shape == (90, 8 + COLUMNS + 21)
        identity = array[:, 8 + 16]
        assert 0.4 < identity.max() < 0.95
