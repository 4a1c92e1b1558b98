"""Secondary structure drawn as ribbons: helices, arrows and lines."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from ribbonet.prediction.figures.shapes import Outline

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
LEAST = {"H": 3, "E": 2}
"""Residues of a state's shortest segment; DSSP knows no shorter helix and no shorter ladder."""


def ribbon(states: str, x: float = 0, y: float = 0) -> str:
    """Return `outlines` as markup of SVG, for a style sheet to colour.

    Examples
    --------
    >>> ribbon("CC")
    '<path class="coil" d="M0 9H18"/>'
    """
    return "".join(f'<path class="{kind}" d="{path}"/>' for kind, path in outlines(states, x, y))


def outlines(
    states: str,
    x: float = 0,
    y: float = 0,
    *,
    before: str = "",
    after: str = "",
    uncertain: bool = False,
) -> Iterator[Outline]:
    """Draw a stretch of states; those of no state (``-``) are dotted.

    The kinds are ``helix``, ``back`` (of a helix), ``strand``, ``coil`` and ``none``.

    Parameters
    ----------
    states : str
        H, E, C and ``-``.
    x, y : float
        The upper left corner.
    before, after : str
        The states on the lines before and after it, for a segment that goes on there.
    uncertain : bool
        Whether segments shorter than those of `LEAST` are ``faint``.
    """
    place = 0
    for state, run in groupby(states):
        length = len(list(run))
        start, width = x + place * STEP, length * STEP
        whole = length
        if place == 0:
            whole += len(before) - len(before.rstrip(state))
        place += length
        goes_on = place == len(states) and after.startswith(state)
        if place == len(states):
            whole += len(after) - len(after.lstrip(state))
        faint = " faint" if uncertain and whole < LEAST.get(state, 0) else ""
        if state == "H":
            shapes = _helix(start, y, width, length)
        elif state == "E":
            shapes = iter([_arrow(start, y, width, head=not goes_on)])
        else:
            kind = "coil" if state == "C" else "none"
            middle = y + HEIGHT / 2
            shapes = iter([Outline(kind, f"M{start:g} {middle:g}H{start + width:g}")])
        for kind, path in shapes:
            yield Outline(kind + faint, path)


def _helix(x: float, y: float, width: float, length: int) -> Iterator[Outline]:
    """Half turns of a band that waves, every other one at the back; those behind come first."""
    count = max(round(length / HALF_TURN), 1)
    half = (width - THICKNESS) / count
    for behind in (True, False):
        for n in range(count):
            if (n % 2 == 1) == behind:
                ends = (y + HEIGHT, y) if n % 2 == 0 else (y, y + HEIGHT)
                yield Outline("back" if behind else "helix", _band(x + n * half, half, *ends))


def _band(x: float, half: float, start: float, end: float) -> str:
    bend, right = CURVE * half, x + half
    far, near = right + THICKNESS, x + THICKNESS
    return (
        f"M{x:.1f} {start:g}"
        f"C{x + bend:.1f} {start:g} {right - bend:.1f} {end:g} {right:.1f} {end:g}H{far:.1f}"
        f"C{far - bend:.1f} {end:g} {near + bend:.1f} {start:g} {near:.1f} {start:g}Z"
    )


def _arrow(x: float, y: float, width: float, head: bool) -> Outline:
    """Draw an arrow; without a head where the strand goes on."""
    length = min(1.6 * STEP, 0.7 * width) if head else 0.0
    neck, middle, shaft = x + width - length, y + HEIGHT / 2, HEIGHT / 4
    top, bottom = (y, y + HEIGHT) if head else (middle, middle)
    return Outline(
        "strand",
        f"M{x:.1f} {middle - shaft:g}H{neck:.1f}V{top:g}"
        f"L{x + width:.1f} {middle:g}L{neck:.1f} {bottom:g}V{middle + shaft:g}H{x:.1f}Z",
    )
