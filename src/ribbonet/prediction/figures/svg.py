"""Pictures as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ribbonet.prediction.figures.layout import UNIT
from ribbonet.prediction.figures.shapes import Outline, Row, Words
from ribbonet.prediction.figures.style import FAINT, Style

SANS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
MONO = "'DejaVu Sans Mono', Menlo, Consolas, 'Liberation Mono', monospace"


def to_svg(rows: Sequence[Row], style: Style) -> str:
    """Return rows, one below the other, as a whole document."""
    width = max((row.width for row in rows), default=100.0)
    height = sum(row.height for row in rows) + 4
    scale = UNIT if style.width is None or not rows else style.width / width
    groups = []
    y = 0.0
    for row in rows:
        drawn = "".join(map(_path, row.outlines)) + "".join(map(_text, row.words))
        groups.append(f'<g transform="translate(0 {y:g})">{drawn}</g>\n')
        y += row.height
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width * scale:.1f}mm" '
        f'height="{height * scale:.1f}mm" viewBox="0 0 {width:g} {height:g}" role="img">'
        f"<title>Secondary structure</title>\n<style>\n{_sheet(style)}</style>\n"
        f'<rect width="100%" height="100%" fill="#fff"/>\n{"".join(groups)}</svg>\n'
    )


def _sheet(style: Style) -> str:
    rules = [f"path {{ fill: none; }} .faint {{ opacity: {FAINT}; }}"]
    rules += [f".{kind} {{ fill: {colour}; }}" for kind, colour in style.fills.items()]
    for kind, stroke in style.strokes.items():
        dashes = (
            ""
            if stroke.dashes is None
            else (f" stroke-dasharray: {stroke.dashes[0]} {stroke.dashes[1]};")
        )
        rules.append(
            f".{kind} {{ stroke: {stroke.colour}; stroke-width: {stroke.width};{dashes} }}"
        )
    rules.append(".area { stroke: none; }")
    for kind, font in style.fonts.items():
        weight = " font-weight: 600;" if font.bold else ""
        family = MONO if font.mono else SANS
        rules.append(
            f".{kind} {{ fill: {font.colour}; font-size: {font.size}px; "
            f"font-family: {family};{weight} }}"
        )
    return "".join(f"{rule}\n" for rule in rules)


def _path(outline: Outline) -> str:
    return f'<path class="{outline.kind}" d="{outline.path}"/>'


def _text(words: Words) -> str:
    anchor = "" if words.anchor == "start" else f' text-anchor="{words.anchor}"'
    x = " ".join(f"{place:g}" for place in words.x)
    return f'<text class="{words.kind}" x="{x}" y="{words.y:g}"{anchor}>{escape(words.text)}</text>'
