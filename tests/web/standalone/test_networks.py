"""Networks run by the browser: the same probabilities as Python's."""

import shutil
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from ribbonet.chains.alphabet import STATES8, encode_residues
from ribbonet.models import load_model, model_folder
from ribbonet.models.folder import save_model
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn import (
    ChainMean,
    Conv1d,
    Dense,
    Dropout,
    Identity,
    LayerNorm,
    Network,
    ReLU,
    Residual,
    SelfAttention,
    Sigmoid,
    Tanh,
    WindowDense,
)
from ribbonet.tasks import Structure
from ribbonet.web.standalone import ALPHABET

STATIC = Path(str(resources.files("ribbonet.web"))) / "static"
SEQUENCES = [
    "M",
    "MKX",
    "ACDEFGHIKLMNPQRSTVWY" * 6,
    "WWWWWWWWBZ",
    "GLSDGEWQLVLNVWGKVEADIPGHGQEVLIRLF",
]

RUN = """async ([folder, alphabet, sequences, eight]) => {
  const { Model } = await import("./networks/model.js");
  const [card, weights] = await Promise.all(["model.json", "weights.safetensors"].map(
    (name) => fetch(`${folder}/${name}`)));
  const model = new Model(await card.json(), await weights.arrayBuffer(), alphabet);
  return Promise.all(sequences.map(async (one) => {
    const own = await model.probabilities(one);
    return [...(eight ? own : model.inThree(own)).values];
  }));
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(STATIC / "networks", folder / "networks")
    (folder / "index.html").write_text("<!doctype html>")
    return folder


@pytest.fixture(scope="module")
def in_browser(browser, folder, files_served):
    """Predict sequences by the model in a folder of the page's: `in_browser("model", False)`."""
    with files_served(folder) as url:
        page = browser.new_page()
        page.goto(url)

        def run(name: str, eight: bool) -> list[np.ndarray]:
            rows = page.evaluate(RUN, [name, ALPHABET, SEQUENCES, eight])
            return [np.reshape(own, (len(s), -1)) for own, s in zip(rows, SEQUENCES, strict=True)]

        yield run
        page.close()


@pytest.fixture
def agrees(in_browser):
    def check(model: Model, name: str, most: float) -> None:
        for task in {model.task.default: False, model.task: True}:
            eight = task.alphabet == STATES8
            expected = model.probabilities([encode_residues(s) for s in SEQUENCES], task)
            for own, other in zip(in_browser(name, eight), expected, strict=True):
                assert own.shape == other.shape
                np.testing.assert_allclose(own, other, rtol=0, atol=most)

    return check


@pytest.mark.parametrize("name", ["fast", "accurate"])
def test_shipped_models_give_pythons_probabilities(folder, agrees, name):
    shutil.copytree(model_folder(name), folder / name)
    agrees(load_model(name), name, 1e-4)


NETWORKS = {
    "window": [WindowDense(5, 21, 9), Sigmoid(), Dense(9, 6), Tanh(), Dropout(0.5), Dense(6, 8)],
    "chain": [
        WindowDense(5, 21, 12),
        LayerNorm(12),
        Residual([LayerNorm(12), SelfAttention(12, 3)]),
        Conv1d(12, 7, kernel=5, dilation=3),
        ReLU(),
        Conv1d(7, 9, kernel=3),
        Residual([LayerNorm(9), ChainMean(9, init="glorot"), Identity(), Dense(9, 9)]),
        Dense(9, 8),
    ],
}


@pytest.mark.parametrize("kind", ["float32", "float16", "int8"])
@pytest.mark.parametrize("name", NETWORKS)
def test_every_layer_and_kind_of_weights(folder, agrees, name, kind):
    network = Network(NETWORKS[name], rng=0)
    rng = np.random.default_rng(1)
    for parameter in network.parameters.values():
        parameter += rng.normal(0, 0.3, parameter.shape).astype(np.float32)
    cascade = Network([Dense(3 * 7, 3)], rng=2)
    stages = (
        Stage(5, (network, network), Structure(STATES8)),
        Stage(7, (cascade,)),
    )
    for number in (1, 2):
        own = f"{name}-{kind}-{number}"
        save_model(Model(stages[:number]), folder / own, kind)
        agrees(load_model(folder / own), own, 3e-6)
