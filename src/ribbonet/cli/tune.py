"""`ribbonet tune`: a search for the configuration that suits one's own labels best."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ribbonet.cli import say
from ribbonet.cli.options import Engine, EngineName, Seed, flat
from ribbonet.cli.options.labelled import Exclude, Labels, Train, Valid
from ribbonet.cli.options.outputs import spare_inputs
from ribbonet.cli.options.sources import Sources
from ribbonet.cli.terminal.progress import bar
from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.training.search.space import Space


SpaceFile = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="TOML file: a configuration with ranges; by default that of the guide tune.md.",
    ),
]
Storage = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Database of the trials, postgresql://USER@HOST/NAME for several machines; by "
        "default SQLite in the folder.",
    ),
]


@flat
def command(
    train: Train,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FOLDER", help="Folder for best.toml and the trials."
        ),
    ],
    valid: Valid = None,
    exclude: Exclude = None,
    *,
    labels: Labels,
    space: SpaceFile = None,
    sources: Sources,
    trials: Annotated[
        int,
        typer.Option(min=1, metavar="NUMBER", help="Number of trials, of all workers together."),
    ] = 50,
    storage: Storage = None,
    study: Annotated[
        str, typer.Option(metavar="NAME", help="Name of the search in the database.")
    ] = "ribbonet",
    seed: Seed = None,
    engine: Engine = EngineName.NUMPY,
    then_train: Annotated[
        bool, typer.Option("--train", help="Then train the best configuration, to FOLDER/model.")
    ] = False,
) -> None:
    """Search for the best configuration.

    An interrupted search resumes when it is run again.
    """
    try:
        from ribbonet.training.search.storage import shown
        from ribbonet.training.search.tuning import tune
    except ImportError:
        raise InputError("Optuna is missing; add it by: pip install 'ribbonet[tune]'") from None
    from ribbonet.chains.alphabet import STATES, STATES8
    from ribbonet.models.config_files import format_config
    from ribbonet.system.atomic import atomic_write
    from ribbonet.system.working import working_folder, working_path
    from ribbonet.training.sets import read_sets
    from ribbonet.training.train import train_model

    searched = _space(space, seed, sources)
    states = STATES8 if searched.tables.get("states") == len(STATES8) else STATES
    kind, chains, judges, _ = read_sets(
        train, valid or [], exclude or [], states, searched.seed, labels.options(), on_remark=say
    )
    best, model = output / "best.toml", output / "model" if then_train else None
    _prepare(output, best, model, [space, *train, *(valid or []), *(exclude or [])])
    own = output / "trials.db"
    url = storage or f"sqlite:///{own.absolute()}"
    say(f"trials are kept in {shown(url)}, as {study!r}")
    with (
        nullcontext() if storage else working_folder(working_path(own), output) as held,
        sources.opened(lambda: [*chains, *judges], often=True) as source,
    ):
        settings: dict[str, Any] = {
            "engine": engine.value,
            "track": bar if sys.stderr.isatty() else None,
            "task": kind,
            "source": source,
        }
        limits: dict[str, Any] = {"trials": trials, "storage": url, "study": study}
        alone = held is not None
        found = tune(searched, chains, judges, alone=alone, on_trial=say, **limits, **settings)
        with atomic_write(best, "w") as file:
            file.write(
                f"# trial {found.number}, the best of {found.trials}: {found.score} of the "
                f"validation chains\n{format_config(found.config)}"
            )
        say(f"best is trial {found.number} of {found.trials}, {found.score}: {best}")
        if model is not None:
            train_model(found.config, chains, judges, model, resume=True, **settings)
            say(f"the model is in {model}")
        if held is not None:
            held.remove()


def _space(path: Path | None, seed: int | None, sources: Sources) -> Space:
    """Return the space to search, with what the options say instead of it."""
    from ribbonet.training.search.space import default_space, read_space

    space = default_space() if path is None else read_space(path)
    if seed is not None:
        space = space.with_value("seed", seed)
    if sources.are_profiles and "inputs" not in space.tables:
        space = space.with_value("inputs", "profile")
    return space


def _prepare(folder: Path, best: Path, model: Path | None, inputs: list[str | Path | None]) -> None:
    """Make the folder of the search, and refuse one where it would overwrite something."""
    from ribbonet.training.work import check_search_folder

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made ({error.strerror})") from None
    spare_inputs(best, inputs)
    check_search_folder(folder, best, model)
