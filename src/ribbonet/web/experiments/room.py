"""What the experiments of the room Play ask the server for, over a WebSocket of their own."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, WebSocket

from ribbonet.web.experiments.catalogue import EXPERIMENTS
from ribbonet.web.experiments.session import Extent, Session
from ribbonet.web.sessions.players import Players


def router(players: Players) -> APIRouter:
    """Make the part of the application; who experiments takes turns with those who play."""
    router = APIRouter(tags=["experiments"])

    @router.get("/api/experiments")
    def experiments() -> dict[str, Any]:
        """Tell which experiments there are, and how far they can go."""
        return {
            "experiments": {
                name: {
                    "title": own.title,
                    "varied": own.varied,
                    "sentence": own.sentence,
                    "ticks": own.ticks,
                    "labels": [variant.label for variant in own.variants],
                    "epochs": own.base["epochs"],
                }
                for name, own in EXPERIMENTS.items()
            },
            "extent": Extent.choices(),
        }

    @router.websocket("/ws/experiments")
    async def experiment(socket: WebSocket) -> None:
        await players.welcome(socket, Session)

    return router
