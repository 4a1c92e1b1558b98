"""Texts given by mistake in place of a file: a sequence, an accession of a database, an address."""

from __future__ import annotations

import re

_SEQUENCE = re.compile("[ACDEFGHIKLMNPQRSTVWYX]{6,}[*]?", re.I)
_UNIPROT = re.compile(r"[OPQ][0-9][A-Z0-9]{3}[0-9]|[A-NR-Z][0-9](?:[A-Z][A-Z0-9]{2}[0-9]){1,2}")
_PDB = re.compile(r"([1-9][A-Z0-9]{3})(?:[_:.-]?[A-Z0-9]{1,2})?", re.I)
_NCBI = re.compile(r"[NXYW]P_[0-9]{6,9}(?:\.[0-9]+)?")
_ADDRESS = re.compile("(https?|ftp)://", re.I)
_DOWNLOADS = (
    (_UNIPROT, "UniProt", "https://rest.uniprot.org/uniprotkb/{}.fasta"),
    (_NCBI, "NCBI", "https://www.ncbi.nlm.nih.gov/protein/{}?report=fasta"),
    (_PDB, "the PDB", "https://www.rcsb.org/fasta/entry/{}"),
)
LONGEST = 25
"""Letters from which lower case, too, is a sequence rather than a word."""


def is_sequence(text: str) -> bool:
    """Whether a text that should name a file reads as a sequence of residues.

    Examples
    --------
    >>> is_sequence("MKTAYIAKQR"), is_sequence("proteins"), is_sequence("MKTAYI.fasta")
    (True, False, False)
    """
    bare = "".join(text.split())
    return bool(_SEQUENCE.fullmatch(bare)) and (bare.isupper() or len(bare) >= LONGEST)


def download_of(text: str) -> tuple[str, str] | None:
    """Return the database whose accession a text reads as, and where the sequence is.

    Examples
    --------
    >>> download_of("P69905")
    ('UniProt', 'https://rest.uniprot.org/uniprotkb/P69905.fasta')
    >>> download_of("proteins") is None
    True
    """
    for pattern, database, address in _DOWNLOADS:
        if match := pattern.fullmatch(text):
            own = match[1] if match.re.groups else match[0]
            return database, address.format(own)
    return None


def hint_of(text: str) -> str:
    """Return a hint for the error that there is no such file; empty where there is none."""
    if _ADDRESS.match(text):
        return "; it is an address: download it and give that file"
    if found := download_of(text):
        database, address = found
        return f"; it looks like an accession of {database}: download {address} and give that file"
    if is_sequence(text):
        return (
            "; it looks like a sequence: give it as `ribbonet predict --sequence SEQUENCE` or "
            "ribbonet.predict(sequence), or put it in a FASTA file"
        )
    return ""
