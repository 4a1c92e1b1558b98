"""What is exported runs elsewhere and gives the same numbers."""

import csv
import json
from io import StringIO

import numpy as np
import pytest
from in_process import run_script

from ribbonet.errors import InputError
from ribbonet.nn import Network
from ribbonet.web.playground.export import export
from ribbonet.web.playground.playground import Playground
from ribbonet.web.playground.programs import shown
from ribbonet.web.playground.settings import Settings

TABLE = "".join(f"{i % 17},{(i * 7) % 23},{(i % 17) * ((i * 7) % 23) / 50}\n" for i in range(80))
BREAKOUT = 'x""" + str(print("INJECTED")) + """'
INPUTS = ("x1", "x2", "x1²", "x2²", "x1x2", "sin x1", "sin x2")


def named(*classes: str) -> str:
    """Return a table of classes of these names."""
    rows = [(i % 17, (i * 7) % 23, classes[i % len(classes)]) for i in range(60)]
    file = StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()


NETWORKS = {
    "two classes": ({"inputs": INPUTS, "dropout": 0.1, "input_noise": 0.1}, ""),
    "classes, normalised": ({"data": "classes", "classes": 4, "batch_norm": True}, ""),
    "numbers of a table": ({"data": "csv", "activation": "relu"}, TABLE),
    "two named classes": ({"data": "csv"}, named("ham", BREAKOUT)),
    "named classes": ({"data": "csv"}, named(BREAKOUT, "it's", "eggs")),
    "no hidden layer": ({"data": "plane", "layers": ()}, ""),
    "classes as numbers": ({"loss": "squared error", "activation": "gelu"}, ""),
    "exponential": ({"activation": "exponential", "layers": (2,), "learning_rate": 1e-3}, ""),
    "threshold": ({"activation": "threshold", "layers": (3,)}, ""),
    "chains": ({"data": "chains", "layers": (2,), "window": 5}, ""),
}


def playground(name: str) -> Playground:
    settings, upload = NETWORKS[name]
    playground = Playground(Settings(**settings), upload)
    playground.step(60)
    return playground


def run(name: str, form: str, tmp_path) -> None:
    given = playground(name)
    _, said = shown(given)
    file, code = export(given, form)
    classes = given.problem.classes
    assert not classes or f"\nCLASSES = {list(classes)}\n" in code
    (tmp_path / file).write_text(code, encoding="utf-8")
    done = run_script(tmp_path / file)
    assert done.returncode == 0, done.stderr.decode()
    np.testing.assert_allclose(json.loads(done.stdout), said, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("name", NETWORKS)
def test_numpy(name, tmp_path):
    run(name, "numpy", tmp_path)


@pytest.mark.parametrize("name", ["two classes", "classes, normalised", "named classes"])
def test_scikit_learn(name, tmp_path):
    run(name, "scikit-learn", tmp_path)


@pytest.mark.parametrize("name", ["classes, normalised", "named classes"])
def test_pytorch(name, tmp_path):
    pytest.importorskip("torch")
    run(name, "pytorch", tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("form", ["pytorch", "scikit-learn"])
def test_every_network_elsewhere(name, form, tmp_path):
    if form == "scikit-learn" and name in ("classes as numbers", "exponential", "threshold"):
        with pytest.raises(InputError, match="export as NumPy or PyTorch"):
            export(playground(name), form)
    else:
        run(name, form, tmp_path)


def test_json_holds_the_network():
    given = playground("classes, normalised")
    file, text = export(given, "json")
    assert file == "playground.json"
    content = json.loads(text)
    state = {name: np.array(a, np.float32) for name, a in content["state"].items()}
    again = Network(content["layers"]).load(state)
    assert np.array_equal(again(given.problem.x), given.network(given.problem.x))
    assert Settings.read(content["settings"]) == given.settings


def test_weights_that_are_no_numbers_are_not_exported():
    given = playground("two classes")
    next(iter(given.network.parameters.values()))[0, 0] = np.inf
    with pytest.raises(InputError, match="no numbers any more"):
        export(given, "numpy")
