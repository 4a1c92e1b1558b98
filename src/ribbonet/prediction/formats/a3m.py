"""Predictions as annotations of an alignment, as tools of the HH-suite read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ribbonet.errors import InputError
from ribbonet.prediction.formats.base import Format, Provenance
from ribbonet.prediction.formats.psipred import confidence_digits
from ribbonet.prediction.prediction import Prediction
from ribbonet.tasks.base import Task

if TYPE_CHECKING:
    from ribbonet.chains.relatives.alignment_files import AlignmentFiles


def make(name: str, task: Task, relatives: bool) -> Format:
    """Return the format of a name."""
    return A3m()


@dataclass(frozen=True)
class A3m(Format):
    """A3M with the records `ss_pred` and `ss_conf` first, as addss.pl of the HH-suite writes it.

    The confidence is one digit per residue, that of PSIPRED's horizontal format. A file holds one
    alignment, of a chain to its family, or the chain alone.

    Parameters
    ----------
    alignments : AlignmentFiles, optional
        What was predicted.
    note : str
        What stands after the title of the predictions.
    """

    alignments: AlignmentFiles | None = None
    note: str = ""
    suffix = ".a3m"
    one_record = (
        "--format a3m holds one chain per file: give one, or write a folder by --output FOLDER/"
    )

    def beside(self, alignments: AlignmentFiles) -> A3m:
        """Return the format with alignments after the predictions."""
        return replace(self, alignments=alignments)

    def for_terminal(self) -> Format:
        """Return the format itself: it has no colours."""
        return self

    def with_provenance(self, provenance: Provenance) -> A3m:
        """Return the format that says where predictions come from after their title."""
        return replace(self, note=f" {provenance}")

    def encode(self, predictions: Sequence[Prediction]) -> bytes:
        """Return the records.

        Raises
        ------
        InputError
            If there is more than one chain.
        """
        if len(predictions) != 1:
            raise InputError(self.one_record)
        (prediction,) = predictions
        chain = prediction.chain
        preamble, records = "", f">{chain.header}\n{chain.sequence}\n"
        if self.alignments is not None:
            alignment = self.alignments.alignment(chain)
            preamble, records = alignment.preamble, alignment.a3m
        return (
            f"{preamble}>ss_pred PSIPRED predicted secondary structure{self.note}\n"
            f"{prediction.states}\n"
            f">ss_conf PSIPRED confidence values\n{confidence_digits(prediction)}\n{records}"
        ).encode()
