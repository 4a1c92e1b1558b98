"""Options that several commands share: by themselves, and in groups (`flat`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, get_type_hints

import typer


def flat(function: Callable[..., None]) -> Callable[..., None]:
    """Make a command, which Typer can read, of a function that takes groups of options.

    Parameters
    ----------
    function : callable
        A parameter whose type is a dataclass is built from the options of the dataclass's fields,
        which take its place; the types of these, like those of the other parameters, are what
        Typer knows.
    """
    hints = get_type_hints(function, include_extras=True)
    groups: dict[str, Any] = {name: kind for name, kind in hints.items() if is_dataclass(kind)}

    def command(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{own.name: values.pop(own.name) for own in fields(group)})
        function(**values)

    parameters = []
    for parameter in signature(function).parameters.values():
        if group := groups.get(parameter.name):
            kinds = get_type_hints(group, include_extras=True)
            parameters += [(own.name, own.default, kinds[own.name]) for own in fields(group)]
        else:
            parameters.append((parameter.name, parameter.default, hints[parameter.name]))
    command.__name__, command.__doc__ = function.__name__, function.__doc__
    command.__annotations__ = {name: kind for name, _, kind in parameters}
    command.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for name, default, kind in parameters
        ]
    )
    return command


class States(StrEnum):
    """How many states of secondary structure there are."""

    THREE = "3"
    EIGHT = "8"


class Invalid(StrEnum):
    """What to do with a symbol that is not a residue, or a record that is wrong."""

    ERROR = "error"
    MASK = "mask"
    SKIP = "skip"
    DEGAP = "degap"


class EngineName(StrEnum):
    """What computes the steps of a training."""

    NUMPY = "numpy"
    TORCH = "torch"


Engine = Annotated[
    EngineName,
    typer.Option(help="What computes the gradients: NumPy, by hand, or PyTorch."),
]
Seed = Annotated[
    int | None,
    typer.Option(min=0, metavar="NUMBER", help="Random seed; overrides the configuration."),
]


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
            metavar="NUMBER",
            help="Width of a figure in millimetres; by default 180, two columns of a journal.",
        ),
    ] = None
    wrap: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", help="Residues per line of a figure; 0 for each chain on one line."
        ),
    ] = None
    track: Annotated[
        list[Track] | None,
        typer.Option(
            metavar="|".join(Track),
            help="A track of a figure; repeat it for several. By default ribbon, residues and "
            "probabilities.",
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
