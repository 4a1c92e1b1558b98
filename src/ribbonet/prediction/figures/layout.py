"""Records laid out in lines, and a picture's legend and caption."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ribbonet.prediction.figures.record import Record
from ribbonet.prediction.figures.ribbon import STEP, outlines
from ribbonet.prediction.figures.shapes import Outline, Row, Words
from ribbonet.prediction.figures.style import WIDTH, Style
from ribbonet.prediction.figures.tracks import DRAW, Pen

MARGIN = 8.0
"""Around the picture."""
LEFT = 46.0
"""Room for the numbers and names before a line, at least."""
LABELLED = {"confidence", "relatives", "hydropathy", "charge"}
"""Tracks with their names before them."""
LONGEST = 18
"""Characters of a layer's name that are shown."""
TITLE, RULER, SPACE, BETWEEN = 44.0, 13.0, 12.0, 12.0
"""Heights: of a title, of the positions, below a line, below a record."""
UNIT = WIDTH / (LEFT + 80 * STEP + 2 * MARGIN)
"""Millimetres of a unit, where the picture is not scaled."""


def rows(records: Iterable[Record], style: Style, left: float = 0) -> Iterator[Row]:
    """Lay records out, one below the other.

    Parameters
    ----------
    records : iterable of Record
    style : Style
    left : float
        Room for names, see `room_for_names`.
    """
    left = max(left, LEFT if LABELLED.isdisjoint(style.tracks) else room_for("hydropathy"))
    for record in records:
        length = len(record.sequence)
        wrap = residues_on_a_line(style, left) or length
        for start in range(0, length, wrap):
            part = slice(start, min(start + wrap, length))
            yield _line(record, part, wrap, style, left)


def room_for_names(records: Iterable[Record]) -> float:
    """Return the width that the longest name of a layer needs before a line."""
    names = [layer.name for record in records if record.named for layer in record.layers]
    return max((room_for(name[:LONGEST]) for name in names), default=0)


def room_for(name: str) -> float:
    """Return the width that a name needs before a line."""
    return 5.2 * len(name) + 10


def residues_on_a_line(style: Style, left: float) -> int:
    """Return residues on a line; 0 for all."""
    if style.wrap is not None:
        return style.wrap
    room = (style.width or WIDTH) / UNIT - left - 2 * MARGIN
    return max(int(room / STEP + 0.01) // 10 * 10, 10)


def _line(record: Record, part: slice, wrap: int, style: Style, left: float) -> Row:
    width = 2 * MARGIN + left + wrap * STEP
    shapes: list[Any] = []
    y = 0.0
    if part.start == 0:
        shapes += title(record, width)
        y += TITLE
    if style.numbers:
        shapes += ruler(part, Pen(MARGIN + left, y))
        y += RULER
    for name in style.tracks:
        for height, drawn in DRAW[name](record, part, Pen(MARGIN + left, y)):
            shapes += drawn
            y += height
    y += SPACE + (BETWEEN if part.stop == len(record.sequence) else 0)
    return row_of(width, y, shapes, record.caption)


def row_of(width: float, height: float, shapes: Sequence[Any], caption: str = "") -> Row:
    """Make a row of outlines and words."""
    return Row(
        width,
        height,
        [shape for shape in shapes if isinstance(shape, Outline)],
        [shape for shape in shapes if isinstance(shape, Words)],
        caption,
    )


def title(record: Record, width: float) -> Iterator[Words]:
    """Give the header of a record, and what is said below it."""
    header = "".join(c if c.isprintable() else " " for c in record.header) or "(no name)"
    yield Words("title", _cut(header, int((width - 2 * MARGIN) / 7.6)), [MARGIN], 20)
    about = f"{len(record.sequence):,} residues; {record.about}"
    yield Words("soft", _cut(about, int((width - 2 * MARGIN) / 4.9)), [MARGIN], 34)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def ruler(part: slice, pen: Pen) -> Iterator[Words]:
    """Give the positions of the first residue of a line and of every tenth."""
    if part.start % 10 < 8 or part.stop - part.start < 3:
        yield Words("tick", f"{part.start + 1}", [pen.centre(0)], pen.y + 9, "middle")
    for place in range(part.start - part.start % 10 + 9, part.stop, 10):
        if place > part.start:
            centre = pen.centre(place - part.start)
            yield Words("tick", f"{place + 1}", [centre], pen.y + 9, "middle")


LEGEND = {
    "helix": ("helix", "HHHH"),
    "strand": ("strand", "EEEE"),
    "coil": ("coil", "CCC"),
    "none": ("no state", "---"),
}
"""For kinds of outlines: what they are, and states that show it."""

EXPLAINED = {
    "helix area": "probabilities: helix from the bottom, strand from the top, the rest coil",
    "faint": "faint: too short to be sure",
    "difference": "marks below: differs from the reference",
    "relatives": "relatives: identity of the nearest of known structure",
    "hydrophobic": "hydropathy: up where hydrophobic (Kyte and Doolittle, 7 residues)",
}
"""What other kinds of outlines say."""


def ending(drawn: Sequence[Row], style: Style) -> Iterator[Row]:
    """Give the rows below the records: the legend and the caption."""
    if not drawn:
        return
    width = max(row.width for row in drawn)
    kinds = {word for row in drawn for kind, _ in row.outlines for word in (kind, *kind.split())}
    if style.legend:
        yield from _legend(kinds, width)
    captions = list(dict.fromkeys(row.caption for row in drawn if row.caption))
    if style.caption and captions:
        lines = list(_wrapped(captions, "; ", width))
        words = [Words("soft", text, [MARGIN], 12 + 13 * n) for n, text in enumerate(lines)]
        yield row_of(width, 13 * len(lines) + 8, words)


def _legend(kinds: set[str], width: float) -> Iterator[Row]:
    shapes: list[Any] = []
    x = MARGIN
    for kind, (name, states) in LEGEND.items():
        if kind in kinds:
            shapes += outlines(states, x, 0)
            x += len(states) * STEP + 5
            shapes.append(Words("soft", name, [x], 12.5))
            x += 6 * len(name) + 18
    said = list(_wrapped([text for kind, text in EXPLAINED.items() if kind in kinds], "; ", width))
    for n, text in enumerate(said):
        shapes.append(Words("soft", text, [MARGIN], 36 + 13 * n))
    yield row_of(width, 26 + 13 * len(said) + (2 if said else 0), shapes)


def _wrapped(texts: Sequence[str], between: str, width: float) -> Iterator[str]:
    """Join texts to lines of a width, broken between words."""
    most = max(int((width - 2 * MARGIN) / 4.9), 20)
    line = ""
    for word in between.join(texts).split(" "):
        if line and len(line) + 1 + len(word) > most:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line
