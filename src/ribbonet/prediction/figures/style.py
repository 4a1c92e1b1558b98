"""How pictures look: their width, their tracks, their colours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any, NamedTuple

from ribbonet.errors import InputError

WIDTH = 180.0
"""Millimetres: two columns of a journal."""
NARROWEST, WIDEST = 20.0, 5000.0
SHORTEST = 10
"""Residues on a line, at least."""


class Palette(NamedTuple):
    """Colours; `edge` is the outline of strands, `ink` that of their letters."""

    helix: str
    back: str
    strand: str
    edge: str
    coil: str
    rest: str
    helix_ink: str
    strand_ink: str


PALETTES: Mapping[str, Palette] = {
    "safe": Palette(
        *("#cc79a7", "#96527a", "#e69f00", "#e69f00", "#7d8a98", "#dfe5ec"), "#96386e", "#8a5a00"
    ),
    "grey": Palette(
        *("#3c3c3c", "#111111", "#b4b4b4", "#5a5a5a", "#787878", "#ececec"), "#000000", "#5a5a5a"
    ),
    "classic": Palette(
        *("#e02020", "#9c1010", "#ffd800", "#9a7f00", "#7d8a98", "#e6e9ed"), "#b01010", "#806900"
    ),
}
"""By name: distinct for the colour-blind, shades of grey, red helices and yellow strands."""

BLUES = ("#f0f4f8", "#d0e1f0", "#a3c8e3", "#6aa6d0", "#3a7fb8", "#1b5592", "#0a2f63")
GREYS = ("#f4f4f4", "#dcdcdc", "#c0c0c0", "#9a9a9a", "#707070", "#484848", "#1c1c1c")
"""Of a heat map, from nothing to much."""

TRACKS = (
    *("ribbon", "residues", "states", "probabilities", "confidence"),
    *("relatives", "hydropathy", "charge"),
)
"""Names of what can be drawn along a chain."""


@dataclass(frozen=True)
class Style:
    """What a picture shows, and how.

    Parameters
    ----------
    width : float, optional
        Of the picture in millimetres; by default 180, or what `wrap` residues need.
    wrap : int, optional
        Residues on a line; by default as many tens as the width has room for, and with 0 the
        whole chain.
    tracks : sequence of str
        Of `TRACKS`, from above to below.
    colours : str
        One of `PALETTES`.
    legend, numbers, caption : bool
        Whether there is a legend of the states, residue numbers, and a caption with model and
        version.

    Raises
    ------
    InputError
        Names the option and what it takes.
    """

    width: float | None = None
    wrap: int | None = None
    tracks: Sequence[str] = ("ribbon", "residues", "probabilities")
    colours: str = "safe"
    legend: bool = True
    numbers: bool = True
    caption: bool = True

    def __post_init__(self) -> None:
        width, wrap = self.width, self.wrap
        if width is not None and not (isinstance(width, Real) and NARROWEST <= width <= WIDEST):
            raise InputError(
                f"width = {width!r}: give millimetres, from {NARROWEST:g} to {WIDEST:g}"
            )
        if wrap is not None and not (isinstance(wrap, int) and (wrap == 0 or wrap >= SHORTEST)):
            raise InputError(
                f"wrap = {wrap!r}: give residues on a line, {SHORTEST} or more, or 0 for one line"
            )
        if self.colours not in PALETTES:
            raise InputError(f"colours = {self.colours!r}: give one of {', '.join(PALETTES)}")
        if isinstance(self.tracks, str) or not self.tracks or not set(self.tracks) <= set(TRACKS):
            raise InputError(f"tracks = {self.tracks!r}: give some of {', '.join(TRACKS)}")

    @property
    def palette(self) -> Palette:
        """The colours."""
        return PALETTES[self.colours]

    @property
    def fills(self) -> dict[str, str]:
        """Colours of the kinds of outlines that are filled."""
        palette = self.palette
        grey = self.colours == "grey"
        relatives, hydrophobic, hydrophilic = (
            ("#787878", "#505050", "#a0a0a0") if grey else ("#3f7fae", "#8a6d3b", "#4f93c4")
        )
        return {
            "rest": palette.rest,
            "back": palette.back,
            "helix": palette.helix,
            "strand": palette.strand,
            "confidence": "#5d6b7a",
            "relatives": relatives,
            "hydrophobic": hydrophobic,
            "hydrophilic": hydrophilic,
            "difference": "#1d2733",
            "own": "#5d6b7a",
        } | {f"heat{n}": colour for n, colour in enumerate(GREYS if grey else BLUES)}

    @property
    def strokes(self) -> dict[str, Stroke]:
        """Colours, widths and dashes of the kinds of outlines that are stroked."""
        palette = self.palette
        return {
            "coil": Stroke(palette.coil, 2.5),
            "none": Stroke(palette.coil, 1.5, (2, 4)),
            "strand": Stroke(palette.edge, 0.6),
            "axis": Stroke("#5d6b7a", 0.6),
        }

    @property
    def fonts(self) -> dict[str, Font]:
        """Colours and sizes of the kinds of words."""
        ink, soft = "#1d2733", "#5d6b7a"
        return {
            "title": Font(ink, 14, bold=True),
            "soft": Font(soft, 10),
            "tick": Font(soft, 9),
            "letters": Font(ink, 11, mono=True),
            "helix-letters": Font(self.palette.helix_ink, 11, mono=True, bold=True),
            "strand-letters": Font(self.palette.strand_ink, 11, mono=True, bold=True),
            "coil-letters": Font(soft, 11, mono=True),
        }


class Stroke(NamedTuple):
    """How a line is drawn."""

    colour: str
    width: float
    dashes: tuple[int, int] | None = None


class Font(NamedTuple):
    """How words are written; the size is in the units of the picture."""

    colour: str
    size: float
    mono: bool = False
    bold: bool = False


FAINT = 0.4
"""Opacity of what is uncertain."""


def style_of(**options: Any) -> Style:
    """Make a style of options.

    Raises
    ------
    InputError
        For an unknown option, or a value that it does not take.
    """
    known = [field.name for field in fields(Style)]
    for name in options:
        if name not in known:
            raise InputError(f"{name}: is no option of a picture; they are {', '.join(known)}")
    return Style(**options)
