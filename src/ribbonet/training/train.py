"""Training a model from labelled chains: stage after stage, network after network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models.build import build_network, cut_window
from ribbonet.models.config import OF_OPTIMIZERS, ModelConfig, StageConfig
from ribbonet.models.folder import check_finite, read_model
from ribbonet.models.inputs import Source
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn.layers.stack import Network
from ribbonet.nn.losses import Loss
from ribbonet.nn.optimizers import OPTIMIZERS
from ribbonet.nn.penalties import L2
from ribbonet.nn.schedules import SCHEDULES
from ribbonet.nn.training.history import History
from ribbonet.nn.training.rate import DivergenceError
from ribbonet.nn.training.trainer import Tracker, fit
from ribbonet.tasks import Task
from ribbonet.tasks.base import LossOptions
from ribbonet.training.description import describe, identity
from ribbonet.training.examples import ChainExamples, WindowExamples, clusters_of
from ribbonet.training.fine_tuning import started
from ribbonet.training.plan import Plan, StageInputs, in_parts, plan_of
from ribbonet.training.teacher import Teacher
from ribbonet.training.team import Engine, Team, alone
from ribbonet.training.work import TrainingFolder, training_folder

Array = NDArray[Any]


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

    Each network of each stage is trained in turn; the next stage reads the predictions of the
    finished ones for the same chains. After each epoch the state is saved in a working folder (see
    `ribbonet.system.working`) in the folder, until the model is complete.

    Parameters
    ----------
    config : ModelConfig
    train, valid : sequences of Chain
        Labelled chains to train on, and to validate on.
    folder : Path
        For `weights.safetensors`, `model.json` and `history.csv`.
    engine : {"numpy", "torch"} or Team
        What computes: the gradients by hand, or PyTorch's autograd (on a GPU where there is one);
        or the processes of a `ribbonet.training.team.team_of`, of which the first one writes.
    resume : bool
        Whether to resume the training that was interrupted in the folder, which must have had the
        same configuration and chains; the result is the same, bit for bit.
    on_epoch : callable, optional
        Called with the network's name and the history's row after each epoch.
    track : callable, optional
        Wraps the steps of an epoch to show progress.
    source : Source, optional
        Source of the arrays that the model reads instead of residues, or beside them.
    start : Model, optional
        Model to start from; `config` then says how it is trained further (see
        `ribbonet.training.fine_tuning`), and its own weights are epoch 0.
    task : Task, optional
        What the labels are (see `ribbonet.tasks.labels`); secondary structure by default.
    teacher : Teacher, optional
        Whose predictions of the training chains are learned besides their labels; chains without
        labels may then be among them.
    repeats : sequence of float, optional
        How many times an epoch takes each training chain, at random for the fractional part; once
        by default.

    Raises
    ------
    InputError
        When there is nothing to train on, the folder holds another training or files of a
        model's names, another process trains there, PyTorch is needed and missing, a learning rate
        is too high, eight states are to be learned from labels in three, or the arrays do not fit.
    """
    team = engine if isinstance(engine, Team) else alone(engine)
    plan = plan_of(config, (train, valid), folder, source, start, task, teacher, repeats)
    with training_folder(folder, identity(plan), resume, team) as work:
        if work.finished:
            return read_model(folder)
        model, history = _train_stages(plan, work, team, on_epoch, track)
        model = replace(model, card=describe(plan, model, team))
        work.finish(model, history)
    return model


def _train_stages(
    plan: Plan,
    work: TrainingFolder,
    team: Team,
    on_epoch: Callable[[str, dict[str, float]], None] | None,
    track: Tracker | None,
) -> tuple[Model, History]:
    """Train the networks of each stage in turn; return the model and its history."""
    history = History()
    model, tracks, features = plan.untrained()
    seeds = np.random.SeedSequence(plan.config.seed).spawn(len(plan.config.stages))
    for number, (stage, seed) in enumerate(zip(plan.config.stages, seeds, strict=True)):
        built, rngs = _untrained(plan, number, features, seed)
        examples, loss = _learned(plan, stage, built, tracks)
        for n, (network, rng) in enumerate(zip(built.networks, rngs, strict=True)):
            name = f"stage {number + 1} network {n + 1}"
            options: dict[str, Any] = {
                "engine": team.factory,
                "batch_size": stage.batch_size * team.processes,
                "loss": loss,
                "checkpoint": work.checkpoint(f"{number}.{n}"),
                "on_epoch": partial(on_epoch, name) if on_epoch else None,
                "judge_start": plan.start is not None,
            }
            try:
                rows = _fit(network, stage, *examples, rng=rng, track=track, **options)
            except DivergenceError as error:
                raise InputError(f"{name}: {error}") from error
            history += [{"stage": number + 1, "network": n + 1, **row} for row in rows]
        model = replace(model, stages=(*model.stages, built))
        if number + 1 < len(plan.config.stages):
            tracks = [in_parts(built, own) for own in tracks]
    return model, history


def _untrained(
    plan: Plan, number: int, features: int, seed: np.random.SeedSequence
) -> tuple[Stage, list[np.random.Generator]]:
    """Return a stage's networks before they are trained, and the randomness of each."""
    stage = plan.config.stages[number]
    before = None if plan.start is None else plan.start.stages[number]
    task = plan.task if number + 1 == len(plan.config.stages) else plan.task.inner
    rngs = [np.random.default_rng(own) for own in seed.spawn(stage.networks)]
    networks = [
        build_network(stage, number == 0, features, task).initialise(rng)
        if before is None
        else started(before.networks[n], before.task, task, rng)
        for n, rng in enumerate(rngs)
    ]
    window = cut_window(networks[0], stage.window) if before is None else before.window
    return Stage(window, tuple(networks), task), rngs


def _learned(
    plan: Plan, stage: StageConfig, built: Stage, tracks: Sequence[StageInputs]
) -> tuple[list[ChainExamples | WindowExamples], Loss]:
    """Return the examples to train a stage's networks on and to judge them by, and the loss."""
    task = built.task
    targets = [[task.targets(chain) for chain in chains] for chains in plan.sets]
    loss = task.loss(
        LossOptions(stage.loss, stage.label_smoothing, stage.class_weights), targets[0]
    )
    if plan.teacher is not None:
        targets[0] = list(plan.teacher.targets(task, plan.sets[0], targets[0]))
    drawn = (clusters_of(plan.sets[0]), plan.repeats), (None, None)
    examples = [
        _examples(built.networks[0], stage, own, targeted, built.window, *used)
        for own, targeted, used in zip(tracks, targets, drawn, strict=True)
    ]
    return examples, loss


def _examples(
    network: Network,
    stage: StageConfig,
    tracks: StageInputs,
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
