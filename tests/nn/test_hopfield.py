"""Hopfield networks: what they store, what they retrieve, and that the energy falls."""

from itertools import pairwise

import numpy as np
import pytest
import torch
import torch.nn.functional as tf

from ribbonet.nn.hopfield import Hopfield, ModernHopfield


def corrupted(patterns: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    return np.where(rng.random(patterns.shape) < share, -patterns, patterns)


@pytest.fixture(scope="module")
def patterns() -> np.ndarray:
    return np.random.default_rng(0).choice([-1, 1], (8, 100))


@pytest.mark.parametrize("update", ["asynchronous", "synchronous"])
def test_a_trajectory_ends_where_retrieval_does_and_its_energy_falls(update):
    rng = np.random.default_rng(5)
    x = rng.choice([-1, 1], (4, 60))
    network = Hopfield.store(x)
    start = np.where(rng.random(60) < 0.2, -x[0], x[0])
    states = list(network.trajectory(start, update=update))
    np.testing.assert_array_equal(states[0], start)
    np.testing.assert_array_equal(states[-1], network.retrieve(start[None], update=update)[0])
    if update == "asynchronous":
        changes = [np.sum(a != b) for a, b in pairwise(states)]
        assert set(changes) == {1}
        assert (np.diff(network.energy(np.array(states))) < 0).all()


def test_hebbian_weights_by_hand():
    network = Hopfield.store(np.array([[1, -1, 1, -1], [1, 1, 1, -1]]))
    expected = np.array([[0, 0, 2, -2], [0, 0, 0, 0], [2, 0, 0, -2], [-2, 0, -2, 0]]) / 4
    np.testing.assert_array_equal(network.weights, expected)
    assert network.energy(np.array([1, -1, 1, -1])) == -0.5 * 12 / 4


@pytest.mark.parametrize("rule", ["hebbian", "pseudo-inverse"])
@pytest.mark.parametrize("update", ["asynchronous", "synchronous"])
def test_corrupted_patterns_are_retrieved(patterns, rule, update):
    network = Hopfield.store(patterns, rule)
    start = corrupted(patterns, 0.1, np.random.default_rng(1))
    assert (start != patterns).any(axis=1).all()
    np.testing.assert_array_equal(network.retrieve(start, update=update), patterns)
    np.testing.assert_array_equal(network.retrieve(patterns, update=update), patterns)


def test_the_pseudo_inverse_stores_correlated_patterns_that_hebb_confounds():
    rng = np.random.default_rng(0)
    alike = corrupted(np.repeat(rng.choice([-1, 1], (1, 100)), 10, axis=0), 0.2, rng)
    hebbian, projection = (Hopfield.store(alike, r) for r in ("hebbian", "pseudo-inverse"))
    np.testing.assert_array_equal(projection.retrieve(alike), alike)
    assert (hebbian.retrieve(alike) != alike).any()


def test_the_energy_falls_unit_by_unit(patterns):
    network = Hopfield.store(patterns)
    state = np.random.default_rng(2).choice([-1, 1], (1, 100))
    energies = [network.energy(state)[0]]
    for _ in range(20):
        state = network.retrieve(state, steps=1, rng=np.random.default_rng(3))
        energies.append(network.energy(state)[0])
    assert np.all(np.diff(energies) <= 1e-12)
    assert energies[-1] < energies[0]


def test_all_units_at_once_may_run_in_a_cycle_of_two():
    network = Hopfield(np.array([[0.0, 1.0], [1.0, 0.0]]))
    start = np.array([[1, -1]])
    once = network.retrieve(start, update="synchronous", steps=1)
    np.testing.assert_array_equal(once, -start)
    np.testing.assert_array_equal(network.retrieve(once, update="synchronous", steps=1), start)
    assert abs(network.retrieve(start).sum()) == 2


def test_the_modern_update_is_attention():
    rng = np.random.default_rng(0)
    keys, queries = rng.standard_normal((7, 16)), rng.standard_normal((3, 16))
    update = ModernHopfield(keys, beta=1 / 4).retrieve(queries, steps=1)
    k, q = torch.tensor(keys)[None], torch.tensor(queries)[None]
    np.testing.assert_allclose(update, tf.scaled_dot_product_attention(q, k, k)[0], rtol=1e-12)


def test_whole_numbers_are_states_as_others_are():
    network = ModernHopfield(np.array([[1, -1, 1], [1, 1, -1]]), beta=1.0)
    states = np.array([[1, -1, 1]])
    np.testing.assert_array_equal(network.retrieve(states), network.retrieve(states.astype(float)))
    assert states.dtype.kind == "i"


def test_the_modern_energy_falls_and_is_not_negative():
    rng = np.random.default_rng(0)
    network = ModernHopfield(rng.standard_normal((7, 16)), beta=0.7)
    state = 3 * rng.standard_normal((5, 16))
    for _ in range(10):
        following = network.retrieve(state, steps=1)
        assert np.all(network.energy(following) <= network.energy(state) + 1e-12)
        state = following
    assert np.all(network.energy(state) >= 0)


def test_three_kinds_of_fixed_point():
    """Two patterns alike and two far away: all, the two, or one of them, as beta grows."""
    patterns = np.array([[4.0, 0.5, 0, 0], [4, -0.5, 0, 0], [0, 0, 4, 0], [0, 0, 0, 4]])
    kinds = {}
    for beta in (0.01, 1, 30):
        network = ModernHopfield(patterns, beta)
        state = network.retrieve(patterns[:1] + 0.1, steps=1000)
        np.testing.assert_allclose(network.retrieve(state, steps=1), state, atol=1e-5)
        kinds[network.fixed_point(state[0])] = state[0]
    np.testing.assert_allclose(kinds["global"], patterns.mean(axis=0), atol=0.2)
    np.testing.assert_allclose(kinds["metastable"], patterns[:2].mean(axis=0), atol=0.1)
    np.testing.assert_allclose(kinds["single"], patterns[0], atol=1e-3)


def test_the_modern_network_stores_more_patterns_than_units():
    rng = np.random.default_rng(0)
    patterns = rng.choice([-1.0, 1.0], (200, 40))
    start = patterns + 0.3 * rng.standard_normal(patterns.shape)
    once = ModernHopfield(patterns, beta=2).retrieve(start, steps=1)
    np.testing.assert_array_equal(np.sign(once), patterns)
