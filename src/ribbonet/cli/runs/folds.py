"""`ribbonet train --folds`: models, out-of-fold predictions and their scores, in one folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from json import dumps
from pathlib import Path

from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.records.making import Predicted
from ribbonet.cli import say, warn
from ribbonet.errors import InputError
from ribbonet.evaluation.evaluate import evaluate_chains
from ribbonet.evaluation.reports import structure, tasks
from ribbonet.evaluation.tasks import evaluate_outputs
from ribbonet.models.inputs import Source
from ribbonet.prediction.formats import format_for
from ribbonet.prediction.prediction import Prediction
from ribbonet.system.atomic import atomic_write
from ribbonet.system.working import refuse_existing
from ribbonet.tasks.structure import Structure
from ribbonet.training.folds import (
    Folds,
    TrainOne,
    assign,
    cross_validate,
    has_mmseqs,
    read_folds,
    write_folds,
)

FOLDS, PREDICTIONS, SCORES, REPORT = "folds.tsv", "predictions.csv", "scores.json", "report.html"
"""Files beside the folders of the models."""


def run_folds(
    folder: Path,
    chains: Sequence[Chain],
    number: int,
    train: TrainOne,
    *,
    seed: int,
    source: Source | None,
    resume: bool,
    leads: bool,
) -> None:
    """Cross-validate, and write the folds, the predictions, their scores and a report."""
    folds = _folds(folder, chains, number, seed, resume, leads)
    predictions = cross_validate(chains, folds, train, seed=seed, source=source)
    if not leads:
        return
    form = format_for(predictions[0].task, "csv")
    with atomic_write(folder / PREDICTIONS, "wb") as file:
        form.assemble([form.encode([prediction]) for prediction in predictions], file)
    scores, page, said = _scored(chains, predictions)
    for name, text in ((SCORES, dumps(scores, indent=1) + "\n"), (REPORT, page)):
        with atomic_write(folder / name) as written:
            written.write(text)
    say(f"{number} folds: {said}")
    say(f"{PREDICTIONS}, {SCORES}, {REPORT} and a model per fold are in {folder}")


def _folds(
    folder: Path, chains: Sequence[Chain], number: int, seed: int, resume: bool, leads: bool
) -> Folds:
    path = folder / FOLDS
    if resume and path.is_file():
        return read_folds(path, chains, number)
    if leads and path.exists():
        raise InputError(f"{path}: is of another training; resume it, or choose another --output")
    if leads:
        own = [FOLDS, PREDICTIONS, SCORES, REPORT, *(f"fold{n + 1}" for n in range(number))]
        refuse_existing(folder / name for name in own)
    if not has_mmseqs():
        warn(
            "MMseqs2 is not installed: chains are kept together by the families that their headers "
            "name, and equal sequences; homologues may be in two folds, and the scores too high"
        )
    folds = assign(chains, number, seed)
    if leads:
        folder.mkdir(parents=True, exist_ok=True)
        write_folds(path, chains, folds)
    return folds


def _scored(
    chains: Sequence[Chain], predictions: Sequence[Prediction]
) -> tuple[dict[str, object], str, str]:
    """Return the scores, the report, and the scores in a line."""
    name, data = "cross-validation", "out of fold"
    task = predictions[0].task
    if not isinstance(task, Structure):
        outputs = [prediction.probabilities for prediction in predictions]
        found = evaluate_outputs(task, name, data, chains, outputs)
        return found.to_json(), tasks.report([found]), str(found.scores)
    three = [prediction.in_three() for prediction in predictions]
    predicted = [Predicted(replace(p.chain, labels=p.states), p.probabilities) for p in three]
    evaluation = evaluate_chains(predicted, name, data, chains)
    scores = evaluation.scores
    low, high = scores.q3_ci95
    said = (
        f"Q3 {scores.q3:.1f} % ({low:.1f} to {high:.1f}); the majority baseline has "
        f"{scores.majority_q3:.1f} %"
    )
    return evaluation.to_json(), structure.report([evaluation]), said
