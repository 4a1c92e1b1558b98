"""The application: the page's files, and what each of its rooms asks the server for."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles

from ribbonet import __version__
from ribbonet.errors import InputError
from ribbonet.web import inside, play, predict
from ribbonet.web.guard import Guard
from ribbonet.web.limits import Limits

STATIC = Path(__file__).parent / "static"


def create_app(limits: Limits = Limits()) -> FastAPI:  # noqa: B008 (it is frozen)
    """Make the application that `ribbonet serve` serves.

    A fault of the user's, as a status from 400 to 429, has a body `{"detail": "what to do"}`.

    Parameters
    ----------
    limits : Limits

    Returns
    -------
    app : FastAPI
    """
    # no /docs: their JavaScript would come from another host
    app = FastAPI(title="ribbonet", version=__version__, docs_url=None, redoc_url=None)
    app.add_middleware(Guard, body=limits.body)
    app.add_exception_handler(InputError, _unfit)
    app.add_exception_handler(RequestValidationError, _invalid)
    for room in (predict, play, inside):
        app.include_router(room.router(limits))
    app.mount("/", StaticFiles(directory=STATIC, html=True))
    return app


async def _unfit(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 422)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = (
        f"{'.'.join(str(part) for part in fault['loc'][1:])}: {fault['msg']}".removeprefix(": ")
        for fault in error.errors()
    )
    return JSONResponse({"detail": "; ".join(faults)}, 422)
