"""The application: the page's files, and what each of its rooms asks the server for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from ribbonet import __version__
from ribbonet.errors import InputError
from ribbonet.models.model import Model
from ribbonet.web import hopfield
from ribbonet.web.experiments import room as experiments
from ribbonet.web.inside import room as inside
from ribbonet.web.learn import room as learn
from ribbonet.web.network_1988 import room as network_1988
from ribbonet.web.playground import room as playground
from ribbonet.web.predict import room as predict
from ribbonet.web.server.faults import in_words_of_page, listed
from ribbonet.web.server.guard import HEADERS, Access, Guard
from ribbonet.web.server.limits import Limits
from ribbonet.web.server.query import refuse_unheeded
from ribbonet.web.sessions.players import Players

STATIC = Path(__file__).parent / "static"


def create_app(
    limits: Limits = Limits(),  # noqa: B008 - both are frozen
    access: Access = Access(),  # noqa: B008
    models: Mapping[str, Model] = MappingProxyType({}),
) -> FastAPI:
    """Make the application that `ribbonet serve` serves.

    A fault of the user's, as a status from 400 to 429, has a body `{"detail": "what to do"}`.

    Parameters
    ----------
    limits : Limits
    access : Access
        Who is served; by default those who ask for this machine by a name or address of its own.
    models : mapping of str to Model
        The user's own, by their names, with which to predict beside the shipped ones; the page
        starts with the first.

    Returns
    -------
    app : FastAPI
    """
    # no /docs: their JavaScript would come from another host
    app = FastAPI(
        title="ribbonet",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        dependencies=[Depends(refuse_unheeded)],
    )
    app.add_middleware(Guard, limits=limits, access=access)
    app.add_exception_handler(InputError, _unfit)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _failed)
    players = Players(limits)
    app.include_router(predict.router(limits, models))
    app.include_router(playground.router(players))
    app.include_router(network_1988.router(players))
    app.include_router(experiments.router(players))
    app.include_router(inside.router())
    app.include_router(hopfield.router())
    app.include_router(learn.router())
    app.mount("/", StaticFiles(directory=STATIC, html=True))
    return app


async def _unfit(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": in_words_of_page(str(error))}, 422)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)

    def named(place: tuple[int | str, ...]) -> str:
        if place[:1] == ("body",) and request.url.path.startswith("/api/inside"):
            return inside.named(place[1:])
        return ".".join(str(part) for part in place[1:])

    return JSONResponse({"detail": listed(error.errors(), named)}, 422)


async def _failed(_: Request, error: Exception) -> JSONResponse:
    """Answer where the server itself is at fault; what happened is in its log."""
    return JSONResponse({"detail": "the server failed; its log says why"}, 500, HEADERS)
