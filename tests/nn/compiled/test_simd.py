"""The stated bounds of the functions of eight floats."""

import numpy as np
from numba import njit

from ribbonet.nn.compiled.simd import exp, load, log, store, uniform


@njit
def apply_exp(x, y):
    for i in range(0, len(x), 8):
        store(y, i, exp(load(x, i)))


@njit
def apply_log(x, y):
    for i in range(0, len(x), 8):
        store(y, i, log(load(x, i)))


@njit
def draw(key, y):
    for i in range(0, len(y), 32):
        store(y, i, uniform(key, i))


def test_exponential():
    x = np.linspace(-87, 88, 800_000).astype(np.float32)
    y = np.empty_like(x)
    apply_exp(x, y)
    assert np.abs(y / np.exp(x.astype(np.float64)) - 1).max() < 2e-7
    x = np.array([-np.inf, -1e9, -87, 88, 1e9, np.inf, np.nan, 0], np.float32)
    y = np.empty_like(x)
    apply_exp(x, y)
    assert y[0] == y[1] == y[2] > 0
    assert y[3] == y[4] == y[5] < np.inf
    assert np.isnan(y[6])
    assert y[7] == 1


def test_logarithm():
    x = np.concatenate([np.geomspace(1e-37, 1e38, 400_000), np.linspace(0.4, 3, 400_000)])
    x = x.astype(np.float32)
    y, exact = np.empty_like(x), np.log(x.astype(np.float64))
    apply_log(x, y)
    assert (np.abs(y - exact) / np.maximum(np.abs(exact), 1)).max() < 2e-7


def test_uniform_numbers():
    draws = np.empty((4, 80_000), np.float32)
    for key, row in zip((1, 2, 12345, 2**31 - 1), draws, strict=True):
        draw(key, row)
    assert draws.min() >= 0
    assert draws.max() < 1
    np.testing.assert_allclose(draws.mean(axis=1), 0.5, atol=0.005)
    np.testing.assert_allclose(draws.var(axis=1), 1 / 12, atol=0.002)
    assert np.abs(np.corrcoef(draws) - np.eye(4)).max() < 0.02
    assert abs(np.corrcoef(draws[0, 1:], draws[0, :-1])[0, 1]) < 0.02
