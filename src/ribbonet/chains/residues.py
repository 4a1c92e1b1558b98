"""The residues of a sequence as people write it: symbols, conventions, what is done to them."""

import re
from collections import Counter
from typing import Literal, NamedTuple

from ribbonet.chains.alphabet import RESIDUES, UNKNOWN
from ribbonet.errors import InputError
from ribbonet.system.terminal import count_of

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
FEW_LABELS, MANY_RESIDUES = 3, 10
"""Letters of one half, and of the other, that make labels of the one: of topology, of disorder."""
_LABELS = (
    ("C", "HGIEBTSCP-"), ("L", "HGIEBTSL-"), (" ", "HGIEBTSP- "), ("M", "MIOS-"), ("M", "Mios-")
)  # fmt: skip
"""A label that chains have, without which its alphabet may be a linker's, and that alphabet."""
_STANDARD = RESIDUES.symbols.encode()
_STARTS = frozenset(name.encode() for name in THREE_LETTERS)
NO_LETTER = re.compile("[^A-Za-z]")
_UNKNOWN = re.compile(f"[{UNKNOWN}]")
_NAMES = re.compile(rf"\s*({'|'.join(THREE_LETTERS)})[\s-]*({'|'.join(THREE_LETTERS)})", re.I)
_DIGIT = re.compile("[0-9]")
_NUMBERED = re.compile(r"\s*([0-9]{1,9})\s+([A-Za-z*\s]+)")
_COUNTED = re.compile(r"([A-Za-z*\s]+)\s([0-9]{1,9})\s*")
_NO_SYMBOLS = re.compile(r"(?<!\S)[0-9]+(?!\S)|\([^()\s]+\)|\[[^\[\]\s]+\]|\{[^{}\s]+\}")
"""Numbers by themselves and remarks in brackets, as of modifications: none stands for a residue."""


class UnfitError(Exception):
    """A sequence that cannot be taken, and what to do."""

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
        Of what was not taken as it stands, for `summary`; added to.

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
        or _is_halved(body)
    ):
        errors = "replace" if on_invalid in ("mask", "skip") else "strict"
        return _unusual(body.decode(errors=errors), on_invalid, counts)
    sequence = letters.decode("ascii")
    _count_oddities(sequence, counts)
    return sequence


def clean_sequence(
    text: str, on_invalid: OnInvalid = "error", counts: Counter[str] | None = None
) -> str:
    """Residues of a sequence that stands by itself, by the rules of `read_fasta`.

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


def _is_halved(body: bytes) -> bool:
    """Whether a line ends in the very middle, as below a sequence its labels are as long."""
    text = body.strip(b"\n")
    return len(text) % 2 == 1 and text[len(text) // 2] == ord("\n")


def _unusual(text: str, on_invalid: OnInvalid, counts: Counter[str]) -> str:
    """Read a sequence by all the rules that most need not."""
    if _is_halved(text.encode()) and _half_is_labels(text):
        raise WrongFormError(
            "half of the sequence reads as labels",
            "give FASTA, not three lines a chain",
        )
    if _DIGIT.search(text) and (unnumbered := _without_numbers(text)) is not None:
        counts["numbered"] += 1
        text = unnumbered
    if (letters := _from_three_letters(text)) is not None:
        counts["three_letters"] += 1
        text = letters
    lines = (line for line in text.split("\n") if not line.startswith(("#", ";")))
    residues = "".join("".join(lines).split()).removesuffix("*")
    if on_invalid == "degap":
        without = residues.translate(dict.fromkeys(map(ord, GAPS)))
        counts["gaps"] += len(residues) - len(without)
        residues = without
    if not residues:
        raise EmptyError("no sequence", "add it, or use --on-invalid skip (leave the record out)")
    if (wrong := _WRONG_FORM.search(residues)) is not None:
        raise _wrong_form(wrong[0], wrong.start() + 1)
    if on_invalid != "mask" and (invalid := NO_LETTER.search(residues)):
        raise _unfit_symbol(invalid[0], invalid.start() + 1)
    if (remark := _NO_SYMBOLS.search(text)) is not None:
        raise UnfitError(
            f"{remark[0]!r} stands for no residue, so it cannot be masked",
            "take out what is not the sequence, or use --on-invalid skip (leave the record out)",
        )
    masked, number = NO_LETTER.subn("X", residues)
    sequence = masked.upper()
    unknown = _UNKNOWN.findall(residues.upper())
    counts.update(unknown)
    counts.update(
        final=int(text.rstrip().endswith("*")),
        lower=int(masked != sequence),
        unknown=len(unknown),
        unknown_records=int(bool(unknown)),
        masked=number,
        masked_records=int(bool(number)),
    )
    _count_oddities(sequence, counts)
    return sequence


def _unfit_symbol(symbol: str, position: int) -> UnfitError:
    if symbol in GAPS:
        return UnfitError(
            f"symbol {symbol!r} at position {position} is a gap, so this is a row of an alignment",
            "take the gaps out with --on-invalid degap, or end its name by .a3m to predict the "
            "first row with the others as its profile",
        )
    return UnfitError(
        f"symbol {symbol!r} at position {position} is not a residue",
        "correct it, or use --on-invalid mask (read it as X) or skip (leave the record out)",
    )


_WRONG_FORM = re.compile("[>\0]")


def _wrong_form(symbol: str, position: int) -> WrongFormError:
    """Make the error for a symbol that shows that more than this sequence is misread."""
    if symbol == ">":
        return WrongFormError(
            f"'>' stands at position {position}, within the sequence",
            "start each record on a line of its own, without blanks before its '>'",
        )
    return WrongFormError(
        f"a NUL byte stands at position {position}",
        "save the file as text in UTF-8 (it may be UTF-16), or its records as FASTA",
    )


def _half_is_labels(text: str) -> bool:
    """Whether one half of a record's lines is labels of the residues in the other half."""
    text = text.strip("\n")
    half = len(text) // 2
    halves = (text[:half], text[half + 1 :])
    return len(text) >= LEAST and (are_labels(*halves) or are_labels(*reversed(halves)))


def are_labels(text: str, beside: str) -> bool:
    """Whether letters are labels of residues beside them rather than residues themselves.

    Examples
    --------
    >>> are_labels("CCHHHHC", "MKTAYIA"), are_labels("GSGSGSG", "MKTAYIA")
    (True, False)
    """
    labels, residues = ({*part} - {*"\r\n"} for part in (text, beside))
    few = len(text) >= LEAST and len(labels) <= FEW_LABELS and len(residues) >= MANY_RESIDUES
    return few or any(
        needed in labels and labels <= {*alphabet} and not residues <= {*alphabet}
        for needed, alphabet in _LABELS
    )


def _without_numbers(text: str) -> str | None:
    """Leave out numbers that count the residues on each line, as GenBank's and EMBL's do."""
    lines = [line for line in text.split("\n") if line.strip()]
    before = [_NUMBERED.fullmatch(line) for line in lines]
    if lines and all(before):
        starts = [(int(m[1]), m[2]) for m in before if m]
        if _counts(starts, 0):
            return "\n".join(letters for _, letters in starts)
    behind = [_COUNTED.fullmatch(line) for line in lines]
    if lines and all(behind):
        ends = [(int(m[2]), m[1]) for m in behind if m]
        if _counts(ends, 1):
            return "\n".join(letters for _, letters in ends)
    return None


def _counts(lines: list[tuple[int, str]], behind: int) -> bool:
    """Whether each number is that of the first residue on its line, or of the last one."""
    total = 0
    for number, letters in lines:
        here = sum(letter.isalpha() for letter in letters)
        if number != total + (here if behind else 1):
            return False
        total += here
    return True


def _from_three_letters(text: str) -> str | None:
    """Read names of three letters, separated or not; None for a sequence of single letters."""
    if _NAMES.match(text) is None:
        return None
    words = [word for word in re.split(r"[\s-]+", text.strip().removesuffix("*")) if word]
    joined = "".join(words)
    names = [joined[i : i + 3] for i in range(0, len(joined), 3)]
    if not all(name.upper() in THREE_LETTERS for name in names):
        return None
    parted = len(words) > 1 and all(len(word) == 3 for word in words)
    capitals = all(name.istitle() for name in names)
    # by chance, four different names in a row stand in one of some 10^7 sequences
    if parted or capitals or len({*names}) >= 4:
        return "".join(THREE_LETTERS[name.upper()] for name in names)
    return None


def _count_oddities(sequence: str, counts: Counter[str]) -> None:
    """Count a sequence of residues alone that is likely something else."""
    if len(sequence) >= LEAST and not sequence.strip("HEC"):
        counts["states"] += 1


class _Fact(NamedTuple):
    key: str
    one: str
    many: str
    end: str = ""


_FACTS = (
    _Fact("lower", "lower-case record", "lower-case records", " read as upper case"),
    _Fact("unknown", "unknown residue", "unknown residues"),
    _Fact("final", "final asterisk", "final asterisks", " dropped"),
    _Fact("masked", "invalid symbol", "invalid symbols", " read as X"),
    _Fact("stars", "asterisk", "asterisks", " (a residue that is not standard) read as X"),
    _Fact("gaps", "gap", "gaps", " taken out"),
    _Fact("numbered", "record", "records", " read without the numbers on its lines"),
    _Fact("three_letters", "record", "records", " read from names of three letters"),
    _Fact("skipped", "record", "records", " skipped"),
    _Fact("empty", "record", "records", " without a sequence left out"),
    _Fact("states", "record looks", "records look", " like states, read as residues"),
)


def summary(counts: Counter[str]) -> str:
    """Say in one line what was not taken as it stands; empty if there is nothing of the kind."""
    return "; ".join(
        f"{counts[key]:,} {one if counts[key] == 1 else many}{_details(key, counts)}{end}"
        f"{_in_records(key, counts)}"
        for key, one, many, end in _FACTS
        if counts[key]
    )


def _details(key: str, counts: Counter[str]) -> str:
    if key != "unknown":
        return ""
    return f" ({', '.join(letter for letter in UNKNOWN if counts[letter])})"


def _in_records(key: str, counts: Counter[str]) -> str:
    number = counts[f"{key}_records"]
    return f" in {count_of(number, 'record')}" if number else ""
