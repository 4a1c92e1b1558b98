"""What holds for every request: its size, where it comes from, and the headers of the answer."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADERS = {
    # nothing from another host, nothing inline; drawings are downloaded as blobs
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


class _TooLongError(Exception):
    """A body that goes on beyond the limit."""


class Guard:
    """Middleware that refuses what is too long or comes from a foreign page.

    Parameters
    ----------
    app : ASGI application
    body : int
        Bytes that a request may have; more are answered by 413.
    """

    def __init__(self, app: ASGIApp, body: int) -> None:
        self.app = app
        self.body = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc != headers.get("host"):
            if scope["type"] == "websocket":
                return await send({"type": "websocket.close", "code": 1008})
            refusal = JSONResponse({"detail": "asked by a page of another origin"}, 403)
            return await refusal(scope, receive, send)
        if scope["type"] == "websocket":
            return await self.app(scope, receive, send)

        started = False
        read = 0

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.body:
                raise _TooLongError
            return message

        async def dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        try:
            if int(headers.get("content-length", 0)) > self.body:
                raise _TooLongError
            await self.app(scope, counted, dressed)
        except _TooLongError:
            if started:
                raise
            fault = f"more than {self.body:,} bytes; send less at a time"
            await JSONResponse({"detail": fault}, 413)(scope, receive, dressed)
        return None
