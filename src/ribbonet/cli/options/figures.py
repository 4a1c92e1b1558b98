"""The options for how figures look."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import typer


class Colours(StrEnum):
    """Names of `ribbonet.prediction.figures.style.PALETTES`."""

    SAFE = "safe"
    GREY = "grey"
    CLASSIC = "classic"


class Track(StrEnum):
    """Names of `ribbonet.prediction.figures.style.TRACKS`."""

    RIBBON = "ribbon"
    RESIDUES = "residues"
    STATES = "states"
    PROBABILITIES = "probabilities"
    CONFIDENCE = "confidence"
    RELATIVES = "relatives"
    HYDROPATHY = "hydropathy"
    CHARGE = "charge"


@dataclass(frozen=True)
class Figure:
    """How figures look; None for what is usual."""

    width: Annotated[
        float | None,
        typer.Option(
            help="Width of a figure in millimetres; by default 180, two columns of a journal."
        ),
    ] = None
    wrap: Annotated[
        int | None,
        typer.Option(help="Residues per line of a figure; 0 for each chain on one line."),
    ] = None
    track: Annotated[
        list[Track] | None,
        typer.Option(
            help="A track of a figure; repeat it for several. By default ribbon, residues and "
            "probabilities."
        ),
    ] = None
    colours: Annotated[
        Colours | None,
        typer.Option(
            help="Colours of a figure: safe, also for colour-blind readers; grey; or classic, red "
            "helices and yellow strands. By default safe."
        ),
    ] = None
    no_legend: Annotated[
        bool, typer.Option("--no-legend", help="Leave out the legend of a figure.")
    ] = False
    no_numbers: Annotated[
        bool, typer.Option("--no-numbers", help="Leave out residue numbers in a figure.")
    ] = False
    no_caption: Annotated[
        bool, typer.Option("--no-caption", help="Leave out the caption of a figure.")
    ] = False

    @property
    def chosen(self) -> dict[str, Any]:
        """What was given, as `ribbonet.prediction.figures.style.style_of` takes it."""
        given = {
            "width": self.width,
            "wrap": self.wrap,
            "tracks": tuple(own.value for own in self.track) if self.track else None,
            "colours": None if self.colours is None else self.colours.value,
            "legend": False if self.no_legend else None,
            "numbers": False if self.no_numbers else None,
            "caption": False if self.no_caption else None,
        }
        return {name: value for name, value in given.items() if value is not None}
