"""What the room Predict asks of an alignment: a chain by the model that reads profiles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field

from ribbonet.chains.chain import Chain
from ribbonet.chains.relatives.alignments import read_alignment
from ribbonet.chains.sequences.residues import clean_sequence
from ribbonet.errors import InputError
from ribbonet.models import DEFAULT_MODEL, WITH_PROFILES, load_model
from ribbonet.models.inputs import GivenArray
from ribbonet.prediction.blocks import predict_block
from ribbonet.web.predict.given import Given
from ribbonet.web.predict.interface import FAULTS
from ribbonet.web.predict.service import PredictionService
from ribbonet.web.predict.turns import Job
from ribbonet.web.server.limits import Limits

MODEL = f"{DEFAULT_MODEL}{WITH_PROFILES}"


class Aligned(Given):
    """A chain, and an alignment of its family: A3M, Stockholm or aligned FASTA, the chain first."""

    min_confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.0
    smooth: bool = False


def add_alignment(room: APIRouter, service: PredictionService) -> None:
    """Add what is asked of alignments to the room's part of the application."""

    @room.post("/alignment", responses=FAULTS)
    async def alignment(
        aligned: Aligned,
        job: Job = Depends(service.place),  # noqa: B008
    ) -> dict[str, Any]:
        """Predict a chain from an alignment of its family, by the model that reads profiles.

        The first sequence of the alignment is the chain.
        """
        job.long = True
        return await service.work(job, _predicted, aligned, service.limits, service.pausing(job))


def _predicted(aligned: Aligned, limits: Limits, pause: Callable[[], None]) -> dict[str, Any]:
    sequence = clean_sequence(aligned.sequence)
    with aligned.written(aligned.decompressed(limits.structure)) as path:
        alignment = read_alignment(path)
    if alignment.sequence != sequence:
        raise InputError(
            f"{aligned.name}: its first sequence is not this chain; give an alignment that "
            "begins with it"
        )
    model, source = load_model(MODEL), GivenArray(alignment.profile)
    chain, least = Chain(aligned.id, sequence), aligned.min_confidence
    (own,) = predict_block([chain], model, least, source=source, pause=pause)
    states = (own.smoothed() if aligned.smooth else own).states
    return {"name": MODEL, "states": states, "sequences": len(alignment.rows)}
