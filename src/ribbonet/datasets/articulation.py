"""How the sounds of NETtalk's dictionary are made: its phonemes and stresses as features.

Source: Sejnowski & Rosenberg 1987, Complex Systems 1, 145-168, appendix, "Representation of
phonemes and punctuations": 21 features of sound and 5 of stress and syllables, the 26 outputs of
their network. Three transcriptions of that table, made independently of each other, agree.

Two codes are not as printed there. The table gives J (gin) the row of G (sing), velar nasal, so
that nobody could tell the two apart; here it is C's (chin) with voice. The dictionary's + (the
sound of oi in abattoir) is not in the table; here it is w and a together, as the table's * (one)
is w and ^.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

SOUNDS = (
    *("labial", "dental", "alveolar", "palatal", "velar", "glottal"),
    *("stop", "nasal", "fricative", "affricative", "glide", "liquid"),
    *("voiced", "tensed", "high", "medium", "low"),
    *("silent", "elide", "pause", "full-stop"),
)
"""The features of a phoneme. The six places of consonants are those of vowels, front to back:
front 1 and 2, central 1 and 2, back 1 and 2."""

PLACES = {
    "front1": "labial",
    "front2": "dental",
    "central1": "alveolar",
    "central2": "palatal",
    "back1": "velar",
    "back2": "glottal",
}

PHONEMES = {
    "a": "low tensed central2",  # father
    "b": "voiced labial stop",  # bet
    "c": "medium back1",  # bought
    "d": "voiced alveolar stop",  # deb
    "e": "medium tensed front2",  # bake
    "f": "labial fricative",  # fin
    "g": "voiced velar stop",  # guess
    "h": "glottal glide",  # head
    "i": "high tensed front1",  # Pete
    "k": "velar stop",  # Ken
    "l": "voiced dental liquid",  # let
    "m": "voiced labial nasal",  # met
    "n": "voiced alveolar nasal",  # net
    "o": "medium tensed back2",  # boat
    "p": "labial stop",  # pet
    "r": "voiced palatal liquid",  # red
    "s": "alveolar fricative",  # sit
    "t": "alveolar stop",  # test
    "u": "high tensed back2",  # lute
    "v": "voiced labial fricative",  # vest
    "w": "voiced labial glide",  # wet
    "x": "medium central2",  # about
    "y": "voiced palatal glide",  # yet
    "z": "voiced alveolar fricative",  # zoo
    "A": "medium tensed front2 central1",  # bite
    "C": "palatal affricative",  # chin
    "D": "voiced dental fricative",  # this
    "E": "medium front1 front2",  # bet
    "G": "voiced velar nasal",  # sing
    "I": "high front1",  # bit
    "J": "voiced palatal affricative",  # gin; see above
    "K": "palatal fricative velar affricative",  # sexual
    "L": "voiced alveolar liquid",  # bottle
    "M": "voiced dental nasal",  # abysm
    "N": "voiced palatal nasal",  # button
    "O": "medium tensed central1 central2",  # boy
    "Q": "voiced labial velar affricative stop",  # quest
    "R": "voiced velar liquid",  # bird
    "S": "palatal fricative",  # shin
    "T": "dental fricative",  # thin
    "U": "high back1",  # book
    "W": "high medium tensed central2 back1",  # bout
    "X": "affricative front2 central1",  # excess
    "Y": "high tensed front1 front2 central1",  # cute
    "Z": "voiced palatal fricative",  # leisure
    "@": "low front2",  # bat
    "!": "labial dental affricative",  # Nazi
    "#": "voiced palatal velar affricative",  # examine
    "*": "voiced glide front1 low central1",  # one
    "+": "voiced glide front1 low tensed central2",  # abattoir; see above
    "^": "low central1",  # but
    "-": "silent elide",  # a letter that is not sounded
}
"""The features of each phoneme of the dictionary, with a word that has it."""

ACCENTS = ("right", "left", "strong", "weak", "boundary")
"""The features of stress: on which side of a letter its syllable's vowel is, or how loud it is."""

STRESSES = {">": "right", "<": "left", "0": "weak", "1": "strong weak", "2": "strong"}
"""The features of each stress of the dictionary; "boundary" is for what is between words."""


def codes(table: Mapping[str, str], features: Sequence[str]) -> NDArray[np.float32]:
    """Return a table's rows as 0 and 1, `(symbols, features)`.

    Examples
    --------
    >>> codes(STRESSES, ACCENTS)[3]
    array([0., 0., 1., 1., 0.], dtype=float32)
    """
    rows = np.zeros((len(table), len(features)), np.float32)
    for row, names in zip(rows, table.values(), strict=True):
        row[[features.index(PLACES.get(name, name)) for name in names.split()]] = 1
    return rows


def closest(outputs: NDArray[np.float32], rows: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the best guess of 1987: the code at the smallest angle to each output.

    Parameters
    ----------
    outputs : (N, F) array
        From 0 to 1.
    rows : (K, F) array
        None of them all zero.

    Returns
    -------
    guesses : (N,) array of int
        From 0 to K - 1.

    Examples
    --------
    >>> closest(np.array([[0.1, 0.2, 0.9, 0.6, 0.0]]), codes(STRESSES, ACCENTS))
    array([3])
    """
    directions = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    guesses: NDArray[np.intp] = (outputs @ directions.T).argmax(axis=1)
    return guesses
