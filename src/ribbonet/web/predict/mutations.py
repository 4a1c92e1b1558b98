"""What the room Predict asks of mutations: one, drawn beside the chain as it is, or all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from ribbonet.chains.alphabet import RESIDUES
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models import shipped_models
from ribbonet.models.model import Model
from ribbonet.prediction.figures.layout import room_for_names
from ribbonet.prediction.figures.record import Layer, Record, record_of
from ribbonet.prediction.figures.style import Style
from ribbonet.prediction.formats.pictures import PICTURES
from ribbonet.prediction.mutations.files import FORMATS, format_of, write_scans
from ribbonet.prediction.mutations.scan import Mutation, mutate, scan_chain
from ribbonet.web.predict.interface import CHAINS
from ribbonet.web.predict.service import PredictionService
from ribbonet.web.predict.turns import Job

ModelName = Annotated[str, Query(json_schema_extra={"enum": list(shipped_models())})]


def add_mutations(room: APIRouter, service: PredictionService) -> None:
    """Add what is asked of mutations to the room's part of the application."""

    async def chosen(request: Request, job: Job, model: str) -> tuple[Chain, Model]:
        loaded = service.model(model)
        reading = await service.read_one(job, request, "mutations")
        service.check(model, reading)
        return reading.chains[0], loaded

    @room.post("/mutant", **CHAINS)
    async def mutant(
        request: Request,
        position: Annotated[int, Query(ge=1, le=1_000_000)],
        residue: Annotated[str, Query(json_schema_extra={"enum": list(RESIDUES.symbols)})],
        job: Job = Depends(service.place),  # noqa: B008
        model: ModelName = "fast",
    ) -> dict[str, Any]:
        """Predict a chain with another residue: what changes, in numbers and as a picture (SVG)."""
        chain, loaded = await chosen(request, job, model)
        return await service.work(job, _mutant, chain, loaded, position, residue)

    @room.post("/scan", response_class=Response, **CHAINS)
    async def scan(
        request: Request,
        job: Job = Depends(service.place),  # noqa: B008
        model: ModelName = "fast",
        format: Annotated[str, Query(json_schema_extra={"enum": list(FORMATS)})] = "svg",
    ) -> Response:
        """Predict all single mutants of a chain, as `ribbonet scan` does."""
        name = format_of(f"scan.{format}")
        chain, loaded = await chosen(request, job, model)
        most = service.limits.scanned
        if len(chain) > most:
            raise InputError(
                f"the page scans chains of up to {most:,} residues, and this one has "
                f"{len(chain):,}; use the command ribbonet scan"
            )
        job.long = True
        made = await service.work(job, _scan, chain, loaded, name, service.pausing(job))
        return Response(
            made,
            media_type="image/svg+xml" if name == "svg" else "application/octet-stream",
            headers={"Content-Disposition": f'attachment; filename="scan.{name}"'},
        )


def _scan(chain: Chain, model: Model, name: str, pause: Callable[[], None]) -> bytes:
    file = BytesIO()
    write_scans([scan_chain(chain, model, pause=pause, threads=1)], name, file)
    return file.getvalue()


def _mutant(chain: Chain, model: Model, position: int, residue: str) -> dict[str, Any]:
    own, other, mutation = mutate(chain, model, position, residue)
    name = f"{mutation.residue}{position}{residue}"
    layers = [
        Layer(own.states, own.probabilities, "as it is", observed=True),
        Layer(other.states, other.probabilities, name),
    ]
    record = Record(
        f"{chain.header} {name}".strip(),
        other.sequence,
        tuple(layers),
        caption=record_of(own).caption,
        remark=_said(mutation),
    )
    picture, file = replace(PICTURES["svg"], style=Style(legend=False)), BytesIO()
    picture.assemble([picture.encode_records([record], room_for_names([record]))], file)
    return {**mutation._asdict(), "said": _said(mutation), "picture": file.getvalue().decode()}


def _said(mutation: Mutation) -> str:
    """Say in a line what changes."""
    residues = "1 residue changes" if mutation.states == 1 else f"{mutation.states} residues change"
    return (
        f"{mutation.residue}{mutation.position}{mutation.mutant}: {residues} state; "
        f"helix {mutation.helix:+.1f}, strand {mutation.strand:+.1f}, coil {mutation.coil:+.1f} "
        "residues"
    )
