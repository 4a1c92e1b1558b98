"""A session of experiments: messages in, answers and pictures out."""

from __future__ import annotations

import time

from pydantic import Field

from ribbonet.errors import InputError
from ribbonet.web.experiments.catalogue import EXPERIMENTS, Experiment
from ribbonet.web.experiments.runs import Runs
from ribbonet.web.playground.frames import packed
from ribbonet.web.playground.settings import Settings
from ribbonet.web.sessions.messages import Message, understood
from ribbonet.web.sessions.settings import PageSettings

BETWEEN = 0.3
"""Seconds between two pictures of an experiment under way."""


class Extent(PageSettings):
    """How far an experiment goes.

    Attributes
    ----------
    seeds : int
        Trainings of each variant, each with other seeds of data and weights.
    epochs : int, optional
        Of each training, instead of the experiment's own number.
    """

    seeds: int = Field(8, ge=2, le=30, title="Seeds")
    epochs: int | None = Field(None, ge=1, le=2000, title="Epochs")


class Session:
    """What the experiments' part of a page asks for, and what it gets.

    A message is a dictionary with its `type`:

    - `run` with `experiment`, `extent` and perhaps `settings`, the player's own, to vary instead of
      the experiment's, and an `upload`, the text that they read; answered by `running`.
    - `back`, of a page that comes back: answered by `running`, with the experiment that it had.
    - `cancel`.
    """

    def __init__(self) -> None:
        self.changed = False
        self._runs: Runs | None = None
        self._running: Message = {"type": "running", "experiment": None}
        self._cancelled = self._left = False
        self._drawn = 0.0  # when the last picture was made

    @property
    def training(self) -> bool:
        """Whether there are trainings to go on with."""
        runs = self._runs
        return not (runs is None or runs.ended or self._cancelled or self._left)

    def close(self) -> None:
        """Train no further until the page comes back."""
        self._left = True

    def answer(self, message: Message) -> Message:
        """Do what a message says, and return the answer.

        Raises
        ------
        InputError
            When it cannot be done; what is under way goes on.
        """
        with understood():
            return self._answer(message)

    def _answer(self, message: Message) -> Message:
        match message["type"]:
            case "run":
                name, upload = message["experiment"], message.get("upload", "")
                if name not in EXPERIMENTS or not isinstance(upload, str):
                    raise InputError(f"there is no experiment {name!r}")
                extent = Extent.read(message.get("extent", {}))
                variants = settings_of(EXPERIMENTS[name], extent, message.get("settings"))
                self._runs = Runs(variants, extent.seeds, upload)
                self._cancelled = False
                self._running = {
                    "type": "running",
                    "experiment": name,
                    "seeds": extent.seeds,
                    "variants": [own.model_dump() for own in variants],
                }
            case "cancel":
                self._cancelled = True
            case "back":
                pass
            case other:
                raise InputError(f"a message of unknown type {other!r}")
        self.changed, self._left, self._drawn = True, False, 0.0
        return self._running

    def turn(self, seconds: float) -> bytes | None:
        """Train for a share of time, and return a picture if there is need.

        Parameters
        ----------
        seconds : float
        """
        if (runs := self._runs) is None:
            self.changed = False
            return None
        if self.training:
            until = time.perf_counter() + max(seconds, 0.004)
            runs.advance(lambda: time.perf_counter() < until)
            self.changed = True
        now = time.perf_counter()
        if not self.changed or (self.training and now - self._drawn < BETWEEN):
            return None
        self.changed, self._drawn = False, now
        header = {
            "done": runs.done,
            "of": runs.seeds * len(runs.variants),
            "under_way": self.training,
            "variants": runs.summary(),
        }
        return packed(header, {})


def settings_of(
    experiment: Experiment, extent: Extent, own: Message | None = None
) -> list[Settings]:
    """Return the settings of each variant.

    Parameters
    ----------
    experiment : Experiment
    extent : Extent
    own : dict, optional
        A player's settings, to vary instead of the experiment's.
    """
    base = dict(experiment.base) if own is None else Settings.read(own).model_dump()
    if extent.epochs is not None:
        base["epochs"] = extent.epochs
    return [Settings.read({**base, **variant.changes}) for variant in experiment.variants]
