import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from ribbonet.chains.alphabet import SPACER
from ribbonet.chains.windows import join, pad, windows

CODES = arrays(np.uint8, st.integers(1, 30), elements=st.integers(0, 20))
REACH = st.integers(0, 9)

Codes = NDArray[np.uint8]


@given(CODES, REACH)
def test_spacers_stand_at_both_ends(codes: Codes, reach: int) -> None:
    padded = pad(codes, reach)
    assert padded.dtype == np.uint8
    assert padded.tolist() == [SPACER] * reach + codes.tolist() + [SPACER] * reach


@given(CODES, REACH)
def test_windows_have_each_residue_in_the_middle(codes: Codes, reach: int) -> None:
    view = windows(codes, 2 * reach + 1)
    assert view.shape == (len(codes), 2 * reach + 1)
    assert view[:, reach].tolist() == codes.tolist()
    assert view[0, :reach].tolist() == view[-1, reach + 1 :].tolist() == [SPACER] * reach
    if len(codes) > 1 and reach > 0:
        assert view[:-1, reach + 1].tolist() == codes[1:].tolist()


@given(st.lists(CODES, min_size=1, max_size=5), REACH)
def test_joined_chains_have_the_windows_of_each(chains: list[Codes], reach: int) -> None:
    packed, starts = join(chains, reach)
    assert packed.dtype == np.uint8
    assert starts.dtype == np.int64
    assert len(packed) == reach + sum(len(codes) + reach for codes in chains)
    for codes, start in zip(chains, starts, strict=True):
        around = packed[start - reach : start + len(codes) + reach]
        assert around.tolist() == pad(codes, reach).tolist()


def test_features_join_as_codes_do() -> None:
    chains = [np.ones((2, 3), dtype=np.float32), np.full((1, 3), 2, dtype=np.float32)]
    packed, starts = join(chains, 1, fill=0)
    assert packed.dtype == np.float32
    assert packed.tolist() == [[x] * 3 for x in (0, 1, 1, 0, 2, 0)]
    assert starts.tolist() == [1, 4]


@pytest.mark.parametrize("width", [0, 2, -1])
def test_the_width_is_odd(width: int) -> None:
    message = f"the width of a window must be odd and above 0, not {width}"
    with pytest.raises(ValueError, match=f"^{message}$"):
        windows(np.zeros(3, dtype=np.uint8), width)


def test_windows_of_a_long_chain_take_no_memory() -> None:
    codes = np.zeros(40_000, dtype=np.uint8)
    assert windows(codes, 101).base is not None
