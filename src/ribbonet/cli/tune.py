"""`ribbonet tune`: a search for the configuration that suits one's own labels best."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ribbonet.cli.options.labelled import (
    Coil,
    Exclude,
    Invalid,
    OnInvalid,
    Task,
    TaskName,
    Train,
    Unlabelled,
    Valid,
    read_both,
    say,
    warn,
)
from ribbonet.cli.options.outputs import spare_inputs
from ribbonet.cli.options.sources import Arrays, Homologues, Msa, opened
from ribbonet.cli.train import Engine, bar
from ribbonet.errors import InputError


def command(
    train: Train,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for best.toml and the trials.")
    ],
    valid: Valid = None,
    exclude: Exclude = None,
    task: Task = TaskName.AUTO,
    unlabelled: Unlabelled = None,
    coil: Coil = None,
    on_invalid: OnInvalid = Invalid.ERROR,
    space: Annotated[
        Path | None,
        typer.Option(help="TOML file: a configuration with ranges; else those of docs/tune.md."),
    ] = None,
    msa: Msa = None,
    homologues: Homologues = None,
    inputs: Arrays = None,
    trials: Annotated[int, typer.Option(min=1, help="To finish, by all workers together.")] = 50,
    storage: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Database that keeps the trials, postgresql://USER@HOST/NAME for several "
            "machines; else SQLite in the folder.",
        ),
    ] = None,
    study: Annotated[str, typer.Option(help="What the search is called there.")] = "ribbonet",
    seed: Annotated[int | None, typer.Option(min=0, help="Instead of the space's.")] = None,
    engine: Annotated[
        Engine, typer.Option(help="What computes: the gradients by hand, or PyTorch.")
    ] = Engine.NUMPY,
    then_train: Annotated[
        bool, typer.Option("--train", help="Train the best one afterwards, to FOLDER/model.")
    ] = False,
) -> None:
    """Search for the best configuration; killed, it goes on when it is run again."""
    try:
        from ribbonet.training.tuning import shown, tune
    except ImportError:
        raise InputError("Optuna is missing; add it by: pip install 'ribbonet[tune]'") from None
    from ribbonet.chains.alphabet import STATES, STATES8
    from ribbonet.models.config import format_config
    from ribbonet.system.atomic import atomic_write
    from ribbonet.tasks.labels import LabelOptions
    from ribbonet.training.space import default_space, read_space
    from ribbonet.training.train import train_model
    from ribbonet.training.work import check_search_folder

    searched = default_space() if space is None else read_space(space)
    if seed is not None:
        searched = searched.with_value("seed", seed)
    if (msa is not None or homologues is not None) and "inputs" not in searched.tables:
        searched = searched.with_value("inputs", "profile")
    options = LabelOptions(task.value, unlabelled, coil, on_invalid.value, warn)
    states = STATES8 if searched.tables.get("states") == len(STATES8) else STATES
    kind, chains, judges = read_both(train, valid, exclude, states, searched.seed, options)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{output}: cannot be made ({error.strerror})") from None
    best = output / "best.toml"
    spare_inputs(best, [space, *train, *(valid or []), *(exclude or [])])
    model = output / "model" if then_train else None
    check_search_folder(output, best, model)
    url = storage or f"sqlite:///{(output / 'trials.db').absolute()}"
    track = bar if sys.stderr.isatty() else None
    say(f"trials are kept in {shown(url)}, as {study!r}")
    settings: dict[str, Any] = {"engine": engine.value, "track": track, "task": kind}
    with opened(lambda: [*chains, *judges], msa, homologues, inputs, often=True) as source:
        settings["source"] = source
        found = tune(
            searched,
            chains,
            judges,
            trials=trials,
            storage=url,
            study=study,
            on_trial=say,
            **settings,
        )
        with atomic_write(best, "w") as file:
            file.write(
                f"# trial {found.number}, the best of {found.trials}: {found.score} of the "
                f"validation chains\n{format_config(found.config)}"
            )
        say(f"best is trial {found.number} of {found.trials}, {found.score}: {best}")
        if model is not None:
            train_model(found.config, chains, judges, model, resume=True, **settings)
            say(f"the model is in {model}")
