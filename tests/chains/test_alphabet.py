import dataclasses
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ribbonet.chains.alphabet import (
    DSSP_TO_STATE,
    RESIDUES,
    SPACER,
    STATE_OF_STATE8,
    STATES,
    STATES8,
    SYMBOLS,
    UNKNOWN,
    UNLABELLED,
    Alphabet,
    encode_labels,
    encode_residues,
    reduce_states,
)


@given(st.text(RESIDUES.symbols))
def test_decoding_undoes_encoding(text: str) -> None:
    codes = RESIDUES.encode(text)
    assert codes.dtype == np.uint8
    assert codes.shape == (len(text),)
    assert RESIDUES.decode(codes) == text


def test_the_code_of_a_symbol_is_its_place() -> None:
    assert RESIDUES.encode(RESIDUES.symbols).tolist() == list(range(20))
    assert (len(RESIDUES), SPACER, SYMBOLS) == (20, 20, 21)
    assert (STATES.symbols, STATES8.symbols) == ("HEC", "GHIEBTSC")


def test_an_alphabet_is_a_collection_of_its_symbols() -> None:
    assert list(STATES) == ["H", "E", "C"]
    assert "H" in STATES
    assert "HE" not in STATES
    assert Alphabet("HEC") == STATES
    assert hash(Alphabet("HEC")) == hash(STATES)


def test_an_alphabet_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        STATES.symbols = "ABC"  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        STATE_OF_STATE8[0] = 1


@pytest.mark.parametrize("symbols", ["AA", "é"])
def test_symbols_are_distinct_and_ascii(symbols: str) -> None:
    with pytest.raises(ValueError, match="an alphabet needs distinct ASCII symbols, not"):
        Alphabet(symbols)


@pytest.mark.parametrize("symbol", ["X", "a", " ", "\0", "é", "😀", "\udc80"])
def test_a_foreign_symbol_is_named_with_its_position(symbol: str) -> None:
    message = f"symbol {symbol!r} at position 3 is not one of HEC"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        STATES.encode(f"HE{symbol}{symbol}")


def test_codes_beyond_the_alphabet_are_refused() -> None:
    with pytest.raises(IndexError):
        STATES.decode([3])


def test_unknown_residues_share_the_code_of_the_spacer() -> None:
    assert set(encode_residues(UNKNOWN)) == {SPACER}
    assert sorted(RESIDUES.symbols + UNKNOWN) == [chr(c) for c in range(ord("A"), ord("Z") + 1)]


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_residues_in_lower_case_have_the_same_codes(sequence: str) -> None:
    assert encode_residues(sequence.lower()).tolist() == encode_residues(sequence).tolist()


def test_a_gap_is_no_residue() -> None:
    message = "symbol '-' at position 3 is not one of ACDEFGHIKLMNPQRSTVWYBJOUXZ"
    with pytest.raises(ValueError, match=f"^{message}$"):
        encode_residues("AC-D")


@given(st.text("HEC-"))
def test_labels_are_codes_of_states_or_unlabelled(labels: str) -> None:
    codes = encode_labels(labels)
    assert "".join("-" if c == UNLABELLED else STATES.symbols[c] for c in codes) == labels


def test_eight_states_reduce_to_three() -> None:
    assert reduce_states("HGIEBTSCP _-") == "HHHEECCCCCC-"
    assert STATES.decode(STATE_OF_STATE8) == reduce_states(STATES8.symbols)
    assert reduce_states("HEC") == "HEC"
    with pytest.raises(TypeError):
        DSSP_TO_STATE["H"] = "C"  # type: ignore[index]


def test_an_odd_label_is_named() -> None:
    message = "symbol 'Q' at position 3 is not one of HGIEBTSCP _-"
    with pytest.raises(ValueError, match=f"^{message}$"):
        reduce_states("HHQ")
