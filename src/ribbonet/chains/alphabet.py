"""Alphabets of residues and of states, and the codes that stand for them in arrays."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

UNLABELLED: int = 255
"""Code of a residue without a label, written ``-``: context, and counted in no score."""

_NOT_A_SYMBOL = 254

NumberOfStates = Literal[3, 8]


@dataclass(frozen=True, slots=True)
class Alphabet:
    """An immutable, ordered set of symbols; the code of a symbol is its place in it.

    Parameters
    ----------
    symbols : str
        Distinct ASCII characters.

    Raises
    ------
    ValueError
        If a symbol occurs twice or is not ASCII.

    Examples
    --------
    >>> STATES.encode("CHEH")
    array([2, 0, 1, 0], dtype=uint8)
    >>> STATES.decode([2, 0, 1, 0])
    'CHEH'
    """

    symbols: str
    _table: NDArray[np.uint8] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(set(self.symbols)) != len(self.symbols) or not self.symbols.isascii():
            raise ValueError(f"an alphabet needs distinct ASCII symbols, not {self.symbols!r}")
        table = np.full(256, _NOT_A_SYMBOL, dtype=np.uint8)
        table[_bytes(self.symbols)] = np.arange(len(self.symbols))
        table.flags.writeable = False
        object.__setattr__(self, "_table", table)

    def __len__(self) -> int:
        return len(self.symbols)

    def __iter__(self) -> Iterator[str]:
        return iter(self.symbols)

    def __contains__(self, symbol: object) -> bool:
        return symbol in tuple(self.symbols)

    def encode(self, text: str) -> NDArray[np.uint8]:
        """Codes of the symbols of ``text``, uint8 of shape (L,).

        Raises
        ------
        ValueError
            If a symbol is not in the alphabet; names it and its position, from 1.
        """
        return _look_up(self._table, text, self.symbols)

    def decode(self, codes: NDArray[np.integer] | list[int]) -> str:
        """Text of L symbols for codes of shape (L,).

        Raises
        ------
        IndexError
            If a code is not below ``len(self)``.
        """
        return _bytes(self.symbols)[np.asarray(codes, dtype=np.intp)].tobytes().decode("ascii")


def _bytes(text: str) -> NDArray[np.uint8]:
    """One byte a character, ``?`` for one that is not ASCII."""
    return np.frombuffer(text.encode("ascii", errors="replace"), dtype=np.uint8)


def _look_up(table: NDArray[np.uint8], text: str, expected: str) -> NDArray[np.uint8]:
    codes = table[_bytes(text)]
    wrong = np.flatnonzero(codes == _NOT_A_SYMBOL)
    if wrong.size:
        first = int(wrong[0])
        raise ValueError(f"symbol {text[first]!r} at position {first + 1} is not one of {expected}")
    return codes


RESIDUES = Alphabet("ACDEFGHIKLMNPQRSTVWY")
"""The twenty amino acids, in the order of their letters."""

UNKNOWN = "BJOUXZ"
"""Letters kept in a sequence that stand for no one of the twenty: ambiguous, rare or unknown."""

SPACER: int = 20
"""Code beyond the ends of a chain (the 21st of Qian & Sejnowski 1988) and of ``UNKNOWN``."""

SYMBOLS: int = 21

STATES = Alphabet("HEC")
"""Helix, strand, coil: the order of states everywhere."""

STATES8 = Alphabet("GHIEBTSC")
"""The eight states of DSSP (Kabsch & Sander 1983), its blank written C."""

ALPHABETS: Mapping[int, Alphabet] = MappingProxyType({3: STATES, 8: STATES8})
"""The states of secondary structure by how many there are, which is how users ask for them."""

DSSP_TO_STATE: Mapping[str, str] = MappingProxyType(
    dict.fromkeys("HGI", "H") | dict.fromkeys("EB", "E") | dict.fromkeys("TSCP _", "C")
)
"""The one map from DSSP's states to three.

Helices alpha (H), 3-10 (G) and pi (I) are helix; strand (E) and bridge (B) are strand; turn (T),
bend (S), the kappa helix of DSSP 4 (P) and everything else (C, blank, ``_``) are coil.
"""

STATE_OF_STATE8: NDArray[np.uint8] = STATES.encode("".join(DSSP_TO_STATE[s] for s in STATES8))
"""Code in ``STATES`` of each code in ``STATES8``, uint8 of shape (8,)."""
STATE_OF_STATE8.flags.writeable = False


def _residue_table() -> NDArray[np.uint8]:
    table = RESIDUES._table.copy()
    table[_bytes(UNKNOWN)] = SPACER
    table[_bytes("abcdefghijklmnopqrstuvwxyz")] = table[_bytes("ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
    return table


_RESIDUE_TABLE = _residue_table()


def encode_residues(sequence: str) -> NDArray[np.uint8]:
    """Codes of a sequence, uint8 of shape (L,): 0 to 19, and ``SPACER`` for an unknown residue.

    Raises
    ------
    ValueError
        If a symbol is not a letter of either case; names it and its position, from 1.

    Examples
    --------
    >>> encode_residues("ACXy")
    array([ 0,  1, 20, 19], dtype=uint8)
    """
    return _look_up(_RESIDUE_TABLE, sequence, RESIDUES.symbols + UNKNOWN)


def agree(a: str, b: str) -> bool:
    """Whether two sequences are the same, an unknown residue the same as any.

    Examples
    --------
    >>> agree("ACX", "AXD"), agree("ACX", "AWD"), agree("ACX", "AC")
    (True, False, False)
    """
    if len(a) != len(b):
        return False
    x, y = encode_residues(a), encode_residues(b)
    return bool(((x == y) | (x == SPACER) | (y == SPACER)).all())


def encode_labels(labels: str, alphabet: Alphabet = STATES) -> NDArray[np.uint8]:
    """Codes of labels, uint8 of shape (L,), with ``UNLABELLED`` for ``-``.

    Raises
    ------
    ValueError
        If a label is neither of the alphabet nor ``-``; names it and its position, from 1.

    Examples
    --------
    >>> encode_labels("-HEC")
    array([255,   0,   1,   2], dtype=uint8)
    """
    table = alphabet._table.copy()
    table[ord("-")] = UNLABELLED
    return _look_up(table, labels, alphabet.symbols + "-")


_DSSP = Alphabet("".join(DSSP_TO_STATE))
_TO_STATE = str.maketrans(dict(DSSP_TO_STATE))


def reduce_states(labels: str) -> str:
    """Labels in the states of DSSP, reduced to H, E and C; ``-`` is kept.

    Raises
    ------
    ValueError
        If a label is none of DSSP's; names it and its position, from 1.

    Examples
    --------
    >>> reduce_states("-GHITTEB S")
    '-HHHCCEECC'
    """
    encode_labels(labels, _DSSP)
    return labels.translate(_TO_STATE)


def _printable(labels: str) -> str:
    wrong = next((n for n, s in enumerate(labels) if not " " <= s <= "~"), None)
    if wrong is not None:
        raise ValueError(
            f"label {labels[wrong]!r} at position {wrong + 1} is not a printable ASCII character"
        )
    return labels


_BLANK_TO_COIL = str.maketrans("P _", "CCC")


def read_labels(labels: str, states: Alphabet | None = STATES) -> str:
    """Labels as written in a file, in three states, in the eight of DSSP, or as they are.

    Parameters
    ----------
    labels : str
        ``-`` for none.
    states : {STATES, STATES8}, optional
        Whether they are reduced to H, E and C, or kept in the eight states, with the blank, ``_``
        and the kappa helix (P) of DSSP as C. None: labels of any kind, unchanged.

    Raises
    ------
    ValueError
        If a label is none of DSSP's; names it and its position, from 1.

    Examples
    --------
    >>> read_labels("-GHP B"), read_labels("-GHP B", STATES8), read_labels("-01", None)
    ('-HHCCE', '-GHCCB', '-01')
    """
    if states is None:
        return _printable(labels)
    if states == STATES:
        return reduce_states(labels)
    labels = labels.translate(_BLANK_TO_COIL)
    encode_labels(labels, STATES8)
    return labels
