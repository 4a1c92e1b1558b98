"""The form of Qian & Sejnowski's data of 1988 at UCI: a residue and its label a line.

Source: "Molecular Biology (Protein Secondary Structure)", UCI Machine Learning Repository,
doi:10.24432/C5SS4K; the files protein-secondary-structure.train and .test.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ribbonet.chains.alphabet import STATES, Alphabet, encode_residues, reduce_states
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import blamed_on, name_of, open_text
from ribbonet.errors import InputError

LABELS = {"h": "H", "e": "E", "_": "C"}
STARTS, ENDS = ("<>",), ("<end>", "end")
_WRITTEN = str.maketrans("HEC", "he_")


def read_uci(path: str | Path, *, states: Alphabet | None = STATES) -> Iterator[Chain]:
    """Chains between ``<>`` and ``<end>`` or ``end``, a residue and h, e or ``_`` a line.

    The file names no chain: an id is the file's name and the chain's place in it, from 0. In the
    published files some chains end where the next one starts, or with the file. Lines that start
    with ``#`` are comments.

    Parameters
    ----------
    path : str or Path
        Plain, or compressed with gzip, xz, bzip2 or zstd.
    states : Alphabet, optional
        For the signature of other readers: the form knows H, E and C alone.

    Raises
    ------
    InputError
        If the file cannot be read, holds no chain, or a line is neither. Names the line.
    """
    name = name_of(path)
    stem = Path(path).name.removesuffix(".gz").removesuffix(".uci")
    number = 0
    for number, pairs in enumerate(_pairs(path, name), 1):
        residues, labels = zip(*pairs, strict=True)
        yield Chain(f"{stem}_{number - 1:03}", "".join(residues), "".join(labels))
    if number == 0:
        raise InputError(f"{name}: holds no chain; give lines of a residue and h, e or _")


def _pairs(path: str | Path, name: str) -> Iterator[list[tuple[str, str]]]:
    pairs: list[tuple[str, str]] = []
    with open_text(path) as file:
        for line_number, line in enumerate(file, 1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if len(words) == 1 and words[0] in STARTS + ENDS:
                if pairs:
                    yield pairs
                pairs = []
                continue
            with blamed_on(f"{name}: line {line_number}", "; mend the line"):
                pairs.append(_pair(words))
    if pairs:
        yield pairs


def _pair(words: list[str]) -> tuple[str, str]:
    if len(words) != 2 or len(words[0]) != 1 or words[1] not in LABELS:
        raise ValueError(f"{' '.join(words)!r} should be a residue and h, e or _, or <> or <end>")
    encode_residues(words[0])
    return words[0].upper(), LABELS[words[1]]


def format_uci(chain: Chain) -> str:
    r"""Format a chain, each of whose residues has a label, in three states.

    Examples
    --------
    >>> format_uci(Chain("1", "MQ", "CE"))
    '<>\nM _\nQ e\n<end>\n'

    Raises
    ------
    ValueError
        If a residue has no label: the form has no sign for it.
    """
    if chain.labels is None or "-" in chain.labels:
        raise ValueError(
            f"chain {chain.id!r} has residues without label, for which this form has no sign"
        )
    labels = reduce_states(chain.labels).translate(_WRITTEN)
    lines = "".join(f"{r} {s}\n" for r, s in zip(chain.sequence, labels, strict=True))
    return f"<>\n{lines}<end>\n"


def looks_like_uci(lines: Iterable[str]) -> bool:
    """Whether the first line that is no comment starts a chain."""
    words = (line.split() for line in lines)
    return next((word[0] for word in words if word and word[0][0] != "#"), "") in STARTS
