"""What holds for every request: its size, where it comes from, and the headers of the answer."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from secrets import compare_digest
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, cookie_parser
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ribbonet.web.server.limits import Limits

HEADERS = {
    # nothing from another host, nothing inline; drawings are downloaded as blobs
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: blob:; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True)
class Access:
    """Who is served.

    Parameters
    ----------
    names : frozenset of str
        Host names under which the page may be asked for, in lower case. Any other name is
        refused, even if it stands for this machine: its page could belong to an attacker (DNS
        rebinding).
    any_address : bool
        Whether it may be asked for under any IP address, or those of this machine alone.
    token : str
        What a browser has to know, from the address that it opens first; empty for nothing.
    """

    names: frozenset[str] = frozenset({"localhost"})
    any_address: bool = False
    token: str = field(default="", repr=False)

    def knows(self, host: str) -> bool:
        """Whether the header `Host` names this page."""
        name = _name_and_port(host)[0].removesuffix(".")
        if name in self.names:
            return True
        try:
            address = ip_address(name)
        except ValueError:
            return False
        return self.any_address or address.is_loopback

    def admits(self, token: str) -> bool:
        """Whether a token is the right one."""
        return compare_digest(token.encode(), self.token.encode())


class Guard:
    """Middleware that refuses what is too long, too slow, or comes from a foreign page.

    Parameters
    ----------
    app : ASGI application
    limits : Limits
    access : Access
    """

    def __init__(self, app: ASGIApp, limits: Limits, access: Access) -> None:
        self.app = app
        self.limits = limits
        self.access = access
        self._held = 0  # bytes of all bodies under way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        refusal = self._refusal(scope)
        if scope["type"] == "websocket":
            if refusal is None:
                return await self.app(scope, receive, send)
            await receive()  # the wish to connect
            return await refusal(scope, receive, dressed(send))
        if refusal is not None:
            return await refusal(scope, receive, dressed(send))
        return await self._pass_on(scope, receive, dressed(send))

    def _refusal(self, scope: Scope) -> Response | None:
        """Return the answer to what must not be asked, or not like this."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not self.access.knows(host):
            return _fault(
                403,
                f"the host {host[:100]!r} is not served; open the address that `ribbonet serve` "
                "printed, or start it with --allow-host",
            )
        if any(_place(origin) != host.lower() for origin in headers.getlist("origin")):
            return _fault(403, "asked by a page of another origin")
        if "content-length" in headers and "transfer-encoding" in headers:
            return _fault(400, "the body has two lengths: Content-Length and Transfer-Encoding")
        if not self.access.token:
            return None
        query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
        cookie = (
            f"ribbonet-{_name_and_port(host)[1]}"  # browsers send a cookie to all ports of a host
        )
        if self.access.admits(query.get("token", "")):
            if scope.get("method") != "GET" or scope["path"] != "/":
                return None
            answer = RedirectResponse("/", 303)  # the token leaves the address
            answer.set_cookie(cookie, self.access.token, httponly=True, samesite="lax")
            return answer
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        known = cookie_parser(headers.get("cookie", "")).get(cookie, "")
        if self.access.admits(bearer) or self.access.admits(known):
            return None
        return _fault(
            401,
            "a token is needed: open the whole address that `ribbonet serve` printed, "
            "or send the header 'Authorization: Bearer TOKEN'",
        )

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its body as far as it is neither too long nor too slow."""
        limits, headers = self.limits, Headers(scope=scope)
        read, complete = 0, False
        until = asyncio.get_running_loop().time() + limits.arrival

        async def counted() -> Message:
            nonlocal read, complete
            try:
                async with asyncio.timeout_at(None if complete else until):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(
                    408,
                    f"the body was not there after {limits.arrival:g} seconds; send it again",
                    {"Connection": "close"},
                ) from None
            complete = not message.get("more_body", False)
            size = len(message.get("body", b""))
            read += size
            self._held += size
            if read > limits.body:
                raise too_long(limits)
            if self._held > limits.bodies:
                raise HTTPException(429, "too much is under way; try again in a moment")
            return message

        try:
            if int(headers.get("content-length", 0)) > limits.body:
                raise too_long(limits)
            await self.app(scope, counted, send)
        except ClientDisconnect:
            pass  # nobody is there to be answered
        except HTTPException as error:
            await _fault(error.status_code, error.detail)(scope, receive, send)
        finally:
            self._held -= read


def too_long(limits: Limits) -> HTTPException:
    """Return what answers a request with too many bytes."""
    return HTTPException(413, f"more than {limits.body:,} bytes; send less at a time")


def dressed(send: Send) -> Send:
    """Give every answer its headers."""

    async def send_dressed(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            MutableHeaders(scope=message).update(HEADERS)
        await send(message)

    return send_dressed


def _fault(status: int, detail: str) -> Response:
    return JSONResponse({"detail": detail}, status)


def _place(origin: str) -> str:
    """Return host and port of an origin; empty where it is none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


_HOST = re.compile(r"(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::([0-9]{0,5}))?", re.IGNORECASE | re.ASCII)


def _name_and_port(host: str) -> tuple[str, str]:
    """Return the parts of the header `Host`, in lower case; empty where it is malformed."""
    found = _HOST.fullmatch(host)
    if found is None:
        return "", ""
    address, name, port = found.groups(default="")
    return (address or name).lower(), port
