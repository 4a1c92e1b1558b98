"""Ways of writing sequences: numbered lines, three-letter names, gaps, asterisks, comments."""

import re
from collections import Counter

from ribbonet.chains.alphabet import UNKNOWN
from ribbonet.chains.sequences.lines import half_is_labels, is_in_blocks
from ribbonet.chains.sequences.resemblance import LEAST
from ribbonet.chains.sequences.rules import (
    GAPS,
    NO_LETTER,
    THREE_LETTERS,
    EmptyError,
    OnInvalid,
    UnfitError,
    WrongFormError,
)

SHORTEST_WORD = 4
"""Letters of a word, with a capital, that is likely no residues of which all but one are masked."""
_WRONG_FORM = re.compile("[>\0]")
_UNKNOWN = re.compile(f"[{UNKNOWN}]")
_NAMES = re.compile(rf"\s*({'|'.join(THREE_LETTERS)})[\s-]*({'|'.join(THREE_LETTERS)})", re.I)
_DIGIT = re.compile("[0-9]")
_NUMBERED = re.compile(r"\s*([0-9]{1,9})\s+([A-Za-z*\s]+)")
_COUNTED = re.compile(r"([A-Za-z*\s]+)\s([0-9]{1,9})\s*")
_NO_SYMBOLS = re.compile(
    r"(?<!\S)[0-9]+(?!\S)|[0-9]{2,}|\([^()\s]+\)|\[[^\[\]\s]+\]|\{[^{}\s]+\}|[=:,;/|<'\"]"
    r"|[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0300-\u036f\u200b-\u200f\u2060\ufeff]"
)
"""Numbers, remarks in brackets, as of modifications, signs of text, and what is not seen."""
_EXTENSION = re.compile(
    r"\.(fa|fas|faa|fasta|fna|pep|seq|txt|csv|tsv|jsonl?|xlsx?|docx?|pdf|xml|html?|pdb|ent|cif|mmcif"
    r"|a3m|a2m|sto|aln|hhm|pssm|gbk?|embl|npz|npy|h5|parquet|FASTA|PDB|TXT)(\.(gz|bz2|xz|zst|zip))?\Z"
)
"""How names of files end."""
MISSING = ("nan", "NaN", "None", "null")
"""What programs write for a sequence that is missing."""
_SMALL, _SMALL_TOGETHER = re.compile("[a-z]"), re.compile("[a-z]{2}")
_IN_TURN = re.compile("([A-Z#][a-z#]){12,}")
_TITLES, _TITLE = re.compile(r"\s*([A-Z][a-z]{2}){3,}\*?\s*"), re.compile("[A-Z][a-z]{2}")
_MODIFIED = re.compile(r"(Ac)?([A-Z*]|p(?=[STY]))+")
"""A peptide in which ``Ac`` and ``p`` stand for an acetyl and for phosphates."""


def read_unusual(text: str, on_invalid: OnInvalid, counts: Counter[str]) -> str:
    """Return the residues of a sequence written in any of the conventions.

    Parameters
    ----------
    text : str
        Lines of the sequence.
    on_invalid : {"error", "mask", "skip", "degap"}
    counts : Counter
        Of symbols changed or left out; updated.

    Raises
    ------
    UnfitError
        If it holds no residue, or a symbol that is none.
    WrongFormError
        If its lines are a sequence and its labels.
    """
    if half_is_labels(text):
        raise WrongFormError(
            "half of the sequence reads as labels",
            "give FASTA, not three lines a chain; a sequence of few letters may stand on one line",
        )
    if _DIGIT.search(text) and (unnumbered := _without_numbers(text)) is not None:
        counts["numbered"] += 1
        text = unnumbered
    if (letters := _from_three_letters(text)) is not None:
        counts["three_letters"] += 1
        text = letters
    text = "\n".join(line for line in text.split("\n") if not line.startswith(("#", ";")))
    if "." in text:
        _refuse_files(text)
    if letters is None:
        _refuse_names(text)
        _refuse_words(text.split("\n"), counts)
    residues = "".join(text.split()).removesuffix("*")
    if on_invalid == "degap":
        without = residues.translate(dict.fromkeys(map(ord, GAPS)))
        counts["gaps"] += len(residues) - len(without)
        residues = without
    if not residues or residues in MISSING:
        fault = f"no sequence, but {residues!r}" if residues else "no sequence"
        raise EmptyError(fault, "add it, or use --on-invalid skip (leave the record out)")
    if (wrong := _WRONG_FORM.search(residues)) is not None:
        raise _wrong_form(wrong[0], wrong.start() + 1)
    if on_invalid != "mask" and (invalid := NO_LETTER.search(residues)):
        raise _unfit_symbol(invalid[0], invalid.start() + 1)
    if (remark := _NO_SYMBOLS.search(text)) is not None:
        raise UnfitError(
            f"{remark[0]!r} stands for no residue, so it cannot be masked",
            "take out what is not the sequence, or use --on-invalid skip (leave the record out)",
        )
    if not residues.isupper() and _MODIFIED.fullmatch(residues):
        raise UnfitError(
            "'Ac' and 'p' stand here for modifications, not for residues",
            "take them out, or write the sequence in letters of one case",
        )
    if _IN_TURN.fullmatch(residues):
        raise UnfitError(
            "capitals and small letters stand in turn, as SaProt writes residues and structure",
            "give the residues alone, which are every other letter",
        )
    residues = with_cystines(residues, counts)
    masked, number = NO_LETTER.subn("X", residues)
    if 2 * number > len(residues):
        raise UnfitError(
            f"most of its symbols ({number:,} of {len(residues):,}) are no residues",
            "give the sequence in plain letters, or use --on-invalid skip (leave the record out)",
        )
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
    return sequence


def is_file_name(line: str) -> bool:
    """Whether a line is the name of a file.

    Examples
    --------
    >>> is_file_name("proteins.fa.gz"), is_file_name("./a.b.pdb"), is_file_name("MK..TAY.fa")
    (True, True, False)
    """
    if not (end := _EXTENSION.search(line)) or len(line.split()) > 1:
        return False
    name = line[: end.start()]
    return "/" in name or "\\" in name or (name != "" and "." not in name)


def _refuse_files(text: str) -> None:
    """Refuse a line that is the name of a file.

    Raises
    ------
    UnfitError
        If there is one.
    """
    for line in map(str.strip, text.split("\n")):
        if is_file_name(line):
            fault = f"{line[-40:]!r} is the name of a file, not a sequence"
            raise UnfitError(fault, "give the file itself")


def _refuse_names(text: str) -> None:
    """Refuse names of three letters among which are others than those of amino acids.

    Raises
    ------
    UnfitError
        If there are some, as of caps and of modified residues.
    """
    words = re.split(r"[\s-]+", text.strip().removesuffix("*"))
    if _TITLES.fullmatch(text):
        words = _TITLE.findall(text)
    unknown = [word for word in words if word.upper() not in THREE_LETTERS]
    alike = all(len(word) == 3 and word.isalnum() for word in words)
    if len(words) > 2 and alike and 0 < 2 * len(unknown) <= len(words):
        raise UnfitError(
            f"{unknown[0]!r}, among names of three letters, is no amino acid's",
            "write the residues in single letters, X for one that is not standard",
        )


def _refuse_words(lines: list[str], counts: Counter[str]) -> None:
    """Refuse a line of words among lines of residues, and count one that is a word.

    Raises
    ------
    UnfitError
        If there are words.
    """
    lines = [line.strip() for line in lines]
    small = [line for line in lines if 2 * sum(map(str.islower, line)) >= len(line) > 0]
    phrases = [line for line in small if len(line.split()) > 1]
    rest = [line for line in lines if line and line not in phrases]
    longest = max((len(word) for line in rest for word in line.split()), default=0)
    wrong = [phrase for phrase in phrases if not is_in_blocks(phrase, longest)]
    if rest and wrong:
        raise UnfitError(
            f"{wrong[0][:40]!r} reads as text, not as residues",
            "take out what is not the sequence, or use --on-invalid skip (leave the record out)",
        )
    if len(small) == 1 and len(rest) > 1 and len(small[0]) >= SHORTEST_WORD and small[0].istitle():
        counts["words"] += 1


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


def with_cystines(residues: str, counts: Counter[str]) -> str:
    """Write C for the lower-case letters by which DSSP marks bonded half-cystines.

    These are a, b and so on in their order, two of each, or one where a bond joins two chains.

    Parameters
    ----------
    residues : str
    counts : Counter
        Of symbols changed or left out; updated.

    Examples
    --------
    >>> with_cystines("MKTaYIAKbRQISFVaSHFSRQLEbRLGL", Counter())
    'MKTCYIAKCRQISFVCSHFSRQLECRLGL'
    """
    small = Counter(_SMALL.findall(residues))
    if not small or len(residues) < LEAST or max(small.values()) != 2:
        return residues
    first = ord(min(small))
    in_order = [ord(letter) - first for letter in small] == [*range(len(small))]
    if not in_order or first > ord("h") or _SMALL_TOGETHER.search(residues):
        return residues
    counts["cystines"] += small.total()
    return _SMALL.sub("C", residues)


def _without_numbers(text: str) -> str | None:
    """Leave out numbers that count the residues on each line, as GenBank's and EMBL's do."""
    lines = [line for line in text.split("\n") if line.strip()]
    before = [_NUMBERED.fullmatch(line) for line in lines]
    if lines and all(before):
        starts = [(int(m[1]), m[2]) for m in before if m]
        if _counts(starts, 0):
            return "\n".join(letters for _, letters in starts)
    after = [_COUNTED.fullmatch(line) for line in lines]
    if lines and all(after):
        ends = [(int(m[2]), m[1]) for m in after if m]
        if _counts(ends, 1):
            return "\n".join(letters for _, letters in ends)
    return None


def _counts(lines: list[tuple[int, str]], after: int) -> bool:
    """Whether each number is that of the first residue on its line, or of the last one."""
    total = 0
    for number, letters in lines:
        here = sum(letter.isalpha() for letter in letters)
        if number != total + (here if after else 1):
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
