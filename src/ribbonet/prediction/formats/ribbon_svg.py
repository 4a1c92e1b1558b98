"""Secondary structure drawn as ribbons, in SVG: helices, arrows and lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

STEP = 9.0
"""Width of a residue."""
HEIGHT = 18.0
"""Height of a ribbon."""
THICKNESS = 6.0
"""Width of a helix's band."""
HALF_TURN = 1.8
"""Residues in half a turn of an alpha helix."""
CURVE = 0.3642
"""Where the control points of a cubic curve stand that is half a cosine's wave."""


def ribbon(states: str, x: float = 0, y: float = 0) -> str:
    """Shapes of a stretch of states; those of no state (``-``) are dotted.

    The shapes have the classes ``helix``, ``back`` (of a helix), ``strand``, ``coil`` and
    ``none``, for a style sheet to colour.

    Parameters
    ----------
    states : str
        H, E, C and ``-``.
    x, y : float
        The upper left corner.

    Examples
    --------
    >>> ribbon("CC")
    '<path class="coil" d="M0 9H18"/>'
    """
    shapes: list[str] = []
    place = 0
    for state, run in groupby(states):
        length = len(list(run))
        start, width = x + place * STEP, length * STEP
        place += length
        if state == "H":
            shapes.extend(_helix(start, y, width, length))
        elif state == "E":
            shapes.append(_arrow(start, y, width))
        else:
            kind = "coil" if state == "C" else "none"
            middle = y + HEIGHT / 2
            shapes.append(f'<path class="{kind}" d="M{start:g} {middle:g}H{start + width:g}"/>')
    return "".join(shapes)


def _helix(x: float, y: float, width: float, length: int) -> Iterator[str]:
    """Half turns of a band that waves, every other one at the back; those behind come first."""
    count = max(round(length / HALF_TURN), 1)
    half = (width - THICKNESS) / count
    for behind in (True, False):
        for n in range(count):
            if (n % 2 == 1) == behind:
                ends = (y + HEIGHT, y) if n % 2 == 0 else (y, y + HEIGHT)
                kind = "back" if behind else "helix"
                yield f'<path class="{kind}" d="{_band(x + n * half, half, *ends)}"/>'


def _band(x: float, half: float, start: float, end: float) -> str:
    bend, right = CURVE * half, x + half
    far, near = right + THICKNESS, x + THICKNESS
    return (
        f"M{x:.1f} {start:g}"
        f"C{x + bend:.1f} {start:g} {right - bend:.1f} {end:g} {right:.1f} {end:g}H{far:.1f}"
        f"C{far - bend:.1f} {end:g} {near + bend:.1f} {start:g} {near:.1f} {start:g}Z"
    )


def _arrow(x: float, y: float, width: float) -> str:
    head = min(1.6 * STEP, 0.7 * width)
    neck, middle, shaft = x + width - head, y + HEIGHT / 2, HEIGHT / 4
    return (
        f'<path class="strand" d="M{x:.1f} {middle - shaft:g}H{neck:.1f}V{y:g}'
        f'L{x + width:.1f} {middle:g}L{neck:.1f} {y + HEIGHT:g}V{middle + shaft:g}H{x:.1f}Z"/>'
    )
