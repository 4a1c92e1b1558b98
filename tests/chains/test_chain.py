import dataclasses
import math
from typing import Any

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


@pytest.mark.parametrize(
    "values", [(0.5, None, 2), [0.5, math.nan, 2.0], np.array([0.5, np.nan, 2])]
)
def test_values_are_kept_as_a_tuple_of_floats(values: Any) -> None:
    chain = Chain("a", "MKT", values=values)
    assert isinstance(chain.values, tuple)
    assert (chain.values[0], chain.values[2]) == (0.5, 2.0)
    assert chain.mask.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"labels": ["H", "E"]}, "labels: is of the type list; give a str"),
        ({"labels": np.array(["H", "E"])}, "labels: is of the type ndarray; give a str"),
        ({"known": [True, False]}, "known: is of the type list; give a str"),
        ({"sequence": b"MK"}, "sequence: is of the type bytes; give a str"),
        ({"header": None}, "header: is of the type NoneType; give a str"),
        ({"values": "12"}, "values: is a str; give a number for each residue"),
        ({"values": (0.5, math.inf)}, "inf is no value; give finite numbers, or NaN for none"),
        ({"labels": "HE", "values": (0.5, 1.0)}, "has labels and values; leave one of them"),
    ],
)
def test_what_is_given_as_another_type_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Chain(**{"header": "a", "sequence": "MK", **given})


def test_a_chain_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Chain("a", "MK").sequence = "AA"  # type: ignore[misc]


@pytest.mark.parametrize("header", ["a\nMKT\nHHH\n>b", "a\rb", "\n"])
def test_a_header_with_a_line_break_is_refused(header):
    with pytest.raises(ValueError, match="has a line break; take it out"):
        Chain(header, "MKT", "HHH")
