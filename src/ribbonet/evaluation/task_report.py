"""A page of scores of classes and values: one HTML file that stands by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from html import escape

from ribbonet import __version__
from ribbonet.evaluation.charts import reliability_chart, svg
from ribbonet.evaluation.tasks import TaskEvaluation
from ribbonet.tasks.class_scores import ClassScores, shown
from ribbonet.tasks.value_scores import ValueScores

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #1c2330; background: #fff; }
table { border-collapse: collapse; } th, td { padding: .25rem .75rem; text-align: right; }
th:first-child { text-align: left; } .grid { stroke: #8893a5; stroke-width: .5; fill: none; }
.ideal { stroke: #8893a5; stroke-dasharray: 4 3; fill: none; } .trend { stroke: #2a5db0;
  fill: none; } .dot { fill: #2a5db0; }
text { font: 12px system-ui, sans-serif; fill: currentColor; }
@media (prefers-color-scheme: dark) { body { color: #e6eaf2; background: #161a22; }
  .trend { stroke: #8db4ff; } .dot { fill: #8db4ff; } }
"""


def report(evaluations: Sequence[TaskEvaluation]) -> str:
    """Return the page."""
    name = escape(evaluations[0].predictor)
    sections = "\n".join(map(_section, evaluations))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>Scores of {name}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>Scores of {name}</h1>\n"
        f"{sections}\n<p>ribbonet {__version__}</p></main></body></html>\n"
    )


def _section(evaluation: TaskEvaluation) -> str:
    scores = evaluation.scores
    parts = [f"<section><h2>{escape(evaluation.data)}</h2><p>{escape(str(scores))}.</p>"]
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
        guesses = {
            "always the most frequent": scores.majority,
            "drawn by frequency": scores.frequencies,
            "the residue alone": scores.residue,
        }
        compared = [
            [name, shown(g.accuracy), shown(g.mcc), shown(g.macro_f1)]
            for name, g in guesses.items()
        ]
        own_row = ["the model", shown(scores.accuracy), shown(scores.mcc), shown(scores.macro_f1)]
        heads = ["", "accuracy", "Matthews", "macro F1"]
        parts += ["<h3>Beside guesses</h3>", _table(heads, [own_row, *compared])]
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
        parts += ["<h3>Beside guesses</h3>", _table(heads, table), _points(scores)]
    return "\n".join([*parts, "</section>"])


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


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
