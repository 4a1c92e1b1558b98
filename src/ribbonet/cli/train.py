"""`ribbonet train`: a model from labelled chains of one's own."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer


class Engine(StrEnum):
    """What computes the steps of a training."""

    NUMPY = "numpy"
    TORCH = "torch"


def command(
    train: Annotated[list[str], typer.Argument(help="Three-line files of labelled chains.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the model.")],
    valid: Annotated[
        list[str] | None,
        typer.Option(help="Three-line files to stop and choose by; else a tenth of TRAIN."),
    ] = None,
    exclude: Annotated[
        list[Path] | None,
        typer.Option(help="Files of ids of chains to leave out, of both, one a line."),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="TOML file: the model and its training; else the network of 1988."),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the configuration's.")] = None,
    engine: Annotated[
        Engine, typer.Option(help="What computes: the gradients by hand, or PyTorch.")
    ] = Engine.NUMPY,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a training that was broken off.")
    ] = False,
) -> None:
    """Train a model on labelled chains."""
    from ribbonet.prediction.config import ModelConfig, read_config
    from ribbonet.prediction.evaluation import read_labelled
    from ribbonet.prediction.training import hold_out, train_model

    settings = ModelConfig() if config is None else read_config(config)
    if seed is not None:
        settings = replace(settings, seed=seed)
    chains = read_labelled(train, exclude or [])
    if valid:
        judges = read_labelled(valid, exclude or [])
    else:
        chains, judges = hold_out(chains, settings.seed)
    train_model(
        settings,
        chains,
        judges,
        output,
        engine=engine.value,
        resume=resume,
        on_epoch=_report,
        track=bar if sys.stderr.isatty() else None,
    )
    sys.stderr.write(f"ribbonet: the model is in {output}\n")


def _report(name: str, row: dict[str, float]) -> None:
    sys.stderr.write(
        f"{name}, epoch {row['epoch']}: train loss {row['train_loss']:.4f}, "
        f"Q3 {100 * row['train_accuracy']:.2f} %; valid loss {row['valid_loss']:.4f}, "
        f"Q3 {100 * row['valid_accuracy']:.2f} %; {row['seconds']:.0f} s\n"
    )


def bar(steps: Iterable[Any], description: str, length: int) -> Iterator[Any]:
    """Show on standard error how far an epoch is."""
    from rich.console import Console
    from rich.progress import track

    yield from track(steps, description, length, console=Console(stderr=True), transient=True)
