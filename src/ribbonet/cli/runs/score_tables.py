"""Scores of secondary structure as tables on standard output."""

from __future__ import annotations

import sys
from typing import Any

from ribbonet.cli.terminal.tables import print_columns

COLUMNS = {
    "q3": "Q3",
    "q_h": "Q_H",
    "q_e": "Q_E",
    "q_c": "Q_C",
    "q8": "Q8",
    "mcc_h": "MCC_H",
    "mcc_e": "MCC_E",
    "mcc_c": "MCC_C",
    "sov": "SOV",
    "ece": "ECE",
    "majority_q3": "majority",
}


def print_scores(scores: list[dict[str, Any]]) -> None:
    """Write the scores on each data set, and what was asked for beside them."""
    columns = {key: name for key, name in COLUMNS.items() if any(key in own for own in scores)}
    rows = [["data", "chains", "residues", *columns.values(), "95 % of Q3"]]
    for score in scores:
        low, high = score["q3_ci95"]
        interval = f"{low:.1f} to {high:.1f}" if score["chains"] > 1 else "-"
        values = [shown(key, score.get(key)) for key in columns]
        counts = [f"{score['chains']:,}", f"{score['residues']:,}"]
        rows.append([score["data"], *counts, *values, interval])
    print_columns(rows)
    for score in scores:
        sys.stdout.write(f"\n{score['data']}: true states (rows) and predicted states (columns)\n")
        confusion = zip("HEC", score["confusion"], strict=True)
        print_columns([["", *"HEC"], *([state, *map(str, row)] for state, row in confusion)])
        if "by_relative" in score:
            _print_relatives(score)
        if "by_identity" in score:
            _print_distances(score)
        if "compared" in score:
            _print_comparison(score)


def _print_distances(score: dict[str, Any]) -> None:
    sys.stdout.write(f"\n{score['data']}: Q3 by identity to the nearest training chain\n")
    rows = [["identity", "chains", "residues", "Q3"]]
    for group in score["by_identity"]:
        name = "none found"
        if group["from"] is not None:
            name = f"{group['from']:.0f} % to {group['below'] or 100:.0f} %"
        counts = [f"{group['chains']:,}", f"{group['residues']:,}"]
        rows.append([name, *counts, shown("q3", group["q3"])])
    print_columns(rows)


def _print_relatives(score: dict[str, Any]) -> None:
    limit = f", those above {score['max_identity']:.0f} % passed over"
    sys.stdout.write(
        f"\n{score['data']}: Q3 by identity of the nearest relative of known structure"
        f"{limit if score['max_identity'] < 100 else ''}\n"
    )
    rows = [["identity", "residues", "Q3"]]
    for group in score["by_relative"]:
        name = "no relative"
        if group["from"] is not None:
            name = f"{group['from']:.0f} % to {group['below'] or 100:.0f} %"
        rows.append([name, f"{group['residues']:,}", shown("q3", group["q3"])])
    print_columns(rows)


def _print_comparison(score: dict[str, Any]) -> None:
    tests = score["compared"]
    low, high = tests["difference_ci95"]
    sys.stdout.write(
        f"\n{score['data']}: Q3 {tests['difference']:+.2f} over {tests['with']} "
        f"({tests['q3']:.1f}), 95 % from {low:+.2f} to {high:+.2f}; better on {tests['better']} "
        f"chains, worse on {tests['worse']}; p = {tests['p_permutation']:.2g} (permutation), "
        f"{tests['p_wilcoxon']:.2g} (Wilcoxon)\n"
    )


def shown(key: str, value: float | None) -> str:
    """Return a score with the digits that its kind has."""
    if value is None:
        return "-"
    return f"{value:.3f}" if key.startswith(("mcc", "ece")) else f"{value:.1f}"
