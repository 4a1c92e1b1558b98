"""What a run of `ribbonet predict` did, in a line and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

DIGITS = 12
"""Of the model's digest that the line shows."""


@dataclass
class Summary:
    """Counts of a run, and all that its output depends on.

    Parameters
    ----------
    version : str
        Of ribbonet.
    model, model_sha256 : str
        Name or folder of the model, and its digest.
    options : dict
        Of the command, ready for JSON.
    input : list of str
        Names of the files.
    output : str or None
        None for standard output.
    records, residues : int
        Predicted.
    masked : int
        Symbols read as X.
    skipped : int
        Records left out.
    related : int or None
        Records that have relatives of known structure; None where these are not used.
    """

    version: str
    model: str
    model_sha256: str
    options: dict[str, Any]
    input: list[str]
    output: str | None
    records: int = 0
    residues: int = 0
    masked: int = 0
    skipped: int = 0
    related: int | None = None

    def add(self, records: int, residues: int) -> None:
        """Count what is finished."""
        self.records += records
        self.residues += residues

    def relate(self, records: int) -> None:
        """Count records that have relatives of known structure, where these are used."""
        if self.related is not None:
            self.related += records

    def __str__(self) -> str:
        records = f"{self.records:,} record" + "s" * (self.records != 1)
        residues = f"{self.residues:,} residue" + "s" * (self.residues != 1)
        relatives = ""
        if self.related is not None:
            chains = f"{self.records:,} chain" + "s" * (self.records != 1)
            have = "has" if 1 in (self.related, self.records) else "have"
            relatives = f"{self.related:,} of {chains} {have} relatives of known structure; "
        return (
            f"{records}, {residues}, {self.masked:,} masked, {self.skipped:,} skipped; {relatives}"
            f"model {self.model}, sha256 {self.model_sha256[:DIGITS]}"
        )

    def write(self, path: Path) -> None:
        """Write the summary as JSON."""
        import json

        from ribbonet.system.atomic import atomic_write

        with atomic_write(path, "w") as file:
            json.dump(asdict(self), file, indent=1)
            file.write("\n")
