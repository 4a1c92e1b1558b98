"""What the room Predict asks the server for: predictions, in the formats of `ribbonet predict`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from ribbonet.chains.templates import available
from ribbonet.errors import InputError
from ribbonet.models import DEFAULT_MODEL
from ribbonet.models.model import Model
from ribbonet.prediction.figures.style import PALETTES, TRACKS
from ribbonet.prediction.formats.base import Format
from ribbonet.prediction.formats.pictures import Picture
from ribbonet.prediction.tracks import find_tracks
from ribbonet.tasks.base import Task
from ribbonet.tasks.structure import Structure
from ribbonet.web.about import ABOUT
from ribbonet.web.predict.alignment import add_alignment
from ribbonet.web.predict.interface import CHAINS
from ribbonet.web.predict.models import described
from ribbonet.web.predict.mutations import add_mutations
from ribbonet.web.predict.options import Figure, Options, States, formats, has_room
from ribbonet.web.predict.reference import add_reference
from ribbonet.web.predict.relatives import add_relatives, choose
from ribbonet.web.predict.service import Done, PredictionService
from ribbonet.web.predict.tasks import described_tracks
from ribbonet.web.predict.turns import Job
from ribbonet.web.server.limits import Limits

TYPES = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".jsonl": "application/x-ndjson",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
    ".png": "image/png",
}


def router(limits: Limits, models: Mapping[str, Model]) -> APIRouter:
    """Make the room's part of the application; `models` are the user's own, by their names."""
    service = PredictionService(limits, models)
    room = APIRouter(prefix="/api", tags=["predict"])
    digest_of = cache(lambda name: service.models[name].digest)

    @room.get("/models")
    async def known() -> dict[str, Any]:
        """List the models, each with its formats for three and for eight states; and limits."""
        return {
            "models": [
                {**described(name, model), "formats": _formats(model.task)}
                for name, model in service.models.items()
            ],
            "figure": {"tracks": TRACKS, "colours": list(PALETTES)},
            "relatives": DEFAULT_MODEL if available() else None,
            "tracks": described_tracks(),
            "hold_tracks": [name for name, form in formats(Structure()).items() if has_room(form)],
            "limits": {
                "bytes": limits.body,
                "chains": limits.chains,
                "residues": limits.residues,
                "searched": limits.searched,
            },
            "about": ABOUT,
        }

    @room.post("/predict", response_class=Response, **CHAINS)
    async def predict(
        request: Request,
        options: Annotated[Options, Depends()],
        figure: Annotated[Figure, Depends()],
        job: Job = Depends(service.place),  # noqa: B008
    ) -> Response:
        """Predict chains; what comes is what `ribbonet predict` writes."""
        task = options.asked_of(service.model(options.model))
        body = await request.body()
        reading = await service.read(job, body, options.on_invalid)
        tracks = find_tracks(options.tracks)
        service.check(options.model, reading, tracks)
        templates, said = choose(options.templates, options.model, reading.residues, limits)
        chosen = options.form(task, digest_of(options.model), templates, tracks, figure)
        if isinstance(chosen, Picture) and reading.residues > limits.drawn:
            raise InputError(
                f"the page draws up to {limits.drawn:,} residues at a time, not "
                f"{reading.residues:,}; choose another format, or use the command ribbonet"
            )
        used = f"{templates is not None} {[] if tracks is None else [*tracks.models]}"
        key = sha256(f"{options.model} {options.on_invalid} {used} ".encode() + body).digest()

        def encode(done: Done) -> bytes:
            return chosen.encode([options.shown(own) for own in done.predictions])

        parts = service.parts(job, options.model, reading, key, encode, templates, tracks)
        media = TYPES.get(chosen.suffix, "application/octet-stream")
        headers = {
            "Content-Disposition": f'attachment; filename="prediction{chosen.suffix}"',
            "Ribbonet-Chains": str(len(reading.chains)),
            "Ribbonet-Residues": str(reading.residues),
            "Ribbonet-Warning": "; ".join(filter(None, (reading.warning, said))),
        }
        if chosen.appendable:
            return StreamingResponse(_stream(chosen, parts), media_type=media, headers=headers)
        whole = await service.work(job, _whole, chosen, [part async for part in parts])
        return Response(whole, media_type=media, headers=headers)

    for add in (add_mutations, add_relatives, add_reference, add_alignment):
        add(room, service)
    return room


def _formats(task: Task) -> dict[int, dict[str, str]]:
    """Names and suffixes of the formats of a task, by the number of states to ask for."""
    if not isinstance(task, Structure):
        return {int(States.THREE): _available(formats(task))}
    known = [states for states in States if states <= len(task.alphabet)]
    return {int(states): _available(formats(Structure(states.alphabet))) for states in known}


def _available(formats: dict[str, Format]) -> dict[str, str]:
    """Names and suffixes of the formats whose libraries are there."""
    available = {}
    for name, format in formats.items():
        try:
            format.check()
        except InputError:
            continue
        available[name] = format.suffix
    return available


async def _stream(chosen: Format, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Make a file of its parts, as they come."""
    yield chosen.start()
    async for part in parts:
        yield part


def _whole(chosen: Format, parts: list[bytes]) -> bytes:
    """Make a file of its parts, once all are there: what is wrong can still be said."""
    file = BytesIO()
    chosen.assemble(parts, file)
    return file.getvalue()
