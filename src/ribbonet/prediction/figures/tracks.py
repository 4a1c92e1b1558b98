"""The tracks of a picture: what is drawn along a stretch of a chain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.properties import CHARGES, HYDROPATHY, mean_hydropathy
from ribbonet.prediction.figures.record import Layer, Record
from ribbonet.prediction.figures.ribbon import HEIGHT, STEP, outlines
from ribbonet.prediction.figures.shapes import Outline, Words, box

GAP = 6
"""Space below a track."""
CURVES = 44
"""Height of the probabilities."""
BARS = 18
"""Height of the other numbers."""
NAMES = {"H": "helix", "E": "strand", "C": "coil"}


class Pen(NamedTuple):
    """Where a track is drawn: the upper left corner of its first residue."""

    x: float
    y: float

    def centre(self, place: int) -> float:
        """Return the middle of a residue, from 0."""
        return self.x + (place + 0.5) * STEP


Strip = tuple[float, list[Any]]
"""The height of something drawn, and its outlines and words."""

Track = Callable[[Record, slice, Pen], Iterator[Strip]]
"""Gives strips from above to below."""


def _ribbon(record: Record, part: slice, pen: Pen) -> Iterator[Strip]:
    observed = record.observed
    for layer in record.layers:
        three, y = layer.three, pen.y
        shapes: list[Any] = list(
            outlines(
                three[part],
                pen.x,
                y,
                before=three[: part.start],
                after=three[part.stop :],
                uncertain=layer.probabilities is not None,
            )
        )
        height = HEIGHT + GAP
        if record.named:
            shapes.append(_label(layer.name, pen, HEIGHT / 2 + 3.5))
        if observed is not None and not layer.observed:
            shapes += _differences(three[part], observed[part], Pen(pen.x, y + HEIGHT + 2))
            height += 4
        yield height, shapes
        pen = Pen(pen.x, y + height)


def _differences(states: str, observed: str, pen: Pen) -> Iterator[Outline]:
    """Mark residues whose state differs from the observed one, where there is one."""
    place = 0
    for differs, run in groupby(
        a != b and "-" not in (a, b) for a, b in zip(states, observed, strict=True)
    ):
        length = len(list(run))
        if differs:
            yield box("difference", pen.x + place * STEP, pen.y, length * STEP, 3)
        place += length


def _residues(record: Record, part: slice, pen: Pen) -> Iterator[Strip]:
    letters = record.sequence[part]
    centres = [pen.centre(n) for n in range(len(letters))]
    yield 16, [Words("letters", letters, centres, pen.y + 9, "middle")]


def _states(record: Record, part: slice, pen: Pen) -> Iterator[Strip]:
    for layer in record.layers:
        shapes: list[Any] = [_label(layer.name, pen, 9)] if record.named else []
        place = 0
        pairs = zip(layer.three[part], layer.states[part], strict=True)
        for state, run in groupby(pairs, key=lambda pair: pair[0]):
            text = "".join(own for _, own in run)
            kind = f"{NAMES.get(state, 'coil')}-letters"
            centres = [pen.centre(place + n) for n in range(len(text))]
            shapes.append(Words(kind, text, centres, pen.y + 9, "middle"))
            place += len(text)
        yield 16, shapes
        pen = Pen(pen.x, pen.y + 16)


def _probabilities(record: Record, part: slice, pen: Pen) -> Iterator[Strip]:
    """Stack the probabilities of helix (from below), coil, and strand (from above) as steps."""
    for layer, probabilities in _with_probabilities(record):
        helix, strand = (probabilities[part, column] * CURVES for column in (0, 1))
        width = len(helix) * STEP
        shapes: list[Any] = [
            box("rest", pen.x, pen.y, width, CURVES),
            _steps("helix area", CURVES - helix, CURVES, pen),
            _steps("strand area", strand, 0, pen),
            *_scale(pen, CURVES, "0", "1"),
        ]
        if record.named:
            shapes.append(_label(layer.name, pen, CURVES / 2 + 3))
        yield CURVES + GAP, shapes
        pen = Pen(pen.x, pen.y + CURVES + GAP)


def _confidence(record: Record, part: slice, pen: Pen) -> Iterator[Strip]:
    for layer, probabilities in _with_probabilities(record):
        highest = probabilities[part].max(axis=1)
        name = f"{layer.name} sure" if record.named else "confidence"
        yield _bars("confidence", highest * BARS, name, pen)
        pen = Pen(pen.x, pen.y + BARS + GAP)


def _relatives(record: Record, part: slice, pen: Pen) -> Iterator[Strip]:
    if record.identity is not None and record.identity.any():
        yield _bars("relatives", record.identity[part] * BARS, "relatives", pen)


def _hydropathy(record: Record, part: slice, pen: Pen) -> Iterator[Strip]:
    """Mean hydropathy around each residue (Kyte & Doolittle 1982), up where hydrophobic."""
    means = mean_hydropathy(record.sequence, part.start, part.stop)
    middle = BARS / 2
    heights = means / max(HYDROPATHY.values()) * middle
    yield (
        BARS + GAP,
        [
            box("rest", pen.x, pen.y, len(means) * STEP, BARS),
            _steps("hydrophobic", middle - np.maximum(heights, 0), middle, pen),
            _steps("hydrophilic", middle - np.minimum(heights, 0), middle, pen),
            _label("hydropathy", pen, middle + 3),
        ],
    )


def _charge(record: Record, part: slice, pen: Pen) -> Iterator[Strip]:
    """Charges at pH 7, as signs."""
    signs = [(n, CHARGES[own]) for n, own in enumerate(record.sequence[part]) if own in CHARGES]
    shapes: list[Any] = [_label("charge", pen, 9)]
    for sign, kind in (("+", "strand-letters"), ("−", "helix-letters")):
        centres = [pen.centre(n) for n, own in signs if own == sign]
        if centres:
            shapes.append(Words(kind, sign * len(centres), centres, pen.y + 9, "middle"))
    yield 14, shapes


DRAW: dict[str, Track] = {
    "ribbon": _ribbon,
    "residues": _residues,
    "states": _states,
    "probabilities": _probabilities,
    "confidence": _confidence,
    "relatives": _relatives,
    "hydropathy": _hydropathy,
    "charge": _charge,
}
"""By the names of `ribbonet.prediction.figures.style.TRACKS`."""


def _with_probabilities(record: Record) -> Iterator[tuple[Layer, NDArray[np.float32]]]:
    for layer in record.layers:
        if layer.probabilities is not None:
            yield layer, layer.probabilities


def _bars(kind: str, heights: NDArray[Any], name: str, pen: Pen) -> Strip:
    return BARS + GAP, [
        box("rest", pen.x, pen.y, len(heights) * STEP, BARS),
        _steps(kind, BARS - heights, BARS, pen),
        _label(name, pen, BARS / 2 + 3),
    ]


def _steps(kind: str, heights: NDArray[Any], base: float, pen: Pen) -> Outline:
    """Fill what lies between heights, a step for each residue, and a base."""
    steps = "".join(
        f"V{pen.y + h:.1f}H{pen.x + n * STEP:g}" for n, h in enumerate(heights.tolist(), 1)
    )
    return Outline(kind, f"M{pen.x:g} {pen.y + base:g}{steps}V{pen.y + base:g}Z")


def _scale(pen: Pen, height: float, low: str, high: str) -> Iterator[Words]:
    yield Words("tick", high, [pen.x - 4], pen.y + 7, "end")
    yield Words("tick", low, [pen.x - 4], pen.y + height, "end")


def _label(name: str, pen: Pen, y: float) -> Words:
    return Words("soft", name, [pen.x - 5], pen.y + y, "end")
