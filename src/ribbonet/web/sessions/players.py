"""Players, each with a session over a WebSocket, who take turns."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Protocol, TypeVar

from fastapi import WebSocket, WebSocketDisconnect

from ribbonet.errors import InputError
from ribbonet.system.pools import let_others_first
from ribbonet.web.server.faults import in_words_of_page
from ribbonet.web.server.limits import Limits

FRAMES = 40
"""Pictures a second of one player, at most."""

SLOWEST = 7
"""Pictures a second of each player below which nobody more is let in."""

AHEAD = 2
"""Pictures sent before the page has said that it has drawn the first of them."""

TIMED_OUT = 3008
"""The code of a WebSocket that is closed because nothing came."""

KEPT = 32
"""Sessions that are kept for pages that may come back."""

REPLACED = 4001
"""The code of a WebSocket whose page has come back by another."""

T = TypeVar("T")


class Learning(Protocol):
    """A session: messages in, answers and pictures out."""

    changed: bool

    @property
    def training(self) -> bool:
        """Whether it has steps to take."""

    def answer(self, message: dict[str, Any]) -> dict[str, Any] | None:
        """Do what a message says; return the answer if there is one."""

    def turn(self, seconds: float) -> bytes | None:
        """Train for a share of time; return a picture if there is need."""

    def close(self) -> None:
        """Train no further; the page has gone, and may come back."""


class Players:
    """All who play; their turns are taken one after the other, and each gets the same share.

    A short prediction that somebody waits for goes first.

    Parameters
    ----------
    limits : Limits
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.present: set[Player] = set()
        self.wait = 0.0  # seconds from the wish for a picture to the picture, of late
        self._turns = ThreadPoolExecutor(1, "turns", let_others_first)
        self._kept: dict[str, Learning] = {}  # by the page, the latest last

    async def welcome(self, socket: WebSocket, make: Callable[[], Learning]) -> None:
        """Let somebody play until the page is left, unless there are too many.

        A page that comes back, after a reload or a lost connection, names its session by the
        query `session`, letters, digits and hyphens of its own choice, and gets it again.
        """
        await socket.accept()
        page = socket.query_params.get("session", "")
        page = f"{socket.url.path} {page}" if re.fullmatch(r"[0-9A-Za-z-]{16,64}", page) else ""
        await self._release(page, make)
        client = socket.client.host if socket.client else ""
        own = sum(player.client == client for player in self.present)
        fault = ""
        if self.full:
            fault = f"{len(self.present)} are here, more the page cannot hold; try again later"
        elif own >= self.limits.sessions_of_client:
            fault = f"{own} are here from your address; close one of them"
        if fault:
            await socket.send_json({"type": "full", "status": 429, "message": fault})
            await socket.close(1013)
            return
        kept = self._kept.pop(page) if page in self._kept else make()
        player = Player(socket, self, client, page, kept)
        self.present.add(player)
        try:
            await player.play()
        finally:
            self.present.discard(player)
            self._turns.submit(player.session.close)
            self._keep(player.page, player.session)

    def _keep(self, page: str, session: Learning) -> None:
        """Keep the session of a page that may come back, instead of the oldest if need be."""
        if page:
            self._kept[page] = session
            while len(self._kept) > KEPT:
                del self._kept[next(iter(self._kept))]

    async def _release(self, page: str, make: Callable[[], Learning]) -> None:
        """Take a page's session from a connection that is lost, though it does not seem so."""
        for player in [own for own in self.present if page and own.page == page]:
            self.present.discard(player)
            self._turns.submit(player.session.close)
            self._keep(page, player.session)
            player.page, player.session = "", make()
            with suppress(WebSocketDisconnect, RuntimeError):
                await player.socket.close(REPLACED, "This page was opened once more.")

    @property
    def full(self) -> bool:
        """Whether one more would be too many, or would make it too slow for those who play."""
        slow = self.active > 0 and self.wait * (self.active + 1) / self.active > 1 / SLOWEST
        return len(self.present) >= self.limits.sessions or slow

    @property
    def active(self) -> int:
        """How many are training."""
        return sum(player.session.training for player in self.present)

    async def turn(self, work: Callable[[], T]) -> T:
        """Do something in turn with what the others do."""
        return await asyncio.get_running_loop().run_in_executor(self._turns, work)

    @property
    def share(self) -> float:
        """Seconds that a turn may take."""
        return min(1 / FRAMES, 1 / (SLOWEST * max(self.active, 1)))


class Player:
    """A page that plays.

    Parameters
    ----------
    socket : WebSocket
    players : Players
        All of them.
    client : str
        Who plays.
    page : str
        What it calls its session; empty where it does not.
    session : Learning
    """

    def __init__(
        self, socket: WebSocket, players: Players, client: str, page: str, session: Learning
    ) -> None:
        self.socket, self.players, self.client = socket, players, client
        self.page, self.session = page, session
        self._credit = asyncio.BoundedSemaphore(AHEAD)
        self._wake = asyncio.Event()

    async def play(self) -> None:
        """Answer messages and send pictures until the page is left, or silent for too long."""
        pictures = asyncio.create_task(self._pictures())
        try:
            with suppress(TimeoutError):
                while True:
                    async with asyncio.timeout(self.players.limits.silence):
                        try:
                            text = await self.socket.receive_text()
                        except KeyError:  # bytes, which are no JSON
                            text = ""
                    await self._take(text)
            minutes = self.players.limits.silence / 60
            fault = f"The page said nothing for {minutes:g} minutes; the server ended the session."
            await self.socket.close(TIMED_OUT, fault)
        except (WebSocketDisconnect, RuntimeError):  # the latter where sending finds it gone
            pass
        finally:
            pictures.cancel()
            with suppress(asyncio.CancelledError, WebSocketDisconnect, RuntimeError):
                await pictures

    async def _take(self, text: str) -> None:
        """Do what a message says."""
        kind = ""
        try:
            if len(text) > self.players.limits.body:
                fault = f"more than {self.players.limits.body:,} characters; send less"
                return await self._send({"type": "fault", "status": 413, "message": fault})
            message = _read(text)
            kind = str(message["type"])
            if kind == "drawn":
                with suppress(ValueError):  # it has drawn more than it was sent
                    self._credit.release()
                return None
            answer = await self.players.turn(lambda: self.session.answer(message))
        except InputError as error:
            names = getattr(error, "names", [])
            text = in_words_of_page(str(error))
            answer = {"type": "fault", "of": kind, "status": 422, "message": text, "names": names}
        if answer is not None:
            await self._send(answer)
        self._wake.set()
        return None

    async def _send(self, message: dict[str, Any]) -> None:
        await self.socket.send_text(json.dumps(message, separators=(",", ":")))

    async def _pictures(self) -> None:
        """Train and send pictures, as fast as the page draws them."""
        loop = asyncio.get_running_loop()
        while True:
            await self._credit.acquire()
            picture = None
            while picture is None:
                if not (self.session.training or self.session.changed):
                    self._wake.clear()
                    await self._wake.wait()
                started = loop.time()
                picture = await self.players.turn(lambda: self.session.turn(self.players.share))
                took = loop.time() - started
                self.players.wait += 0.3 * (took - self.players.wait)
                rest = 1 / FRAMES - took
                if picture is None:
                    await asyncio.sleep(max(rest, 0))
            await self.socket.send_bytes(picture)
            await asyncio.sleep(max(rest, 0))


def _read(text: str) -> dict[str, Any]:
    """Return a message that has a type."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"a message that is not JSON: {error}") from None
    if not isinstance(message, dict) or "type" not in message:
        raise InputError("a message needs a type")
    return message
