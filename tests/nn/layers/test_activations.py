"""Activations: safe for large arguments, and the identities between them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ribbonet.nn import Sigmoid, Softmax, Tanh
from ribbonet.nn.layers import LAYERS
from ribbonet.nn.layers.activations import ACTIVATIONS, Exponential

vectors = arrays(np.float64, st.integers(2, 8), elements=st.floats(-30, 30))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", sorted(ACTIVATIONS.keys() - {"exponential"}))
def test_values_and_derivatives_are_finite_for_large_arguments(name: str, dtype: Any) -> None:
    z = np.array([-1000, -100, 0, 100, 1000], dtype)
    activation = ACTIVATIONS[name]
    u = activation.value(z)
    assert u.dtype == dtype
    assert np.isfinite(u).all()
    assert np.isfinite(activation.derivative(z, u)).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_exponential_overflows_to_infinity_without_a_warning(dtype: Any) -> None:
    u, cache = Exponential().forward(np.array([-1000, 1000], dtype))
    np.testing.assert_array_equal(u, [0, np.inf])
    np.testing.assert_array_equal(Exponential().backward(np.ones(2, dtype), cache)[0], [0, np.inf])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_of_large_logits(dtype: Any) -> None:
    u = Softmax.value(np.array([[1000, -1000], [1000, 1000]], dtype))
    np.testing.assert_array_equal(u, [[1, 0], [0.5, 0.5]])
    assert u.dtype == dtype


def test_files_can_name_every_activation() -> None:
    assert {kind.__name__ for kind in ACTIVATIONS.values()} <= LAYERS.keys()


@given(vectors)
def test_softmax_sums_to_one_and_ignores_a_constant(z: np.ndarray) -> None:
    u = Softmax.value(z)
    assert abs(u.sum() - 1) < 1e-12
    np.testing.assert_allclose(Softmax.value(z + 3), u, rtol=1e-12)


@given(vectors)
def test_tanh_in_terms_of_sigmoid(z: np.ndarray) -> None:
    np.testing.assert_allclose(Tanh.value(z), 2 * Sigmoid.value(2 * z) - 1, atol=1e-15)


@given(vectors)
def test_softmax_of_two_classes_is_the_sigmoid_of_the_difference(z: np.ndarray) -> None:
    u = Softmax.value(z[:2])
    np.testing.assert_allclose(u[0], Sigmoid.value(z[0] - z[1]), atol=1e-15)


def test_softmax_jacobian_by_hand() -> None:
    """Probabilities 1/4 and 3/4: y_k (delta_kj - y_j) is 3/16 on the diagonal, -3/16 off it."""
    u = Softmax.value(np.log(np.array([1.0, 3.0])))
    np.testing.assert_allclose(Softmax.jacobian(u), np.array([[3, -3], [-3, 3]]) / 16)


def test_softmax_backward_is_the_jacobian_times_the_gradient() -> None:
    rng = np.random.default_rng(0)
    u, cache = Softmax().forward(rng.standard_normal((2, 5, 4)))
    g = rng.standard_normal(u.shape)
    expected = (Softmax.jacobian(u) @ g[..., None])[..., 0]
    np.testing.assert_allclose(Softmax().backward(g, cache)[0], expected, atol=1e-15)


@pytest.mark.parametrize(
    ("name", "value", "derivative"),
    [
        ("sigmoid", [0.1192, 0.5, 0.8808], [0.1050, 0.25, 0.1050]),
        ("tanh", [-0.9640, 0.0, 0.9640], [0.0707, 1.0, 0.0707]),
        ("relu", [0.0, 0.0, 2.0], [0.0, 0.0, 1.0]),
        ("identity", [-2.0, 0.0, 2.0], [1.0, 1.0, 1.0]),
        ("threshold", [0.0, 1.0, 1.0], [0.0, 0.0, 0.0]),
        ("exponential", [0.1353, 1.0, 7.3891], [0.1353, 1.0, 7.3891]),
        ("gelu", [-0.0455, 0.0, 1.9545], [-0.0852, 0.5, 1.0852]),
    ],
)
def test_values_and_derivatives_by_hand(
    name: str, value: list[float], derivative: list[float]
) -> None:
    z = np.array([-2.0, 0.0, 2.0])
    u = ACTIVATIONS[name].value(z)
    np.testing.assert_allclose(u, value, atol=5e-5)
    np.testing.assert_allclose(ACTIVATIONS[name].derivative(z, u), derivative, atol=5e-5)
