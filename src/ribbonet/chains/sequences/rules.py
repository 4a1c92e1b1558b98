"""What a sequence may be written in, and what is raised where it is not."""

from __future__ import annotations

import re
from typing import Literal

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
