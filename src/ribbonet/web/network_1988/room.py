"""What the room 1988 asks the server for: a session for each pupil, over a WebSocket."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, WebSocket

from ribbonet.web.network_1988.session import Session
from ribbonet.web.network_1988.settings import Settings
from ribbonet.web.sessions.players import Players


def router(players: Players) -> APIRouter:
    """Make the room's part of the application; its pupils take turns with those who play."""
    router = APIRouter(tags=["1988"])

    @router.get("/api/1988")
    def room() -> dict[str, Any]:
        """Tell what can be chosen."""
        return {"choices": Settings.choices()}

    @router.websocket("/ws/1988")
    async def learn(socket: WebSocket) -> None:
        await players.welcome(socket, Session)

    return router
