"""What the room Predict asks the server for: predictions, in the formats of `ribbonet predict`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from enum import IntEnum
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from ribbonet import __version__
from ribbonet.chains.fasta import OnInvalid
from ribbonet.errors import InputError
from ribbonet.models.library import DEFAULT_MODEL, shipped_models
from ribbonet.prediction.formats.base import Format
from ribbonet.prediction.formats.pictures import Picture
from ribbonet.prediction.formats.provenance import Provenance, with_provenance
from ribbonet.prediction.formats.registry import FORMATS, FORMATS8
from ribbonet.web.limits import Limits
from ribbonet.web.mutations import add_mutations
from ribbonet.web.service import Done, PredictionService, knows_eight
from ribbonet.web.turns import Job


class States(IntEnum):
    """How many states are told apart."""

    THREE = 3
    EIGHT = 8


BODY = {
    "requestBody": {
        "required": True,
        "description": "FASTA or bare sequences; plain, or compressed by gzip, xz, bzip2 or zstd.",
        "content": {"application/octet-stream": {"schema": {"type": "string"}}},
    }
}
FAULT = {
    "content": {
        "application/json": {
            "schema": {"type": "object", "properties": {"detail": {"type": "string"}}}
        }
    }
}
FAULTS: dict[int | str, dict[str, Any]] = {
    408: {"description": "A body that does not come within the time for it", **FAULT},
    413: {"description": "More bytes than are taken at a time", **FAULT},
    422: {"description": "No sequences, or what is wrong with them", **FAULT},
    429: {"description": "As many predictions as are taken on are under way", **FAULT},
}
OPTIONS = ("format", "states", "min_confidence", "on_invalid", "templates")
"""Of a prediction, in the order in which the command names them in JSON lines."""
TYPES = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".jsonl": "application/x-ndjson",
    ".svg": "image/svg+xml",
    ".pdf": "application/pdf",
    ".png": "image/png",
}


def router(limits: Limits) -> APIRouter:
    """Make the room's part of the application."""
    service = PredictionService(limits)
    room = APIRouter(prefix="/api", tags=["predict"])
    digest_of = cache(lambda name: service.models[name].digest)

    @room.get("/models")
    async def models() -> dict[str, Any]:
        """List the models, the formats that there are for three and for eight states, limits."""
        return {
            "models": [
                {
                    "name": name,
                    "summary": model.card["summary"],
                    "weights": model.size,
                    "states": len(model.states),
                    "scores": {_set(s["data"]): s["q3"] for s in model.card["scores"]},
                }
                for name, model in service.models.items()
            ],
            "formats": {3: _available(FORMATS), 8: _available(FORMATS8)},
            "limits": {
                "bytes": limits.body,
                "chains": limits.chains,
                "residues": limits.residues,
            },
        }

    @room.post(
        "/predict",
        responses=FAULTS,
        openapi_extra=BODY,
        response_class=Response,
    )
    async def predict(
        request: Request,
        job: Job = Depends(service.place),  # noqa: B008
        model: Annotated[str, _one_of(shipped_models())] = DEFAULT_MODEL,
        format: Annotated[str, _one_of(FORMATS)] = "jsonl",
        states: States = States.THREE,
        on_invalid: OnInvalid = "error",
        min_confidence: Annotated[float, Query(ge=0, le=1, allow_inf_nan=False)] = 0.0,
    ) -> Response:
        """Predict chains; what comes is what `ribbonet predict --no-templates` writes."""
        if model not in service.models:
            raise InputError(f"model: {model!r} is none of {', '.join(service.models)}")
        three = states is States.THREE
        chosen = _format(format, three)
        if format == "jsonl":  # as the command does
            options = (format, int(states), min_confidence, on_invalid, False)
            known = dict(zip(OPTIONS, options, strict=True))
            provenance = Provenance(__version__, model, digest_of(model), known)
            chosen = with_provenance(chosen, format, provenance)
        if not three and not knows_eight(service.models[model]):
            raise InputError(f"the model {model} knows three states only; choose another model")
        body = await request.body()
        reading = await service.read(job, body, on_invalid)
        service.check(model, reading)
        if isinstance(chosen, Picture) and reading.residues > limits.drawn:
            raise InputError(
                f"the page draws up to {limits.drawn:,} residues at a time, not "
                f"{reading.residues:,}; choose another format, or use the command ribbonet"
            )
        key = sha256(f"{model} {on_invalid} ".encode() + body).digest()

        def encode(done: Done) -> bytes:
            return done.encoded(chosen, min_confidence, three)

        parts = service.parts(job, model, reading, key, encode)
        media = TYPES.get(chosen.suffix, "application/octet-stream")
        headers = {
            "Content-Disposition": f'attachment; filename="prediction{chosen.suffix}"',
            "Ribbonet-Chains": str(len(reading.chains)),
            "Ribbonet-Residues": str(reading.residues),
            "Ribbonet-Warning": reading.warning,
        }
        if chosen.appendable:
            return StreamingResponse(_stream(chosen, parts), media_type=media, headers=headers)
        whole = await service.work(job, _whole, chosen, [part async for part in parts])
        return Response(whole, media_type=media, headers=headers)

    add_mutations(room, service, limits, {"responses": FAULTS, "openapi_extra": BODY})
    return room


def _set(data: str) -> str:
    """Name a data set as it is known, not by its file."""
    return data.removesuffix("_q3").upper()


def _one_of(names: Iterable[str]) -> Any:
    """Let the description of the interface say what there is to choose from."""
    return Query(json_schema_extra={"enum": list(names)})


def _format(name: str, three: bool) -> Format:
    formats = FORMATS if three else FORMATS8
    if name not in formats:
        states = "three" if three else "eight"
        raise InputError(f"format: {name!r} is none of {', '.join(formats)} ({states} states)")
    formats[name].check()
    return formats[name]


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
