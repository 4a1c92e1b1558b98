"""Scores of secondary structure as tables on standard output."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ribbonet.cli.terminal.tables import print_columns
from ribbonet.evaluation.evaluate import Evaluation
from ribbonet.tasks.structure_scores import Comparison, IdentityGroup, RelativeGroup

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


def print_scores(evaluations: Sequence[Evaluation]) -> None:
    """Write the scores on each data set, and what was asked for beside them."""
    eight = any(own.scores.q8 is not None for own in evaluations)
    columns = {key: name for key, name in COLUMNS.items() if key != "q8" or eight}
    rows = [["data", "chains", "residues", *columns.values(), "95 % of Q3"]]
    for data, scores in ((own.data, own.scores) for own in evaluations):
        low, high = scores.q3_ci95
        interval = f"{low:.1f} to {high:.1f}" if scores.chains > 1 else "-"
        values = [shown(key, getattr(scores, key)) for key in columns]
        counts = [f"{scores.chains:,}", f"{scores.residues:,}"]
        rows.append([data, *counts, *values, interval])
    print_columns(rows)
    for data, scores in ((own.data, own.scores) for own in evaluations):
        sys.stdout.write(f"\n{data}: true states (rows) and predicted states (columns)\n")
        confusion = zip("HEC", scores.confusion, strict=True)
        print_columns([["", *"HEC"], *([state, *map(str, row)] for state, row in confusion)])
        if scores.by_relative is not None:
            _print_relatives(data, scores.by_relative, scores.max_identity or 0.0)
        if scores.by_identity is not None:
            _print_distances(data, scores.by_identity)
        if scores.compared is not None:
            _print_comparison(data, scores.compared)


def _print_distances(data: str, groups: Sequence[IdentityGroup]) -> None:
    sys.stdout.write(f"\n{data}: Q3 by identity to the nearest training chain\n")
    rows = [["identity", "chains", "residues", "Q3"]]
    for group in groups:
        counts = [f"{group.chains:,}", f"{group.residues:,}"]
        rows.append([_bounds(group, "none found"), *counts, shown("q3", group.q3)])
    print_columns(rows)


def _print_relatives(data: str, groups: Sequence[RelativeGroup], max_identity: float) -> None:
    limit = f", those above {max_identity:.0f} % passed over" if max_identity < 100 else ""
    sys.stdout.write(
        f"\n{data}: Q3 by identity of the nearest relative of known structure{limit}\n"
    )
    rows = [["identity", "residues", "Q3"]]
    for group in groups:
        residues = f"{group.residues:,}"
        rows.append([_bounds(group, "no relative"), residues, shown("q3", group.q3)])
    print_columns(rows)


def _bounds(group: IdentityGroup | RelativeGroup, none: str) -> str:
    if group.from_ is None:
        return none
    return f"{group.from_:.0f} % to {group.below or 100:.0f} %"


def _print_comparison(data: str, tests: Comparison) -> None:
    low, high = tests.difference_ci95
    sys.stdout.write(
        f"\n{data}: Q3 {tests.difference:+.2f} over {tests.with_} "
        f"({tests.q3:.1f}), 95 % from {low:+.2f} to {high:+.2f}; better on {tests.better} "
        f"chains, worse on {tests.worse}; p = {tests.p_permutation:.2g} (permutation), "
        f"{tests.p_wilcoxon:.2g} (Wilcoxon)\n"
    )


def shown(key: str, value: float | None) -> str:
    """Return a score with the digits that its kind has."""
    if value is None:
        return "-"
    return f"{value:.3f}" if key.startswith(("mcc", "ece")) else f"{value:.1f}"
