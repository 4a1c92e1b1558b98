"""What formats say of the relatives of known structure behind a prediction."""

from __future__ import annotations

from typing import Any

from ribbonet.prediction.prediction import Prediction

RELATIVES = ("source", "identity")
"""Columns of residues: where the state is from, and the highest identity of a relative there."""
SEQUENCE, RELATIVE = "sequence", "relative"
"""The sources."""


def sources(prediction: Prediction) -> list[str]:
    """Of each residue, whether a relative of known structure is aligned to it."""
    if prediction.evidence is None:
        return [SEQUENCE] * len(prediction)
    return [RELATIVE if known else SEQUENCE for known in prediction.evidence.known.tolist()]


def identities(prediction: Prediction) -> list[int | None]:
    """Return the highest identity of a relative at each residue in thousandths; None without."""
    if prediction.evidence is None:
        return [None] * len(prediction)
    known, identity = prediction.evidence.known.tolist(), prediction.evidence.identity.tolist()
    return [
        round(1000 * own) if is_known else None
        for is_known, own in zip(known, identity, strict=True)
    ]


def listed(prediction: Prediction) -> list[dict[str, Any]]:
    """Return the alignments to relatives, the most similar first; positions from 1."""
    if prediction.evidence is None:
        return []
    return [
        {
            "id": alignment.id,
            "identity": round(alignment.identity, 3),
            "e_value": float(f"{alignment.e_value:.2g}"),
            "start": int(alignment.query[0]) + 1,
            "end": int(alignment.query[-1]) + 1,
        }
        for alignment in prediction.evidence.alignments
    ]
