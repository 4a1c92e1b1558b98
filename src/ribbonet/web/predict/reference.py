"""What the room Predict asks of a reference, the states of a chain's structure."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from ribbonet.chains.alphabet import DSSP_TO_STATE
from ribbonet.chains.chain import Chain
from ribbonet.chains.sequences.residues import clean_sequence
from ribbonet.errors import InputError
from ribbonet.evaluation.reference import agreement, read_reference, reference_of
from ribbonet.web.predict.given import Given, Name, Residues
from ribbonet.web.predict.interface import FAULTS
from ribbonet.web.predict.service import PredictionService
from ribbonet.web.predict.turns import Job
from ribbonet.web.server.limits import Limits

PASTED = "states"
"""Name of what is no file, but states alone."""
STATES = frozenset(DSSP_TO_STATE) | {"-"}


class Named(BaseModel):
    """States of each residue, of three or of DSSP's eight, and what they are from."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=200)]
    states: Annotated[Residues, Field(pattern=rf"^[{''.join(sorted(STATES - {' ', '-'}))}-]+$")]


class Asked(Given):
    """A chain, what was predicted of it, and a file with the states of its structure."""

    predicted: Annotated[list[Named], Field(max_length=5, default_factory=list)]
    name: Annotated[Name, Field(examples=["1ubq.cif.gz"])] = PASTED


def add_reference(room: APIRouter, service: PredictionService) -> None:
    """Add what is asked of references to the room's part of the application."""

    @room.post("/reference", responses=FAULTS)
    async def reference(
        asked: Asked,
        job: Job = Depends(service.place),  # noqa: B008
    ) -> dict[str, Any]:
        """Find a chain in a structure or a file of states, and compare what was predicted.

        The file is one of PDB or mmCIF, which DSSP labels; or of DSSP, of another predictor, or of
        labelled chains; or, without an extension, the states alone.
        """
        job.long = True
        return await service.work(job, _compared, asked, service.limits)


def _compared(asked: Asked, limits: Limits) -> dict[str, Any]:
    chain = Chain(asked.id, clean_sequence(asked.sequence))
    if len({own.name for own in asked.predicted}) < len(asked.predicted):
        raise InputError("predicted: two have one name; give each its own")
    for own in asked.predicted:
        if len(own.states) != len(chain):
            raise InputError(
                f"{own.name}: has {len(own.states):,} states for {len(chain):,} residues"
            )
    found = reference_of(chain, _chains(asked, chain, limits))
    if found is None:
        raise InputError(
            f"{asked.name}: has no chain of this sequence, nor of a part of it; give the structure "
            "of this protein"
        )
    scores = {own.name: agreement(found, own.states) for own in asked.predicted}
    labels = found.plain_labels
    return {
        "name": found.id or asked.name,
        "states": labels,
        "residues": len(labels) - labels.count("-"),
        "scores": {
            name: None if own is None else {"q3": round(own[0], 1), "sov": round(own[1], 1)}
            for name, own in scores.items()
        },
    }


def _chains(asked: Asked, chain: Chain, limits: Limits) -> list[Chain]:
    """Read the labelled chains of a file."""
    text = asked.decompressed(limits.structure)
    if asked.name == PASTED:
        states = "".join(text.decode("ascii", "replace").split()).upper()
        if len(states) == len(chain) and STATES.issuperset(states):
            return [Chain(PASTED, chain.sequence, states)]
        if STATES.issuperset(states):
            raise InputError(
                f"{len(states):,} states for {len(chain):,} residues; give one for each"
            )
    with asked.written(text) as path:
        return read_reference(path, limits.labelling)
