"""Weights as a file holds them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from safetensors.numpy import load_file, save_file

from ribbonet.errors import InputError
from ribbonet.models.build import build_network
from ribbonet.models.config import StageConfig
from ribbonet.models.folder import from_stored, read_model, save_model, to_stored
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn import Conv1d, Network, ReLU
from ribbonet.nn.layers import Quantised

WEIGHTS = arrays.arrays(
    np.float32,
    arrays.array_shapes(min_dims=2, max_dims=3, max_side=6),
    elements=st.floats(-1e6, 1e6, width=32),
)


@given(WEIGHTS)
def test_integers_are_within_half_a_scale_of_the_weights(weights):
    stored = to_stored({"w": weights}, "int8")
    assert stored["w"].dtype == np.int8
    assert stored["w.scale"].shape == weights.shape[-1:]
    again = from_stored(stored)
    assert list(again) == ["w"]
    floats = again["w"].floats()
    assert floats.dtype == np.float32
    near = 0.5 * stored["w.scale"] + 1e-6 * np.abs(weights)
    assert (np.abs(floats - weights) <= near).all()


def test_integers_by_hand():
    weights = np.array([[1.27, 0.0], [-0.504, 0.0]], np.float32)
    stored = to_stored({"0.weight": weights, "0.bias": np.array([0.5, 1.0], np.float32)}, "int8")
    np.testing.assert_array_equal(stored["0.weight"], [[127, 0], [-50, 0]])
    assert stored["0.weight.scale"][0] == pytest.approx(0.01)
    assert stored["0.bias"].dtype == np.float16
    floats = from_stored(stored)["0.weight"].floats()
    np.testing.assert_allclose(floats, [[1.27, 0], [-0.5, 0]], rtol=1e-6)


def test_a_convolution_that_is_read_in_integers_keeps_them():
    network = Network([Conv1d(2, 3, 5), ReLU(), Conv1d(3, 3, 1)], rng=0)
    read = Network(network.config()["layers"])
    read.load({name: in_integers(array) for name, array in network.state.items()})
    weight = read.state["0.weight"]
    np.testing.assert_array_equal(weight, Quantised.of(network.state["0.weight"]).floats())
    with pytest.raises(ValueError, match="read-only"):
        weight[:] = 0
    copy = Network(network.config()["layers"]).load(read.state)
    copy.parameters["0.weight"][:] = 0
    assert not copy.parameters["0.weight"].any()


def in_integers(array):
    return Quantised.of(array) if array.ndim > 1 else array


@pytest.mark.parametrize("kind", ["float32", "float16"])
def test_other_kinds_are_one_array_each(kind):
    weights = np.arange(6, dtype=np.float32).reshape(2, 3)
    stored = to_stored({"w": weights}, kind)
    assert stored["w"].dtype == kind
    np.testing.assert_array_equal(from_stored(stored)["w"], weights)


def test_a_file_without_scales_is_named(tmp_path):
    network = build_network(StageConfig(), first=True).initialise(np.random.default_rng(0))
    save_model(Model((Stage(13, (network,)),)), tmp_path, "int8")
    path = tmp_path / "weights.safetensors"
    kept = {name: array for name, array in load_file(path).items() if name[-6:] != ".scale"}
    save_file(kept, path)
    with pytest.raises(
        InputError, match=r"weights.safetensors: is not a model of ribbonet's: .*scale"
    ):
        read_model(tmp_path)
