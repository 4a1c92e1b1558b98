"""Runs of one label as features on the sequence: GFF3 and BED, which genome browsers read."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from ribbonet.prediction.formats.base import Format, Text
from ribbonet.prediction.notebook import Segment
from ribbonet.prediction.prediction import MASK, Prediction
from ribbonet.tasks.base import Task

SOURCE, TYPE = "ribbonet", "polypeptide_region"
"""Columns of GFF3; the type is a term of the Sequence Ontology."""
_SEQID = ".:^*$@!+_?-|"
"""What stands in a GFF3 seqid unescaped, beside letters and digits."""


def gff3(prediction: Prediction) -> str:
    """Give each run a line: positions from 1, the mean probability of its label, the label."""
    id = quote(prediction.id, safe=_SEQID) or "."
    return "".join(
        f"{id}\t{SOURCE}\t{TYPE}\t{run.start}\t{run.end}\t{score:.3f}\t.\t.\t"
        f"Name={quote(run.state, safe='')}\n"
        for run, score in _scored(prediction)
    )


def bed(prediction: Prediction) -> str:
    """Give each run a line: from 0, the end excluded, the label, its mean probability by 1,000."""
    return "".join(
        f"{prediction.id or '.'}\t{run.start - 1}\t{run.end}\t{run.state}\t{1000 * score:.0f}\t.\n"
        for run, score in _scored(prediction)
    )


def _scored(prediction: Prediction) -> Iterator[tuple[Segment, float]]:
    """Yield the runs of one label, and its mean probability; those that are masked are left out."""
    confidence = prediction.confidence
    masked = prediction.min_confidence > 0
    for run in prediction.segments:
        if not (masked and run.state == MASK):
            yield run, float(confidence[run.start - 1 : run.end].mean(dtype=float))


def make(name: str, task: Task, relatives: bool) -> Format:
    """Return the format of a name."""
    return Text(".bed", bed) if name == "bed" else Text(".gff3", gff3, "##gff-version 3\n")
