"""The residues in a record's lines, or of a single sequence."""

from __future__ import annotations

from collections import Counter

from ribbonet.chains.alphabet import RESIDUES
from ribbonet.chains.sequences.lines import check_lines, is_halved
from ribbonet.chains.sequences.resemblance import are_few_states, reads_as_states
from ribbonet.chains.sequences.rules import THREE_LETTERS, OnInvalid, UnfitError
from ribbonet.errors import InputError

WHITE = b" \t\n\r\v\f"
MANY_PYRROLYSINES = 2
"""None of 860,000 natural sequences has so many O, as English and topologies have."""
_STANDARD = RESIDUES.symbols.encode()
_STARTS = frozenset(name.encode() for name in THREE_LETTERS)


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
        from ribbonet.chains.sequences.conventions import read_unusual

        errors = "replace" if on_invalid in ("mask", "skip") else "strict"
        sequence = read_unusual(body.decode(errors=errors), on_invalid, counts)
    else:
        sequence = letters.decode("ascii")
    check_lines(body.strip(b"\n").split(b"\n"), counts)
    counts["states"] += reads_as_states(sequence) or are_few_states(sequence)
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
