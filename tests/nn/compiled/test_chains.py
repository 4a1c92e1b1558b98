"""Networks of residual blocks by compiled code: what the layers compute."""

import numpy as np
import pytest

from ribbonet.nn import (
    ChainMean,
    Conv1d,
    Dense,
    Dropout,
    LayerNorm,
    Network,
    ReLU,
    Residual,
    SelfAttention,
    Softmax,
    Tanh,
    WindowDense,
)
from ribbonet.nn.compiled.chains.layout import MOST, lay_out
from ribbonet.nn.compiled.predict import forward_chains

ROUNDING = 4e-5
"""Of convolutions with fewer multiplications, where outputs are near 1."""
WINDOW = 5


def block(width, hidden, kernel, dilation, mean):
    means = [ChainMean(hidden, "glorot")] if mean else []
    conv = Conv1d(width, hidden, kernel, dilation)
    return Residual([LayerNorm(width), conv, *means, ReLU(), Dropout(0.1), Dense(hidden, width)])


def network(*blocks, width, outputs=8):
    ends = [LayerNorm(width), Dropout(0.1), Dense(width, outputs)]
    own = Network([WindowDense(WINDOW, 21, width), *blocks, *ends], rng=1)
    rng = np.random.default_rng(2)
    noise = {k: rng.normal(0, 0.1, a.shape).astype(a.dtype) for k, a in own.state.items()}
    return own.load({name: array + noise[name] for name, array in own.state.items()})


def chains(*lengths):
    rng = np.random.default_rng(3)
    return [rng.integers(0, 21, n + WINDOW - 1).astype(np.uint8) for n in lengths]


def by_layers(own, codes):
    return own(np.lib.stride_tricks.sliding_window_view(codes, WINDOW)[None])[0]


@pytest.mark.parametrize("mean", [False, True], ids=["alone", "with means"])
@pytest.mark.parametrize(
    ("width", "hidden", "kernel", "outputs"),
    [(6, 6, 3, 3), (16, 40, 5, 8), (64, 64, 7, 8), (20, 33, 7, 21), (40, 9, 7, 8)],
)
def test_the_layers_give_the_same(width, hidden, kernel, outputs, mean):
    dilations = (1, 4, 2, 30)
    own = network(
        *(block(width, hidden, kernel, d, mean) for d in dilations), width=width, outputs=outputs
    )
    layout = lay_out(own)
    given = chains(200, 1, 7, 65, 300)
    for codes, z in zip(given, forward_chains(*layout, given, logits=True), strict=True):
        expected = by_layers(own, codes)
        assert z.shape == expected.shape
        np.testing.assert_allclose(z, expected, atol=ROUNDING * np.abs(expected).max())
    for codes, p in zip(given, forward_chains(*layout, given), strict=True):
        np.testing.assert_allclose(p, Softmax.value(by_layers(own, codes)), atol=1e-4)
        np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize(("width", "heads"), [(32, 1), (32, 2), (192, 6)])
def test_self_attention_gives_what_its_layer_gives(width, heads):
    asks = [Residual([LayerNorm(width), SelfAttention(width, heads)]) for _ in range(2)]
    own = network(asks[0], block(width, 48, 7, 4, True), asks[1], width=width)
    for array in (own.state[f"1.1.{name}"] for name in ("query", "key")):
        array *= 4  # some weights near 1
    layout = lay_out(own)
    given = chains(200, 1, 7, 16, 65, 300)
    for codes, z in zip(given, forward_chains(*layout, given, logits=True), strict=True):
        expected = by_layers(own, codes)
        np.testing.assert_allclose(z, expected, atol=ROUNDING * np.abs(expected).max())


@pytest.mark.parametrize("heads", [[1, 2], [4]], ids=["of two sizes", "of eight numbers"])
def test_other_heads_have_no_kernel(heads):
    asks = [Residual([LayerNorm(32), SelfAttention(32, n)]) for n in heads]
    with pytest.raises(TypeError, match="no kernel for heads of"):
        lay_out(network(*asks, width=32))


def test_the_layers_read_what_is_laid_out_but_for_what_is_filled_up():
    own = network(block(32, 16, 3, 2, True), width=32, outputs=5)
    before = {name: array.copy() for name, array in own.state.items()}
    _, vector = lay_out(own)
    for name, array in own.state.items():
        np.testing.assert_array_equal(array, before[name])
        held_apart = ("1.1.weight", "1.1.bias", "4.weight", "4.bias")  # transformed, or filled up
        assert np.shares_memory(array, vector) == (name not in held_apart), name


def test_a_chain_has_the_same_bits_after_any_other():
    layout = lay_out(network(block(16, 16, 7, 2, True), width=16))
    given = chains(300, 90, 10)
    for codes, p in zip(given, forward_chains(*layout, given), strict=True):
        (alone,) = forward_chains(*layout, [codes])
        assert np.array_equal(alone, p)


def test_logits_that_are_far_apart_give_probabilities_of_0_and_1():
    own = network(block(8, 8, 3, 1, False), width=8)
    own.layers[-1].parameters["weight"][:] *= 1e4
    (p,) = forward_chains(*lay_out(own), chains(50))
    assert np.isfinite(p).all()
    np.testing.assert_allclose(p.max(axis=1), 1, atol=1e-3)


@pytest.mark.parametrize(
    "own",
    [
        Network([WindowDense(5, 21, 8), ReLU(), Dense(8, 3)], rng=0),
        Network([WindowDense(5, 21, 8), LayerNorm(8), Dense(8, 3)], rng=0),
        Network([Conv1d(21, 8, 5), block(8, 8, 7, 1, False), LayerNorm(8), Dense(8, 3)], rng=0),
        network(block(8, 8, 9, 1, False), width=8),
        network(block(MOST + 1, 8, 7, 1, False), width=MOST + 1),
        network(Residual([LayerNorm(8), Conv1d(8, 8, 7, groups=2), ReLU(), Dense(8, 8)]), width=8),
        network(Residual([LayerNorm(8), Conv1d(8, 8, 7), Tanh(), Dense(8, 8)]), width=8),
    ],
    ids=["windows", "no block", "no window", "kernel of 9", "wide", "groups", "tanh"],
)
def test_other_networks_have_no_kernel(own):
    with pytest.raises(TypeError, match="no kernel for"):
        lay_out(own)
