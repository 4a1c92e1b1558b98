"""What the room Predict asks the server for."""

from __future__ import annotations

from fastapi import APIRouter

from ribbonet.web.limits import Limits


def router(limits: Limits) -> APIRouter:
    """Make the room's part of the application."""
    return APIRouter(prefix="/api/predict", tags=["predict"])
