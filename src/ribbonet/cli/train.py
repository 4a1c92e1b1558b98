"""`ribbonet train`: a model from labelled chains of one's own."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ribbonet.cli.labelled import Exclude, Train, Valid, read_both, say
from ribbonet.cli.sources import Arrays, Homologues, Msa, opened


class Engine(StrEnum):
    """What computes the steps of a training."""

    NUMPY = "numpy"
    TORCH = "torch"


def command(
    train: Train,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the model.")],
    valid: Valid = None,
    exclude: Exclude = None,
    config: Annotated[
        Path | None,
        typer.Option(help="TOML file: the model and its training; else the network of 1988."),
    ] = None,
    init: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Start from this model, shipped or in a folder; --config then says how it is "
            "trained further.",
        ),
    ] = None,
    msa: Msa = None,
    homologues: Homologues = None,
    inputs: Arrays = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the configuration's.")] = None,
    engine: Annotated[
        Engine,
        typer.Option(help="What computes: the gradients by hand, or PyTorch (by torchrun, too)."),
    ] = Engine.NUMPY,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a training that was broken off.")
    ] = False,
) -> None:
    """Train a model on labelled chains."""
    from ribbonet.models.config import ModelConfig, read_config
    from ribbonet.models.library import load_model
    from ribbonet.training.fine_tuning import DEFAULT as FURTHER
    from ribbonet.training.team import team_of
    from ribbonet.training.train import train_model

    profiles = msa is not None or homologues is not None
    start = None if init is None else load_model(init, profiles=profiles)
    default = ModelConfig() if start is None else FURTHER
    settings = default if config is None else read_config(config)
    if seed is not None:
        settings = replace(settings, seed=seed)
    if start is None and profiles and settings.inputs is None:
        settings = replace(settings, inputs="profile")
    states = settings.states or (3 if start is None else len(start.states))
    if start is not None and states != len(start.states):
        say(
            f"the model {init!r} has {len(start.states)} states, not {states}: its last layer is "
            "drawn anew"
        )
    told: Literal[3, 8] = 8 if states == 8 else 3
    chains, judges = read_both(train, valid, exclude, told, settings.seed)
    with (
        opened(lambda: [*chains, *judges], msa, homologues, inputs, often=True) as source,
        team_of(engine.value) as team,
    ):
        try:
            train_model(
                settings,
                chains,
                judges,
                output,
                engine=team,
                resume=resume,
                on_epoch=_report if team.leads else None,
                track=bar if team.leads and sys.stderr.isatty() else None,
                source=source,
                start=start,
            )
        except KeyboardInterrupt:
            say("interrupted; the epochs that are finished are kept, go on by --resume")
            raise typer.Exit(130) from None
    if team.leads:
        say(f"the model is in {output}")


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
