"""Files of sequences, text to records and back: FASTA, three-line files, lists of ids."""

import codecs
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple, TextIO

from ribbonet.chains.alphabet import UNKNOWN, encode_residues, read_labels
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import blamed_on, name_of, open_bytes, open_text
from ribbonet.errors import InputError

if TYPE_CHECKING:
    from dnaio import SequenceRecord

OnInvalid = Literal["error", "mask", "skip"]
"""What to do with a symbol that is no residue."""


def read_fasta(
    path: str | Path | BinaryIO,
    *,
    on_invalid: OnInvalid = "error",
    on_warning: Callable[[str], None] | None = None,
    on_skip: Callable[[int, str, str], None] | None = None,
    on_open: Callable[[BinaryIO], None] | None = None,
) -> Iterator[Chain]:
    """Chains of a FASTA file, one after the other in its order, the same id twice or not.

    White space in a sequence is dropped; lower case is read as upper case; the unknown residues B,
    J, O, U, X and Z are kept as written; one ``*`` at the end of a sequence is dropped. Lines that
    start with ``#`` are comments. The file is opened, and what is wrong with it raised, when the
    first chain is asked for.

    Parameters
    ----------
    path : str, Path or BinaryIO
        Plain, or compressed with gzip, xz, bzip2 or zstd; ``-`` is standard input.
    on_invalid : {"error", "mask", "skip"}
        What to do where a sequence holds any other symbol: raise, read the symbol as X, or leave
        the record out (and so a record without a sequence).
    on_warning : callable, optional
        Called at the end of the file, if anything was not taken as it stands, with one line that
        counts it.
    on_skip : callable, optional
        Called for each record left out with its number, from 1, its header and what is wrong.
    on_open : callable, optional
        Called with the file as it stands on the disk, whose ``tell`` says how far reading is.

    Raises
    ------
    InputError
        If the file cannot be read or is not FASTA (three lines a chain, too, are not), holds no
        record, a record without a sequence or an invalid symbol.
    """
    name = name_of(path)
    number = 0
    counts: Counter[str] = Counter()
    for number, record in enumerate(_fasta_records(path, on_open), 1):
        try:
            sequence = _residues(record.sequence, on_invalid, counts)
        except _UnfitError as error:
            if on_invalid != "skip":
                place = f"{name}: record {number} ({record.name})"
                raise InputError(f"{place}: {error}; {error.remedy}") from None
            counts["skipped"] += 1
            if on_skip is not None:
                on_skip(number, record.name, str(error))
        else:
            yield Chain(record.name, sequence)
    if number == 0:
        raise InputError(f"{name}: is empty; give a FASTA file with one record or more")
    if on_warning is not None and (summary := _summary(counts)):
        on_warning(f"{name}: {summary}")


def clean_sequence(text: str, on_invalid: OnInvalid = "error") -> str:
    """Residues of a sequence that stands by itself, by the rules of ``read_fasta``.

    White space is dropped; where a record would be left out, the sequence is empty.

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
        return _residues("".join(text.split()), on_invalid, Counter())
    except _UnfitError as error:
        if on_invalid != "skip":
            raise InputError(f"sequence: {error}; {error.remedy}") from None
        return ""


class _Record(NamedTuple):
    """A FASTA record as it stands; dnaio's own refuses names that are not ASCII."""

    name: str
    sequence: str
    qualities: None


def _fasta_records(
    path: str | Path | BinaryIO, on_open: Callable[[BinaryIO], None] | None
) -> Iterator["SequenceRecord"]:
    from dnaio import FastaFormatError, FastaReader

    with open_bytes(path, on_open) as file:
        if file.peek(3).startswith(codecs.BOM_UTF8):
            file.read(3)
        if file.peek(1).startswith(b"@"):
            raise InputError(f"{name_of(path)}: is FASTQ; convert it to FASTA")
        reader = FastaReader(file, sequence_class=_Record)
        reader._file.reconfigure(encoding="utf-8")  # dnaio takes the locale's
        try:
            yield from reader
        except FastaFormatError as error:
            raise InputError(
                f"{name_of(path)}: is not FASTA: line {(error.line or 0) + 1} should be '>' and a "
                "name; give a FASTA file"
            ) from None


HALF = 12
"""Letters that all stand for states, at the end of a sequence, of which half is no chance."""

_STATES = "HGIEBTSC-"
_SPACE = re.compile("[ \t]+")
_INVALID = re.compile("[^A-Za-z]")
_UNKNOWN = re.compile(f"[{UNKNOWN}]", re.IGNORECASE)


class _UnfitError(Exception):
    """A sequence that cannot be taken, and what to do."""

    def __init__(self, fault: str, remedy: str) -> None:
        super().__init__(fault)
        self.remedy = remedy


def _residues(text: str, on_invalid: str, counts: Counter[str]) -> str:
    """Read the sequence in ``text`` and count what was done; raises _UnfitError."""
    text = text if _SPACE.search(text) is None else _SPACE.sub("", text)
    residues = text.removesuffix("*")
    half, odd = divmod(len(residues), 2)
    end = residues[half:]
    # linkers of G and S are no states, which are coil here or there
    states = "C" in end and not end.strip(_STATES)
    if half >= HALF and not odd and states and residues[:half].strip(_STATES):
        raise _UnfitError(
            "the second half of the sequence reads as states", "give FASTA, not three lines a chain"
        )
    if not residues:
        raise _UnfitError("no sequence", "add it, or use --on-invalid skip (leave the record out)")
    if on_invalid != "mask" and (invalid := _INVALID.search(residues)):
        raise _UnfitError(
            f"symbol {invalid[0]!r} at position {invalid.start() + 1} is no residue",
            "mend it, or use --on-invalid mask (read it as X) or skip (leave the record out)",
        )
    letters, masked = _INVALID.subn("X", residues)
    sequence = letters.upper()
    unknown = _UNKNOWN.findall(residues.upper())
    counts.update(unknown)
    counts.update(
        lower=int(letters != sequence),
        unknown=len(unknown),
        unknown_records=int(bool(unknown)),
        final=int(text != residues),
        masked=masked,
        masked_records=int(bool(masked)),
    )
    return sequence


def _summary(counts: Counter[str]) -> str:
    """Tell in one line what was not taken as it stands; empty if there is nothing of the kind."""

    def count(key: str, noun: str) -> str:
        return f"{counts[key]} {noun}{'s' * (counts[key] != 1)}"

    unknown = ", ".join(letter for letter in UNKNOWN if counts[letter])
    facts = {
        "lower": f"{count('lower', 'lower-case record')} read as upper case",
        "unknown": f"{count('unknown', 'unknown residue')} ({unknown}) "
        f"in {count('unknown_records', 'record')}",
        "final": f"{count('final', 'final asterisk')} dropped",
        "masked": f"{count('masked', 'invalid symbol')} read as X "
        f"in {count('masked_records', 'record')}",
        "skipped": f"{count('skipped', 'record')} skipped",
    }
    return "; ".join(fact for key, fact in facts.items() if counts[key])


def read_three_line(path: str | Path, *, states: Literal[3, 8] = 3) -> Iterator[Chain]:
    """Chains of a three-line file: ``>`` and a header, the sequence, the label of each residue.

    Lower-case residues are read as upper case. Labels are those of DSSP, or H, E and C alone, and
    ``-`` for none. The file is opened when the first chain is asked for.

    Parameters
    ----------
    path : str or Path
        Plain, or compressed with gzip, xz, bzip2 or zstd; ``-`` is standard input.
    states : {3, 8}
        Whether labels are reduced to H, E and C (``DSSP_TO_STATE``), or kept in the eight states,
        with the blank, ``_`` and the kappa helix (P) of DSSP as C.

    Raises
    ------
    InputError
        If the file cannot be read, holds no chain, lacks a line of one, or holds an invalid
        residue or label, or not as many labels as residues. Names the line.
    """
    name = name_of(path)
    empty = True
    with open_text(path) as file:
        lines = ((n, line.rstrip("\n")) for n, line in enumerate(file, 1) if not line.isspace())
        for number, header in lines:
            empty = False
            if not header.startswith(">"):
                raise InputError(
                    f"{name}: line {number} should be '>' and a name; "
                    "give a file with three lines a chain: name, sequence, labels"
                )
            (at_sequence, sequence), (at_labels, labels) = next(lines, _END), next(lines, _END)
            if not labels or ">" in sequence[0] + labels[0]:
                raise InputError(
                    f"{name}: line {number}: this chain lacks its sequence or its labels; "
                    "add the line"
                )
            with blamed_on(f"{name}: line {at_sequence}", "; mend the line"):
                sequence = sequence.strip().upper()
                encode_residues(sequence)
            with blamed_on(f"{name}: line {at_labels}", "; mend the line"):
                chain = Chain(header.strip()[1:], sequence, read_labels(labels, states))
            yield chain
    if empty:
        raise InputError(f"{name}: is empty; give a file with three lines a chain")


_END = (0, "")


def format_three_line(chain: Chain) -> str:
    r"""Format a chain with labels as its three lines.

    Examples
    --------
    >>> format_three_line(Chain("1ubq-A", "MQIFVK", "-EEEEC"))
    '>1ubq-A\nMQIFVK\n-EEEEC\n'

    Raises
    ------
    ValueError
        If the chain has no labels.
    """
    if chain.labels is None:
        raise ValueError(f"chain {chain.id!r} has no labels to write")
    return f">{chain.header}\n{chain.sequence}\n{chain.labels}\n"


def write_three_line(file: TextIO, chain: Chain) -> None:
    """Write the three lines of a chain with labels; raises as ``format_three_line``."""
    file.write(format_three_line(chain))


def read_ids(path: str | Path) -> set[str]:
    """Ids of chains, the first word of each line; lines that start with ``#`` are comments.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    with open_text(path) as file:
        return {line.split()[0] for line in file if not line.isspace() and line[0] != "#"}
