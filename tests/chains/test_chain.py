import dataclasses

import numpy as np
import pytest

from ribbonet.chains.alphabet import encode_residues
from ribbonet.chains.chain import Chain


@pytest.mark.parametrize(
    ("header", "id", "description"),
    [
        ("sp|P0CG48|UBC_HUMAN", "sp|P0CG48|UBC_HUMAN", ""),
        ("1ubq-A  ubiquitin, chain A", "1ubq-A", "ubiquitin, chain A"),
        ("a\tb c", "a", "b c"),
        (" a", "a", ""),
        ("", "", ""),
    ],
)
def test_the_header_holds_id_and_description(header: str, id: str, description: str) -> None:
    chain = Chain(header, "MK")
    assert (chain.id, chain.description, chain.header) == (id, description, header)


def test_codes_and_length_are_those_of_the_sequence() -> None:
    chain = Chain("a", "MKX")
    assert len(chain) == 3
    assert chain.codes.tolist() == encode_residues("MKX").tolist()


def test_the_mask_tells_what_is_labelled() -> None:
    assert Chain("a", "MKTA", "-HE-").mask.tolist() == [False, True, True, False]
    assert Chain("a", "MKTA").mask.tolist() == [False] * 4
    assert Chain("a", "M", "H").mask.dtype == np.bool_


def test_there_are_as_many_labels_as_residues() -> None:
    with pytest.raises(ValueError, match=r"^chain 'a' has 2 residues and 3 labels$"):
        Chain("a b", "MK", "HHH")


def test_a_chain_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Chain("a", "MK").sequence = "AA"  # type: ignore[misc]


@pytest.mark.parametrize("header", ["a\nMKT\nHHH\n>b", "a\rb", "\n"])
def test_a_header_with_a_line_break_is_refused(header):
    with pytest.raises(ValueError, match="has a line break; take it out"):
        Chain(header, "MKT", "HHH")
