"""Draw the README's picture: predictions as ribbons over their probabilities.

python docs/picture.py examples/proteins.fasta ubiquitin myoglobin thioredoxin > docs/prediction.svg
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from html import escape

import numpy as np

import ribbonet
from ribbonet.prediction.formats.ribbon_svg import HEIGHT, STEP, ribbon
from ribbonet.prediction.predictor import Prediction

LINE = 80  # residues on a line
LEFT, CURVES, GAP = 46, 44, 34  # margin; height of the probabilities; space between lines
STYLE = """
svg { background: #fff; font: 12px ui-sans-serif, system-ui, sans-serif; }
text { fill: #1d2733; } .soft { fill: #5d6b7a; } .title { font-size: 15px; font-weight: 600; }
.letters { font: 11px ui-monospace, monospace; text-anchor: middle; }
.helix { fill: #cc79a7; } .back { fill: #96527a; } .strand { fill: #e69f00; }
.coil { stroke: #7d8a98; stroke-width: 2.5; } .rest { fill: #dfe5ec; }
"""


def areas(probabilities: np.ndarray, x: float, y: float) -> Iterator[str]:
    """Stack the probabilities of helix (below), coil and strand (above) as steps."""
    helix, strand = probabilities[:, 0] * CURVES, probabilities[:, 1] * CURVES
    width = len(probabilities) * STEP
    yield f'<rect class="rest" x="{x:g}" y="{y:g}" width="{width:g}" height="{CURVES}"/>'
    for kind, heights, base in (("helix", CURVES - helix, CURVES), ("strand", strand, 0)):
        steps = "".join(f"V{y + h:.1f}h{STEP:g}" for h in heights)
        yield f'<path class="{kind}" d="M{x:g} {y + base:g}{steps}V{y + base:g}Z"/>'


def lines(prediction: Prediction, y: float) -> Iterator[str]:
    """Draw one prediction, its title first."""
    title = escape(prediction.chain.header)
    sure = prediction.confidence.mean()
    yield f'<text class="title" x="0" y="{y + 14:g}">{title}</text>'
    yield (
        f'<text class="soft" x="{LEFT + LINE * STEP:g}" y="{y + 14:g}" text-anchor="end">'
        f"{len(prediction)} residues, mean confidence {sure:.2f}</text>"
    )
    for row, start in enumerate(range(0, len(prediction), LINE)):
        part = slice(start, start + LINE)
        top = y + 28 + row * (HEIGHT + CURVES + GAP)
        yield ribbon(prediction.states[part], LEFT, top)
        for n, letter in enumerate(prediction.sequence[part]):
            x = LEFT + (n + 0.5) * STEP
            yield f'<text class="letters" x="{x:g}" y="{top + HEIGHT + 13:g}">{letter}</text>'
        yield from areas(prediction.probabilities[part], LEFT, top + HEIGHT + 18)
        yield f'<text class="soft" x="0" y="{top + HEIGHT + 13:g}">{start + 1}</text>'


def main() -> None:
    """Predict the named records of a file and write the picture to standard output."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fasta")
    parser.add_argument("ids", nargs="+")
    args = parser.parse_args()

    shapes, y = [], 0.0
    for prediction in ribbonet.predict_file(args.fasta):
        if prediction.id in args.ids:
            shapes += lines(prediction, y)
            rows = (len(prediction) - 1) // LINE + 1
            y += 28 + rows * (HEIGHT + CURVES + GAP) + 14
    width = LEFT + LINE * STEP
    sys.stdout.write(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-10 -6 {width + 20:g} {y:g}" '
        f'role="img"><title>Predicted secondary structure</title><style>{STYLE}</style>'
        f'<rect x="-10" y="-6" width="{width + 20:g}" height="{y:g}" fill="#fff"/>'
        + "".join(shapes)
        + "</svg>\n"
    )


if __name__ == "__main__":
    main()
