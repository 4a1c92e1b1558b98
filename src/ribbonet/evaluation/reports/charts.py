"""Charts of scores, in SVG; colours are those of the page's style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from ribbonet.tasks.metrics import Bin
from ribbonet.tasks.structure_scores import ContentGroup, IdentityGroup, LengthGroup

NAMES = ("helix", "strand", "coil")


def svg(width: float, height: float, content: str, label: str) -> str:
    """Wrap shapes into an image that says in words what it shows."""
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'role="img" aria-label="{escape(label)}">{content}</svg>'
    )


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "middle") -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" class="{kind}">{escape(text)}</text>'


def confusion_chart(counts: Sequence[Sequence[int]]) -> str:
    """Draw counts of true states (rows) by predicted ones (columns), shaded by the rows' shares."""
    size, left, top = 76, 64, 40
    parts = [_text(left + 1.5 * size, 14, "predicted", "axis")]
    for n, name in enumerate(NAMES):
        parts.append(_text(left + (n + 0.5) * size, top - 8, name, "tick"))
        parts.append(_text(left - 8, top + (n + 0.5) * size + 4, name, "tick", "end"))
        total = max(sum(counts[n]), 1)
        for m, count in enumerate(counts[n]):
            share = count / total
            x, y = left + m * size, top + n * size
            kind = "on" if share > 0.5 else "off"
            parts.append(
                f'<rect x="{x + 1}" y="{y + 1}" width="{size - 2}" height="{size - 2}" rx="4" '
                f'class="cell" style="fill-opacity:{0.04 + 0.96 * share:.3f}"/>'
            )
            parts.append(
                _text(x + size / 2, y + size / 2 + 1, f"{100 * share:.1f} %", f"big {kind}")
            )
            parts.append(_text(x + size / 2, y + size / 2 + 19, f"{count:,}", f"small {kind}"))
    parts.append(
        f'<text transform="translate(11 {top + 1.5 * size:g}) rotate(-90)" '
        'text-anchor="middle" class="axis">true</text>'
    )
    return svg(left + 3 * size + 2, top + 3 * size + 4, "".join(parts), "Confusion matrix")


def reliability_chart(bins: Sequence[Bin]) -> str:
    """Draw accuracy by confidence: a dot a bin, its area its residues; honest is the diagonal."""
    side, left, top = 230, 46, 12
    largest = max(b.residues for b in bins)
    parts = []
    for tick in (0, 0.25, 0.5, 0.75, 1):
        x, y = left + tick * side, top + (1 - tick) * side
        parts.append(f'<path class="grid" d="M{left} {y:g}h{side}M{x:g} {top}v{side}"/>')
        parts.append(_text(left - 7, y + 4, f"{100 * tick:.0f}", "tick", "end"))
        parts.append(_text(x, top + side + 17, f"{100 * tick:.0f}", "tick"))
    parts.append(f'<path class="ideal" d="M{left} {top + side}L{left + side} {top}"/>')
    dots = [(left + b.confidence * side, top + (1 - b.accuracy) * side, b.residues) for b in bins]
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y, _ in dots)
    parts.append(f'<path class="trend" d="M{line}"/>')
    for (x, y, size), b in zip(dots, bins, strict=True):
        radius = 3 + 8 * (size / largest) ** 0.5
        title = (
            f"{b.residues:,} residues: confidence {100 * b.confidence:.1f} %, "
            f"right {100 * b.accuracy:.1f} %"
        )
        parts.append(
            f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}">'
            f"<title>{title}</title></circle>"
        )
    parts.append(_text(left + side / 2, top + side + 36, "confidence, %", "axis"))
    parts.append(
        f'<text transform="translate(11 {top + side / 2:g}) rotate(-90)" text-anchor="middle" '
        'class="axis">predicted right, %</text>'
    )
    return svg(left + side + 14, top + side + 44, "".join(parts), "Reliability diagram")


def bar_chart(
    rows: Sequence[tuple[str, LengthGroup | ContentGroup | IdentityGroup]], label: str
) -> str:
    """Draw Q3 of groups of chains: a bar from 0 to 100 each, with the number of chains."""
    line, left, width = 30, 92, 154
    parts = []
    for tick in (0, 50, 100):
        x = left + tick / 100 * width
        parts.append(f'<path class="grid" d="M{x:g} 0V{line * len(rows)}"/>')
        parts.append(_text(x, line * len(rows) + 16, str(tick), "tick"))
    for n, (name, group) in enumerate(rows):
        y = n * line
        parts.append(_text(left - 8, y + 19, name, "tick", "end"))
        if group.q3 is not None:
            long = group.q3 / 100 * width
            parts.append(
                f'<rect class="bar" x="{left}" y="{y + 6}" width="{long:.1f}" height="18" rx="2"/>'
            )
            parts.append(_text(left + long - 6, y + 19, f"{group.q3:.1f}", "inside", "end"))
        parts.append(_text(left + width + 46, y + 19, f"{group.chains:,}", "tick", "end"))
    bottom = line * len(rows) + 36
    parts.append(_text(left + width / 2, bottom, "Q3, %", "axis"))
    parts.append(_text(left + width + 46, bottom, "chains", "axis", "end"))
    return svg(left + width + 48, bottom + 6, "".join(parts), label)


def histogram(scores: Sequence[float]) -> str:
    """Draw how many chains have which Q3, in steps of five, and their mean."""
    width, height, left, top = 264, 230, 12, 12
    counts, edges = np.histogram(scores, bins=20, range=(0, 100))
    highest = max(int(counts.max()), 1)
    parts = [f'<path class="grid" d="M{left} {top + height}h{width}"/>']
    for count, start in zip(counts.tolist(), edges[:-1].tolist(), strict=True):
        tall = count / highest * height
        x = left + start / 100 * width
        parts.append(
            f'<rect class="bar" x="{x + 1:g}" y="{top + height - tall:.1f}" '
            f'width="{width / 20 - 2:g}" height="{tall:.1f}">'
            f"<title>{count:,} chains from {start:g} to {start + 5:g}</title></rect>"
        )
    for tick in (0, 25, 50, 75, 100):
        parts.append(_text(left + tick / 100 * width, top + height + 17, str(tick), "tick"))
    parts.append(_text(left, top + 10, f"most: {highest:,} chains", "tick", "start"))
    mean = left + float(np.mean(scores)) / 100 * width
    parts.append(f'<path class="ideal" d="M{mean:.1f} {top}v{height}"/>')
    parts.append(_text(left + width / 2, top + height + 36, "Q3 of a chain, %", "axis"))
    return svg(left + width + 12, top + height + 44, "".join(parts), "Chains by their Q3")
