"""The axes of a chart: from numbers to pixels, and what is written beside them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import numpy as np

from ribbonet.nn.layers import Array

INK = "#333"


class Scale:
    """From numbers to pixels along an axis."""

    def __init__(
        self, low: float, high: float, start: float, end: float, log: bool = False
    ) -> None:
        self.low, self.high, self.start, self.end, self.log = low, high, start, end, log

    def __call__(self, value: float) -> float:
        """Return where a number stands; far beyond an end, a little beyond it."""
        low, high = self.low, self.high
        if self.log:
            low, high, value = math.log(low), math.log(high), math.log(value)
        share = min(max((value - low) / (high - low), -0.05), 1.05)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Return about five round numbers."""
        if self.log:
            decades = range(math.ceil(math.log10(self.low)), math.floor(math.log10(self.high)) + 1)
            return [10.0**n for n in decades]
        rough = (self.high - self.low) / 5
        size = 10.0 ** math.floor(math.log10(rough))
        step = size * next(m for m in (1, 2, 5, 10) if m * size >= rough * 0.8)
        first = math.ceil(self.low / step - 1e-9)
        return [n * step for n in range(first, math.floor(self.high / step + 1e-9) + 1)]


def span(arrays: Sequence[Array], margin: float, log: bool = False) -> tuple[float, float]:
    """Return the range of all finite numbers, a little wider."""
    finite = [own[np.isfinite(own)] for own in arrays]
    numbers = np.concatenate([np.ravel(own) for own in finite]) if finite else np.zeros(0)
    if not numbers.size:
        return (0.1, 1.0) if log else (0.0, 1.0)
    low, high = float(numbers.min()), float(numbers.max())
    if log:
        return (low, high) if high > low else (low / 2, high * 2)
    if high == low:
        low, high = low - 0.5, high + 0.5
    return low - margin * (high - low), high + margin * (high - low)


def text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    """Write words at a place."""
    return (
        f'<text class="ink" fill="{INK}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )


def tick(value: float) -> str:
    """Write a number of an axis."""
    return f"{value + 0.0:.4g}".replace("-", "\N{MINUS SIGN}")
