"""One run of `ribbonet evaluate`: labelled chains are read, a predictor is scored on them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from json import dumps
from pathlib import Path

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import stem_of
from ribbonet.cli import say
from ribbonet.cli.options.labelled import warn_of_one_state
from ribbonet.cli.options.sources import Sources
from ribbonet.cli.options.sources import Templates as Choice
from ribbonet.cli.runs.score_tables import print_scores, shown
from ribbonet.cli.runs.task_scores import (
    Evaluate,
    by_files,
    by_model,
    evaluate_files,
    read_files,
)
from ribbonet.errors import InputError
from ribbonet.evaluation.evaluate import (
    Evaluation,
    Predictor,
    compare_structure,
    evaluate_chains,
    read_predictions,
    score_by_distance,
)
from ribbonet.evaluation.reports.structure import report
from ribbonet.models import load_model, shipped_models
from ribbonet.models.card import CARD
from ribbonet.models.inputs import Source, check_source
from ribbonet.models.model import Model
from ribbonet.prediction.templates import Templates, find_templates
from ribbonet.system.atomic import atomic_write
from ribbonet.tasks.base import Task
from ribbonet.tasks.labels import Labelled, LabelOptions, read_labelled, warn_of_unknown_ids
from ribbonet.tasks.structure import Structure


@dataclass(frozen=True)
class Run:
    """A run, by the options of `ribbonet evaluate`.

    Parameters
    ----------
    files : list of str
        A model and files of labelled chains; or predictions, and one file of labelled chains.
    predictions : bool
        Which of these it is.
    exclude : list of Path
        Files of ids to leave out.
    labels : LabelOptions
    compare : str or None
        Another model or other predictions.
    against : list of str
        Chains that were trained on.
    sources : Sources
    templates : str or None
        Where known structures of relatives come from; None for those of none.
    max_identity : float or None
        Per cent; relatives above it are passed over.
    report : Path or None
        Where the report is written.
    json : bool
    """

    files: list[str]
    predictions: bool
    exclude: list[Path]
    labels: LabelOptions
    compare: str | None
    against: list[str]
    sources: Sources
    templates: str | None
    max_identity: float | None
    report: Path | None
    json: bool

    def __call__(self) -> None:
        """Score the predictor on each file."""
        if self.max_identity is not None and self.templates is None:
            raise InputError("--max-identity limits the relatives of --templates; give both")
        if self.predictions:
            self._score_predictions(*self.files)
            return
        name, *data = self.files
        model = load_model(name, profiles=self.sources.are_profiles)
        check_source(model.inputs, self.sources.path, name)
        used = self._templates(model)
        if isinstance(model.task, Structure):
            # all are read before any is scored, which may take long
            read = list(map(self._labelled, data))
            self._score_structure(model, name, data, read, used)
        else:
            self._score_task(model, name, data)

    def _labelled(self, path: str) -> Labelled:
        return read_labelled([path], self.exclude, self.labels, STATES8)

    def _score_predictions(self, *files: str) -> None:
        """Score predictions in files, the last of which holds the labels."""
        if self.templates is not None or self.sources.path is not None:
            raise InputError(
                "--templates, --msa, --homologues and --inputs are for a model, not for predictions"
            )
        *given, last = files
        labelled = self._labelled(last)
        if not isinstance(labelled.task, Structure):
            self._score_files(given, last, labelled)
            return
        name = stem_of(given[0]) if len(given) == 1 else "predictions"
        self._score_structure(read_predictions(given), name, [last], [labelled])

    def _score_task(self, model: Model, name: str, data: list[str]) -> None:
        """Score a model of classes or values."""
        read = read_files(model, data, self.exclude, self.labels)
        every = [chain for own in read.values() for chain in own.chains]
        trained = self._trained([*read.values()])
        with self.sources.opened(lambda: every) as source:
            evaluate_files(
                by_model(model, name, source),
                read,
                other=self._other_of(model.task, source),
                trained=trained,
                json=self.json,
                write_report=self.report,
            )

    def _score_files(self, given: list[str], path: str, labelled: Labelled) -> None:
        """Score predictions of classes or values."""
        name = stem_of(given[0]) if len(given) == 1 else "predictions"
        evaluate_files(
            by_files(given, labelled.task, name),
            {path: labelled},
            other=self._other_of(labelled.task, None),
            trained=self._trained([labelled]),
            json=self.json,
            write_report=self.report,
        )

    def _other_of(self, task: Task, source: Source | None) -> Evaluate | None:
        """Return what scores the other predictor of classes or values, if there is one."""
        if self.compare is None:
            return None
        if not _is_model(self.compare):
            return by_files([self.compare], task, self.compare)
        other = load_model(self.compare)
        if other.task.kind != task.kind:
            raise InputError(f"{self.compare}: predicts {other.task.summary}, not {task.summary}")
        return by_model(other, self.compare, source)

    def _trained(self, read: Sequence[Labelled]) -> Labelled | None:
        """Read the chains that were trained on; warn of ids to leave out that no file has."""
        trained = None
        if self.against:
            trained = read_labelled(self.against, self.exclude, self.labels)
        every = [*read, *([] if trained is None else [trained])]
        warn_of_unknown_ids(self.exclude, every, self.labels)
        return trained

    def _score_structure(
        self,
        predictor: Predictor,
        name: str,
        data: list[str],
        read: list[Labelled],
        used: Templates | None = None,
    ) -> None:
        """Score a model of secondary structure, or predictions, on what was read of each file."""
        other = self._other()
        trained = self._trained(read)
        whole = [labelled.structure() for labelled in read]
        evaluations = []
        with self.sources.opened(lambda: [c for chains in whole for c in chains]) as source:
            for path, chains in zip(data, whole, strict=True):
                evaluation = evaluate_chains(predictor, name, stem_of(path), chains, source, used)
                if other is not None:
                    evaluation = self._compared(evaluation, other, chains, source)
                if trained is not None:
                    evaluation = score_by_distance(evaluation, trained.chains)
                    _warn_of_leakage(evaluation)
                if self.json:
                    sys.stdout.write(dumps(evaluation.to_json()) + "\n")
                    sys.stdout.flush()
                warn_of_one_state(evaluation.scores, evaluation.data)
                evaluations.append(evaluation)
        if self.report is not None:
            with atomic_write(self.report) as file:
                file.write(report(evaluations))
            say(f"the report is in {self.report}")
        if not self.json:
            print_scores(evaluations)

    def _templates(self, model: Model) -> Templates | None:
        """Find the known structures that are used."""
        if self.templates is None:
            return None
        limit = 1.0 if self.max_identity is None else self.max_identity / 100
        return find_templates(Choice(self.templates).choice(), model, limit)

    def _other(self) -> Predictor | None:
        """Read the other predictor of secondary structure, if there is one."""
        if self.compare is None:
            return None
        if not _is_model(self.compare):
            return read_predictions([self.compare])
        other = load_model(self.compare)
        if not isinstance(other.task, Structure):
            raise InputError(
                f"{self.compare}: predicts {other.task.summary}, not secondary structure"
            )
        return other

    def _compared(
        self, evaluation: Evaluation, other: Predictor, chains: list[Chain], source: Source | None
    ) -> Evaluation:
        """Add paired tests with another predictor."""
        reads = isinstance(other, Model) and other.inputs != "sequence"
        used, name = source if reads else None, str(self.compare)
        second = evaluate_chains(other, name, evaluation.data, chains, used)
        return compare_structure(evaluation, second)


def _is_model(name: str) -> bool:
    """Whether a name is that of a model, and not of predictions."""
    path = Path(name)
    known = name in shipped_models(profiles=True)
    return known or (path / CARD).is_file() or not path.exists()


def _warn_of_leakage(evaluation: Evaluation) -> None:
    leaked = evaluation.scores.leaked
    if leaked is None or not leaked.chains:
        return
    worst = leaked.worst
    sys.stderr.write(
        f"ribbonet: warning: {evaluation.data}: leakage: {len(leaked.chains):,} of "
        f"{evaluation.scores.chains:,} "
        f"chains with {leaked.identity:.0f} % identity or more to a training chain, "
        f"{worst.id} has {worst.identity:.0f} % to {worst.nearest}; "
        f"Q3 without them {shown('q3', leaked.q3_without)}\n"
    )
