import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.chains.alphabet import SPACER, STATES, encode_labels
from ribbonet.chains.windows import windows
from ribbonet.training.examples import ChainExamples, WindowExamples, repeated


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


LENGTHS = st.lists(st.integers(1, 60), min_size=1, max_size=40)


@given(LENGTHS, st.integers(20, 200), st.integers(0, 9))
def test_batches_of_chains_hold_each_chain_once_within_their_size(lengths, size, seed):
    tracks = [np.full(n, n % 20, np.uint8) for n in lengths]
    examples = ChainExamples(tracks, [np.zeros(n, np.uint8) for n in lengths], 3)
    order = examples.epoch(np.random.default_rng(seed))
    batches = list(examples.batches(order, size))
    assert sorted(np.concatenate(batches)) == list(range(len(lengths)))
    for batch in batches:
        longest = max(lengths[chain] for chain in batch)
        assert len(batch) == 1 or longest * len(batch) <= size
    again = list(examples.batches(order, size))
    assert all((a == b).all() for a, b in zip(batches, again, strict=True))


def test_chains_are_padded_and_only_labelled_residues_count():
    tracks = [np.array([1, 2, 3], np.uint8), np.array([4], np.uint8), np.array([5], np.uint8)]
    labels = [np.array([0, 255, 2]), np.array([1]), np.array([255])]
    examples = ChainExamples(tracks, [own.astype(np.uint8) for own in labels], 3)
    np.testing.assert_array_equal(examples.all(), [0, 1])
    assert sorted(examples.epoch(np.random.default_rng(0))) == [0, 1]
    batch = examples.batch(np.array([0, 1]))
    np.testing.assert_array_equal(batch.x[0], [[20, 1, 2], [1, 2, 3], [2, 3, 20]])
    np.testing.assert_array_equal(batch.x[1, 0], [20, 4, 20])
    np.testing.assert_array_equal(batch.mask, [[True] * 3, [True, False, False]])
    np.testing.assert_array_equal(batch.counts, [[True, False, True], [True, False, False]])
    np.testing.assert_array_equal(batch.targets, [[0, 255, 2], [1, 255, 255]])


def test_masked_residues_are_hidden_in_all_windows_and_others_in_each_epoch():
    track = np.arange(20, dtype=np.uint8).repeat(50)
    examples = ChainExamples([track], [np.zeros(1000, np.uint8)], 3, mask=0.2)
    shown = []
    for seed in (0, 1):
        examples.epoch(np.random.default_rng(seed))
        x = examples.batch(np.array([0])).x[0]
        hidden = x[:, 1] == 20
        np.testing.assert_array_equal(x[1:, 0] == 20, hidden[:-1])
        np.testing.assert_array_equal(x[~hidden, 1], track[~hidden])
        assert 0.15 < hidden.mean() < 0.25
        shown.append(hidden)
    assert (shown[0] != shown[1]).any()
    features = ChainExamples([np.ones((1000, 2))], [np.zeros(1000, np.uint8)], 1, mask=0.2)
    features.epoch(np.random.default_rng(0))
    np.testing.assert_array_equal(features.batch(np.array([0])).x[0, :, 0] == 0, shown[0])


def test_an_epoch_has_one_chain_of_each_cluster():
    tracks = [np.zeros(4, np.uint8)] * 6
    examples = ChainExamples(tracks, tracks, 3, [0, 0, 1, 1, 2, 2])
    drawn = [sorted(examples.epoch(np.random.default_rng(seed)) // 2) for seed in range(20)]
    assert drawn == [[0, 1, 2]] * 20


@pytest.mark.parametrize("kind", [WindowExamples, ChainExamples])
@pytest.mark.parametrize("clusters", [None, [0, 0, 1, 2]])
def test_an_epoch_takes_chains_as_often_as_is_said(kind, clusters):
    """The third twice, the last in half of the epochs; one of the first two where a cluster is."""
    labels = [np.zeros(5, np.uint8)] * 4
    examples = kind(labels, labels, 3, clusters, repeats=[1.0, 1.0, 2.0, 0.5])
    rng, counts = np.random.default_rng(0), []
    for _ in range(200):
        taken = examples.epoch(rng) // (5 if kind is WindowExamples else 1)
        counts.append(np.bincount(taken, minlength=4) // (5 if kind is WindowExamples else 1))
    counts = np.array(counts)
    assert (counts[:, 2] == 2).all()
    assert set(counts[:, 3]) == {0, 1}
    assert 70 <= counts[:, 3].sum() <= 130
    assert (counts[:, :2].sum(axis=1) == (2 if clusters is None else 1)).all()


def test_an_epoch_of_few_chains_taken_seldom_is_never_empty():
    rng = np.random.default_rng(0)
    drawn = [repeated(np.array([0, 1]), [0.01, 0.01], rng) for _ in range(20)]
    assert {len(own) for own in drawn} == {1}
