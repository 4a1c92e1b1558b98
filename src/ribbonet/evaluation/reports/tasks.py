"""The report of scores of classes and values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from html import escape

from ribbonet.evaluation.reports.charts import reliability_chart, svg
from ribbonet.evaluation.reports.page import page
from ribbonet.evaluation.tasks import TaskEvaluation
from ribbonet.system.terminal import count_of
from ribbonet.tasks.class_scores import ClassScores, shown
from ribbonet.tasks.value_scores import ValueScores


def report(evaluations: Sequence[TaskEvaluation]) -> str:
    """Return the HTML of one predictor's scores, on one data set or several."""
    summary = evaluations[0].task.summary
    return page(
        evaluations[0].predictor,
        [evaluation.data for evaluation in evaluations],
        summary[0].upper() + summary[1:],
        [*map(_section, evaluations)],
    )


def _section(evaluation: TaskEvaluation) -> str:
    scores = evaluation.scores
    parts = [f"<section><h2>{escape(evaluation.data)}</h2><p>{escape(str(scores))}.</p>"]
    parts += [f'<p class="{kind}">{escape(text)}</p>' for kind, text in _notes(evaluation)]
    if isinstance(scores, ClassScores):
        rows = []
        for label, own in scores.per_class.items():
            number, predicted, *shares = asdict(own).values()
            rows.append([label, f"{number:,}", f"{predicted:,}", *map(shown, shares)])
        heads = ["label", "residues", "predicted", "precision", "recall", "F1", "MCC", "AUC", "AP"]
        parts += ["<h3>Each class</h3>", _table(heads, rows)]
        matrix = [
            [label, *(f"{n:,}" for n in row)]
            for label, row in zip(scores.labels, scores.confusion, strict=True)
        ]
        parts += ["<h3>True labels by predicted labels</h3>", _table(["", *scores.labels], matrix)]
        baselines = {
            "always the most frequent": scores.majority,
            "drawn by frequency": scores.frequencies,
            "the residue alone": scores.residue,
        }
        compared = [
            [name, shown(g.accuracy), shown(g.mcc), shown(g.macro_f1)]
            for name, g in baselines.items()
        ]
        own_row = ["the model", shown(scores.accuracy), shown(scores.mcc), shown(scores.macro_f1)]
        heads = ["", "accuracy", "Matthews", "macro F1"]
        parts += ["<h3>Beside baselines</h3>", _table(heads, [own_row, *compared])]
        if scores.reliability:
            parts += ["<h3>Calibration</h3>", reliability_chart(scores.reliability)]
    elif isinstance(scores, ValueScores):
        table = [
            ["the model", shown(scores.spearman), shown(scores.pearson), f"{scores.mae:.4g}"],
            ["the mean", "-", "-", f"{scores.mean_baseline_mae:.4g}"],
            [
                "the residue alone",
                shown(scores.residue_spearman),
                shown(scores.residue_pearson),
                f"{scores.residue_mae:.4g}",
            ],
        ]
        heads = ["", "Spearman", "Pearson", "mean absolute error"]
        parts += ["<h3>Beside baselines</h3>", _table(heads, table), _points(scores)]
    return "\n".join([*parts, "</section>"])


def _notes(evaluation: TaskEvaluation) -> Iterator[tuple[str, str]]:
    """Yield sentences on leakage and on another predictor, and the classes of their paragraphs."""
    if (leaked := evaluation.leaked) is not None and leaked.chains:
        yield (
            "warning",
            f"Leakage: {count_of(len(leaked.chains), 'chain')} with {leaked.identity:.0f} % "
            f"identity or more to a training chain. Without them: "
            f"{leaked.without or 'no chain is left'}.",
        )
    if (tests := evaluation.compared) is not None:
        yield (
            "note",
            f"Beside {tests.with_}: better on {tests.better:,} chains, worse on {tests.worse:,}; "
            f"p = {tests.p_permutation:.2g} (permutation), {tests.p_wilcoxon:.2g} (Wilcoxon).",
        )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide">{table}</div>'


def _points(scores: ValueScores) -> str:
    """Draw mean true values of residues with like predictions; on the diagonal where they agree."""
    side, left, top = 230, 50, 12
    numbers = [value for x, y, _ in scores.points for value in (x, y)]
    low, high = min(numbers), max(numbers)
    scale = side / ((high - low) or 1)
    dots = [(left + (x - low) * scale, top + side - (y - low) * scale) for x, y, _ in scores.points]
    shapes = [f'<path class="ideal" d="M{left} {top + side}L{left + side} {top}"/>']
    shapes += [f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>' for x, y in dots]
    for value in (low, high):
        x, y = left + (value - low) * scale, top + side - (value - low) * scale
        below = f'x="{x:.1f}" y="{top + side + 17}" text-anchor="middle"'
        shapes.append(f"<text {below}>{value:.3g}</text>")
        shapes.append(f'<text x="{left - 7}" y="{y + 4:.1f}" text-anchor="end">{value:.3g}</text>')
    label = "Mean true value by predicted value, in twenty groups of residues"
    drawn = svg(left + side + 24, top + side + 26, "".join(shapes), label)
    return f"<h3>{label}</h3>{drawn}"
