"""Layers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ribbonet.nn import Conv1d, Flatten, LayerNorm, Network, Recurrent, Residual, Tanh


def test_layer_norm_by_hand() -> None:
    """(1, 3) has mean 2 and variance 1: (-1, 1), times gamma 2, plus beta 1."""
    network = Network([LayerNorm(2)]).load({"0.gamma": np.full(2, 2.0), "0.beta": np.ones(2)})
    np.testing.assert_allclose(network(np.array([[1.0, 3.0]])), [[-1, 3]], atol=1e-4)


def test_conv1d_by_hand() -> None:
    """Weights 1, 10, 100 on the neighbour before, the residue itself, the neighbour after."""
    network = Network([Conv1d(1, 1, 3)])
    network.load({"0.weight": np.array([1.0, 10, 100]).reshape(3, 1, 1), "0.bias": np.zeros(1)})
    np.testing.assert_array_equal(network(np.array([[[1.0], [2], [3]]])).ravel(), [210, 321, 32])


def test_recurrent_by_hand() -> None:
    """All weights 1, no bias, x = 1, 0: h = s(1), s(s(1))."""
    one = np.ones((1, 1))
    for activation, states in (("tanh", [0.761594, 0.642015]), ("sigmoid", [0.731059, 0.675038])):
        network = Network([Recurrent(1, 1, activation=activation)])
        network.load({"0.weight_x": one, "0.weight_h": one, "0.bias": np.zeros(1)})
        h = network(np.array([[[1.0], [0.0]]])).ravel()
        np.testing.assert_allclose(h, states, atol=1e-6)


def test_flatten_as_on_the_slides() -> None:
    """ACCTG, one-hot, row after row and column after column (MCB128 block 1, slides)."""
    x = np.eye(4)[[0, 1, 1, 3, 2]][None]
    rows = [1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0]
    columns = [1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0]
    np.testing.assert_array_equal(Flatten("C")(x), [rows])
    np.testing.assert_array_equal(Flatten("F")(x), [columns])


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match=r"the kernel must be odd.* is 4"):
        Conv1d(2, 2, 4)
    with pytest.raises(ValueError, match="3 groups do not divide 4 inputs, 6 outputs"):
        Conv1d(4, 6, 3, groups=3)
    with pytest.raises(ValueError, match="'C' or 'F', it is 'X'"):
        Flatten("X")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="unknown activation 'relu'; known: tanh, sigmoid"):
        Recurrent(1, 1, activation="relu")


def test_residual_by_hand() -> None:
    """x + tanh(x), and x itself where there is nothing in the stack; x is left as it was."""
    x = np.array([[1.0]])
    assert Residual([Tanh()])(x) == pytest.approx(1.761594)
    assert Residual([])(x) == 2
    assert x == 1
