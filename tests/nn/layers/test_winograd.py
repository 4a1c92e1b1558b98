"""Convolutions with fewer multiplications: the same numbers as those of `Conv1d`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.nn import Conv1d, Dense, LayerNorm, Network, ReLU, Residual, WindowDense
from ribbonet.nn.layers.conv import ShortConv1d
from ribbonet.nn.layers.winograd import KERNELS, matrices


def convolution(kernel, dilation, inputs=4, outputs=3, dtype=np.float32):
    rng = np.random.default_rng(kernel)
    layer = Conv1d(inputs, outputs, kernel, dilation).initialise(rng, dtype)
    layer.parameters["bias"][:] = rng.normal(size=outputs)
    return layer


@given(
    kernel=st.sampled_from(KERNELS),
    dilation=st.integers(1, 20),
    chains=st.integers(1, 9),
    length=st.integers(1, 150),
    seed=st.integers(0, 9),
)
def test_it_is_the_convolution_of_any_shape(kernel, dilation, chains, length, seed):
    layer = convolution(kernel, dilation, dtype=np.float64)
    rng = np.random.default_rng(seed)
    x, mask = rng.normal(size=(chains, length, 4)), rng.random((chains, length)) < 0.8
    own = ShortConv1d(layer)
    np.testing.assert_allclose(own(x, mask), layer(x, mask), atol=1e-11)
    np.testing.assert_allclose(own(x), layer(x), atol=1e-11)


@pytest.mark.parametrize(("kernel", "most"), [(3, 4e-6), (5, 1e-5), (7, 3e-5)])
def test_rounding_is_some_hundred_thousandths_of_an_output(kernel, most):
    layer, exact = (convolution(kernel, 2, 192, 192, dtype) for dtype in (np.float32, np.float64))
    exact._set({name: array.astype(np.float64) for name, array in layer.parameters.items()})
    x = np.random.default_rng(0).normal(size=(3, 200, 192)).astype(np.float32)
    expected = exact(x.astype(np.float64))
    error = ShortConv1d(layer)(x) - expected
    assert np.sqrt(np.mean(error**2) / np.mean(expected**2)) < most


def test_what_lies_under_the_mask_is_not_seen():
    layer = ShortConv1d(convolution(7, 1))
    x, mask = np.ones((1, 30, 4), np.float32), np.ones((1, 30), np.bool_)
    mask[0, 20:] = False
    expected = layer(x, mask)[:, :20]
    x[0, 20:] = np.nan
    np.testing.assert_array_equal(layer(x, mask)[:, :20], expected)


def test_by_hand():
    """Two outputs of two taps (Winograd 1980): three products instead of four."""
    b, g, a = matrices(2, 2)
    np.testing.assert_allclose(b, [[1, -1, 0], [0, 1, 0], [0, -1, 1]])
    np.testing.assert_allclose(g, [[1, 0], [1, 1], [0, 1]])
    np.testing.assert_allclose(a, [[1, 1, 0], [0, 1, 1]])
    d, taps = np.array([2.0, 3.0, 5.0]), np.array([10.0, 7.0])
    np.testing.assert_allclose(a @ ((g @ taps) * (b @ d)), [2 * 10 + 3 * 7, 3 * 10 + 5 * 7])


def test_only_what_pays_is_shortened_and_the_network_stays_as_it_was():
    network = Network(
        [
            WindowDense(5, 21, 64),
            Residual([LayerNorm(64), Conv1d(64, 64, 7, 2), ReLU(), Dense(64, 64)]),
            Conv1d(64, 64, 7, groups=2),
            Conv1d(64, 64, 1),
            Conv1d(64, 8, 3),
        ],
        rng=0,
    )
    quick = network.for_prediction()
    kinds = [type(layer) for layer in quick.layers]
    assert kinds == [WindowDense, Residual, Conv1d, Conv1d, Conv1d]
    assert type(quick.layers[1].layers[1]) is ShortConv1d
    assert type(network.layers[1].layers[1]) is Conv1d
    assert quick.config() == network.config()
    assert quick.state.keys() == network.state.keys()
    assert all(quick.state[name] is array for name, array in network.state.items())
    x = np.random.default_rng(0).integers(0, 21, (3, 40, 5))
    np.testing.assert_allclose(quick(x), network(x), atol=1e-4)
    double = Network([Conv1d(64, 64, 7)], rng=0, dtype=np.float64).for_prediction()
    assert type(double.layers[0]) is Conv1d
