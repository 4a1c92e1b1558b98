import numpy as np
import pytest

from ribbonet.chains.alphabet import STATES8
from ribbonet.errors import InputError
from ribbonet.models.card import Card
from ribbonet.models.folder import save_model
from ribbonet.models.model import Model
from ribbonet.models.onnx import export_model
from ribbonet.models.stages import Stage
from ribbonet.nn import Conv1d, Dense, LayerNorm, Network, ReLU, Residual, Sigmoid, WindowDense
from ribbonet.tasks.structure import Structure

pytest.importorskip("onnx", reason="needs the extra onnx")
onnxruntime = pytest.importorskip("onnxruntime", reason="needs the extra onnx")


def cascade() -> Model:
    first = [Network([WindowDense(7, 21, 9), Sigmoid(), Dense(9, 3)], rng=n) for n in range(2)]
    second = Network([Dense(15, 6), ReLU(), Dense(6, 3)], rng=2)
    return Model((Stage(7, tuple(first)), Stage(5, (second,))))


def convolutions() -> Model:
    block = Residual([LayerNorm(6), Conv1d(6, 6, 5, dilation=2), ReLU(), Dense(6, 6)])
    network = Network([WindowDense(5, 21, 6), block, LayerNorm(6), Dense(6, 8)], rng=3)
    return Model((Stage(5, (network,), Structure(STATES8)),), Card("made"))


@pytest.mark.parametrize("model", [cascade(), convolutions()], ids=["cascade", "convolutions"])
@pytest.mark.parametrize("lengths", [(1,), (40, 7, 23)])
def test_onnxruntime_gives_the_same_probabilities(model, lengths, tmp_path):
    export_model(model, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    rng = np.random.default_rng(0)
    chains = [rng.integers(0, 21, length).astype(np.uint8) for length in lengths]
    codes = np.zeros((len(chains), max(lengths)), np.int64)
    mask = np.zeros(codes.shape, np.bool_)
    for row, chain in enumerate(chains):
        codes[row, : len(chain)], mask[row, : len(chain)] = chain, True
    (given,) = session.run(None, {"codes": codes, "mask": mask})
    for own, expected in zip(given, model.probabilities(chains), strict=True):
        np.testing.assert_allclose(own[: len(expected)], expected, atol=1e-5)


def test_eight_states_where_the_model_knows_them(tmp_path):
    model = convolutions()
    export_model(model, tmp_path / "model.onnx", STATES8)
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    codes = np.random.default_rng(0).integers(0, 21, (1, 30))
    (given,) = session.run(None, {"codes": codes, "mask": np.ones((1, 30), np.bool_)})
    (expected,) = model.probabilities([codes[0].astype(np.uint8)], Structure(STATES8))
    assert expected.shape == (30, 8)
    np.testing.assert_allclose(given[0], expected, atol=1e-5)
    assert session.get_modelmeta().custom_metadata_map["states"] == "GHIEBTSC"
    with pytest.raises(InputError, match="this model knows the states HEC only"):
        export_model(cascade(), tmp_path / "other.onnx", STATES8)


def test_a_model_that_reads_profiles_takes_features(tmp_path):
    network = Network([Conv1d(43, 6, 5), ReLU(), Dense(6, 3)], rng=4)
    model = Model((Stage(1, (network,)),), Card("made"), "profile")
    export_model(model, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    features = np.random.default_rng(0).random((2, 9, 43)).astype(np.float32)
    mask = np.arange(9) < np.array([[9], [4]])
    (given,) = session.run(None, {"features": features, "mask": mask})
    for own, track, length in zip(given, features, (9, 4), strict=True):
        (expected,) = model.probabilities([track[:length]])
        np.testing.assert_allclose(own[:length], expected, atol=1e-5)


def test_the_command_exports_a_model_folder(tmp_path):
    import subprocess
    import sys

    save_model(convolutions(), tmp_path / "model")
    command = [sys.executable, "-m", "ribbonet", "export", str(tmp_path / "model")]
    done = subprocess.run([*command, str(tmp_path / "out.onnx")], capture_output=True, check=True)
    assert done.stderr.decode() == f"ribbonet: the model is in {tmp_path / 'out.onnx'}\n"
    properties = onnxruntime.InferenceSession(tmp_path / "out.onnx").get_modelmeta()
    assert properties.custom_metadata_map["states"] == "HEC"
    options = ["--states", "8"]
    subprocess.run([*command, str(tmp_path / "eight.onnx"), *options], check=True)
    eight = onnxruntime.InferenceSession(tmp_path / "eight.onnx")
    assert eight.get_modelmeta().custom_metadata_map["states"] == "GHIEBTSC"
    refused = subprocess.run([*command, str(tmp_path / "out.txt")], capture_output=True)
    assert refused.returncode == 2
    assert refused.stderr.decode().endswith("out.txt: end the name with .onnx\n")
