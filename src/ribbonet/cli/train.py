"""`ribbonet train`: a model from labelled chains of one's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ribbonet.cli import say
from ribbonet.cli.options import Engine, EngineName, Seed, States, flat
from ribbonet.cli.options.labelled import (
    Exclude,
    Labels,
    Train,
    Valid,
)
from ribbonet.cli.options.sources import Sources
from ribbonet.cli.options.teaching import Teaching
from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.chains.alphabet import Alphabet
    from ribbonet.chains.chain import Chain
    from ribbonet.models.config import ModelConfig
    from ribbonet.models.model import Model


@dataclass(frozen=True)
class Settings:
    """What is trained, and how."""

    config: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE.toml",
            help="The model and how it is trained: 1988, 1988-large, small, transfer, or a "
            "TOML file; by default one network of 1988.",
        ),
    ] = None
    init: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Start from this model, shipped or in a folder; --config then says how it is "
            "trained further.",
        ),
    ] = None
    states: Annotated[
        States | None,
        typer.Option(help="States to learn, 3 or DSSP's 8; overrides the configuration."),
    ] = None
    seed: Seed = None
    class_weights: Annotated[
        str | None,
        typer.Option(
            metavar="balanced|LABEL=NUMBER,...",
            help="Weight of each class in the loss; overrides the configuration.",
        ),
    ] = None

    def read(self, start: Model | None, sources: Sources) -> ModelConfig:
        """Return the configuration that was named, with what the options say instead of it."""
        from ribbonet.models.config import ModelConfig
        from ribbonet.models.config_files import read_config
        from ribbonet.training.fine_tuning import DEFAULT

        default = ModelConfig() if start is None else DEFAULT
        config = default if self.config is None else read_config(self.config)
        if self.seed is not None:
            config = replace(config, seed=self.seed)
        if start is None and sources.are_profiles and config.inputs is None:
            config = replace(config, inputs="profile")
        if self.class_weights is not None:
            own, weights = config.stages, self.class_weights
            config = replace(config, stages=tuple(replace(s, class_weights=weights) for s in own))
        return config if self.states is None else replace(config, states=int(self.states))


@flat
def command(
    train: Train,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FOLDER", help="Folder for the model.")
    ],
    valid: Valid = None,
    exclude: Exclude = None,
    *,
    labels: Labels,
    settings: Settings,
    teaching: Teaching,
    sources: Sources,
    engine: Engine = EngineName.NUMPY,
    folds: Annotated[
        int | None,
        typer.Option(
            min=2,
            metavar="NUMBER",
            help="Cross-validate, with families of homologues kept together: a model per fold, "
            "predictions of each chain by the model that has not seen it, scores and a report.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Resume a training that was interrupted.")
    ] = False,
) -> None:
    """Train a model on labelled chains."""
    from ribbonet.cli.runs.training import Run
    from ribbonet.models import load_model
    from ribbonet.training.sets import read_all, read_sets
    from ribbonet.training.team import team_of

    init = settings.init
    start = None if init is None else load_model(init, profiles=sources.are_profiles)
    config = settings.read(start, sources)
    alphabet = _states(config, start, init)
    judges: list[Chain] = []
    options, repeats = labels.options(), teaching.repeats
    if folds is None:
        taught = teaching.teacher is not None
        kind, chains, judges, repeats = read_sets(
            train, valid or [], exclude or [], alphabet, config.seed, options, say, taught, repeats
        )
    elif valid:
        raise InputError("--folds holds chains out itself; leave --valid out")
    else:
        teaching.check_folds()
        kind, chains = read_all(train, exclude or [], alphabet, options, on_remark=say)
    teacher = teaching.teacher_of(kind)
    with (
        sources.opened(lambda: [*chains, *judges], often=True) as source,
        team_of(engine.value) as team,
    ):
        run = Run(config, kind, output, source, start, team, folds, resume, teacher, repeats)
        try:
            if folds is None:
                run.train(chains, judges)
            else:
                run.cross_validate(chains)
        except KeyboardInterrupt:
            say("interrupted; the epochs that are finished are kept, go on by --resume")
            raise typer.Exit(130) from None


def _states(config: ModelConfig, start: Model | None, name: str | None) -> Alphabet:
    """Return the states of secondary structure to learn; say where the model has others."""
    from ribbonet.tasks.structure import Structure
    from ribbonet.training.fine_tuning import states_of

    alphabet = states_of(config, start)
    if start is not None and isinstance(start.task, Structure) and start.task.alphabet != alphabet:
        say(
            f"the model {name!r} has {len(start.states)} states, not {len(alphabet)}: its last "
            "layer is initialised at random"
        )
    return alphabet
