"""The form of Qian & Sejnowski's data of 1988 at UCI: a residue and its label a line.

Source: "Molecular Biology (Protein Secondary Structure)", UCI Machine Learning Repository,
doi:10.24432/C5SS4K; the files protein-secondary-structure.train and .test.
"""

from collections.abc import Iterator
from pathlib import Path

from ribbonet.chains.alphabet import reduce_states
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import PACKED, as_id, name_of, open_text
from ribbonet.chains.readers.records.entry import Entry, Form, Head, one_by_one
from ribbonet.errors import InputError

LABELS = {"h": "H", "e": "E", "_": "C"}
STARTS, ENDS = ("<>",), ("<end>", "end")
_WRITTEN = str.maketrans("HEC", "he_")


def read_entries(path: str | Path) -> Iterator[Entry]:
    """Chains between ``<>`` and ``<end>`` or ``end``, a residue and h, e or ``_`` a line.

    The file names no chain: an id is the file's name and the chain's place in it, from 0. In the
    published files some chains end where the next one starts, or with the file. Lines that start
    with ``#`` are comments.
    """
    stem = Path(path).name
    for suffix in (*PACKED, ".uci"):
        stem = stem.removesuffix(suffix)
    number = 0
    for number, (line, pairs, fault) in enumerate(_chains(path), 1):
        residues, labels = ("".join(column) for column in zip(*pairs, strict=True))
        yield Entry(f"line {line}", f"{as_id(stem)}_{number - 1:03}", residues, labels, fault=fault)
    if number == 0:
        raise InputError(f"{name_of(path)}: holds no chain; give lines of a residue and h, e or _")


def _chains(path: str | Path) -> Iterator[tuple[int, list[tuple[str, str]], str]]:
    """Yield the line, of the first pair or of the fault, the pairs of a chain, and its fault."""
    pairs: list[tuple[str, str]] = []
    first, fault = 0, ""
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if len(words) == 1 and words[0] in STARTS + ENDS:
                if pairs:
                    yield first, pairs, fault
                pairs, fault = [], ""
                continue
            first = first if pairs else number
            residue, label = words[0], words[-1]
            known = len(words) == 2 and len(residue) == 1 and label in LABELS
            if not fault and not (known and residue.isascii() and residue.isalpha()):
                first = number
                fault = f"{' '.join(words)!r} should be a residue and h, e or _, or <> or <end>"
            pairs.append((residue, LABELS.get(label, "-")))
    if pairs:
        yield first, pairs, fault


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
            f"chain {chain.id!r} has residues without label, which this format cannot mark"
        )
    labels = reduce_states(chain.labels).translate(_WRITTEN)
    lines = "".join(f"{r} {s}\n" for r, s in zip(chain.sequence, labels, strict=True))
    return f"<>\n{lines}<end>\n"


def _fits(head: Head) -> bool:
    words = (line.split() for line in head.lines)
    return next((word[0] for word in words if word and word[0][0] != "#"), "") in STARTS


FORMS = {
    "uci": Form(
        "the data of Qian & Sejnowski 1988: a residue and h, e or _ a line",
        read_entries,
        _fits,
        remedy="correct the line",
        extensions=(".uci",),
        write=one_by_one(format_uci),
    )
}
