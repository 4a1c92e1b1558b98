"""`ribbonet evaluate`: a model's scores on labelled chains."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

COLUMNS = {
    "q3": "Q3",
    "q_h": "Q_H",
    "q_e": "Q_E",
    "q_c": "Q_C",
    "mcc_h": "MCC_H",
    "mcc_e": "MCC_E",
    "mcc_c": "MCC_C",
    "sov": "SOV",
    "ece": "ECE",
}


def command(
    model: Annotated[str, typer.Argument(help="A shipped model, or a folder made by train.")],
    data: Annotated[list[str], typer.Argument(help="Three-line files of labelled chains.")],
    exclude: Annotated[
        list[Path] | None, typer.Option(help="A file of ids to leave out, one a line.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a file.")] = False,
) -> None:
    """Score a model on labelled chains it was not trained on."""
    from json import dumps

    from ribbonet.prediction.evaluation import evaluate_model
    from ribbonet.prediction.predictor import load_model

    loaded = load_model(model)
    scores = []
    for path in data:
        score = evaluate_model(loaded, path, exclude or [])
        if json:
            sys.stdout.write(dumps(score) + "\n")
            sys.stdout.flush()
        scores.append(score)
    if not json:
        _print_table(scores)


def _print_table(scores: list[dict[str, Any]]) -> None:
    rows = [["data", "chains", "residues", *COLUMNS.values(), "95 % of Q3"]]
    for score in scores:
        low, high = score["q3_ci95"]
        values = [_shown(key, score[key]) for key in COLUMNS]
        counts = [f"{score['chains']:,}", f"{score['residues']:,}"]
        rows.append([score["data"], *counts, *values, f"{low:.1f} to {high:.1f}"])
    _print_columns(rows)
    for score in scores:
        sys.stdout.write(f"\n{score['data']}: true states (rows) and predicted states (columns)\n")
        confusion = zip("HEC", score["confusion"], strict=True)
        _print_columns([["", *"HEC"], *([state, *map(str, row)] for state, row in confusion)])


def _print_columns(rows: list[list[str]]) -> None:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        first, *others = (text.rjust(width) for text, width in zip(row, widths, strict=True))
        sys.stdout.write("  ".join([first.strip().ljust(widths[0]), *others]) + "\n")


def _shown(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if key.startswith(("mcc", "ece")) else f"{value:.1f}"
