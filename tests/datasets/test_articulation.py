"""The features of NETtalk's phonemes and stresses."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from ribbonet.datasets.articulation import ACCENTS, PHONEMES, SOUNDS, STRESSES, closest, codes
from ribbonet.datasets.nettalk import read_nettalk

TABLES = [(PHONEMES, SOUNDS), (STRESSES, ACCENTS)]


def test_there_are_the_26_outputs_of_1987():
    assert len(SOUNDS) + len(ACCENTS) == 26


@pytest.mark.parametrize(("table", "features"), TABLES)
def test_no_two_symbols_are_alike_and_none_has_a_feature_twice(table, features):
    rows = codes(table, features)
    assert rows.shape == (len(table), len(features))
    assert len(np.unique(rows, axis=0)) == len(table)
    assert_array_equal(rows.sum(axis=1), [len(names.split()) for names in table.values()])


@pytest.mark.parametrize(("table", "features"), TABLES)
def test_each_code_is_closest_to_itself_though_weak_or_blurred(table, features):
    rows = codes(table, features)
    blurred = 0.3 * rows + np.random.default_rng(0).uniform(0, 0.03, rows.shape)
    assert_array_equal(closest(blurred, rows), np.arange(len(rows)))


def test_the_angle_decides_not_the_distance():
    rows = np.array([[1, 0, 0], [1, 1, 1]], np.float32)
    assert_array_equal(closest(np.array([[0.2, 0.19, 0.18]]), rows), [1])


def test_voice_and_place_by_pairs():
    rows = dict(zip(PHONEMES, codes(PHONEMES, SOUNDS), strict=True))
    for voiced, not_voiced in ("bp", "dt", "gk", "vf", "zs", "ZS", "DT", "JC"):
        (differs,) = np.flatnonzero(rows[voiced] != rows[not_voiced])
        assert SOUNDS[differs] == "voiced"


def test_every_symbol_of_the_dictionary_has_a_code(shared_data):
    words = list(read_nettalk(shared_data / "nettalk.data"))
    assert {symbol for word in words for symbol in word.phonemes} <= set(PHONEMES)
    assert {symbol for word in words for symbol in word.stresses} == set(STRESSES)
