import numpy as np
import pytest

from ribbonet.prediction.examples import WindowExamples
from ribbonet.sequence.alphabet import SPACER, STATES, encode_labels
from ribbonet.sequence.windows import windows


@pytest.fixture
def examples(train_chains):
    codes = [chain.codes for chain in train_chains]
    labels = [encode_labels(chain.labels) for chain in train_chains]
    return WindowExamples(codes, labels, 7, [n // 2 for n in range(len(codes))])


def test_each_labelled_residue_has_its_window(examples, train_chains):
    x, targets = examples.batch(examples.all())
    expected = np.concatenate([windows(c.codes, 7)[c.mask] for c in train_chains])
    np.testing.assert_array_equal(x, expected)
    assert STATES.decode(targets) == "".join(c.labels.replace("-", "") for c in train_chains)


def test_an_epoch_takes_one_chain_of_each_cluster(examples, train_chains):
    bounds = np.cumsum([0, *(len(chain) for chain in train_chains)])
    rng = np.random.default_rng(0)
    seen = set()
    for _ in range(20):
        residues = examples.epoch(rng)
        chains = set(np.searchsorted(bounds, residues, side="right") - 1)
        assert len(chains) == len(train_chains) // 2
        assert {chain // 2 for chain in chains} == set(range(len(train_chains) // 2))
        assert len(residues) == sum(int(train_chains[chain].mask.sum()) for chain in chains)
        assert len(set(residues)) == len(residues)
        seen |= chains
    assert seen == set(range(len(train_chains)))


def test_windows_of_features_are_zero_beyond_the_ends():
    tracks = [np.full((2, 3), 0.5, np.float32), np.full((1, 3), 0.25, np.float32)]
    examples = WindowExamples(tracks, [np.array([0, 1], np.uint8), np.array([2], np.uint8)], 3)
    x, _ = examples.batch(examples.all())
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x[:, ::3], [[0, 0.5, 0.5], [0.5, 0.5, 0], [0, 0.25, 0]])


def test_spacers_stand_between_chains(examples):
    assert (examples.packed == SPACER).sum() >= 61 * 3
