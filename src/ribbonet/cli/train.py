"""`ribbonet train`: a model from labelled chains of one's own."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ribbonet.cli.messages import say
from ribbonet.cli.options.choices import Engine, EngineName, Seed, States
from ribbonet.cli.options.groups import flat
from ribbonet.cli.options.labelled import (
    STATE_NAMES,
    Exclude,
    Labels,
    Train,
    Valid,
    read_all,
    read_both,
    warn_of_one_label,
    warn_of_one_state,
)
from ribbonet.cli.options.sources import Sources
from ribbonet.cli.progress import bar
from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.chains.alphabet import Alphabet
    from ribbonet.chains.chain import Chain
    from ribbonet.models.config import ModelConfig
    from ribbonet.models.inputs import Source
    from ribbonet.models.model import Model


@flat
def command(
    train: Train,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the model.")],
    valid: Valid = None,
    exclude: Exclude = None,
    *,
    labels: Labels,
    config: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE.toml",
            help="The model and how it is trained: 1988, 1988-large, small, or a TOML file; by "
            "default one network of 1988.",
        ),
    ] = None,
    init: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="Start from this model, shipped or in a folder; --config then says how it is "
            "trained further.",
        ),
    ] = None,
    sources: Sources,
    states: Annotated[
        States | None, typer.Option(help="Instead of the configuration's: 3, or DSSP's 8.")
    ] = None,
    seed: Seed = None,
    engine: Engine = EngineName.NUMPY,
    class_weights: Annotated[
        str | None,
        typer.Option(
            metavar="balanced|LABEL=NUMBER,...",
            help="What a residue of each class counts in training; instead of the configuration's.",
        ),
    ] = None,
    folds: Annotated[
        int | None,
        typer.Option(
            min=2,
            help="Cross-validate, families of homologues kept whole: a model a fold, predictions "
            "of all chains by the models that did not learn from them, scores and a report.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with a training that was broken off.")
    ] = False,
) -> None:
    """Train a model on labelled chains."""
    from ribbonet.models.library import load_model
    from ribbonet.tasks.structure import Structure
    from ribbonet.training.folds import finished
    from ribbonet.training.team import team_of
    from ribbonet.training.train import train_model

    start = None if init is None else load_model(init, profiles=sources.are_profiles)
    settings = _settings(config, start, sources, seed, class_weights, states)
    alphabet = _states(settings, start, init)
    judges: list[Chain] = []
    if folds is None:
        kind, chains, judges = read_both(
            train, valid, exclude, alphabet, settings.seed, labels.options()
        )
    elif valid:
        raise InputError("--folds holds chains out itself; leave --valid out")
    else:
        kind, chains = read_all(train, exclude, alphabet, labels.options())
    measure = "Q3" if isinstance(kind, Structure) else "accuracy"
    with (
        sources.opened(lambda: [*chains, *judges], often=True) as source,
        team_of(engine.value) as team,
    ):

        def train_one(fold: int, learned: list[Chain], judged: list[Chain]) -> Model:
            if fold and team.leads:
                say(f"fold {fold} of {folds}: {len(learned):,} chains, {len(judged):,} to validate")
            own = output / f"fold{fold}" if fold else output
            if fold and resume and (made := finished(own, settings, learned, judged)):
                return made
            return train_model(
                settings,
                learned,
                judged,
                own,
                engine=team,
                resume=resume,
                on_epoch=partial(_report, measure=measure) if team.leads else None,
                track=bar if team.leads and sys.stderr.isatty() else None,
                source=source,
                start=start,
                task=kind,
            )

        try:
            if folds is not None:
                from ribbonet.cli.runs.folds import run_folds

                run_folds(
                    output,
                    chains,
                    folds,
                    train_one,
                    seed=settings.seed,
                    source=source,
                    resume=resume,
                    leads=team.leads,
                )
                return
            model = train_one(0, chains, judges)
        except KeyboardInterrupt:
            say("interrupted; the epochs that are finished are kept, go on by --resume")
            raise typer.Exit(130) from None
        if team.leads:
            say(f"the model is in {output}")
            _report_score(model, judges, source)


def _settings(
    config: str | None,
    start: Model | None,
    sources: Sources,
    seed: int | None,
    class_weights: str | None,
    states: States | None,
) -> ModelConfig:
    """Return the configuration that was named, with what the options say instead of it."""
    from ribbonet.models.config import ModelConfig, read_config
    from ribbonet.training.fine_tuning import DEFAULT

    default = ModelConfig() if start is None else DEFAULT
    settings = default if config is None else read_config(config)
    if seed is not None:
        settings = replace(settings, seed=seed)
    if start is None and sources.are_profiles and settings.inputs is None:
        settings = replace(settings, inputs="profile")
    if class_weights is not None:
        weighted = tuple(replace(s, class_weights=class_weights) for s in settings.stages)
        settings = replace(settings, stages=weighted)
    return settings if states is None else replace(settings, states=int(states))


def _states(settings: ModelConfig, start: Model | None, name: str | None) -> Alphabet:
    """Return the states of secondary structure to learn; say where the model has others."""
    from ribbonet.tasks.structure import Structure
    from ribbonet.training.fine_tuning import states_of

    alphabet = states_of(settings, start)
    if start is not None and isinstance(start.task, Structure) and start.task.alphabet != alphabet:
        say(
            f"the model {name!r} has {len(start.states)} states, not {len(alphabet)}: its last "
            "layer is drawn anew"
        )
    return alphabet


def _report(name: str, row: dict[str, float], measure: str = "accuracy") -> None:
    parts = []
    for part in ("train", "valid"):
        right = row.get(f"{part}_accuracy")
        share = "" if right is None else f", {measure} {100 * right:.2f} %"
        parts.append(f"{part} loss {row[f'{part}_loss']:.4f}{share}")
    sys.stderr.write(f"{name}, epoch {row['epoch']}: {'; '.join(parts)}; {row['seconds']:.0f} s\n")


def _report_score(model: Model, judges: Sequence[Chain], source: Source | None) -> None:
    """Print the score on the validation chains beside the majority baseline."""
    from ribbonet.evaluation.evaluate import evaluate_chains
    from ribbonet.tasks.structure import Structure

    if not isinstance(model.task, Structure):
        from ribbonet.evaluation.tasks import evaluate_task

        found = evaluate_task(model, "", "validation", judges, source).scores
        say(f"validation: {found}")
        warn_of_one_label(found, "validation")
        return
    scores = evaluate_chains(model, "", "validation", judges, source).scores
    majority = scores["majority_state"]
    say(
        f"validation: Q3 {scores['q3']:.1f} %; the majority baseline, {STATE_NAMES[majority]} "
        f"for every residue, has {scores['majority_q3']:.1f} %"
    )
    warn_of_one_state(scores, "validation")
