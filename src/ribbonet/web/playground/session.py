"""A player's session: messages in, answers and pictures out."""

from __future__ import annotations

import math
import time
from typing import get_args

from ribbonet.errors import InputError
from ribbonet.web.playground.export import Form, export
from ribbonet.web.playground.frames import frame
from ribbonet.web.playground.playground import Playground
from ribbonet.web.playground.settings import Settings
from ribbonet.web.sessions.messages import Message, understood

ARREARS = 0.25
"""Seconds of training that are made up for at most, when a turn comes late."""

UPLOADED = ("csv", "chains")
"""Data sets that are read from a player's text."""


class Session:
    """What a player's page asks for, and what it gets.

    A message is a dictionary with its `type`:

    - `settings` with `settings` and perhaps an `upload`, a text: the first message, and again at
      each change; answered by `ready`. The first one of a page that lost its connection has
      `resume`, with the `epoch`, the `weights` and the `buffers` of the last picture, for a server
      that no longer has its session; where it has, a page that comes back goes on from that.
    - `play`, `pause`, `restart`; `step` with `unit` ("step" or "epoch").
    - `speed` with `value`, so many of `unit` ("step" or "epoch") a second; null for as fast as it
      goes.
    - `go` with `epoch`; `edit` with `name`, `index` and `value`; `look` with `unit`, the number
      of a hidden unit, or null.
    - `export` with `form`; answered by `export`.

    Parameters
    ----------
    most : float
        Steps a second at most.
    """

    def __init__(self, most: float) -> None:
        self.most = most
        self.playground: Playground | None = None
        self.playing = False
        self.changed = False
        self._left = False  # by its page, which may come back
        self._goal = 0  # the epoch that it trains up to though it does not play
        self._uploads: dict[str, str] = {}
        self._speed: tuple[float | None, str] = 30, "epoch"
        self._look: int | None = None
        self._sent = -1
        self._paid = 0.0  # until when the steps have been taken
        self._cost = 0.002  # seconds that a picture takes

    @property
    def training(self) -> bool:
        """Whether it plays, or an epoch that was asked for is not done yet."""
        return self.playing or (self.playground is not None and self.playground.epoch < self._goal)

    def close(self) -> None:
        """End the training; the page has gone, and may come back."""
        self._stop()
        self._left = True

    def answer(self, message: Message) -> Message | None:
        """Do what a message says; return the answer if there is one.

        Raises
        ------
        InputError
            When it cannot be done; the session is as before.
        """
        with understood():
            answer = self._answer(message)
        self.changed = True
        return answer

    def _answer(self, message: Message) -> Message | None:
        if message["type"] == "settings":
            return self._settings(message["settings"], message.get("upload"), message.get("resume"))
        if (playground := self.playground) is None:
            raise InputError("send the settings first")
        match message["type"]:
            case "play":
                playground.resume()
                self.playing, self._paid = True, time.perf_counter()
            case "pause":
                self._stop()
            case "restart":
                self._goal = 0
                playground.restart()
                self._turn_back(-1)
            case "step":
                self.playing = False
                playground.resume()
                if message["unit"] == "epoch":
                    self._goal = max(self._goal, playground.epoch) + 1
                    self._paid = time.perf_counter()
                else:
                    self._turn_back(playground.epoch)
                    playground.step()
            case "speed":
                value = message["value"]
                if value is not None and not 0 < value < math.inf:
                    raise InputError(f"speed: {value} is none")
                self._speed = value, message["unit"]
            case "go":
                self._stop()
                playground.go_to(int(message["epoch"]))
            case "edit":
                playground.edit(message["name"], message["index"], float(message["value"]))
            case "look":
                self._look = None
                if message["unit"] is not None:
                    playground.look_at(message["unit"])
                    self._look = message["unit"]
            case "export":
                if message["form"] not in get_args(Form):
                    raise InputError(f"form: choose one of {', '.join(get_args(Form))}")
                name, content = export(playground, message["form"])
                return {"type": "export", "name": name, "content": content}
            case other:
                raise InputError(f"a message of unknown type {other!r}")
        return None

    def _settings(self, given: Message, upload: str | None, resume: Message | None) -> Message:
        settings = Settings.read(given)
        if upload is not None and not (isinstance(upload, str) and settings.data in UPLOADED):
            raise InputError(f"upload: give a text, for one of the data sets {', '.join(UPLOADED)}")
        text = self._uploads.get(settings.data, "") if upload is None else upload
        if self.playground is None:
            self.playground, anew = Playground(settings, text), True
        else:
            anew = self.playground.configure(settings, text, anew=upload is not None)
        if upload is not None:
            self._uploads[settings.data] = upload
        playground = self.playground
        back, self._left = self._left and not anew, False
        if anew or back:
            self._look, self._goal = None, 0
            self._turn_back(-1)
        if resume is not None and not back:
            playground.resume_from(int(resume["epoch"]), resume["weights"], resume["buffers"])
        return {
            "type": "ready",
            "anew": anew or back,
            "resumed": resume is not None or back,
            "settings": settings.model_dump(),
            "scene": playground.problem.scene() if anew or back else None,
            "classes": playground.problem.classes,
            "output": playground.problem.output,
            "sizes": (*settings.layers, playground.problem.outputs),
            "parameters": [(n, a.shape) for n, a in playground.network.parameters.items()],
            "steps_per_epoch": playground.steps_per_epoch,
        }

    def _stop(self) -> None:
        """Train no further."""
        self.playing, self._goal = False, 0

    def _turn_back(self, epoch: int) -> None:
        """Send the history after an epoch once more: it will be another one."""
        self._sent = min(self._sent, epoch)

    def turn(self, seconds: float) -> bytes | None:
        """Train for a share of time, if it is to, and return a picture if there is need.

        Parameters
        ----------
        seconds : float
            What the training and the picture may take together.
        """
        if self.playground is None:
            return None
        if self.training and self._train(seconds - self._cost):
            self.changed = True
        if not self.changed:
            return None
        self.changed = False
        started = time.perf_counter()
        picture = frame(self.playground, self._sent, self._look, playing=self.playing)
        self._sent = max(self._sent, self.playground.last)
        self._cost += 0.2 * (time.perf_counter() - started - self._cost)
        return picture

    def _train(self, seconds: float) -> bool:
        """Take the steps that are due, as far as there is time; return whether there were any."""
        playground = self.playground
        assert playground is not None
        value, unit = self._speed
        rate = self.most
        if self.playing and value is not None:
            rate = min(rate, value * (playground.steps_per_epoch if unit == "epoch" else 1))
        now = time.perf_counter()
        due = int((now - self._paid) * rate)
        if due == 0:
            return False
        before = playground.optimizer.steps
        until = now + max(seconds, 0.0005)

        def more() -> bool:
            taken = playground.optimizer.steps - before
            in_time = taken == 0 or time.perf_counter() < until
            return self.training and taken < due and in_time

        self._turn_back(playground.epoch)
        playground.advance(more)
        taken = playground.optimizer.steps - before
        self._paid = max(self._paid + taken / rate, now - ARREARS)
        if playground.end:
            self._stop()
        return True
