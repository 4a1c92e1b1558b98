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
from ribbonet.cli.runs.task_scores import by_files, by_model, evaluate_files, read_files
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
from ribbonet.models.inputs import Source, check_source
from ribbonet.models.model import Model
from ribbonet.prediction.templates import Templates, find_templates
from ribbonet.system.atomic import atomic_write
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
        if self.predictions:
            self._score_predictions(*self.files)
            return
        name, *data = self.files
        model = load_model(name, profiles=self.sources.are_profiles)
        other = None if self.compare is None else _other(self.compare)
        if isinstance(model.task, Structure):
            # all are read before any is scored, which may take long
            read = list(map(self._labelled, data))
            self._score_structure(model, name, data, read, other)
        else:
            self._score_task(model, name, data, other)

    def _labelled(self, path: str) -> Labelled:
        return read_labelled([path], self.exclude, self.labels, STATES8)

    def _score_predictions(self, *files: str) -> None:
        """Score predictions in files, the last of which holds the labels."""
        *given, last = files
        labelled = self._labelled(last)
        if not isinstance(labelled.task, Structure):
            self._score_files(given, last, labelled)
            return
        name = stem_of(given[0]) if len(given) == 1 else "predictions"
        other = None if self.compare is None else _other(self.compare)
        self._score_structure(read_predictions(given), name, [last], [labelled], other)

    def _score_task(
        self, model: Model, name: str, data: list[str], other: Predictor | None
    ) -> None:
        """Score a model of classes or values."""
        if other is not None and not isinstance(other, Model):
            raise InputError(f"{self.compare}: holds predictions; compare with a model")
        if other is not None and other.task.kind != model.task.kind:
            raise InputError(
                f"{self.compare}: predicts {other.task.summary}, not {model.task.summary}"
            )
        check_source(model.inputs, self.sources.path, name)
        read = read_files(model, data, self.exclude, self.labels)
        every = [chain for own in read.values() for chain in own.chains]
        trained = self._trained([*read.values()])
        with self.sources.opened(lambda: every) as source:
            evaluate_files(
                by_model(model, name, source),
                read,
                other=None if other is None else by_model(other, str(self.compare), source),
                trained=trained,
                json=self.json,
                write_report=self.report,
            )

    def _score_files(self, given: list[str], path: str, labelled: Labelled) -> None:
        """Score predictions of classes or values."""
        if self.templates is not None or self.sources.path is not None:
            raise InputError("profiles, arrays and templates are for a model; leave them out")
        name = stem_of(given[0]) if len(given) == 1 else "predictions"
        other = None
        if self.compare is not None:
            other = by_files([self.compare], labelled.task, str(self.compare))
        evaluate_files(
            by_files(given, labelled.task, name),
            {path: labelled},
            other=other,
            trained=self._trained([labelled]),
            json=self.json,
            write_report=self.report,
        )

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
        other: Predictor | None,
    ) -> None:
        """Score a model of secondary structure, or predictions, on what was read of each file."""
        trained = self._trained(read)
        whole = [labelled.structure() for labelled in read]
        used = self._templates(predictor, name)
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

    def _templates(self, predictor: Predictor, name: str) -> Templates | None:
        """Find the known structures that are used, and refuse options that do not go together."""
        if isinstance(predictor, Model):
            check_source(predictor.inputs, self.sources.path, name)
        elif self.templates is not None:
            raise InputError("--templates is for a model, not for predictions")
        elif self.sources.path:
            raise InputError(
                "--msa, --homologues and --inputs are for a model, not for predictions"
            )
        if self.max_identity is not None and self.templates is None:
            raise InputError("--max-identity limits the relatives of --templates; give both")
        if self.templates is None or not isinstance(predictor, Model):
            return None
        limit = 1.0 if self.max_identity is None else self.max_identity / 100
        return find_templates(Choice(self.templates).choice(), predictor, limit)

    def _compared(
        self, evaluation: Evaluation, other: Predictor, chains: list[Chain], source: Source | None
    ) -> Evaluation:
        """Add paired tests with another predictor."""
        reads = isinstance(other, Model) and other.inputs != "sequence"
        used, name = source if reads else None, str(self.compare)
        second = evaluate_chains(other, name, evaluation.data, chains, used)
        return compare_structure(evaluation, second)


def _other(name: str) -> Predictor:
    path = Path(name)
    if (
        name in shipped_models(profiles=True)
        or (path / "model.json").is_file()
        or not path.exists()
    ):
        return load_model(name)
    return read_predictions([path])


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
