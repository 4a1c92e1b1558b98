"""ONNX: onnxruntime gives what the network gives."""

import sys

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from ribbonet.errors import InputError
from ribbonet.nn import (
    GELU,
    Dense,
    Exponential,
    HardThreshold,
    Identity,
    Network,
    ReLU,
    Residual,
    Sigmoid,
    Softmax,
    Tanh,
    WindowDense,
)
from ribbonet.nn.layers import LAYERS, Layer
from ribbonet.nn.layers.activations import Activation
from ribbonet.nn.layers.context import ChainMean, SelfAttention
from ribbonet.nn.layers.conv import Conv1d
from ribbonet.nn.layers.dense import Flatten
from ribbonet.nn.layers.noise import Dropout, Noise, NoisyWeights
from ribbonet.nn.layers.norm import BatchNorm, LayerNorm
from ribbonet.nn.layers.recurrent import Recurrent
from ribbonet.nn.views.onnx import add, export_onnx
from ribbonet.nn.views.onnx_graph import Graph

onnx = pytest.importorskip("onnx", reason="needs the extra onnx")
onnxruntime = pytest.importorskip("onnxruntime", reason="needs the extra onnx")

# layers, shape to state, sizes to try
CASES: list[tuple[list[Layer], tuple | None, list[tuple[int, ...]]]] = [
    ([Dense(6, 3)], None, [(1, 6), (50, 6)]),
    ([WindowDense(13, 21, 40), Sigmoid(), Dense(40, 3)], None, [(1, 13), (700, 13)]),
    ([WindowDense(3, 5, 4), Conv1d(4, 3, 3)], None, [(2, 9, 3), (1, 1, 3)]),
    *[
        ([Dense(6, 4), activation(), Dense(4, 3)], None, [(7, 6)])
        for activation in (Identity, HardThreshold, Sigmoid, Tanh, ReLU, Exponential, GELU, Softmax)
    ],
    ([Flatten("C"), Dense(20, 3)], ("batch", 4, 5), [(3, 4, 5)]),
    ([Flatten("F"), Dense(20, 3)], ("batch", 4, 5), [(3, 4, 5)]),
    ([BatchNorm(6), Noise(1.0), Dense(6, 3), Dropout(0.5)], None, [(7, 6)]),
    ([LayerNorm(6), NoisyWeights([Dense(6, 3)], 1.0)], None, [(7, 6)]),
    ([Dense(6, 4), Residual([Dense(4, 4), Tanh()]), Dense(4, 3)], None, [(7, 6)]),
    ([Conv1d(6, 4, 5, 2, 2), ReLU(), Conv1d(4, 3, 3)], None, [(1, 2, 6), (3, 40, 6)]),
    ([Recurrent(6, 5), Dense(5, 3)], None, [(1, 1, 6), (3, 40, 6)]),
    ([Recurrent(6, 5, activation="sigmoid")], None, [(3, 40, 6)]),
    ([ChainMean(6, "glorot"), Dense(6, 3)], None, [(1, 1, 6), (3, 40, 6)]),
    ([SelfAttention(6, 3), Dense(6, 3)], None, [(1, 1, 6), (3, 40, 6)]),
]


def network_of(layers: list[Layer]) -> Network:
    network = Network(layers, rng=0)
    rng = np.random.default_rng(1)
    for array in network.state.values():
        array += 0.1 * rng.random(array.shape, np.float32)  # not all biases zero
    return network


def run(path, x, mask=None):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    inputs = {"x": x, "mask": mask}
    return session.run(["y"], {i.name: inputs[i.name] for i in session.get_inputs()})[0]


@pytest.mark.parametrize(
    ("layers", "shape", "size"),
    [
        pytest.param(layers, shape, size, id=f"{layers} {size}")
        for layers, shape, sizes in CASES
        for size in sizes
    ],
)
def test_onnxruntime_gives_the_same_probabilities(tmp_path, layers, shape, size):
    network, rng = network_of(layers), np.random.default_rng(0)
    path = tmp_path / "model.onnx"
    export_onnx(network, path, shape)
    x = rng.normal(size=size).astype(np.float32)
    if isinstance(layers[0], WindowDense):
        x = rng.integers(0, layers[0].symbols, size)
    expected = Softmax.value(network(x))
    assert run(path, x, np.ones(size[:-1], bool)) == pytest.approx(expected, abs=1e-5)


def test_padding_changes_nothing(tmp_path):
    layers = [Dense(6, 8), SelfAttention(8, 2), Recurrent(8, 4), Conv1d(4, 4, 5), ChainMean(4)]
    network = network_of([*layers, Tanh(), Conv1d(4, 3, 3)])
    export_onnx(network, tmp_path / "model.onnx")
    lengths = np.array([9, 4, 1])
    mask = np.arange(9) < lengths[:, None]
    x = np.random.default_rng(0).normal(size=(3, 9, 6)).astype(np.float32)
    given = run(tmp_path / "model.onnx", x, mask)
    for row, length in enumerate(lengths):
        alone = Softmax.value(network(x[row : row + 1, :length]))[0]
        assert given[row, :length] == pytest.approx(alone, abs=1e-5)


def test_logits_metadata_and_names_of_axes(tmp_path):
    network = network_of([Conv1d(6, 3, 3)])
    path = tmp_path / "model.onnx"
    export_onnx(network, path, softmax=False, metadata={"licence": "BSD-3-Clause"})
    x = np.ones((1, 5, 6), np.float32)
    assert run(path, x, np.ones((1, 5), bool)) == pytest.approx(network(x), abs=1e-5)
    model = onnx.load(path)
    assert {p.key: p.value for p in model.metadata_props} == {"licence": "BSD-3-Clause"}

    def axes(value):
        return [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim]

    shapes = {v.name: axes(v) for v in [*model.graph.input, *model.graph.output]}
    assert shapes == {
        "x": ["batch", "length", 6],
        "mask": ["batch", "length"],
        "y": ["batch", "length", 3],
    }


def test_a_graph_of_several_networks(tmp_path):
    """The mean of an ensemble's probabilities."""
    networks = [Network([Dense(6, 3)], rng=seed) for seed in (1, 2)]
    graph = Graph()
    x = graph.input("x", np.float32, ("batch", 6))
    each = [graph.node("Softmax", add(network, graph, x, None), axis=-1) for network in networks]
    graph.save(tmp_path / "model.onnx", {graph.node("Mean", *each): ("batch", 3)})
    rows = np.random.default_rng(0).normal(size=(4, 6)).astype(np.float32)
    expected = np.mean([Softmax.value(network(rows)) for network in networks], axis=0)
    assert run(tmp_path / "model.onnx", rows) == pytest.approx(expected, abs=1e-5)


def test_a_cascade_over_windows(tmp_path):
    """Codes to probabilities, and windows of probabilities to better ones."""
    first, second = (network_of([WindowDense(5, 4, 3)]), network_of([Dense(9, 3)]))
    graph = Graph()
    x = graph.input("x", np.int64, ("batch", "length"))
    mask = graph.input("mask", np.bool_, ("batch", "length"))
    y = graph.node("Softmax", add(first, graph, graph.windows(x, 5, 3, mask), None), axis=-1)
    y = graph.node("Softmax", add(second, graph, graph.windows(y, 3, 0.0, mask), None), axis=-1)
    graph.save(tmp_path / "model.onnx", {y: ("batch", "length", 3)})

    lengths = np.array([8, 3])
    codes = np.random.default_rng(0).integers(0, 3, (2, 8))
    given = run(tmp_path / "model.onnx", codes, np.arange(8) < lengths[:, None])
    for row, length in enumerate(lengths):
        padded = np.pad(codes[row, :length], 2, constant_values=3)
        expected = Softmax.value(first(sliding_window_view(padded, 5)))
        shown = sliding_window_view(np.pad(expected, ((1, 1), (0, 0))), 3, axis=0)
        expected = Softmax.value(second(shown.swapaxes(1, 2).reshape(length, 9)))
        assert given[row, :length] == pytest.approx(expected, abs=1e-5)


def test_every_layer_has_its_counterpart():
    tested = {type(layer).__name__ for layers, *_ in CASES for layer in layers}
    assert LAYERS.keys() - tested == {"Stack", "Network"}


def test_unknown_layers_and_missing_packages_are_named(monkeypatch):
    class Stranger(Activation):
        value = derivative = None

    try:
        with pytest.raises(TypeError, match="Stranger has no counterpart"):
            add(Network([Stranger()]), Graph(), "x", None)
    finally:
        del Layer.registry["Stranger"]
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(InputError, match=r"pip install 'ribbonet\[onnx\]'"):
        Graph()
