"""Trainings that are broken off."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ribbonet.chains.chain import Chain
from ribbonet.models.config import ModelConfig
from ribbonet.training.train import train_model


def train_for_two_epochs(
    config: ModelConfig,
    chains: Sequence[Chain],
    judges: Sequence[Chain],
    folder: Path,
    **options: Any,
) -> None:
    """Train as `train_model` does, and interrupt it behind the second epoch."""

    def stop(name: str, row: dict[str, float]) -> None:
        if row["epoch"] == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_model(config, chains, judges, folder, on_epoch=stop, **options)
