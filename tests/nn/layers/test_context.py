"""Layers that see the whole chain."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from ribbonet.nn import ChainMean, Network, SelfAttention
from ribbonet.nn.layers import context


def attention(features: int, heads: int, dtype: type = np.float64) -> SelfAttention:
    return SelfAttention(features, heads).initialise(np.random.default_rng(0), dtype)


def test_chain_mean_by_hand() -> None:
    """Residues 1 and 3 have the mean 2; times 10 that is 20 more for each."""
    network = Network([ChainMean(1)]).load({"0.weight": np.array([[10.0]])})
    x, mask = np.array([[[1.0], [3], [8]]]), np.array([[True, True, False]])
    np.testing.assert_array_equal(network(x, mask)[mask].ravel(), [21, 23])
    np.testing.assert_array_equal(network(x).ravel(), [41, 43, 48])


def test_chain_mean_begins_as_the_identity() -> None:
    network, x = Network([ChainMean(3)], rng=0), np.random.default_rng(0).random((2, 5, 3))
    np.testing.assert_array_equal(network(x), x)


def test_attention_by_hand() -> None:
    """Two residues, the same but for the position: the rotation by one radian alone tells.

    Query and key are (1, 0) turned: they agree by 1 with the own position and by cos 1 with the
    other. Values are 1 and 3, by the second number.
    """
    first, second = np.diag([1.0, 0]), np.diag([0, 1.0])
    state = {"query": first, "key": first, "value": second, "output": np.eye(2)}
    network = Network([SelfAttention(2, 1)])
    network.load({f"0.{name}": a for name, a in state.items()} | {"0.bias": np.array([5.0, 0])})
    own, other = np.exp(1 / np.sqrt(2)), np.exp(np.cos(1) / np.sqrt(2))
    expected = (own * np.array([1, 3]) + other * np.array([3, 1])) / (own + other)
    y = network(np.array([[[1.0, 1], [1, 3]]]))[0]
    np.testing.assert_allclose(y, np.stack([[5, 5], expected], axis=1), atol=1e-12)


def test_a_hopfield_network_recalls_the_stored_pattern_nearest_to_a_state() -> None:
    """Keys and values are the patterns, a query is a state: with a large beta it is completed."""
    patterns = np.random.default_rng(1).choice([-1.0, 1], (8, 64))
    state = np.where(np.arange(64) < 44, patterns[3], -patterns[3])
    layer = attention(128, 1)
    here, there = np.eye(128)[:, :64], np.eye(128)[:, 64:]  # what is stored, what is asked
    weights = np.zeros((4, 128, 128))
    weights[0, :, :64], weights[1, :, :64] = 20 * there, here
    weights[2, :, :64], weights[3] = here, np.eye(128)
    names = ("query", "key", "value", "output")
    layer._set(dict(zip(names, weights, strict=True)) | {"bias": np.zeros(128)})
    x = np.zeros((1, 8, 128))
    x[0, :, :64], x[0, 3, 64:] = patterns, state
    np.testing.assert_allclose(np.sign(layer(x)[0, 3, :64]), patterns[3])


def test_what_attends_depends_on_distances_not_on_places() -> None:
    layer, x = attention(8, 2), np.random.default_rng(0).standard_normal((1, 5, 8))
    later, mask = np.zeros((1, 12, 8)), np.arange(12)[None] >= 7
    later[mask] = x[0]
    np.testing.assert_allclose(layer(later, mask)[mask], layer(x)[0], atol=1e-12)


def test_rows_taken_some_at_a_time_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    layer, rng = attention(8, 2), np.random.default_rng(0)
    x, g = rng.standard_normal((2, 2, 11, 8))
    mask = np.arange(11) < np.array([[11], [4]])
    results = []
    for block in (10_000, 25):
        monkeypatch.setattr(context, "BLOCK", block)
        y, cache = layer.forward(x, mask=mask)
        dx, gradients = layer.backward(g * mask[..., None], cache)
        results.append([y, dx, *gradients.values()])
    for whole, parts in zip(*results, strict=True):
        np.testing.assert_allclose(parts, whole, atol=1e-12)


def test_memory_grows_with_the_chain_and_not_with_its_square() -> None:
    """Attention of 9,000 residues to each other would take 324 MB a head."""
    layer = attention(4, 1, np.float32)
    x = np.ones((1, 9000, 4), np.float32)
    tracemalloc.start()
    y, cache = layer.forward(x)
    layer.backward(y, cache)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100e6


def test_a_chain_without_residues_is_no_division_by_zero() -> None:
    x, mask = np.ones((2, 3, 4)), np.array([[True, True, True], [False, False, False]])
    for layer in (ChainMean(4, "he"), SelfAttention(4, 2)):
        network = Network([layer], rng=0, dtype=np.float64)
        with np.errstate(all="raise"):
            assert np.isfinite(network(x, mask)).all()


def test_heads_have_an_even_number_of_features() -> None:
    with pytest.raises(ValueError, match="10 features do not give 2 heads an even number each"):
        SelfAttention(10, 2)
