"""Compressed files of several members: all are read, and what is damaged is not passed over."""

import bz2
import gzip
import lzma

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.chains import members
from ribbonet.chains.fasta import read_fasta
from ribbonet.chains.open import open_bytes
from ribbonet.errors import InputError

COMPRESS = {"xz": lzma.compress, "bz2": bz2.compress, "gz": gzip.compress}
FIRST, SECOND = b">a\nMKT\n", b">b\nACDEF\n"


@pytest.mark.parametrize("kind", COMPRESS)
def test_all_members_are_read(tmp_path, kind):
    path = tmp_path / f"two.fasta.{kind}"
    path.write_bytes(COMPRESS[kind](FIRST) + COMPRESS[kind](SECOND))
    assert [chain.id for chain in read_fasta(path)] == ["a", "b"]


@pytest.mark.parametrize("kind", COMPRESS)
def test_what_follows_a_member_and_is_none_is_refused(tmp_path, kind):
    path = tmp_path / f"two.fasta.{kind}"
    path.write_bytes(COMPRESS[kind](FIRST) + SECOND)
    with pytest.raises(InputError, match=r"two\.fasta.*copy it again|two\.fasta.*is it whole"):
        list(read_fasta(path))


@pytest.mark.parametrize("kind", COMPRESS)
def test_a_second_member_that_is_damaged_or_cut_short_is_refused(tmp_path, kind):
    first, second = COMPRESS[kind](FIRST), COMPRESS[kind](SECOND * 50)
    path = tmp_path / f"two.fasta.{kind}"
    for cut in (1, len(second) // 2, len(second) - 1):
        path.write_bytes(first + second[:cut])
        with pytest.raises(InputError, match=r"two\.fasta"):
            list(read_fasta(path))
    path.write_bytes(first + second[:20] + b"?" + second[21:])
    with pytest.raises(InputError, match=r"two\.fasta"):
        list(read_fasta(path))


def test_members_of_xz_may_be_padded(tmp_path):
    path = tmp_path / "two.fasta.xz"
    path.write_bytes(lzma.compress(FIRST) + b"\0" * 8 + lzma.compress(SECOND) + b"\0" * 4)
    assert [chain.id for chain in read_fasta(path)] == ["a", "b"]


@given(
    parts=st.lists(st.binary(max_size=200), min_size=1, max_size=4),
    kind=st.sampled_from(["xz", "bz2"]),
    block=st.integers(1, 70),
)
def test_blocks_of_any_size_give_the_same(tmp_path_factory, parts, kind, block):
    path = tmp_path_factory.getbasetemp() / f"parts.{kind}"
    path.write_bytes(b"".join(map(COMPRESS[kind], parts)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(members, "BLOCK", block)
        with open_bytes(path) as file:
            assert file.read() == b"".join(parts)
