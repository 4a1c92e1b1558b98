"""Predictions drawn in SVG: ribbons over the probabilities of helix and strand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, BinaryIO

from ribbonet.errors import InputError
from ribbonet.prediction.formats.base import Format
from ribbonet.prediction.formats.ribbon_svg import HEIGHT, STEP, ribbon

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ribbonet.prediction.prediction import Prediction

LINE = 80
"""Residues on a line."""
LEFT, CURVES, GAP = 46, 44, 34
"""Margin for numbers; height of the probabilities; space between lines."""
TITLE, SPACE = 28, 14
"""Height of a title, and space below a record."""
WIDTH = LEFT + LINE * STEP
STYLE = """
svg { background: #fff; font: 12px ui-sans-serif, system-ui, sans-serif; }
text { fill: #1d2733; } .soft { fill: #5d6b7a; } .title { font-size: 15px; font-weight: 600; }
.letters { font: 11px ui-monospace, monospace; text-anchor: middle; }
.helix { fill: #cc79a7; } .back { fill: #96527a; } .strand { fill: #e69f00; }
.coil { stroke: #7d8a98; stroke-width: 2.5; } .rest { fill: #dfe5ec; }
.none { stroke: #7d8a98; stroke-width: 1.5; stroke-dasharray: 2 4; }
"""


class Svg(Format):
    """A picture of all records, one below the other.

    A picture begins with its height, so it cannot be resumed: `encode` gives each record's shapes
    behind its height, and `assemble` stacks them.
    """

    suffix = ".svg"
    appendable = False
    not_compressed = "is for browsers, which open it as it is"

    def for_terminal(self) -> Format:
        """Raise InputError: it is a picture."""
        raise InputError("SVG is a picture; give a file by --output")

    def encode(self, predictions: Sequence[Prediction]) -> bytes:
        """Return the records' shapes: a line each, its height first."""
        lines = (f"{_height(len(p)):g} {''.join(_record(p))}\n" for p in predictions)
        return "".join(lines).encode()

    def assemble(self, parts: Iterable[bytes], file: BinaryIO) -> None:
        """Write the picture."""
        shapes, y = [], 0.0
        for line in b"".join(parts).decode().splitlines():
            height, _, record = line.partition(" ")
            shapes.append(f'<g transform="translate(0 {y:g})">{record}</g>')
            y += float(height)
        file.write(_picture(shapes, y).encode())


def draw(predictions: Iterable[Prediction]) -> str:
    """Draw predictions one below the other; returns SVG, a whole document."""
    from io import BytesIO

    picture, file = Svg(), BytesIO()
    picture.assemble([picture.encode(list(predictions))], file)
    return file.getvalue().decode()


def _picture(shapes: Iterable[str], height: float) -> str:
    box = f'x="-10" y="-6" width="{WIDTH + 20:g}" height="{height:g}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 -6 {WIDTH + 20:g} {height:g}" '
        f'role="img"><title>Predicted secondary structure</title><style>{STYLE}</style>'
        f'<rect {box} fill="#fff"/>{"".join(shapes)}</svg>\n'
    )


def _height(length: int) -> float:
    return TITLE + ((length - 1) // LINE + 1) * (HEIGHT + CURVES + GAP) + SPACE


def _record(prediction: Prediction) -> Iterator[str]:
    """Draw one prediction, its title first."""
    prediction = prediction.in_three()
    title = escape("".join(c if c.isprintable() else " " for c in prediction.chain.header))
    yield f'<text class="title" x="0" y="14">{title}</text>'
    yield (
        f'<text class="soft" x="{WIDTH:g}" y="14" text-anchor="end">{len(prediction)} residues, '
        f"mean confidence {prediction.confidence.mean():.2f}</text>"
    )
    for row, start in enumerate(range(0, len(prediction), LINE)):
        part = slice(start, start + LINE)
        top = TITLE + row * (HEIGHT + CURVES + GAP)
        yield ribbon(prediction.states[part], LEFT, top)
        for n, letter in enumerate(prediction.sequence[part]):
            x = LEFT + (n + 0.5) * STEP
            yield f'<text class="letters" x="{x:g}" y="{top + HEIGHT + 13:g}">{letter}</text>'
        yield from _areas(prediction.probabilities[part], LEFT, top + HEIGHT + 18)
        yield f'<text class="soft" x="0" y="{top + HEIGHT + 13:g}">{start + 1}</text>'


def _areas(probabilities: NDArray[Any], x: float, y: float) -> Iterator[str]:
    """Stack the probabilities of helix (below), coil and strand (above) as steps."""
    helix, strand = probabilities[:, 0] * CURVES, probabilities[:, 1] * CURVES
    width = len(probabilities) * STEP
    yield f'<rect class="rest" x="{x:g}" y="{y:g}" width="{width:g}" height="{CURVES}"/>'
    for kind, heights, base in (("helix", CURVES - helix, CURVES), ("strand", strand, 0)):
        steps = "".join(f"V{y + h:.1f}h{STEP:g}" for h in heights)
        yield f'<path class="{kind}" d="M{x:g} {y + base:g}{steps}V{y + base:g}Z"/>'
