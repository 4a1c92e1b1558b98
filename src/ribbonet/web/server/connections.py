"""Connections that have to speak in time, and of which there are only so many."""

from __future__ import annotations

import asyncio
import json
import logging
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from ribbonet.web.server.guard import HEADERS
from ribbonet.web.server.limits import Limits

SPARE = 192
"""File descriptors that are left for what is no connection, and for those just accepted."""

BACKLOG = 128
"""Connections that wait to be accepted, and are accepted in one go."""

QUIET = 10.0
"""Seconds within which a message of one kind is logged once."""

GRACE = 3
"""Seconds that what is under way has when the page is ended."""


class Connection(H11Protocol):
    """A connection whose requests have to arrive in time.

    Parameters
    ----------
    limits : Limits
    **options
        Of uvicorn's own protocol.
    """

    def __init__(self, limits: Limits, **options: Any) -> None:
        super().__init__(**options)
        self.limits = limits
        self.since: float | None = None  # the time from which we have waited for the client
        self._awaited: object = None  # the state of HTTP in which we wait
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection in, perhaps for another one that is slower."""
        super().connection_made(transport)
        own = [other for other in self.connections if _client(other) == _client(self)]
        if len(own) > self.limits.connections_of_client:
            self._close_slowest(own)
        elif len(self.connections) > self.limits.connections:
            self._close_slowest(self.connections)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take bytes in, and see whether more are awaited."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """Hand over; who plays may be silent for longer."""
        headers = dict(self.headers)
        if not _is_key(headers.get(b"sec-websocket-key", b"")):
            return self._refuse(400, "Sec-WebSocket-Key is not 16 bytes in Base64")
        if headers.get(b"sec-websocket-version") != b"13":
            return self._refuse(400, "Sec-WebSocket-Version is not 13")
        self._stop()
        return super().handle_websocket_upgrade(event)

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._refuse(400, msg)

    def _close_slowest(self, connections: Iterable[Any]) -> None:
        """Close the connection that has kept us waiting longest; this one where there is none."""
        waiting = [own for own in connections if getattr(own, "since", None) is not None]
        slowest = min(waiting, key=lambda own: own.since, default=self)
        self.connections.discard(slowest)
        slowest.transport.abort()

    def _watch(self) -> None:
        """Start the time for a header or a body, or stop it; a single byte prolongs neither."""
        state = self.conn.their_state
        if self.transport.get_protocol() is not self or state is self._awaited:
            return
        self._stop()
        if state in (h11.IDLE, h11.SEND_BODY):
            self._awaited, self.since = state, self.loop.time()
            # a body that an application waits for, too, is answered by that
            allowed = self.limits.header if state is h11.IDLE else self.limits.arrival + GRACE
            self._timer = self.loop.call_later(allowed, self._late)

    def _stop(self) -> None:
        self._awaited = self.since = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        if self.conn.our_state is h11.IDLE and self.cycle is None:
            self._refuse(408, f"no request within {self.limits.header:g} seconds")
        else:
            self.transport.close()

    def _refuse(self, status: int, fault: str) -> None:
        body = json.dumps({"detail": fault}).encode()
        headers = {
            **HEADERS,
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Connection": "close",
        }
        parts = (
            h11.Response(
                status_code=status,
                headers=list(headers.items()),
                reason=HTTPStatus(status).phrase.encode(),
            ),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        for part in parts:
            self.transport.write(self.conn.send(part) or b"")
        self.transport.close()


def _client(connection: Any) -> str:
    """Return the address of who is connected."""
    return connection.client[0] if connection.client else ""


def _is_key(text: bytes) -> bool:
    try:
        return len(b64decode(text, validate=True)) == 16
    except ValueError:
        return False


class Seldom(logging.Filter):
    """Let a message of one kind through once in a while, with the number of those left out."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log a record."""
        kind = f"{record.name} {str(record.msg).splitlines()[0][:100] if record.msg else ''}"
        if len(self._last) > 1000:
            self._last.clear()
            self._left_out.clear()
        if record.created - self._last.get(kind, -QUIET) < QUIET:
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return False
        self._last[kind] = record.created
        if left_out := self._left_out.pop(kind, 0):
            record.msg = f"{record.msg} (and {left_out:,} more such messages)"
        return True


def make_server(app: Any, limits: Limits) -> uvicorn.Server:
    """Make the server of an application.

    Parameters
    ----------
    app : ASGI application
    limits : Limits
        Fewer connections than these are let in where the system allows fewer open files.
    """
    limits = within_descriptors(limits)
    config = uvicorn.Config(
        app,
        http=partial(Connection, limits),  # type: ignore[arg-type]
        log_level="warning",
        server_header=False,
        ws_max_size=limits.body,
        ws_max_queue=4,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACE,
    )
    for name in ("uvicorn.error", "asyncio"):
        logging.getLogger(name).addFilter(Seldom())
    return uvicorn.Server(config)


def within_descriptors(limits: Limits) -> Limits:
    """Let in no more connections than there are file descriptors for."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return limits
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.connections + SPARE
    if soft < wanted and (hard == resource.RLIM_INFINITY or hard > soft):
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    most = max(soft - SPARE, 16) if soft != resource.RLIM_INFINITY else limits.connections
    return replace(
        limits,
        connections=min(limits.connections, most),
        connections_of_client=min(limits.connections_of_client, most),
    )
