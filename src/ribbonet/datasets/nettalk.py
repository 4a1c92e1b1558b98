"""NETtalk's dictionary: words, letter by letter with their phonemes and stresses.

Source: Sejnowski & Rosenberg 1987, Complex Systems 1, 145-168; "Connectionist Bench (Nettalk
Corpus)", UCI Machine Learning Repository, the files nettalk.data and nettalk.list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ribbonet.chains.open import blamed_on, name_of, open_text
from ribbonet.errors import InputError

STRESSES = "<>012"
"""Before and after the stressed vowel of a syllable, and its stress: primary, secondary, none."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the dictionary.

    Parameters
    ----------
    letters : str
    phonemes : str
        One a letter; ``-`` for a silent one, which is a class like the others.
    stresses : str
        One a letter, of ``<>012``.
    irregular : int
        0 regular, 1 irregular, 2 foreign.

    Raises
    ------
    ValueError
        If there is not a phoneme and a stress for each letter.

    Examples
    --------
    >>> Word("aback", "xb@k-", "0>1<<", 0).letters
    'aback'
    """

    letters: str
    phonemes: str
    stresses: str
    irregular: int = 0

    def __post_init__(self) -> None:
        if not len(self.letters) == len(self.phonemes) == len(self.stresses) > 0:
            raise ValueError(
                f"{self.letters!r} has {len(self.letters)} letters, {len(self.phonemes)} phonemes "
                f"and {len(self.stresses)} stresses"
            )
        if set(self.stresses) - set(STRESSES) or self.irregular not in (0, 1, 2):
            raise ValueError(
                f"{self.letters!r} has a stress that is none of {STRESSES}, or a class none of 012"
            )


def read_nettalk(path: str | Path) -> Iterator[Word]:
    """Words of ``nettalk.data``: word, phonemes, stresses and class, between tabs.

    What stands before the first line of four columns is the file's introduction.

    Raises
    ------
    InputError
        If the file cannot be read or holds no word, or a line is wrong. Names the line.
    """
    name = name_of(path)
    empty = True
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            columns = line.split()
            if not columns or (empty and line.count("\t") != 3):
                continue
            empty = False
            with blamed_on(f"{name}: line {number}", "; correct the line"):
                if len(columns) != 4 or not columns[3].isdigit():
                    raise ValueError("should be word, phonemes, stresses and a digit, with tabs")
                letters, phonemes, stresses, irregular = columns
                yield Word(letters, phonemes, stresses, int(irregular))
    if empty:
        raise InputError(f"{name}: holds no word; give NETtalk's dictionary, nettalk.data")


def format_nettalk(word: Word) -> str:
    r"""Format a word as its line.

    Examples
    --------
    >>> format_nettalk(Word("aback", "xb@k-", "0>1<<", 0))
    'aback\txb@k-\t0>1<<\t0\n'
    """
    return f"{word.letters}\t{word.phonemes}\t{word.stresses}\t{word.irregular}\n"


def read_word_list(path: str | Path) -> list[str]:
    """Words of ``nettalk.list``, in lower case and its order: what stands in its brackets.

    Raises
    ------
    InputError
        If the file cannot be read, or has no words in brackets after its introduction.
    """
    with open_text(path) as file:
        _, _, text = "".join(file).rpartition("***")
    words = text[text.find("(") + 1 : text.rfind(")")].lower().split() if "(" in text else []
    if not words:
        raise InputError(f"{name_of(path)}: has no words in brackets; give NETtalk's nettalk.list")
    return words
