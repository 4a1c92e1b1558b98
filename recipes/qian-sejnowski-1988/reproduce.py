"""Qian & Sejnowski (1988) on their own data: the table, figure 8, window sizes, leakage.

    ribbonet data fetch qian-sejnowski-1988-train qian-sejnowski-1988-test
    python reproduce.py choose     cross-validation over the training chains
    python reproduce.py table      0 and 40 hidden units, the cascade, ten seeds
    python reproduce.py curves     per cent correct against training cycles
    python reproduce.py windows    windows of 1 to 21 residues
    python reproduce.py leakage    homologues in the test set, and not
    python reproduce.py draw       the figures, from results.json

`--data FOLDER` takes the two files from elsewhere. Each command prints a table and keeps its
numbers (scores alone) in results.json. `choose` reads the training chains alone; what it chose
stands below as FIRST and SECOND, and the others use it as it is.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from machinery import (
    Array,
    Chains,
    as_unseen,
    folds,
    header,
    interval,
    mean_sd,
    out_of_fold,
    read_chains,
    related,
    score,
    show,
    train,
)

from ribbonet.datasets.catalogue import DATASETS
from ribbonet.datasets.library import data_folder
from ribbonet.models.config import StageConfig
from ribbonet.models.stages import Stage

HERE = Path(__file__).parent

ADAM = StageConfig(
    optimizer="adam", learning_rate=3e-3, schedule="cosine", batch_size=128, epochs=10
)
FIRST = replace(ADAM, epochs=30, dropout=0.3, one_per_cluster=True)
SECOND = replace(FIRST, learning_rate=2e-2, epochs=40)
AS_IN_1988 = StageConfig(optimizer="momentum", learning_rate=0.1, batch_size=64, epochs=60)
WINDOWS = range(1, 22, 2)


CHOICES = {
    "SGD 0.1, momentum 0.9, 5 epochs": replace(AS_IN_1988, epochs=5),
    "Adam 0.003, cosine, batches of 128, 10 epochs": ADAM,
    "... 20 epochs, dropout 0.3": replace(ADAM, epochs=20, dropout=0.3),
    "... one chain of each family an epoch, 15 epochs": replace(
        ADAM, epochs=15, one_per_cluster=True
    ),
    "... **and dropout 0.3, 30 epochs**": FIRST,
    "... and dropout 0.5, 50 epochs": replace(FIRST, epochs=50, dropout=0.5),
    "... no hidden layer, 15 epochs": replace(FIRST, hidden=(), epochs=15),
}
SECOND_CHOICES = {
    "Adam 0.005, 10 epochs": replace(SECOND, learning_rate=5e-3, epochs=10, dropout=0.0),
    "Adam 0.02, dropout 0.3, 40 epochs": SECOND,
    "Adam 0.02, dropout 0.15, 40 epochs": replace(SECOND, dropout=0.15),
}


def choose(chains: Chains, seeds: int) -> list[dict[str, Any]]:
    """Five-fold cross-validation over training chains, families kept together."""
    header()
    rows = []
    for name, config in CHOICES.items():
        scores = []
        for seed in range(seeds):
            fold = folds(chains.families, chains, 5, seed)
            scores.append(score(out_of_fold(config, chains, fold, seed), chains.labels))
        rows.append(show(name, scores))
    second: dict[str, list[Array]] = {}
    for seed in range(seeds):
        fold = folds(chains.families, chains, 5, seed)
        given: dict[str, list[Any]] = {}
        for k in range(5):
            inner, held = chains.where(fold != k), np.flatnonzero(fold == k)
            first = train(FIRST, inner, seed)
            before = first.probabilities([chains.tracks[i] for i in held])
            in_sample = replace(inner, tracks=first.probabilities(inner.tracks))
            unseen = as_unseen(FIRST, inner, seed)
            for kind, learned in {"in-sample": in_sample, "out-of-fold": unseen}.items():
                for name, config in SECOND_CHOICES.items():
                    after = train(config, learned, seed).probabilities(before)
                    own = given.setdefault(f"second, {name}, {kind}", [None] * len(chains))
                    for i, probabilities in zip(held, after, strict=True):
                        own[i] = probabilities
        for name, own in given.items():
            second.setdefault(name, []).append(score(own, chains.labels))
    return rows + [show(name, scores) for name, scores in second.items()]


def with_best(
    config: StageConfig, chains: Chains, test: Chains, given: Sequence[Array], seed: int
) -> tuple[Array, Stage]:
    """Train, and score on the test set at the end and, last number, at the best epoch."""
    curve: list[Array] = []
    stage = train(
        config, chains, seed, lambda now: curve.append(score(now.probabilities(given), test.labels))
    )
    return np.array([*curve[-1], max(row[0] for row in curve)]), stage


def table(chains: Chains, test: Chains, seeds: int) -> list[dict[str, Any]]:
    """Scores on the test set, of single networks and of all seeds' averaged.

    Rarer states are favoured by dividing probabilities by the fourth root of their share.
    """
    zero, forty, cascade, singles, cascades = [], [], [], [], []
    for seed in range(seeds):
        none = replace(FIRST, hidden=(), epochs=15, dropout=0.0)
        zero.append(with_best(none, chains, test, test.tracks, seed)[0])
        row, first = with_best(FIRST, chains, test, test.tracks, seed)
        forty.append(row)
        singles.append(first.probabilities(test.tracks))
        outputs = replace(chains, tracks=first.probabilities(chains.tracks))
        row, second = with_best(SECOND, outputs, test, singles[-1], seed)
        cascade.append(row)
        cascades.append(second.probabilities(singles[-1]))
    header("Q3 at the best epoch (%)")
    rows = [
        show("no hidden layer", zero),
        show("40 hidden units", forty),
        show("cascade of two networks", cascade),
    ]
    rarer = np.bincount(np.concatenate(chains.labels), minlength=3) ** -0.25
    scores = [score([each * rarer for each in own], test.labels) for own in cascades]
    rows.append(show("cascade, rarer states favoured", scores))
    for name, own in (("40 hidden units, averaged", singles), ("cascades, averaged", cascades)):
        mean = [np.mean(each, axis=0) for each in zip(*own, strict=True)]
        rows.append(show(f"{seeds} x {name}", [score(mean, test.labels)]))
    apart = [not any(related(new, old) for old in chains.tracks) for new in test.tracks]
    kept = np.flatnonzero(apart)
    for name, own in (("40 hidden units", singles), ("cascade", cascades)):
        scores = [
            score([each[i] for i in kept], test.where(np.array(apart)).labels) for each in own
        ]
        rows.append(show(f"{name}, the {len(kept)} chains without relatives", scores))
        low, high = interval(own, test.labels)
        print(f"{name}: 95 % interval over chains {low:.1f} to {high:.1f}")
    return rows


def windows(chains: Chains, test: Chains, seeds: int) -> list[dict[str, Any]]:
    """Scores on the test set for windows of 1 to 21 residues."""
    header()
    rows = []
    for width in WINDOWS:
        config = replace(FIRST, window=width)
        scores = [
            score(train(config, chains, seed).probabilities(test.tracks), test.labels)
            for seed in range(seeds)
        ]
        rows.append(show(str(width), scores))
    return rows


def curves(chains: Chains, test: Chains, seeds: int) -> list[dict[str, Any]]:
    """Per cent correct on training and test chains after each cycle, 40 and 0 hidden units."""
    rows = []
    header("Q3 at the best cycle (%)")
    for setting, config in {"as in 1988": AS_IN_1988, "as chosen": FIRST}.items():
        for units in (40, 0):
            own = replace(config, hidden=(units,) if units else ())
            runs: dict[str, list[list[float]]] = {"Train": [], "Test": []}
            ends = []
            for seed in range(seeds):
                known: list[float] = []
                unknown: list[Array] = []

                def measure(now: Stage, known: Any = known, unknown: Any = unknown) -> None:
                    known.append(score(now.probabilities(chains.tracks), chains.labels)[0])
                    unknown.append(score(now.probabilities(test.tracks), test.labels))

                train(own, chains, seed, measure)
                runs["Train"].append(known)
                runs["Test"].append([row[0] for row in unknown])
                ends.append(np.array([*unknown[-1], max(runs["Test"][-1])]))
            rows.append(show(f"{units} units, {setting}, {own.epochs} cycles", ends))
            for name, curve in runs.items():
                mean, sd = mean_sd([np.array(run) for run in curve])
                label = f"{name}({units})"
                rows.append({"setting": setting, "curve": label, "mean": mean, "sd": sd})
    return rows


def leakage(chains: Chains, seeds: int) -> list[dict[str, Any]]:
    """Five folds of the training chains, homologues on both sides or on one.

    The same chains are scored, by networks trained on as many; only whether relatives of a
    chain were among those it was trained on differs.
    """
    sizes = np.bincount(chains.families)
    has = sizes[chains.families] > 1
    print(f"{has.sum()} of {len(chains)} chains have relatives ({(sizes > 1).sum()} families)\n")
    header()
    rows = []
    plain = replace(AS_IN_1988, epochs=30)
    splits = {"in": np.arange(len(chains)), "not in": chains.families}
    for setting, config in {"as in 1988, 30 cycles": plain, "as chosen": FIRST}.items():
        scores: dict[str, list[Array]] = {}
        for seed in range(seeds):
            given = {
                split: out_of_fold(config, chains, folds(groups, chains, 5, seed), seed)
                for split, groups in splits.items()
            }
            for kind, chosen in {"with relatives": has, "without": ~has}.items():
                labels = chains.where(chosen).labels
                for split in splits:
                    own = [given[split][i] for i in np.flatnonzero(chosen)]
                    name = f"{setting}: chains {kind}, these {split} the training set"
                    scores.setdefault(name, []).append(score(own, labels))
        rows += [show(name, own) for name, own in scores.items()]
    return rows


def main() -> None:
    """Run one command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "command", choices=("choose", "table", "curves", "windows", "leakage", "draw")
    )
    parser.add_argument("--data", type=Path, default=data_folder(), help="folder of the data sets")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--out", type=Path, default=HERE, help="folder of results.json, figures")
    arguments = parser.parse_args()
    kept = arguments.out / "results.json"
    results = json.loads(kept.read_text()) if kept.exists() else {}
    if arguments.command == "draw":
        from figures import draw_curves, draw_windows_and_leakage

        draw_curves(results["curves"], arguments.out / "figure8.png")
        draw_windows_and_leakage(results, arguments.out / "windows.png")
        return
    train_file, test_file = (
        arguments.data / DATASETS[f"qian-sejnowski-1988-{part}"].file for part in ("train", "test")
    )
    chains = read_chains(train_file)
    if arguments.command in ("choose", "leakage"):
        experiment = {"choose": choose, "leakage": leakage}[arguments.command]
        rows = experiment(chains, arguments.seeds)
    else:
        test = read_chains(test_file)
        on_test = {"table": table, "curves": curves, "windows": windows}[arguments.command]
        rows = on_test(chains, test, arguments.seeds)
    results[arguments.command] = rows
    plain = json.loads(json.dumps(results, default=float), parse_constant=lambda nan: None)
    kept.write_text(json.dumps(plain, indent=1) + "\n")


if __name__ == "__main__":
    main()
