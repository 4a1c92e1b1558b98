"""Networks: counts, examples worked by hand, loading and its errors."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pkgutil import iter_modules

import numpy as np
import pytest

from ribbonet.nn import (
    Dense,
    HardThreshold,
    Network,
    ReLU,
    Sigmoid,
    SquaredError,
    WindowDense,
    layers,
)
from ribbonet.nn.layers import LAYERS, Layer
from ribbonet.nn.layers.stack import Stack


def test_a_3_4_2_network_has_26_parameters() -> None:
    network = Network([Dense(3, 4), Sigmoid(), Dense(4, 2)], rng=0)
    assert network.size == 26
    assert network.shapes == {
        "0.weight": (3, 4),
        "0.bias": (4,),
        "2.weight": (4, 2),
        "2.bias": (2,),
    }


def test_the_forward_example_of_seed_003() -> None:
    """x = [0, 1], all weights 1, no bias: z = 0.731, 0.731; p = 0.812."""
    network = Network([Dense(2, 2), Sigmoid(), Dense(2, 1), Sigmoid()]).load(
        {
            "0.weight": np.ones((2, 2)),
            "0.bias": np.zeros(2),
            "2.weight": np.ones((2, 1)),
            "2.bias": np.zeros(1),
        }
    )
    x = np.array([[0.0, 1.0]])
    z = Stack(network.layers[:2]).forward(x)[0]
    np.testing.assert_allclose(z, [[0.731, 0.731]], atol=5e-4)
    np.testing.assert_allclose(network(x), [[0.812]], atol=5e-4)


def threshold_network(
    wh: list[list[float]], bh: list[float], wo: list[float], bo: float
) -> Network:
    """Hidden and output units of Rangan's notes, whose weights are (outputs, inputs), on floats."""
    weights = np.array(wh, float).T
    return Network([Dense(*weights.shape), HardThreshold(), Dense(len(bh), 1)]).load(
        {
            "0.weight": weights,
            "0.bias": np.array(bh, float),
            "2.weight": np.array([wo], float).T,
            "2.bias": np.array([bo]),
        }
    )


def test_problem_1_1_of_seed_004() -> None:
    """The prediction is 0 only on [1, 3)."""
    network = threshold_network([[1], [1]], [-1, -3], [-1, 2], 0.5)
    x = np.array([[0.0], [0.999], [1.0], [2.0], [2.999], [3.0], [4.0]])
    z = network(x)
    np.testing.assert_array_equal(z[:, 0], [0.5, 0.5, -0.5, -0.5, -0.5, 1.5, 1.5])
    np.testing.assert_array_equal(HardThreshold()(z)[:, 0], [1, 1, 0, 0, 0, 1, 1])


def test_problem_1_2_of_seed_004() -> None:
    """The table of intermediate values, and the prediction at 3.5 (z2 there is -0.5, not 0.5)."""
    network = threshold_network([[1], [1]], [-2, -4], [1, -2], -0.5)
    x = np.array([[0.0], [1.0], [3.0], [5.0], [3.5]])
    zh = network.layers[0](x)
    np.testing.assert_array_equal(zh, [[-2, -4], [-1, -3], [1, -1], [3, 1], [1.5, -0.5]])
    uh = network.layers[1](zh)
    np.testing.assert_array_equal(uh, [[0, 0], [0, 0], [1, 0], [1, 1], [1, 0]])
    zo = network(x)
    np.testing.assert_array_equal(zo[:, 0], [-0.5, -0.5, 0.5, -1.5, 0.5])
    np.testing.assert_array_equal(HardThreshold()(zo)[:, 0], [0, 0, 1, 0, 1])


def test_problem_1_3_of_seed_004() -> None:
    """The prediction is 1 in a triangle: x1 >= 0, x2 >= 0 and x1 + x2 < 1."""
    network = threshold_network([[1, 0], [0, 1], [1, 1]], [0, 0, -1], [1, 1, -1], -1.5)
    x1, x2 = np.meshgrid(np.linspace(-1, 2, 25), np.linspace(-1, 2, 25))
    x = np.stack([x1.ravel(), x2.ravel()], axis=1)
    triangle = (x[:, 0] >= 0) & (x[:, 1] >= 0) & (x.sum(axis=1) < 1)
    np.testing.assert_array_equal(HardThreshold()(network(x))[:, 0], triangle)


def test_one_step_by_hand() -> None:
    """x = 2, w = 3, b = 1, y = 5: z = 7, L = 4, dL/dz = 4, dL/dw = 8, dL/db = 4, dL/dx = 12."""
    network = Network([Dense(1, 1)]).load({"0.weight": np.array([[3.0]]), "0.bias": np.ones(1)})
    x, y = np.array([[2.0]]), np.array([[5.0]])
    loss, gradients, outputs = network.loss_and_gradients(SquaredError(), x, y)
    assert outputs == 7
    assert loss == 4
    assert gradients["0.weight"] == 8
    assert gradients["0.bias"] == 4
    assert network.backward(np.array([[4.0]]), network.forward(x)[1])[0] == 12


def test_windows_without_the_one_hot_equal_dense_on_the_one_hot() -> None:
    rng = np.random.default_rng(0)
    windows = WindowDense(13, 21, 40).initialise(rng, np.float64)
    dense = Dense(13 * 21, 40)
    dense._parameters = windows.parameters
    codes = rng.integers(21, size=(50, 13), dtype=np.uint8)
    one_hot = np.eye(21)[codes].reshape(50, -1)
    z, cache = windows.forward(codes)
    z_dense, cache_dense = dense.forward(one_hot)
    np.testing.assert_allclose(z, z_dense, atol=1e-12)
    g = rng.standard_normal(z.shape)
    gradients, expected = windows.backward(g, cache)[1], dense.backward(g, cache_dense)[1]
    for name in expected:
        np.testing.assert_allclose(gradients[name], expected[name], atol=1e-12)


def test_float32_and_float64_networks_of_one_seed_start_alike() -> None:
    layers = [Dense(3, 4, "he"), ReLU(), Dense(4, 2, "uniform")]
    single = Network(layers, rng=5).parameters
    double = Network([layer.config() for layer in layers], rng=5, dtype=np.float64).parameters
    for name in single:
        np.testing.assert_array_equal(single[name], double[name].astype(np.float32))


def test_load_copies_and_keeps_the_dtype() -> None:
    network = Network([Dense(2, 1)])
    weights = {"0.weight": np.ones((2, 1)), "0.bias": np.zeros(1)}
    assert network.load(weights) is network
    weights["0.bias"][0] = 7
    assert network.parameters["0.bias"] == 0
    assert network.parameters["0.bias"].dtype == np.float64


def test_load_names_what_does_not_fit() -> None:
    network = Network([Dense(2, 1)])
    with pytest.raises(ValueError, match=r"missing \['0.bias'\], unknown \['1.bias'\]"):
        network.load({"0.weight": np.ones((2, 1)), "1.bias": np.zeros(1)})
    with pytest.raises(ValueError, match=r"0.weight is \(1, 2\), expected \(2, 1\)"):
        network.load({"0.weight": np.ones((1, 2)), "0.bias": np.zeros(1)})


def test_an_unknown_layer_is_named_and_so_are_those_known() -> None:
    with pytest.raises(ValueError, match=r"unknown layer 'Dens'; known: .*Dense"):
        Layer.from_config({"layer": "Dens"})


def test_every_layer_of_the_package_is_found_by_its_name() -> None:
    for module in iter_modules(layers.__path__):
        import_module(f"ribbonet.nn.layers.{module.name}")
    homes = {name: kind.__module__ for name, kind in Layer.registry.items()}
    ours = {name: home for name, home in homes.items() if home.startswith("ribbonet.")}
    assert ours == {name: f"ribbonet.nn.layers.{module}" for name, module in LAYERS.items()}


def test_a_layer_is_imported_when_a_file_names_it() -> None:
    code = (
        "import sys\nfrom ribbonet.nn.layers import Layer\n"
        "name = 'ribbonet.nn.layers.recurrent'\nassert name not in sys.modules\n"
        "print(Layer.from_config({'layer': 'Recurrent', 'inputs': 2, 'outputs': 3}))\n"
        "assert name in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Recurrent(inputs=2, outputs=3")
