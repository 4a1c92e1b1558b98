"""PSIPRED's formats, as `psipass2` of PSIPRED 4 (Jones 1999) prints them."""

from __future__ import annotations

import numpy as np

from ribbonet import __version__
from ribbonet.prediction.formats.base import Format, Text, decimals, in_first_line
from ribbonet.prediction.prediction import Prediction
from ribbonet.tasks.base import Task


def make(name: str, task: Task, relatives: bool) -> Format:
    """Return the format of a name."""
    return Text(f".{name}", ss2 if name == "ss2" else horiz, annotated=in_first_line)


def ss2(prediction: Prediction) -> str:
    """PSIPRED's vertical format: one row per residue, the probabilities of coil, helix and strand.

    Columns have a fixed width for up to 9999 residues, and are wider beyond. It has no place for an
    id.
    """
    h, e, c = decimals(prediction)
    rows = zip(prediction.sequence, prediction.states, c, h, e, strict=True)
    return f"# PSIPRED VFORMAT (ribbonet {__version__})\n\n" + "".join(
        f"{n:4d} {residue} {state}   {pc}  {ph}  {pe}\n"
        for n, (residue, state, pc, ph, pe) in enumerate(rows, 1)
    )


def horiz(prediction: Prediction) -> str:
    """PSIPRED's horizontal format: blocks of 60 with the confidence as a digit.

    With the quirks of `psipass2`: a chain whose length is a multiple of 60 ends with a block of no
    residues, and the ruler has spaces after its last number for the residues from the fifth after
    it on. It has no place for an id.
    """
    confidence = confidence_digits(prediction)
    sequence, states, length = prediction.sequence, prediction.states, len(prediction)
    blocks = [
        f"\nConf: {confidence[start : start + 60]}\nPred: {states[start : start + 60]}\n"
        f"  AA: {sequence[start : start + 60]}\n      {_ruler(start, min(start + 60, length))}\n\n"
        for start in range(0, length + 1, 60)
    ]
    return f"# PSIPRED HFORMAT (ribbonet {__version__})\n{''.join(blocks)}"


def confidence_digits(prediction: Prediction) -> str:
    """Return PSIPRED's confidence of each residue, as a digit.

    Ten times the lead of the highest probability over the second, cut off, at most 9.
    """
    _, second, first = np.sort(prediction.probabilities.astype(np.float64), axis=1).T
    digits = np.minimum(10 * (first - second), 9).astype(np.uint8)
    return "".join(map(str, digits.tolist()))


def _ruler(start: int, end: int) -> str:
    """Return the ruler under residues `start + 1` to `end`, each number's end under its residue."""
    tens = range(start + 10, end + 1, 10)
    return "".join(f"{n:10d}" for n in tens) + " " * max((end - start) % 10 - 4, 0)
