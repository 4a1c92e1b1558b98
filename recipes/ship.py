"""Make a shipped model of a trained one: smaller weights, and a card with its scores.

    python recipes/ship.py FOLDER NAME --summary TEXT --trained-on TEXT --test DATA...
        [--weights int8] [--against TRAIN] [--valid DATA] [--homologues FASTA]
        [--drawn-from FILE...] [--baseline FOLDER --baseline-name TEXT]

The scores are those that `ribbonet evaluate` prints for the weights as they ship, on the test sets
also by the identity to the nearest chain of TRAIN. The test sets choose nothing: this script runs
when the model has been chosen. A model that reads profiles, to be named NAME-msa, needs
`--homologues`. A model of another task than secondary structure takes `--test` alone.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import get_args

from ribbonet.cli.options.sources import Sources
from ribbonet.evaluation.evaluate import (
    evaluate_on,
    score_by_distance,
)
from ribbonet.evaluation.tasks import evaluate_task_on
from ribbonet.models.card import Baseline
from ribbonet.models.folder import Kind, read_model, save_model
from ribbonet.models.model import Model
from ribbonet.tasks import Structure
from ribbonet.tasks.labels import read_labelled

MODELS = Path(__file__).parents[1] / "src" / "ribbonet" / "models" / "shipped"
LICENCE = "BSD-3-Clause"


def main() -> None:
    """Read the arguments, score the model and write it."""
    parser = argparse.ArgumentParser(description="Make a shipped model of a trained one.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("name")
    parser.add_argument("--summary", required=True)
    parser.add_argument("--trained-on", required=True)
    parser.add_argument("--test", nargs="+", required=True)
    parser.add_argument("--weights", choices=get_args(Kind), default="float16")
    parser.add_argument("--against", help="the labelled chains that were trained on")
    parser.add_argument("--valid")
    parser.add_argument(
        "--drawn-from",
        type=Path,
        nargs="*",
        default=[],
        help="files whose chains it learned from or was judged by; the card has their checksums",
    )
    parser.add_argument("--homologues", type=Path)
    parser.add_argument("--baseline", type=Path)
    parser.add_argument("--baseline-name", default="the network of 1988, on the same data")
    args = parser.parse_args()

    target = MODELS / args.name
    trained = read_model(args.folder)
    save_model(trained, target, args.weights)
    shipped = read_model(target)
    card = replace(
        trained.card, name=args.name, summary=args.summary, licence=LICENCE, data=args.trained_on
    )
    if args.drawn_from:
        own = {path.name: sha256(path.read_bytes()).hexdigest() for path in args.drawn_from}
        record = {**card.training.record, "files_sha256": own}
        card = replace(card, training=replace(card.training, record=record))
    if not isinstance(shipped.task, Structure):
        scored = [evaluate_task_on(shipped, args.name, path) for path in args.test]
        card = replace(card, scores=[score.to_json() for score in scored])
        finish(replace(trained, card=card), target, args)
        for score in scored:
            print(f"{score.data}: {score.scores}")
        return
    judges = [*args.test, *([args.valid] if args.valid else [])]
    with Sources(homologues=args.homologues).opened(lambda: read_labelled(judges).chains) as source:
        tests = [evaluate_on(shipped, args.name, path, source=source) for path in args.test]
        if args.valid:
            valid = evaluate_on(shipped, args.name, args.valid, source=source)
            card = replace(card, validation=valid.to_json())
    if args.against:
        trained_on = read_labelled([args.against]).chains
        tests = [score_by_distance(test, trained_on) for test in tests]
    card = replace(card, scores=[test.to_json() for test in tests])
    if args.baseline:
        baseline = read_model(args.baseline)
        simple = [evaluate_on(baseline, "", path).to_json() for path in args.test]
        card = replace(card, baseline=Baseline(args.baseline_name, baseline.size, simple))
    finish(replace(trained, card=card), target, args)
    for score in card.scores:
        print(f"{score['data']}: Q3 {score['q3']:.2f} {score['q3_ci95']}")


def finish(model: Model, target: Path, args: argparse.Namespace) -> None:
    """Write a model with its card, and beside it the log of its training."""
    save_model(model, target, args.weights)
    shutil.copy(args.folder / "history.csv", target / "history.csv")


if __name__ == "__main__":
    main()
