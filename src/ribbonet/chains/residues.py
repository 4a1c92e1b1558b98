"""The residues of a sequence: symbols that are read, changed or refused, and the warnings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from ribbonet.chains.alphabet import RESIDUES, UNKNOWN
from ribbonet.errors import InputError
from ribbonet.system.terminal import count_of

if TYPE_CHECKING:
    from ribbonet.chains.chain import Chain

OnInvalid = Literal["error", "mask", "skip", "degap"]
"""What to do with a symbol that is not a residue."""

THREE_LETTERS: dict[str, str] = {
    "ALA": "A", "CYS": "C", "ASP": "D", "GLU": "E", "PHE": "F", "GLY": "G", "HIS": "H",
    "ILE": "I", "LYS": "K", "LEU": "L", "MET": "M", "ASN": "N", "PRO": "P", "GLN": "Q",
    "ARG": "R", "SER": "S", "THR": "T", "VAL": "V", "TRP": "W", "TYR": "Y", "SEC": "U",
    "PYL": "O", "ASX": "B", "GLX": "Z", "XLE": "J", "XAA": "X", "UNK": "X",
}  # fmt: skip
"""Letters of residues by their names of three letters (IUPAC-IUB 1984)."""

MAX_LENGTH = 1_000_000
"""Residues of a chain that is read: many times those of the longest protein known."""
GAPS = "-."
WHITE = b" \t\n\r\v\f"
LEAST = 24
"""Residues from which a sequence of few letters is taken for something else."""
LEAST_STATES = 10
"""Letters from which runs of three states are warned of."""
LEAST_WORDS = 3
"""Words from which a line in small letters is warned of."""
MANY_PYRROLYSINES = 2
"""None of 860,000 natural sequences has so many O, as English and topologies have."""
NUCLEOTIDES = "ACGTUN"
"""Letters of residues as well, but no protein of `LEAST_NUCLEOTIDES` or more has these alone."""
AMBIGUOUS = NUCLEOTIDES + "RYKMSWBDHV"
"""With those of IUPAC that stand for several."""
SHARE = 0.9
"""Of plain nucleotides in a nucleotide sequence, at least."""
LEAST_NUCLEOTIDES = 30
LEAST_PRIMER = 12
"""Letters from which all four nucleotides, and no other letter, are warned of."""
MOST_LACKING = 3
"""Labels by which a line below a sequence may be shorter or longer by mistake."""
ENDS = frozenset((b"END", b"TER", b"ENDMDL", b"STOP", b"EOF"))
"""What other formats, as PDB, write below the last residue, in letters of residues."""
WIDTHS = (50, 60, 70, 80, 100)
"""Residues on a line of a sequence that is wrapped, as programs write it."""
_STATES = b"HGIEBTSCP"
_STANDARD = RESIDUES.symbols.encode()
_STARTS = frozenset(name.encode() for name in THREE_LETTERS)
NO_LETTER = re.compile("[^A-Za-z]")


class UnfitError(Exception):
    """A sequence that cannot be read, and what to do."""

    def __init__(self, fault: str, remedy: str) -> None:
        super().__init__(fault)
        self.remedy = remedy


class EmptyError(UnfitError):
    """A record without a residue."""


class WrongFormError(UnfitError):
    """A record that shows that the whole file is of another form."""


def residues_of(body: bytes, on_invalid: OnInvalid, counts: Counter[str]) -> str:
    """Residues in the lines of a record, in upper case.

    Parameters
    ----------
    body : bytes
        Lines of the sequence.
    on_invalid : {"error", "mask", "skip", "degap"}
    counts : Counter
        Of symbols and records changed or left out, for `summary`; updated.

    Raises
    ------
    UnfitError
        If it holds no residue, or a symbol that is none.
    WrongFormError
        If its lines are a sequence and its labels.
    """
    letters = body.translate(None, WHITE)
    if (
        not letters
        or letters.translate(None, _STANDARD)
        or (letters[:3] in _STARTS and letters[3:6] in _STARTS)
        or (body[3:4].isspace() and body[7:8].isspace())
        or is_halved(body)
    ):
        from ribbonet.chains.conventions import read_unusual

        errors = "replace" if on_invalid in ("mask", "skip") else "strict"
        sequence = read_unusual(body.decode(errors=errors), on_invalid, counts)
    else:
        sequence = letters.decode("ascii")
    _check_lines(body.strip(b"\n").split(b"\n"), counts)
    counts["states"] += reads_as_states(sequence) or _are_few_states(sequence)
    counts["words"] += sequence.count("O") >= MANY_PYRROLYSINES
    return sequence


def clean_sequence(
    text: str, on_invalid: OnInvalid = "error", counts: Counter[str] | None = None
) -> str:
    """Residues of a single sequence, by the rules of `read_fasta`.

    White space is dropped; where a record would be left out, the sequence is empty. ``counts`` is
    that of `read_fasta`.

    Raises
    ------
    InputError
        If there is no sequence, or an invalid symbol in it.

    Examples
    --------
    >>> clean_sequence("mktay IAKQR*")
    'MKTAYIAKQR'
    """
    try:
        own = Counter() if counts is None else counts
        return residues_of(text.encode(errors="replace"), on_invalid, own)
    except UnfitError as error:
        if on_invalid != "skip":
            raise InputError(f"sequence: {error}; {error.remedy}") from None
        if counts is not None:
            counts["skipped"] += 1
        return ""


def is_halved(body: bytes) -> bool:
    """Whether a line ends exactly in the middle, as for a sequence followed by its labels."""
    text = body.strip(b"\n")
    return len(text) % 2 == 1 and text[len(text) // 2] == ord("\n")


def _check_lines(lines: list[bytes], counts: Counter[str]) -> None:
    """Refuse states below a sequence, and count lines that may be labels, text or another record.

    Raises
    ------
    UnfitError
        If the last line is the end of another format.
    WrongFormError
        If some of the lines are states.
    """
    if len(lines) == 1:
        counts["words"] += b" " in lines[0] and _is_phrase(lines[0].decode(errors="replace"))
        return
    lines = [line.strip() for line in lines]
    filled = [line for line in lines if line[:1] not in b"#;"]
    states = [
        not line.translate(None, _STATES) and reads_as_states(line.decode()) for line in filled
    ]
    if any(states) and not all(states):
        raise WrongFormError(
            f"line {states.index(True) + 1} of the sequence reads as labels",
            "give sequences alone; ribbonet data convert reads labelled chains",
        )
    if filled and filled[-1].upper() in ENDS:
        counts["words"] += _may_end(filled)
    *whole, last = map(len, filled or lines)
    if not all(lines) and (len({*whole}) > 1 or last > max(whole, default=last)):
        counts["parted"] += 1
    if len(whole) == 1 and last >= LEAST and 0 < abs(whole[0] - last) <= MOST_LACKING:
        from ribbonet.chains.conventions import are_labels

        texts = (line.decode(errors="replace") for line in reversed(filled))
        counts["labels"] += are_labels(*texts)
    phrases = [line for line in filled if b" " in line or b"\t" in line]
    if 0 < len(phrases) < len(filled):
        longest = max(len(line) for line in filled if line not in phrases)
        letters = [line for line in phrases if line.isupper() and b"".join(line.split()).isalpha()]
        counts["words"] += sum(not is_in_blocks(line.decode(), longest) for line in letters)


def _may_end(lines: list[bytes]) -> bool:
    """Whether a last line such as ``END`` may be residues, since the lines above it are wrapped.

    Raises
    ------
    UnfitError
        If it is no residues.
    """
    *above, last = lines
    if not above:
        return False
    lengths = {len(line) for line in above}
    wrapped = len(lengths) == 1 and (len(above) > 1 or len(above[0]) in WIDTHS)
    if wrapped and last.isupper():
        return True
    raise UnfitError(
        f"the last line, {last.decode()}, reads as the end of another format, not as residues",
        "take it out, or join it to the line above if it is residues",
    )


def is_in_blocks(line: str, least: int) -> bool:
    """Whether a line's words are blocks of one length, at least that, the last perhaps shorter."""
    *blocks, last = map(len, line.split())
    return len({*blocks}) == 1 and max(last, least) <= blocks[0]


def _is_phrase(line: str) -> bool:
    """Whether a line is of words in small letters, and not of a sequence in blocks."""
    return line.islower() and len(line.split()) >= LEAST_WORDS and not is_in_blocks(line, 0)


def reads_as_states(text: str) -> bool:
    """Whether letters are likely states, and no residues.

    In three (L may stand for C), in DSSP's eight, or H and P of the lattice model.
    """
    if len(text) < LEAST:
        return False
    letters = {*text}
    if letters <= {*"HEC"} or letters in ({*"HEL"}, {*"HP"}):
        return True
    if text.strip(_STATES.decode()):
        return False
    both = {"H", "E"} <= letters or ("C" in letters and bool({"H", "E"} & letters))
    return both and 2 * _ends(text) < len(text)


def _are_few_states(text: str) -> bool:
    """Whether a short text is likely three states: three runs or more, long ones."""
    few = LEAST_STATES <= len(text) < LEAST and {*text} <= {*"HEC"}
    return few and 2 <= _ends(text) < len(text) / 2


def _ends(text: str) -> int:
    return sum(a != b for a, b in pairwise(text))


def warn_of_nucleotides(
    chains: Iterable[Chain], name: str, on_warning: Callable[[str], None]
) -> Iterator[Chain]:
    """Yield the chains, and warn once at their end if some look like nucleotides.

    Parameters
    ----------
    chains : iterable of Chain
        Read as they are needed.
    name : str
        The file's, for the warning.
    on_warning : callable
        Called with the warning.
    """
    number = 0
    for chain in chains:
        number += reads_as_nucleotides(chain.sequence)
        yield chain
    if number:
        records = "1 record looks" if number == 1 else f"{number:,} records look"
        on_warning(f"{name}: {records} like nucleotides, read as residues; give proteins")


def reads_as_nucleotides(sequence: str) -> bool:
    """Whether a sequence has the letters of nucleotides alone."""
    if len(sequence) < LEAST_NUCLEOTIDES:
        bases = {*sequence.replace("U", "T")}
        return len(sequence) >= LEAST_PRIMER and bases >= {*"ACGT"} and bases <= {*NUCLEOTIDES}
    if sequence.strip(AMBIGUOUS):
        return False
    return sum(map(sequence.count, NUCLEOTIDES)) >= SHARE * len(sequence)


class _Fact(NamedTuple):
    key: str
    one: str
    many: str
    end: str = ""


_FACTS = (
    _Fact("lower", "lower-case record", "lower-case records", " read as upper case"),
    _Fact("unknown", "unknown residue", "unknown residues"),
    _Fact("cystines", "half-cystine", "half-cystines", " in DSSP's lower-case letters read as C"),
    _Fact("final", "final asterisk", "final asterisks", " dropped"),
    _Fact("masked", "invalid symbol", "invalid symbols", " read as X"),
    _Fact("stars", "asterisk", "asterisks", " (a residue that is not standard) read as X"),
    _Fact(
        "missing", "residue", "residues", " left out by the numbers; their neighbours are joined"
    ),
    _Fact("predicted", "prediction", "predictions", " read as labels"),
    _Fact("joined", "id", "ids", " of several cells, as nothing is quoted"),
    _Fact("gaps", "gap", "gaps", " taken out"),
    _Fact("numbered", "record", "records", " read without the numbers on its lines"),
    _Fact("three_letters", "record", "records", " read from names of three letters"),
    _Fact("skipped", "record", "records", " skipped"),
    _Fact("empty", "record", "records", " without a sequence left out"),
    _Fact("states", "record looks", "records look", " like states, read as residues"),
    _Fact("labels", "line looks", "lines look", " like labels, read as residues"),
    _Fact("words", "line looks", "lines look", " like text, read as residues"),
    _Fact("parted", "record", "records", " read on below a blank line"),
)


def summary(counts: Counter[str]) -> str:
    """Return one line that counts what was changed or left out; empty if nothing was."""
    return "; ".join(
        f"{counts[key]:,} {one if counts[key] == 1 else many}{_details(key, counts)}{end}"
        f"{_in_records(key, counts)}"
        for key, one, many, end in _FACTS
        if counts[key]
    )


DOUBTS = ("states", "labels", "words", "parted")
"""Of the facts, those for which a sequence may be none."""


def doubts(counts: Counter[str]) -> str:
    """Say in one line what may be no sequence; empty if there is nothing of the kind."""
    return summary(Counter({key: counts[key] for key in DOUBTS}))


def _details(key: str, counts: Counter[str]) -> str:
    if key != "unknown":
        return ""
    return f" ({', '.join(letter for letter in UNKNOWN if counts[letter])})"


def _in_records(key: str, counts: Counter[str]) -> str:
    number = counts[f"{key}_records"]
    return f" in {count_of(number, 'record')}" if number else ""
