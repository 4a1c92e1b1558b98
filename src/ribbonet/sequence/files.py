"""Files of sequences: opening, FASTA, three-line files, lists of ids."""

import codecs
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, TextIO

from ribbonet.errors import InputError
from ribbonet.sequence.alphabet import DSSP_TO_STATE, STATES8, UNKNOWN, reduce_states
from ribbonet.sequence.records import Chain

OnInvalid = Literal["error", "mask", "skip"]


def read_fasta(
    path: str | Path,
    *,
    on_invalid: OnInvalid = "error",
    on_warning: Callable[[str], None] | None = None,
) -> Iterator[Chain]:
    """Chains of a FASTA file, one after the other, in its order; none is dropped as a double.

    Lower case is read as upper case, the unknown residues B, J, O, U, X and Z are kept as written,
    and one ``*`` at the end of a sequence is dropped. Lines that start with ``#`` are comments.

    Parameters
    ----------
    path : str or Path
        Plain or compressed with gzip, xz, bzip2 or zstd; ``-`` is standard input.
    on_invalid : {"error", "mask", "skip"}
        What to do where a sequence holds any other symbol: complain, read the symbol as X, or leave
        the record out (as also a record without a sequence).
    on_warning : callable, optional
        Takes one line at the end of the file that counts what was not read as it stands, if
        anything.

    Raises
    ------
    InputError
        If the file cannot be read, is not FASTA, holds no record, or a record holds no sequence or
        an invalid symbol. Nothing is opened, and so nothing raised, before the first chain is
        asked for.
    """
    name = _name(path)
    counts: Counter[str] = Counter()
    number = 0
    for number, (header, text) in enumerate(_fasta_records(path), 1):  # noqa: B007
        chain = _clean(name, number, header, text, on_invalid, counts)
        if chain is not None:
            yield chain
    if number == 0:
        raise InputError(f"{name}: empty; give a FASTA file with at least one record")
    if counts and on_warning is not None:
        on_warning(f"{name}: {_summary(counts)}")
