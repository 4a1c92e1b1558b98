"""Training a model from labelled chains: stage after stage, network after network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES8, SYMBOLS
from ribbonet.chains.chain import Chain
from ribbonet.chains.relatives.profiles import COLUMNS
from ribbonet.errors import InputError, lacking
from ribbonet.models.build import build_network, cut_window
from ribbonet.models.config import OF_OPTIMIZERS, ModelConfig, StageConfig
from ribbonet.models.folder import embedding_of, read_model
from ribbonet.models.inputs import Inputs, ModelInputs, Source, check_source
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.models.weights import check_finite
from ribbonet.nn.layers.stack import Network
from ribbonet.nn.optimizers import OPTIMIZERS
from ribbonet.nn.penalties import L2
from ribbonet.nn.schedules import SCHEDULES
from ribbonet.nn.training.batches import batches
from ribbonet.nn.training.history import History
from ribbonet.nn.training.rate import DivergenceError
from ribbonet.nn.training.trainer import Tracker, fit
from ribbonet.tasks import Structure, Task
from ribbonet.tasks.base import LossOptions
from ribbonet.training.description import describe, identity
from ribbonet.training.examples import ChainExamples, WindowExamples, clusters_of
from ribbonet.training.fine_tuning import configure, started
from ribbonet.training.teacher import Teacher
from ribbonet.training.team import Engine, Team, alone
from ribbonet.training.work import TrainingFolder, training_folder

Array = NDArray[Any]
CHAINS_AT_ONCE = 256


def train_model(
    config: ModelConfig,
    train: Sequence[Chain],
    valid: Sequence[Chain],
    folder: Path,
    *,
    engine: Engine | Team = "numpy",
    resume: bool = False,
    on_epoch: Callable[[str, dict[str, float]], None] | None = None,
    track: Tracker | None = None,
    source: Source | None = None,
    start: Model | None = None,
    task: Task | None = None,
    teacher: Teacher | None = None,
    repeats: Sequence[float] | None = None,
) -> Model:
    """Train a model and write it to a folder.

    Each network of each stage is trained in turn; the next stage reads what the finished
    ones give for the same chains. The state is kept in a working folder (see
    `ribbonet.system.working`) in the folder after each epoch, until the model is whole.

    Parameters
    ----------
    config : ModelConfig
    train, valid : sequences of Chain
        Labelled chains to learn from, and to stop and choose by.
    folder : Path
        For `weights.safetensors`, `model.json` and `history.csv`.
    engine : {"numpy", "torch"} or Team
        What computes: the gradients by hand, or PyTorch's autograd (on a GPU where there is one);
        or the processes of a `ribbonet.training.team.team_of`, of which the first one writes.
    resume : bool
        Go on with the training that was broken off in the folder, which must have had the
        same configuration and chains; the result is the same, bit for bit.
    on_epoch : callable, optional
        Called with the network's name and the history's row after each epoch.
    track : callable, optional
        Wraps the steps of an epoch to show progress.
    source : Source, optional
        Of the arrays that the model is to read instead of residues, or beside them.
    start : Model, optional
        What to start from; `config` then says how it is trained further (see
        `ribbonet.training.fine_tuning`), and its own weights are epoch 0.
    task : Task, optional
        What the labels are (see `ribbonet.tasks.labels`); secondary structure by default.
    teacher : Teacher, optional
        Whose predictions of the training chains are learned besides their labels; chains without
        labels may then be among them.
    repeats : sequence of float, optional
        How many times an epoch takes each training chain, by chance where it is no whole number;
        once by default.

    Raises
    ------
    InputError
        When there is nothing to train on, the folder holds another training or files of a
        model's names, another process trains there, PyTorch is wanted and missing, a learning rate
        is too high, eight states are wanted of labels in three, or the arrays do not fit.
    """
    _check(train, valid, config, source)
    team = engine if isinstance(engine, Team) else alone(engine)
    if start is not None:
        config = configure(config, start, task)
    inputs = config.inputs or ("sequence" if source is None else "features")
    check_source(inputs, source, str(folder))
    if any(stage.profile_dropout for stage in config.stages[inputs == "profile" :]):
        raise InputError("profile_dropout: is for a first stage that reads profiles; leave it out")
    columns = _columns(inputs, source, train, start)
    features = columns + (SYMBOLS if inputs == "profile" else 0)
    embedding = None if config.embedding is None else embedding_of(config.embedding)
    task = _fitted(config, task, train, start)
    if teacher is not None:
        teacher.check(config, task)
    how: dict[str, Any] = {"start": start, "team": team, "on_epoch": on_epoch, "track": track}
    tracks = [_tracks(chains, inputs, source, columns) for chains in (train, valid)]
    this = identity(config, train, valid, source, start, teacher, repeats)
    with training_folder(folder, this, resume, team) as work:
        if work.finished:
            return read_model(folder)
        untrained, sets = Model((), inputs=inputs), (train, valid)
        if embedding is not None:
            untrained, features = replace(untrained, stages=(embedding,)), embedding.outputs
            tracks = [_in_parts(embedding, own) for own in tracks]
        how |= {"features": features, "task": task, "teacher": teacher, "repeats": repeats}
        model, history = _train_stages(config, sets, tracks, work, untrained, **how)
        model = replace(
            model, card=describe(config, train, valid, model, team, start, teacher, repeats)
        )
        work.finish(model, history)
    return model


def _tracks(
    chains: Sequence[Chain], inputs: Inputs, source: Source | None, columns: int
) -> Sequence[Array] | ModelInputs:
    """Return what the first stage reads of each chain."""
    if source is None:
        return [chain.codes for chain in chains]
    return ModelInputs(chains, inputs, source, columns)


def _check(
    train: Sequence[Chain], valid: Sequence[Chain], config: ModelConfig, source: Source | None
) -> None:
    """Refuse to train without a program that it needs, or without labels."""
    if config.embedding is not None and source is not None:
        raise InputError("embedding: takes the place of profiles and arrays; leave one out")
    if find_spec("scipy") is None:
        raise lacking("training", "SciPy", "train")
    for name, chains in (("training", train), ("validation", valid)):
        if not any(chain.mask.any() for chain in chains):
            raise InputError(f"no labelled residue in the {name} chains")


def _train_stages(
    config: ModelConfig,
    sets: tuple[Sequence[Chain], Sequence[Chain]],
    tracks: list[Sequence[Array] | ModelInputs],
    work: TrainingFolder,
    model: Model,
    *,
    features: int,
    task: Task,
    start: Model | None,
    teacher: Teacher | None,
    repeats: Sequence[float] | None,
    team: Team,
    on_epoch: Callable[[str, dict[str, float]], None] | None,
    track: Tracker | None,
) -> tuple[Model, History]:
    """Train the networks of each stage in turn; return the model and its history."""
    history = History()
    seeds = np.random.SeedSequence(config.seed).spawn(len(config.stages))
    clusters = clusters_of(sets[0])
    for number, (stage, stage_seed) in enumerate(zip(config.stages, seeds, strict=True)):
        before = None if start is None else start.stages[number]
        own_task = task if number + 1 == len(config.stages) else task.inner
        rngs = [np.random.default_rng(seed) for seed in stage_seed.spawn(stage.networks)]
        networks = [
            build_network(stage, number == 0, features, own_task).initialise(rng)
            if before is None
            else started(before.networks[n], before.task, own_task, rng)
            for n, rng in enumerate(rngs)
        ]
        window = cut_window(networks[0], stage.window) if before is None else before.window
        targets = [[own_task.targets(chain) for chain in chains] for chains in sets]
        loss = own_task.loss(
            LossOptions(stage.loss, stage.label_smoothing, stage.class_weights), targets[0]
        )
        if teacher is not None:
            targets[0] = list(teacher.targets(own_task, sets[0], targets[0]))
        drawn = (clusters, repeats), (None, None)
        examples = [
            _examples(networks[0], stage, own, learned, window, *used)
            for own, learned, used in zip(tracks, targets, drawn, strict=True)
        ]
        for n, (network, rng) in enumerate(zip(networks, rngs, strict=True)):
            name = f"stage {number + 1} network {n + 1}"
            options: dict[str, Any] = {
                "engine": team.factory,
                "batch_size": stage.batch_size * team.processes,
                "loss": loss,
                "checkpoint": work.checkpoint(f"{number}.{n}"),
                "on_epoch": partial(on_epoch, name) if on_epoch else None,
                "judge_start": start is not None,
            }
            try:
                rows = _fit(network, stage, *examples, rng=rng, track=track, **options)
            except DivergenceError as error:
                raise InputError(f"{name}: {error}") from error
            history += [{"stage": number + 1, "network": n + 1, **row} for row in rows]
        trained = Stage(window, tuple(networks), own_task)
        model = replace(model, stages=(*model.stages, trained))
        if number + 1 < len(config.stages):
            tracks = [_in_parts(trained, own) for own in tracks]
    return model, history


def _columns(
    inputs: Inputs, source: Source | None, train: Sequence[Chain], start: Model | None
) -> int:
    """Columns of the arrays that are read: those of the first chain, unless they are known."""
    if source is None or start is not None:
        return 0 if start is None else start.columns
    return COLUMNS if inputs == "profile" else source(train[0]).shape[1]


def _fitted(
    config: ModelConfig, task: Task | None, train: Sequence[Chain], start: Model | None
) -> Task:
    """Return the task with the states of the configuration and what it takes from the chains."""
    wanted: Task = task or Structure()
    if not isinstance(wanted, Structure):
        if config.states is not None:
            raise InputError(f"states = {config.states}: is for secondary structure; leave it out")
    elif config.alphabet == STATES8:
        wanted = Structure(STATES8)
    fitted = wanted.fitted(train)
    in_three = isinstance(fitted, Structure) and fitted.labels != fitted.alphabet
    if in_three and start is None:
        raise InputError("states = 8: the labels are in three states; give the eight of DSSP")
    return fitted


def _examples(
    network: Network,
    stage: StageConfig,
    tracks: Sequence[Array] | ModelInputs,
    labels: Sequence[Array],
    window: int,
    clusters: Sequence[int] | None,
    repeats: Sequence[float] | None,
) -> ChainExamples | WindowExamples:
    """Windows, or whole chains for a network that looks along them; clusters for training."""
    used = clusters if stage.one_per_cluster else None
    if network.along_chains:
        mask, lone = (0.0, 0.0) if clusters is None else (stage.mask, stage.profile_dropout)
        return ChainExamples(tracks, labels, window, used, mask, repeats, lone)
    if stage.mask:
        raise InputError("mask: is for networks with dilations; leave it out")
    return WindowExamples(list(tracks), labels, window, used, repeats)


def _fit(
    network: Network,
    stage: StageConfig,
    examples: ChainExamples | WindowExamples,
    valid: ChainExamples | WindowExamples,
    **options: Any,
) -> History:
    """Train one network as its stage's configuration says."""
    own = {name: value for name in OF_OPTIMIZERS if (value := getattr(stage, name)) is not None}
    history = fit(
        network,
        options.pop("loss"),
        OPTIMIZERS[stage.optimizer](learning_rate=stage.learning_rate, **own),
        examples,
        valid=valid,
        epochs=stage.epochs,
        patience=stage.patience,
        penalties=[L2(stage.l2)] if stage.l2 else [],
        clip=stage.clip,
        average=stage.average,
        schedule=SCHEDULES[stage.schedule],
        **options,
    )
    try:
        check_finite(network.state)
    except ValueError as error:
        raise DivergenceError(
            f"{error}: the learning rate {stage.learning_rate:g} is too high; try "
            f"{stage.learning_rate / 10:g}"
        ) from None
    return history


def _in_parts(stage: Stage, tracks: Sequence[Array] | ModelInputs) -> list[Array]:
    """Return what the next stage reads of many chains, computed a few hundred at a time."""
    result: list[Array] = []
    for places in batches(np.arange(len(tracks)), CHAINS_AT_ONCE):
        result += stage.for_next([tracks[int(place)] for place in places])
    return result
