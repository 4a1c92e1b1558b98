"""Padded batches: no residue's result depends on the padding or on the other chains."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ribbonet.nn import (
    BatchNorm,
    CategoricalCrossEntropy,
    ChainMean,
    Conv1d,
    Dense,
    Dropout,
    LayerNorm,
    Network,
    Recurrent,
    ReLU,
    Residual,
    SelfAttention,
    WindowDense,
)
from ribbonet.nn.layers import Layer


def accurate(dropout: float = 0.1) -> Network:
    """The deep convolutional network for proteins, small."""
    convolution = Conv1d(6, 6, 3, dilation=2)
    block = [LayerNorm(6), convolution, ChainMean(6, "he"), ReLU(), Dropout(dropout), Dense(6, 6)]
    layers = [
        WindowDense(3, 5, 6),
        Residual(block),
        Residual([SelfAttention(6, 3)]),
        Residual([layer.config() for layer in block]),
        LayerNorm(6),
        Conv1d(6, 6, 5, groups=2),
        Recurrent(6, 6),
        BatchNorm(6),
        Dense(6, 8),
    ]
    return Network(layers, rng=0, dtype=np.float64)


def test_parameters_in_a_stack_within_a_stack_are_named_by_both_places() -> None:
    names = accurate().shapes
    assert names["1.1.weight"] == (3, 6, 6)
    assert names["3.5.bias"] == (6,)
    assert list(accurate().buffers) == ["7.mean", "7.variance"]


@settings(max_examples=20)
@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=4), seed=st.integers(0, 99))
def test_a_chain_predicted_alone_and_in_a_padded_batch(lengths: list[int], seed: int) -> None:
    rng, network = np.random.default_rng(seed), accurate()
    mask = np.arange(max(lengths) + 2) < np.array(lengths)[:, None]
    x = rng.integers(5, size=(*mask.shape, 3), dtype=np.uint8)
    together = network(x, mask)
    for i, length in enumerate(lengths):
        alone = network(x[i : i + 1, :length])
        np.testing.assert_allclose(together[i, :length], alone[0], atol=1e-12)


def test_padding_changes_neither_loss_nor_gradients_in_training() -> None:
    """A batch of two chains with much padding, or with little, and rubbish in it."""
    rng, lengths = np.random.default_rng(1), np.array([[6], [4]])
    loss = CategoricalCrossEntropy()
    results = []
    codes, labels = rng.integers(5, size=(2, 6, 3)), rng.integers(8, size=(2, 6))
    for total in (6, 11):
        mask = np.arange(total) < lengths
        x = rng.integers(5, size=(2, total, 3))
        y = np.full((2, total), 255)
        x[mask], y[mask] = codes[mask[:, :6]], labels[mask[:, :6]]
        network = accurate(dropout=0)
        value, gradients, _ = network.loss_and_gradients(loss, x, y, rng=rng, mask=mask)
        results.append({"loss": np.array(value)} | gradients | network.buffers)
    for name, expected in results[0].items():
        np.testing.assert_allclose(results[1][name], expected, atol=1e-12, err_msg=name)


def test_masked_positions_count_nowhere_beside_other_weights() -> None:
    network = Network([Dense(2, 3)], rng=0, dtype=np.float64)
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, 4, 2)), rng.integers(3, size=(2, 4))
    mask, weights = np.arange(4) < np.array([[4], [2]]), rng.random((2, 4))
    loss = CategoricalCrossEntropy()
    value, gradients, _ = network.loss_and_gradients(loss, x, y, weights, mask=mask)
    expected, wanted, _ = network.loss_and_gradients(loss, x[mask], y[mask], weights[mask])
    assert value == pytest.approx(expected)
    np.testing.assert_allclose(gradients["0.weight"], wanted["0.weight"], atol=1e-14)


@pytest.mark.parametrize(
    "layer",
    [
        Conv1d(2, 2, 3),
        Recurrent(2, 2),
        BatchNorm(2),
        ChainMean(2, "he"),
        SelfAttention(2, 1),
    ],
)
def test_not_even_a_nan_in_the_padding_matters(layer: Layer) -> None:
    network = Network([layer.config()], rng=0)
    x = np.ones((1, 4, 2), np.float32)
    mask = np.array([[True, True, False, False]])
    x[~mask] = np.nan
    assert np.isfinite(network(x, mask)[mask]).all()
