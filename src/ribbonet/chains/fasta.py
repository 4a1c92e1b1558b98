"""Files of sequences, text to records and back: FASTA, three-line files, lists of ids."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from ribbonet.chains.chain import Chain
from ribbonet.chains.open import (
    name_of,
    open_bytes,
    open_text,
    refuse_foreign,
    unix_lines,
)
from ribbonet.chains.sequences.counts import summary
from ribbonet.chains.sequences.resemblance import reads_as_states
from ribbonet.chains.sequences.residues import residues_of
from ribbonet.chains.sequences.rules import MAX_LENGTH, EmptyError, UnfitError, WrongFormError
from ribbonet.chains.sequences.rules import OnInvalid as OnInvalid
from ribbonet.errors import InputError

_LONGEST_HEADER = 1 << 20


def read_fasta(
    path: str | Path | BinaryIO,
    *,
    on_invalid: OnInvalid = "error",
    max_length: int = MAX_LENGTH,
    on_warning: Callable[[str], None] | None = None,
    on_skip: Callable[[int, str, str], None] | None = None,
    on_open: Callable[[BinaryIO], None] | None = None,
    counts: Counter[str] | None = None,
) -> Iterator[Chain]:
    """Chains of a FASTA file, in its order; ids may be repeated.

    White space in a sequence is dropped; lower case is read as upper case; the unknown residues B,
    J, O, U, X and Z are kept as written; one ``*`` at the end of a sequence is dropped. Lines that
    start with ``#`` or ``;`` are comments. Records of PIR (``>P1;``), numbers that count the
    residues on each line and names of three letters are recognised. The file is opened, and its
    errors are raised, when the first chain is asked for; memory holds a record and a block at a
    time.

    Parameters
    ----------
    path : str, Path or BinaryIO
        Plain, or compressed with gzip, xz, bzip2 or zstd; ``-`` is standard input.
    on_invalid : {"error", "mask", "skip", "degap"}
        What to do where a sequence holds any other symbol: raise, read the symbol as X, leave the
        record out, or take out the gaps of an alignment (``-`` and ``.``) and raise for others. A
        record without a sequence is left out by all but the first and the last. A ``>`` within a
        sequence and a NUL byte are always raised, numbers and remarks in brackets are never X.
    max_length : int
        Longest sequence to accept, in residues.
    on_warning : callable, optional
        Called at the end of the file with one line that counts the symbols and records that were
        changed or left out, if there are any.
    on_skip : callable, optional
        Called for each record left out with its number, from 1, its header and its fault.
    on_open : callable, optional
        Called with the file as it is on the disk, whose ``tell`` is the progress of reading.
    counts : Counter, optional
        Counts what was changed or left out, such as ``masked`` (symbols), ``skipped`` and ``empty``
        (records); updated at the end of the file.

    Raises
    ------
    InputError
        If the file cannot be read or is not FASTA (three lines a chain, too, are not), holds no
        record, a record without a sequence or an invalid symbol.
    """
    name = name_of(path)
    number = length = 0
    own: Counter[str] = Counter()
    longest = 2 * max_length + _LONGEST_HEADER
    skip = on_invalid == "skip"
    with open_bytes(path, on_open) as file:
        for number, text in enumerate(_texts(unix_lines(file, longest), name, longest, skip), 1):
            line, _, body = text.partition(b"\n")
            header = _header(line, on_invalid)
            try:
                if len(text) > longest:
                    raise UnfitError(f"more than {max_length:,} residues", _LEAVE_OUT)
                header, body = _record(header, body)
                sequence = residues_of(body, on_invalid, own)
                if len(sequence) == length and reads_as_states(sequence):
                    raise WrongFormError("reads as labels of the record above", _LEAVE_LABELS)
                length = len(sequence)
                if len(sequence) > max_length:
                    raise UnfitError(f"more than {max_length:,} residues", _LEAVE_OUT)
            except UnfitError as error:
                empty = isinstance(error, EmptyError) and on_invalid == "mask"
                if isinstance(error, WrongFormError) or not (empty or skip):
                    place = f"{name}: record {number} ({header[:200]})"
                    raise InputError(f"{place}: {error}; {error.remedy}") from None
                own["empty" if empty else "skipped"] += 1
                if on_skip is not None:
                    on_skip(number, header, str(error))
            else:
                yield Chain(header, sequence)
    if number == 0:
        raise InputError(f"{name}: is empty; give a FASTA file with one record or more")
    if counts is not None:
        counts.update(own)
    if on_warning is not None and (counted := summary(own)):
        on_warning(f"{name}: {counted}")


_LEAVE_LABELS = "leave the records of sequences alone"
_LEAVE_OUT = "give one protein per record, or use --on-invalid skip (leave the record out)"
_PIR = re.compile(r"(?:P1|F1|XX|D[1LC]|R[LC]|N[13]);\s*(\S.*)")
_PIR_ANNOTATION = re.compile(rb"\s*([A-Z];.*)?")
_RCSB_STATES = re.compile(r"\S+:\S*:(secstr|disorder)")


def _texts(pieces: Iterable[bytes], name: str, longest: int, past_longer: bool) -> Iterator[bytes]:
    """Yield what stands after the ``>`` of each record, cut if it is longer than `longest`.

    Such a record is the last one, unless records past it are wanted.
    """
    rest, started, line = b"\n", False, 0
    for piece in pieces:
        parts = (rest + piece).split(b"\n>")
        if not started:
            line = _pass_comments(parts[0], line, piece, name)
            started = len(parts) > 1
            del parts[0]
        *whole, rest = parts or [b"\n"]
        yield from whole
        if len(rest) > longest:
            rest = rest[:longest] + rest[-1:]
            if not past_longer:
                break
    if started:
        yield rest


def _pass_comments(text: bytes, line: int, piece: bytes, name: str) -> int:
    """Return the number of the last line before the first record, all of them comments."""
    lines = text.split(b"\n")
    for number, content in enumerate(lines, line):
        if content.strip() and content[:1] not in b"#;":
            refuse_foreign(piece, name)
            raise InputError(
                f"{name}: is not FASTA: line {number:,} should be '>' and a name; give a FASTA file"
            )
    return line + len(lines) - 2


def _header(line: bytes, on_invalid: OnInvalid) -> str:
    # where records may be odd, a header in another encoding keeps its bytes as escapes
    errors = "backslashreplace" if on_invalid in ("mask", "skip") else "strict"
    return line.decode(errors=errors).strip()


def _record(header: str, body: bytes) -> tuple[str, bytes]:
    """Header and sequence of a record, by the rules of PIR if it is of that form."""
    if _RCSB_STATES.fullmatch(header):
        raise WrongFormError(
            "is of RCSB's ss.txt, in which states follow each sequence",
            "read it with ribbonet data convert, or leave the records of sequences alone",
        )
    if "\r" in header:
        raise UnfitError("a carriage return stands in its header", "end each line alike")
    if header[2:3] != ";" or (named := _PIR.fullmatch(header)) is None:
        return header, body
    description, _, sequence = body.partition(b"\n")
    residues, star, after = sequence.partition(b"*")
    if not sequence.strip():  # no second line: plain FASTA
        return header, body
    if not star or not all(map(_PIR_ANNOTATION.fullmatch, after.split(b"\n"))):
        raise UnfitError(
            "starts as a record of PIR (a line of description, the sequence, *) and does not end "
            "as one",
            "correct it, or write it as FASTA",
        )
    words = description.decode(errors="backslashreplace").strip()
    return f"{named[1]} {words}".strip(), residues


def read_ids(path: str | Path) -> set[str]:
    """Ids of chains, the first word of each line; lines that start with ``#`` are comments.

    A ``>`` before an id is dropped.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    with open_text(path) as file:
        lines = (line.removeprefix(">").split() for line in file if line[0] != "#")
        return {words[0] for words in lines if words}
