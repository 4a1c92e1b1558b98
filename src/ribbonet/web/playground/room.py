"""What the room Play asks the server for: a session for each player, over a WebSocket."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import APIRouter, WebSocket

from ribbonet.web.playground.export import Form
from ribbonet.web.playground.problems.thumbnails import thumbnails
from ribbonet.web.playground.session import Session
from ribbonet.web.playground.settings import Settings
from ribbonet.web.sessions.players import Players


def router(players: Players) -> APIRouter:
    """Make the room's part of the application."""
    router = APIRouter(tags=["play"])

    @router.get("/api/play")
    def room() -> dict[str, Any]:
        """Tell what can be chosen, what the data sets look like, and how many play."""
        return {
            "choices": Settings.choices(),
            "thumbnails": thumbnails(),
            "forms": get_args(Form),
            "players": len(players.present),
            "most": players.limits.sessions,
        }

    @router.websocket("/ws/play")
    async def play(socket: WebSocket) -> None:
        await players.welcome(socket, lambda: Session(players.limits.steps))

    return router
