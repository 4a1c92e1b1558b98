"""`ribbonet evaluate` for models of classes and values."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from json import dumps
from pathlib import Path

from ribbonet.chains.chain import Chain
from ribbonet.chains.open import stem_of
from ribbonet.cli import say, warn
from ribbonet.cli.options.labelled import warn_of_one_label
from ribbonet.cli.terminal.tables import print_columns
from ribbonet.evaluation.reports.tasks import report
from ribbonet.evaluation.stated import read_stated
from ribbonet.evaluation.task_predictions import evaluate_stated
from ribbonet.evaluation.tasks import (
    TaskEvaluation,
    check_labels,
    compare_tasks,
    evaluate_task,
    options_for,
    without_leaked,
)
from ribbonet.models.inputs import Source
from ribbonet.models.model import Model
from ribbonet.system.atomic import atomic_write
from ribbonet.system.terminal import count_of
from ribbonet.tasks.base import Task
from ribbonet.tasks.class_scores import ClassScores, shown
from ribbonet.tasks.labels import Labelled, LabelOptions, read_labelled
from ribbonet.tasks.value_scores import ValueScores


def read_files(
    model: Model, data: Sequence[str], exclude: Sequence[Path], options: LabelOptions
) -> dict[str, Labelled]:
    """Read all files before any is scored, and check that the model knows their labels."""
    found = {}
    for path in data:
        found[path] = read_labelled([path], exclude, options_for(model, options))
        check_labels(model.task, found[path].chains, path)
    return found


Evaluate = Callable[[str, list[Chain]], TaskEvaluation]
"""Scores a predictor on the chains of a file, given its name."""


def by_model(model: Model, name: str, source: Source | None) -> Evaluate:
    """Return what scores a model."""
    used = source if model.inputs != "sequence" else None
    return lambda path, chains: evaluate_task(model, name, stem_of(path), chains, used)


def by_files(paths: Sequence[str | Path], task: Task, name: str) -> Evaluate:
    """Return what scores predictions in files."""
    stated = read_stated(paths)
    return lambda path, chains: evaluate_stated(stated, task, name, stem_of(path), chains)


def evaluate_files(
    evaluate: Evaluate,
    data: Mapping[str, Labelled],
    *,
    other: Evaluate | None,
    trained: Labelled | None,
    json: bool,
    write_report: Path | None,
) -> None:
    """Score a predictor on each file; print tables, or JSON, and write a report."""
    found = []
    for path, read in data.items():
        one = evaluate(path, read.chains)
        if other is not None:
            one = compare_tasks(one, other(path, read.chains))
        if trained is not None:
            one = without_leaked(one, trained.chains)
        if json:
            sys.stdout.write(dumps(one.to_json()) + "\n")
            sys.stdout.flush()
        else:
            _print(one)
        warn_of_one_label(one.scores, one.data)
        _warn_of_no_skill(one)
        _warn_of_leakage(one)
        found.append(one)
    if write_report is not None:
        with atomic_write(write_report) as file:
            file.write(report(found))
        say(f"the report is in {write_report}")


def _warn_of_leakage(evaluation: TaskEvaluation) -> None:
    """Warn of chains that are homologous to those trained on."""
    leaked = evaluation.leaked
    if leaked and leaked.chains:
        warn(
            f"{evaluation.data}: leakage: {len(leaked.chains):,} of "
            f"{evaluation.scores.chains:,} chains with {leaked.identity:.0f} % identity or more "
            f"to a training chain; without them: {leaked.without or 'no chain is left'}"
        )


def _warn_of_no_skill(evaluation: TaskEvaluation) -> None:
    """Warn where the model is no better than one that sees a single residue."""
    scores = evaluation.scores
    own, guess = None, None
    if isinstance(scores, ClassScores):
        own, guess = scores.mcc, scores.residue.mcc
    elif isinstance(scores, ValueScores):
        own, guess = scores.spearman, scores.residue_spearman
    if own is not None and guess is not None and own <= guess:
        warn(f"{evaluation.data}: the model is no better than the residue alone")


def _print(evaluation: TaskEvaluation) -> None:
    scores = evaluation.scores
    out: Callable[[str], int] = sys.stdout.write
    counts = f"{count_of(scores.chains, 'chain')}, {count_of(scores.residues, 'residue')}"
    out(f"{evaluation.data}: {counts}: {scores}\n")
    if isinstance(scores, ClassScores):
        heads = ["label", "residues", "precision", "recall", "F1", "MCC", "AUC", "AP"]
        rows = [heads]
        for label, own in scores.per_class.items():
            number, _, *shares = asdict(own).values()
            rows.append([label, f"{number:,}", *map(shown, shares)])
        print_columns(rows)
        rows = [["", *scores.labels]]
        rows += [
            [label, *map(str, row)]
            for label, row in zip(scores.labels, scores.confusion, strict=True)
        ]
        out("true labels (rows) and predicted labels (columns)\n")
        print_columns(rows)
    elif isinstance(scores, ValueScores):
        names = {"Spearman": scores.spearman_ci95, "Pearson": scores.pearson_ci95}
        bounds = "; ".join(f"{n} {shown(low)} to {shown(high)}" for n, (low, high) in names.items())
        means = ", ".join(f"{key} {shown(value)}" for key, value in scores.by_chain.items())
        out(f"95 % intervals: {bounds}\nmean over chains: {means}\n")
    if evaluation.compared is not None:
        tests = evaluation.compared
        out(
            f"better than {tests.with_} on {tests.better} chains, worse on {tests.worse}; "
            f"p = {tests.p_permutation:.2g} (permutation), {tests.p_wilcoxon:.2g} "
            "(Wilcoxon)\n"
        )
