"""What the room Inside asks the server for."""

from __future__ import annotations

from fastapi import APIRouter

from ribbonet.web.limits import Limits


def router(limits: Limits) -> APIRouter:
    """Make the room's part of the application."""
    return APIRouter(prefix="/api/inside", tags=["inside"])
