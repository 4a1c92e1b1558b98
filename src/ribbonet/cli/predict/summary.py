"""What a run of `ribbonet predict` did: a line, JSON, and a row for MultiQC."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ribbonet.cli import say
from ribbonet.models.model import Model
from ribbonet.models.stages import PAYS
from ribbonet.prediction.formats.base import Provenance
from ribbonet.system.terminal import count_of

DIGITS = 12
"""Of the model's digest that the line shows."""

MULTIQC = "_mqc.tsv"
"""Ends the names of tables that MultiQC looks for."""

COUNTS = ("records", "residues", "masked", "skipped")


@dataclass
class Summary:
    """Counts of a run, and all that its output depends on.

    Parameters
    ----------
    provenance : Provenance
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

    provenance: Provenance
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
        relatives = ""
        if self.related is not None:
            chains = count_of(self.records, "chain")
            have = "has" if 1 in (self.related, self.records) else "have"
            relatives = f"{self.related:,} of {chains} {have} relatives of known structure; "
        return (
            f"{count_of(self.records, 'record')}, {count_of(self.residues, 'residue')}, "
            f"{self.masked:,} masked, {self.skipped:,} skipped; {relatives}"
            f"model {self.provenance.model}, sha256 {self.provenance.model_sha256[:DIGITS]}"
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as an object, without nesting but for the options."""
        known = asdict(self)
        return {**known.pop("provenance"), **known}

    def write(self, path: Path) -> None:
        """Write the summary: as MultiQC's table where the name ends in `_mqc.tsv`, else as JSON."""
        import json

        from ribbonet.system.atomic import atomic_write

        with atomic_write(path, "w") as file:
            if path.name.endswith(MULTIQC):
                file.write(self.to_multiqc(path.name.removesuffix(MULTIQC)))
            else:
                json.dump(self.to_json(), file, indent=1)
                file.write("\n")

    def to_multiqc(self, sample: str) -> str:
        """Return a row for the general statistics of MultiQC's reports (custom content)."""
        counts = {name: getattr(self, name) for name in COUNTS}
        if self.related is not None:
            counts["related"] = self.related
        titles = ", ".join(f"{name}: {{title: {name}, format: '{{:,d}}'}}" for name in counts)
        row = "\t".join(map(str, [sample, *counts.values()]))
        return (
            "# id: ribbonet\n# plot_type: generalstats\n"
            f"# description: {self.provenance}\n# headers: {{{titles}}}\n"
            + "\t".join(["Sample", *counts])
            + f"\n{row}\n"
        )


def advise_numba(model: Model, residues: int) -> None:
    """Say that a large input would have been predicted faster with Numba."""
    slower = residues >= PAYS and find_spec("numba") is None
    if slower and any(stage.can_be_compiled for stage in model.stages):
        say(
            "predicted by NumPy; Numba, which pip install 'ribbonet[train]' brings, predicts "
            "faster with this model"
        )
