"""A pupil's session in the room 1988: messages in, answers and pictures out."""

from __future__ import annotations

import time

from ribbonet.chains.alphabet import RESIDUES
from ribbonet.errors import InputError
from ribbonet.web.network_1988.pictures import SHOWN, picture
from ribbonet.web.network_1988.proteins import proteins
from ribbonet.web.network_1988.settings import Settings
from ribbonet.web.network_1988.training import Trainings
from ribbonet.web.sessions.messages import Message, understood

BETWEEN = 0.2
"""Seconds between two pictures of a training: it does not wait for a page that draws slowly."""


class Session:
    """What the page of the room asks for, and what it gets.

    A message is a dictionary with its `type`:

    - `settings` with `settings` and perhaps an `upload`, a text: the first message, and again at
      each change; answered by `ready`. Where they are those that the session has, it goes on.
    - `play`, `pause`, `restart`; `cycle`: on to the end of one cycle; `cascade`: let a second
      network learn upon the first.
    - `follow` with `chain`, the place of a test chain; `look` with `residue`, a place in it, or
      null.
    """

    def __init__(self) -> None:
        self.trainings: Trainings | None = None
        self.playing = False
        self.changed = False
        self._upload = ""
        self._goal = 0  # the cycle that it trains up to though it does not play
        self._chain = 0
        self._look: int | None = None
        self._sent: dict[str, int] = {}
        self._drawn = 0.0  # when the last picture was made
        self._cost = 0.004  # seconds that a picture takes

    @property
    def training(self) -> bool:
        """Whether it plays, or a cycle that was asked for is not done yet."""
        trainings = self.trainings
        return trainings is not None and (
            self.playing or (trainings.cycle < self._goal and not trainings.ended)
        )

    def close(self) -> None:
        """End the training; what is learned is kept."""
        self.playing, self._goal = False, 0

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
            return self._settings(message["settings"], message.get("upload"))
        if (trainings := self.trainings) is None:
            raise InputError("send the settings first")
        match message["type"]:
            case "play":
                self.playing = not trainings.ended
            case "pause":
                self.close()
            case "cycle":
                self.playing, self._goal = False, trainings.cycle + 1
            case "restart":
                self._begin(Trainings(trainings.settings, trainings.proteins))
            case "cascade":
                trainings.add_cascade()
                self._sent.pop("cascade", None)
                self.playing = True
            case "follow":
                if not 0 <= int(message["chain"]) < len(trainings.proteins.test):
                    raise InputError(f"there is no test chain {message['chain']}")
                self._chain, self._look = int(message["chain"]), None
                return self._followed()
            case "look":
                residue = message["residue"]
                length = min(len(trainings.proteins.test[self._chain]), SHOWN)
                if residue is not None and not 0 <= int(residue) < length:
                    raise InputError(f"the chain has no residue {residue}")
                self._look = None if residue is None else int(residue)
            case other:
                raise InputError(f"a message of unknown type {other!r}")
        return None

    def _settings(self, given: Message, upload: str | None) -> Message:
        settings = Settings.read(given)
        if upload is not None and not isinstance(upload, str):
            raise InputError("upload: give a text")
        text = self._upload if upload is None else upload
        known = self.trainings
        anew = known is None or upload is not None or settings != known.settings
        if anew:
            same = known is not None and upload is None and _same_chains(settings, known.settings)
            chains = known.proteins if same and known else proteins(settings, text)
            self._begin(Trainings(settings, chains))
            self._upload = text
            if not same:
                self._chain = 0
        self._look, self._sent = None, {}
        trainings = self.trainings
        assert trainings is not None
        parts = (trainings.proteins.train, trainings.proteins.test)
        return {
            "type": "ready",
            "anew": anew,
            "settings": settings.model_dump(),
            "chains": [len(part) for part in parts],
            "residues": [sum(map(len, part)) for part in parts],
            "related": trainings.proteins.related,
            "left_out": trainings.proteins.left_out,
            "coil": trainings.coil,
            "test": [chain.id for chain in trainings.proteins.test],
            "symbols": RESIDUES.symbols,
            "followed": self._followed(),
        }

    def _begin(self, trainings: Trainings) -> None:
        """Take new networks."""
        self.trainings = trainings
        self._sent = {}
        self.close()

    def _followed(self) -> Message:
        """Return the chain that is followed."""
        assert self.trainings is not None
        chain = self.trainings.proteins.test[self._chain]
        return {
            "type": "followed",
            "chain": self._chain,
            "id": chain.id,
            "sequence": chain.sequence[:SHOWN],
            "labels": (chain.labels or "")[:SHOWN],
        }

    def turn(self, seconds: float) -> bytes | None:
        """Train for a share of time, if it is to, and return a picture if there is need.

        Parameters
        ----------
        seconds : float
            What the training and the picture may take together.
        """
        if (trainings := self.trainings) is None:
            return None
        if self.training:
            until = time.perf_counter() + max(seconds - self._cost, 0.004)
            trainings.advance(lambda: self.training and time.perf_counter() < until)
            self.playing = self.playing and not trainings.ended
            self.changed = True
        started = time.perf_counter()
        if not self.changed or (self.training and started - self._drawn < BETWEEN):
            return None
        self.changed, self._drawn = False, started
        chain = trainings.proteins.test[self._chain]
        made = picture(
            trainings, chain, self._sent, self._look, playing=self.playing, followed=self._chain
        )
        self._sent = {name: len(own.rows) for name, own in trainings.learners.items()}
        self._cost += 0.2 * (time.perf_counter() - started - self._cost)
        return made


def _same_chains(a: Settings, b: Settings) -> bool:
    """Whether the chains of one are those of the other."""
    return (a.data, a.relatives) == (b.data, b.relatives)
