"""The report of scores of secondary structure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from ribbonet.chains.chain import Chain
from ribbonet.evaluation.evaluate import Evaluation
from ribbonet.evaluation.reports.charts import (
    bar_chart,
    confusion_chart,
    histogram,
    reliability_chart,
    svg,
)
from ribbonet.evaluation.reports.page import page
from ribbonet.evaluation.scores import ChainScore, chain_scores
from ribbonet.prediction.figures.ribbon import HEIGHT, STEP, ribbon
from ribbonet.system.terminal import count_of
from ribbonet.tasks.metrics import Bin
from ribbonet.tasks.structure_scores import IdentityGroup, LengthGroup, StructureScores

KEY = "".join(
    (
        "<h3>Best and worst</h3><p class='note'>The prediction is drawn above the truth.</p>",
        '<div class="key">',
        *(
            f"<span>{svg(3 * STEP, HEIGHT, ribbon(3 * state), name)}{name}</span>"
            for state, name in (("H", "helix"), ("E", "strand"), ("C", "coil"), ("-", "no label"))
        ),
        f'<span><svg width="{STEP:g}" height="{HEIGHT:g}" role="img" aria-label="wrong">',
        f'<rect class="wrong" width="{STEP:g}" height="{HEIGHT:g}"/></svg>wrong</span></div>',
    )
)
SHOWN = 10
"""Best and worst chains that are drawn."""
LEAST = 30
"""Labelled residues of a chain that is drawn, if there are enough such chains."""
LINE = 100
"""Residues in a line of a drawing."""
COLUMNS = {
    "q3": ("Q3", "predicted right, of all residues, %"),
    "q_h": ("Q helix", "of the helix residues, %"),
    "q_e": ("Q strand", "of the strand residues, %"),
    "q_c": ("Q coil", "of the coil residues, %"),
    "mcc_h": ("MCC helix", "Matthews correlation coefficient, -1 to 1"),
    "mcc_e": ("MCC strand", "Matthews correlation coefficient, -1 to 1"),
    "mcc_c": ("MCC coil", "Matthews correlation coefficient, -1 to 1"),
    "sov": ("SOV", "segment overlap, Zemla et al. 1999, %"),
    "sov_refine": ("SOV refined", "segment overlap, Liu & Wang 2018, %"),
    "ece": ("ECE", "expected calibration error, 0 to 1"),
}


def report(evaluations: Sequence[Evaluation]) -> str:
    """Write the page of one predictor's evaluations, one on each of some data sets.

    Parameters
    ----------
    evaluations : sequence of Evaluation
        At least one; their scores may hold what `--compare` and `--against` add.

    Returns
    -------
    str
        HTML.
    """
    return page(
        evaluations[0].predictor,
        [evaluation.data for evaluation in evaluations],
        "Three-state secondary structure",
        [*map(_section, evaluations)],
        _overview(evaluations),
    )


def _overview(evaluations: Sequence[Evaluation]) -> str:
    heads = "".join(
        f'<th scope="col" title="{escape(hint)}">{escape(name)}</th>'
        for name, hint in COLUMNS.values()
    )
    rows = []
    for e in evaluations:
        low, high = e.scores.q3_ci95
        cells = "".join(f"<td>{_shown(key, getattr(e.scores, key))}</td>" for key in COLUMNS)
        rows.append(
            f'<tr><th scope="row"><a href="#{_anchor(e)}">{escape(e.data)}</a></th>'
            f"<td>{e.scores.chains:,}</td><td>{e.scores.residues:,}</td>{cells}"
            f"<td>{_shown('q3', low)} to {_shown('q3', high)}</td></tr>"
        )
    return (
        '<div class="wide"><table><thead><tr><th scope="col">data</th><th scope="col">chains</th>'
        f'<th scope="col">residues</th>{heads}<th scope="col">95 % of Q3</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _section(evaluation: Evaluation) -> str:
    scores = evaluation.scores
    singles = chain_scores(evaluation.chains, evaluation.states)
    parts = [f'<section id="{_anchor(evaluation)}"><h2>{escape(evaluation.data)}</h2>']
    parts.extend(f'<p class="{kind}">{text}</p>' for kind, text in _notes(scores))
    figures = [
        ("What is taken for what", confusion_chart(scores.confusion)),
        ("Is it as sure as it is right?", _or_none(scores.reliability)),
        ("Chain by chain", histogram([s.q3 for s in singles if s.q3 is not None])),
        ("Q3 by length", bar_chart([(_length(g), g) for g in scores.by_length], "By length")),
        (
            "Q3 by content",
            bar_chart([(g.content, g) for g in scores.by_content], "By content of states"),
        ),
    ]
    if scores.by_identity is not None:
        rows = [(_identity(g), g) for g in scores.by_identity]
        figures.append(("Q3 by identity to training chains", bar_chart(rows, "By identity")))
    drawn = "".join(f"<figure><figcaption>{t}</figcaption>{c}</figure>" for t, c in figures)
    parts.append(f'<div class="figures">{drawn}</div>')
    parts.extend(_extremes(evaluation, singles))
    parts.append(_chain_table(singles))
    return "\n".join([*parts, "</section>"])


def _or_none(bins: Sequence[Bin]) -> str:
    if not bins:
        return '<p class="note">The predictions come without probabilities.</p>'
    return reliability_chart(bins)


def _notes(scores: StructureScores) -> Iterator[tuple[str, str]]:
    """Yield sentences and the classes of their paragraphs."""
    ends = scores.boundaries
    yield (
        "lead",
        f"{_shown('q3', scores.q3)} % of {scores.residues:,} residues in "
        f"{count_of(scores.chains, 'chain')} are predicted right. Of {ends.observed:,} "
        f"starts and ends of helices and strands {_shown('q3', ends.recall)} % are found within "
        f"{ends.tolerance} residues; of those predicted {_shown('q3', ends.precision)} % "
        "are there.",
    )
    if scores.q8 is not None:
        yield "note", f"In eight states {_shown('q3', scores.q8)} % are right (Q8)."
    if (leaked := scores.leaked) is not None and leaked.chains:
        worst = leaked.worst
        yield (
            "warning",
            f"Leakage: {count_of(len(leaked.chains), 'chain')} with "
            f"{leaked.identity:.0f} % identity or more to a training chain "
            f"({escape(worst.id)}: {worst.identity:.0f} % to {escape(worst.nearest)}). "
            f"Without them Q3 is {_shown('q3', leaked.q3_without)} %.",
        )
    if tests := scores.compared:
        low, high = tests.difference_ci95
        yield (
            "note",
            f"Beside {escape(str(tests.with_))} ({tests.q3:.1f} %): "
            f"{tests.difference:+.2f}, 95 % from {low:+.2f} to {high:+.2f}; better on "
            f"{tests.better:,} chains, worse on {tests.worse:,}; p = "
            f"{tests.p_permutation:.2g} (permutation), {tests.p_wilcoxon:.2g} (Wilcoxon).",
        )


def _extremes(evaluation: Evaluation, singles: Sequence[ChainScore]) -> Iterator[str]:
    places = [n for n, s in enumerate(singles) if s.residues >= LEAST]
    if len(places) < 2 * SHOWN:
        places = [n for n, s in enumerate(singles) if s.residues]
    ranked = sorted(places, key=lambda n: (-(singles[n].q3 or 0), -singles[n].residues))
    half = min(SHOWN, (len(ranked) + 1) // 2)
    yield KEY
    for title, chosen in (("Best", ranked[:half]), ("Worst", ranked[half:][-SHOWN:][::-1])):
        if not chosen:
            continue
        yield f"<h4>{title}</h4>"
        for n in chosen:
            yield _drawing(evaluation.chains[n], evaluation.states[n], singles[n])


def _drawing(chain: Chain, predicted: str, score: ChainScore) -> str:
    """Draw the prediction above the truth, line by line, and shade where they differ."""
    labels = chain.labels or "-" * len(chain)
    left, gap, line = 74, 8, 2 * HEIGHT + 26
    shapes = []
    for row, start in enumerate(range(0, len(chain), LINE)):
        y = row * line + 4
        part = slice(start, start + LINE)
        for n, (p, t) in enumerate(zip(predicted[part], labels[part], strict=True)):
            if t not in ("-", p):
                shapes.append(
                    f'<rect class="wrong" x="{left + n * STEP:g}" y="{y - 2:g}" '
                    f'width="{STEP:g}" height="{2 * HEIGHT + gap + 4:g}"/>'
                )
        shapes.append(ribbon(predicted[part], left, y))
        shapes.append(ribbon(labels[part], left, y + HEIGHT + gap))
        shapes.append(
            f'<text x="0" y="{y + 13:g}" class="tick">predicted</text>'
            f'<text x="0" y="{y + HEIGHT + gap + 13:g}" class="tick">true</text>'
            f'<text x="{left - 6}" y="{y + HEIGHT + gap + 13:g}" text-anchor="end" '
            f'class="tick">{start + 1}</text>'
        )
    width = left + min(len(chain), LINE) * STEP + 4
    height = line * ((len(chain) - 1) // LINE + 1)
    drawn = svg(width, height, "".join(shapes), f"Ribbons of {chain.id}")
    return (
        f'<figure class="chain"><figcaption><b>{escape(chain.id)}</b> Q3 {score.q3:.1f}, '
        f"SOV {_shown('sov', score.sov)}, {len(chain):,} residues</figcaption>{drawn}</figure>"
    )


def _chain_table(singles: Sequence[ChainScore]) -> str:
    heads = {"id": "chain", "length": "length", "residues": "labelled", "q3": "Q3", "sov": "SOV"}
    head = "".join(
        f'<th scope="col"><button type="button">{name}</button></th>' for name in heads.values()
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(s.id)}</th><td>{s.length}</td><td>{s.residues}</td>'
        f"<td>{_shown('q3', s.q3)}</td><td>{_shown('sov', s.sov)}</td></tr>"
        for s in singles
    )
    return (
        "<h3>Every chain</h3><p class='note'>A click on a heading sorts.</p>"
        f'<div class="scroll"><table class="sortable"><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _length(group: LengthGroup) -> str:
    if group.up_to is None:
        return f"over {group.longer_than}"
    return f"{group.longer_than + 1} to {group.up_to}"


def _identity(group: IdentityGroup) -> str:
    if group.from_ is None:
        return "none found"
    return f"{group.from_:.0f} to {group.below or 100:.0f} %"


def _anchor(evaluation: Evaluation) -> str:
    return "data-" + "".join(c if c.isalnum() else "-" for c in evaluation.data)


def _shown(key: str, value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if key.startswith(("mcc", "ece")) else f"{value:.1f}"
