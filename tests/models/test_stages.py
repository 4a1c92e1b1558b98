import numpy as np
import pytest

from ribbonet.chains import windows
from ribbonet.chains.alphabet import SPACER, STATES8, reduce_states
from ribbonet.models.stages import Stage, pays
from ribbonet.nn import (
    ChainMean,
    Conv1d,
    Dense,
    Dropout,
    LayerNorm,
    Network,
    ReLU,
    Residual,
    Softmax,
    WindowDense,
)
from ribbonet.tasks.structure import Structure

ROUNDING = 4e-6
"""Of short convolutions, whose groups begin elsewhere in a tile."""


@pytest.fixture(params=[6, 32], ids=["narrow", "wide enough to be shortened"])
def stage(request):
    n = request.param

    def block(dilation):
        return Residual(
            [LayerNorm(n), Conv1d(n, n, kernel=3, dilation=dilation), ReLU(), Dense(n, n)]
        )

    networks = tuple(
        Network([WindowDense(5, 21, n), block(1), block(4), LayerNorm(n), Dense(n, 8)], rng=seed)
        for seed in (0, 1)
    )
    return Stage(5, networks, Structure(STATES8))


def chains(lengths, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.integers(0, 21, length).astype(np.uint8) for length in lengths]


def test_the_reach_is_that_of_the_window_and_all_convolutions(stage):
    assert stage.reach == 2 + 1 + 4
    (codes,) = chains([40])
    other = codes.copy()
    other[20] = (codes[20] + 1) % 20
    a, b = (stage.probabilities([c])[0] for c in (codes, other))
    changed = np.flatnonzero(np.abs(a - b).max(axis=1) > 1e-6)
    assert 20 - 7 <= changed.min() <= changed.max() <= 20 + 7
    assert changed.max() - changed.min() > 8


def test_one_chain_by_hand(stage):
    (codes,) = chains([30])
    padded = np.pad(codes, 2, constant_values=SPACER)
    windows = np.stack([padded[i : i + 5] for i in range(30)])[None]
    eight = np.mean([Softmax.value(network(windows)[0]) for network in stage.networks], axis=0)
    three = np.stack(
        [eight[:, [reduce_states(s) == state for s in STATES8]].sum(axis=1) for state in "HEC"],
        axis=1,
    )
    np.testing.assert_allclose(stage.probabilities([codes])[0], three, atol=ROUNDING)


def test_a_chain_is_predicted_the_same_in_any_company(stage):
    codes = chains([1, 90, 5, 88, 300, 91])
    for own, together in zip(codes, stage.probabilities(codes), strict=True):
        np.testing.assert_allclose(stage.probabilities([own])[0], together, atol=ROUNDING)


@pytest.mark.parametrize("tile", [1, 7, 64])
def test_tiles_give_what_the_whole_chain_gives(stage, monkeypatch, tile):
    codes = chains([150, 3, 64])
    whole = stage.probabilities(codes)
    monkeypatch.setattr(windows, "TILE", tile)
    for a, b in zip(stage.probabilities(codes), whole, strict=True):
        np.testing.assert_allclose(a, b, atol=ROUNDING)


def test_batches_waste_little_and_hold_each_residue_once():
    lengths = np.random.default_rng(0).lognormal(5.4, 0.6, 500).astype(int) + 1
    cut = windows.tiles(lengths.tolist(), reach=100)
    batches = list(windows.batches(cut))
    assert sum(tile.last - tile.first for batch in batches for tile in batch) == lengths.sum()
    size = [sum(t.stop - t.start for t in batch) for batch in batches]
    padded = [len(batch) * max(t.stop - t.start for t in batch) for batch in batches]
    assert sum(size) >= 0.9 * sum(padded)
    assert max(padded) <= max(windows.POSITIONS, windows.TILE + 200)


def test_probabilities_as_input_are_zero_beyond_the_ends():
    network = Network([Dense(9, 6), Residual([Conv1d(6, 6, 3), ReLU()]), Dense(6, 3)], rng=2)
    stage = Stage(3, (network,))
    track = np.random.default_rng(3).dirichlet(np.ones(3), 20).astype(np.float32)
    padded = np.pad(track, ((1, 1), (0, 0)))
    x = np.stack([padded[i : i + 3].ravel() for i in range(20)])[None]
    expected = Softmax.value(network(x)[0])
    np.testing.assert_allclose(stage.probabilities([track])[0], expected, atol=1e-6)


@pytest.mark.parametrize("codes", [True, False], ids=["codes", "features"])
def test_compiled_windows_give_what_numpy_gives(monkeypatch, codes):
    first = WindowDense(5, 21, 12) if codes else Dense(15, 12)
    networks = tuple(
        Network([first, ReLU(), Dropout(0.2), Dense(12, 3)], rng=seed) for seed in (0, 1)
    )
    stage = Stage(5, networks)
    tracks = chains([1, 300, 2, 64, 65])
    if not codes:
        tracks = [np.eye(21, dtype=np.float32)[track][:, :3] for track in tracks]
    plain = stage.probabilities(tracks)
    monkeypatch.setattr("ribbonet.models.stages.PAYS", 0)
    for a, b in zip(stage.probabilities(tracks), plain, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)


@pytest.mark.parametrize("mean", [False, True], ids=["alone", "with means"])
def test_compiled_chains_give_what_numpy_gives(monkeypatch, mean):
    means = [ChainMean(12, "glorot")] if mean else []
    block = [LayerNorm(12), Conv1d(12, 12, 7, 2), *means, ReLU(), Dense(12, 12)]
    networks = tuple(
        Network([WindowDense(5, 21, 12), Residual(block), LayerNorm(12), Dense(12, 8)], rng=seed)
        for seed in (0, 1)
    )
    stage = Stage(5, networks, Structure(STATES8))
    tracks = chains([1, 1500, 2, 64, 65])
    plain = stage.probabilities(tracks)
    monkeypatch.setattr("ribbonet.models.stages.PAYS", 0)
    monkeypatch.setattr(Stage, "_average", None)
    for a, b in zip(stage.probabilities(tracks), plain, strict=True):
        np.testing.assert_allclose(a, b, atol=3e-5)


def test_what_is_predicted_by_compiled_code_depends_on_its_size_alone():
    for _ in range(100):
        assert not pays(29_999)
    assert pays(30_000)
