"""One run of `ribbonet train`: models are trained, and their scores printed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ribbonet.chains.chain import Chain
from ribbonet.cli import say
from ribbonet.cli.options.labelled import STATE_NAMES, warn_of_one_label, warn_of_one_state
from ribbonet.cli.runs.folds import run_folds
from ribbonet.cli.terminal.progress import bar
from ribbonet.evaluation.evaluate import evaluate_chains
from ribbonet.evaluation.tasks import evaluate_task
from ribbonet.models.config import ModelConfig
from ribbonet.models.inputs import Source
from ribbonet.models.model import Model
from ribbonet.system.terminal import count_of
from ribbonet.tasks import Structure, Task
from ribbonet.training.folds import finished
from ribbonet.training.teacher import Teacher
from ribbonet.training.team import Team
from ribbonet.training.train import train_model


@dataclass(frozen=True)
class Run:
    """A run, by the options of `ribbonet train`.

    Parameters
    ----------
    config : ModelConfig
    task : Task
        What the labels are.
    output : Path
        Folder for the model, or for the models.
    source : Source or None
    start : Model or None
        What the training starts from.
    team : Team
    folds : int or None
        How many there are.
    resume : bool
    teacher : Teacher or None
    repeats : list of float or None
        How many times an epoch takes each chain.
    """

    config: ModelConfig
    task: Task
    output: Path
    source: Source | None
    start: Model | None
    team: Team
    folds: int | None
    resume: bool
    teacher: Teacher | None
    repeats: list[float] | None

    def train(self, chains: Sequence[Chain], judges: Sequence[Chain]) -> None:
        """Train a model, and print its score on the validation chains."""
        model = self._model(self.output, chains, judges)
        if self.team.leads:
            say(f"the model is in {self.output}")
            _report_score(model, judges, self.source)

    def cross_validate(self, chains: Sequence[Chain]) -> None:
        """Train a model per fold, and write the predictions of the chains that it has not seen."""
        run_folds(
            self.output,
            chains,
            self.folds or 0,
            self._fold,
            seed=self.config.seed,
            source=self.source,
            resume=self.resume,
            leads=self.team.leads,
        )

    def _fold(self, fold: int, chains: list[Chain], judges: list[Chain]) -> Model:
        if self.team.leads:
            counts = f"{count_of(len(chains), 'chain')}, {len(judges):,} to validate"
            say(f"fold {fold} of {self.folds}: {counts}")
        folder = self.output / f"fold{fold}"
        known = folder, self.config, chains, judges, self.start, self.task
        if self.resume and (made := finished(*known)):
            return made
        return self._model(folder, chains, judges)

    def _model(self, folder: Path, chains: Sequence[Chain], judges: Sequence[Chain]) -> Model:
        measure = "Q3" if isinstance(self.task, Structure) else "accuracy"
        leads = self.team.leads
        return train_model(
            self.config,
            chains,
            judges,
            folder,
            engine=self.team,
            resume=self.resume,
            on_epoch=partial(_report, measure=measure) if leads else None,
            track=bar if leads and sys.stderr.isatty() else None,
            source=self.source,
            start=self.start,
            task=self.task,
            teacher=self.teacher,
            repeats=self.repeats,
        )


def _report(name: str, row: dict[str, float], measure: str = "accuracy") -> None:
    parts = []
    for part in ("train", "valid"):
        right = row.get(f"{part}_accuracy")
        share = "" if right is None else f", {measure} {100 * right:.2f} %"
        parts.append(f"{part} loss {row[f'{part}_loss']:.4f}{share}")
    sys.stderr.write(f"{name}, epoch {row['epoch']}: {'; '.join(parts)}; {row['seconds']:.0f} s\n")


def _report_score(model: Model, judges: Sequence[Chain], source: Source | None) -> None:
    """Print the score on the validation chains beside the majority baseline."""
    if not isinstance(model.task, Structure):
        found = evaluate_task(model, "", "validation", judges, source).scores
        say(f"validation: {found}")
        warn_of_one_label(found, "validation")
        return
    scores = evaluate_chains(model, "", "validation", judges, source).scores
    majority = STATE_NAMES[str(scores.majority_state)]
    say(
        f"validation: Q3 {scores.q3:.1f} %; the majority baseline, {majority} "
        f"for every residue, has {scores.majority_q3:.1f} %"
    )
    warn_of_one_state(scores, "validation")
