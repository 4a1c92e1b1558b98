"""The options of a prediction, as the room Predict asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Annotated, Any

from fastapi import Query

from ribbonet import __version__
from ribbonet.chains.alphabet import STATES, STATES8, Alphabet
from ribbonet.chains.fasta import OnInvalid
from ribbonet.errors import InputError
from ribbonet.models import DEFAULT_MODEL, shipped_models
from ribbonet.models.model import Model
from ribbonet.prediction.blocks import asked_of
from ribbonet.prediction.figures.style import PALETTES, TRACKS, Style
from ribbonet.prediction.formats import formats_for
from ribbonet.prediction.formats.base import Format, Provenance
from ribbonet.prediction.formats.pictures import Picture
from ribbonet.prediction.prediction import Prediction, check_masking
from ribbonet.prediction.smoothing import check_smooth
from ribbonet.prediction.templates import Templates
from ribbonet.prediction.tracks import STRUCTURE, Tracks
from ribbonet.tasks.base import Task
from ribbonet.tasks.structure import Structure


def one_of(names: Iterable[str]) -> Any:
    """Let the description of the interface say what there is to choose from."""
    return Query(json_schema_extra={"enum": list(names)})


class States(IntEnum):
    """How many states are told apart."""

    THREE = 3
    EIGHT = 8

    @property
    def alphabet(self) -> Alphabet:
        """The states."""
        return STATES if self is States.THREE else STATES8


def formats(task: Task, relatives: bool = False) -> dict[str, Format]:
    """Return the formats that the page offers of a task, by their names; the command has more.

    A3M holds one chain, GFF3 and BED are for genome browsers.
    """
    known = formats_for(task, relatives)
    return {name: form for name, form in known.items() if name not in ("a3m", "gff3", "bed")}


def has_room(form: Format) -> bool:
    """Whether a format holds further tracks."""
    try:
        form.with_tracks({})
    except InputError:
        return False
    return True


@dataclass(frozen=True)
class Figure:
    """How pictures look; as `ribbonet predict` takes it."""

    width: Annotated[
        float | None,
        Query(ge=20, le=300, allow_inf_nan=False, description="Of a picture, in millimetres."),
    ] = None
    wrap: Annotated[
        int | None, Query(ge=10, le=200, description="Residues on a line of a picture.")
    ] = None
    track: Annotated[
        list[str] | None,
        Query(
            description="What is drawn, once for each.",
            max_length=len(TRACKS),
            json_schema_extra={"items": {"type": "string", "enum": list(TRACKS)}},
        ),
    ] = None
    colours: Annotated[str, one_of(PALETTES)] = "safe"
    legend: bool = True
    numbers: bool = True
    caption: bool = True

    @property
    def style(self) -> Style:
        """The same, for what draws.

        Raises
        ------
        InputError
        """
        tracks = {} if self.track is None else {"tracks": tuple(self.track)}
        shown = {"legend": self.legend, "numbers": self.numbers, "caption": self.caption}
        return Style(self.width, self.wrap, colours=self.colours, **shown, **tracks)  # type: ignore[arg-type]

    def check_for(self, form: Format) -> None:
        """Refuse options of pictures for any other format.

        Raises
        ------
        InputError
        """
        if not isinstance(form, Picture) and self != Figure():
            chosen = [own.name for own in fields(self) if getattr(self, own.name) != own.default]
            raise InputError(
                f"{', '.join(chosen)}: for pictures alone, and {form.suffix} is none; leave out"
            )


@dataclass(frozen=True)
class Options:
    """What `ribbonet predict` takes, too."""

    model: Annotated[str, one_of(shipped_models())] = DEFAULT_MODEL
    format: Annotated[str, one_of(formats(Structure()))] = "jsonl"
    states: States = States.THREE
    on_invalid: OnInvalid = "error"
    min_confidence: Annotated[float, Query(ge=0, le=1, allow_inf_nan=False)] = 0.0
    smooth: Annotated[
        bool, Query(description="Helices of three residues or more, strands of two.")
    ] = False
    templates: Annotated[
        bool | None,
        Query(
            description="Whether to use the known structures of relatives; by default with the "
            f"model {DEFAULT_MODEL}, where the sequences are not too long together."
        ),
    ] = None
    tracks: Annotated[
        str,
        Query(description="What else to predict, separated by commas: disorder, topology."),
    ] = STRUCTURE

    def asked_of(self, model: Model) -> Task:
        """Return what a model is to predict.

        Raises
        ------
        InputError
            When it does not know that, or an option is for secondary structure alone.
        """
        task = asked_of(model, self.states.alphabet)
        if self.smooth:
            check_smooth(task)
        check_masking(task, self.min_confidence)
        if not isinstance(task, Structure) and (self.templates or self.tracks != STRUCTURE):
            raise InputError(
                f"templates, tracks: are for secondary structure, not for {task.summary}"
            )
        return task

    def form(
        self,
        task: Task,
        digest: str,
        templates: Templates | None,
        tracks: Tracks | None,
        figure: Figure,
    ) -> Format:
        """Return the format, which in JSON lines says where predictions come from.

        Parameters
        ----------
        task : Task
            What is predicted.
        digest : str
            The model's.
        templates : Templates or None
            That the prediction uses.
        tracks : Tracks or None
            That are predicted, too.
        figure : Figure
            How pictures look.

        Raises
        ------
        InputError
            If there is none of the name, it has no room for tracks or for a figure's options, or
            what it needs is not installed.
        """
        known = formats(task, templates is not None)
        if self.format not in known:
            raise InputError(
                f"format: {self.format!r} is none of {', '.join(known)}, for {task.summary}"
            )
        form = known[self.format]
        form.check()
        figure.check_for(form)
        if tracks is not None:
            form = form.with_tracks(tracks.tasks)
        if isinstance(form, Picture):
            return replace(form, style=figure.style)
        if self.format != "jsonl":  # as the command does
            return form
        told = {
            "format": self.format,
            "states": int(self.states),
            "min_confidence": self.min_confidence,
            **({"smooth": True} if self.smooth else {}),
            **({} if tracks is None else {"tracks": tracks.settings}),
            "on_invalid": self.on_invalid,
            "templates": False if templates is None else templates.settings,
        }
        provenance = Provenance(__version__, self.model, digest, told)
        return form.with_provenance(provenance)

    def shown(self, prediction: Prediction) -> Prediction:
        """Return a prediction as it was asked for."""
        three = isinstance(prediction.task, Structure) and self.states is States.THREE
        own = prediction.in_three() if three else prediction
        own = replace(own, min_confidence=self.min_confidence)
        return own.smoothed() if self.smooth else own
