"""Every residue is taken once, from the window in which it is the farthest from an end."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ribbonet.embedding.windows import batches, windows


@given(st.integers(1, 500), st.integers(4, 120))
def test_windows_cover_a_chain(length, size):
    found = windows(length, size)
    taken = [place for own in found for place in range(own.first, own.last)]
    assert taken == list(range(length))
    assert all(own.start <= own.first < own.last <= own.stop for own in found)
    assert all(len(own) == min(length, size) for own in found)
    for own, after in pairwise(found):
        assert own.stop - after.start >= size // 4


@given(st.integers(1, 300), st.integers(4, 60))
def test_a_residue_is_as_far_from_ends_as_can_be(length, size):
    found = windows(length, size)

    def margin(own, place):
        left = place - own.start if own.start else length
        right = own.stop - 1 - place if own.stop < length else length
        return min(left, right)

    for own in found:
        for place in range(own.first, own.last):
            within = [other for other in found if other.start <= place < other.stop]
            assert margin(own, place) >= max(margin(other, place) for other in within) - 1


@given(st.lists(st.integers(1, 50), max_size=40), st.integers(1, 200))
def test_batches_hold_all_and_no_more_than_fits(lengths, most):
    found = list(batches(lengths, most))
    assert sorted(place for batch in found for place in batch) == list(range(len(lengths)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(lengths[n] for n in batch) <= most
