"""Two networks that learn side by side, one without hidden units, and a third upon the first."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ribbonet.chains.alphabet import STATES, UNLABELLED, encode_labels
from ribbonet.chains.chain import Chain
from ribbonet.models.build import build_network
from ribbonet.models.config import StageConfig
from ribbonet.models.stages import Stage
from ribbonet.nn import CategoricalCrossEntropy, Options, Trainer
from ribbonet.nn.layers import Array
from ribbonet.nn.layers.stack import Network
from ribbonet.nn.optimizers import SGD
from ribbonet.nn.training.engine import NumpyEngine
from ribbonet.nn.training.rate import DivergenceError
from ribbonet.tasks.metrics import confusion, matthews, q_accuracy
from ribbonet.training.examples import WindowExamples
from ribbonet.web.network_1988.proteins import Proteins
from ribbonet.web.network_1988.settings import Settings

MOMENTUM = 0.9

CASCADE = 10
"""Cycles of the cascade's second network, at most."""

Row = dict[str, Any]


class Learner:
    """A network that learns, and its scores after each cycle.

    Parameters
    ----------
    hidden : tuple of int
    settings : Settings
    tracks : (list, list) of arrays
        Of the chains to learn from and to test on: codes, or the probabilities of a network before.
    labels : (list, list) of arrays
    cycles : int
        How long it learns.

    Attributes
    ----------
    network : Network
    rows : list of dict
        `cycle`, per cent correct of `train` and `test`, and `coefficients` of helix, strand and
        coil on the latter (Matthews; None where undefined).
    """

    def __init__(
        self,
        hidden: tuple[int, ...],
        settings: Settings,
        tracks: tuple[list[Array], list[Array]],
        labels: tuple[list[Array], list[Array]],
        cycles: int,
    ) -> None:
        config = StageConfig(window=settings.window, hidden=hidden)
        rng = np.random.default_rng(settings.seed)
        network = build_network(config, first=tracks[0][0].ndim == 1)
        self.network: Network = network.initialise(rng)
        self.stage = Stage(settings.window, (self.network,))
        examples, test = (
            WindowExamples(own, known, settings.window)
            for own, known in zip(tracks, labels, strict=True)
        )
        self._judged = {
            name: part.batch(part.all()) for name, part in (("train", examples), ("test", test))
        }
        self.rows: list[Row] = []
        self.message = ""
        self._note()
        self.trainer = Trainer(
            self.network,
            CategoricalCrossEntropy(),
            SGD(settings.learning_rate, momentum=MOMENTUM),
            examples,
            Options(epochs=cycles, batch_size=settings.batch, engine=NumpyEngine),
            rng=rng,
            on_epoch=[lambda _: self._note()],
        )

    @property
    def cycle(self) -> int:
        """Cycles done."""
        return len(self.rows) - 1

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to be done."""
        return bool(self.message) or self.trainer.finished

    def step(self) -> None:
        """Take a step."""
        try:
            next(self.trainer, None)
        except (DivergenceError, ValueError) as error:
            self.message = str(error)

    def _note(self) -> None:
        row: Row = {"cycle": len(self.rows)}
        for name, (windows, labels) in self._judged.items():
            with np.errstate(over="ignore", invalid="ignore"):
                counts = confusion(labels, self.network(windows).argmax(axis=1))
            row[name] = 100 * q_accuracy(counts)
        row["coefficients"] = [
            round(float(c), 3) if math.isfinite(c) else None for c in matthews(counts)
        ]
        self.rows.append(row)


class Trainings:
    """What learns in the room: the network with hidden units, the one without, and the cascade.

    Parameters
    ----------
    settings : Settings
    proteins : Proteins

    Attributes
    ----------
    learners : dict
        `units`, `none` and, once it is asked for, `cascade`.
    steps : int
        Taken by all of them.
    """

    def __init__(self, settings: Settings, proteins: Proteins) -> None:
        self.settings, self.proteins = settings, proteins
        train, test = proteins.train, proteins.test
        self._codes = [chain.codes for chain in train], [chain.codes for chain in test]
        self._labels = [labels_of(chain) for chain in train], [labels_of(chain) for chain in test]
        self.learners: dict[str, Learner] = {
            "units": self._learner((settings.units,), self._codes),
            "none": self._learner((), self._codes),
        }
        self.steps = 0

    def _learner(self, hidden: tuple[int, ...], tracks: Any, most: int | None = None) -> Learner:
        cycles = min(self.settings.cycles, most or self.settings.cycles)
        return Learner(hidden, self.settings, tracks, self._labels, cycles)

    def add_cascade(self) -> None:
        """Let a second network learn from what the one with hidden units gives, as it is now."""
        first = self.learners["units"].stage
        tracks = tuple(first.probabilities(codes) for codes in self._codes)
        self.learners["cascade"] = self._learner((self.settings.units,), tracks, CASCADE)

    @property
    def _next(self) -> Learner | None:
        """Who takes the next step: the one that has done the smallest part of its cycle."""
        waiting = [own for own in self.learners.values() if not own.ended]
        return min(waiting, key=lambda own: (own.cycle, own.trainer.optimizer.steps), default=None)

    @property
    def cycle(self) -> int:
        """Cycles that all who are not ended have done, or the last one."""
        waiting = [own.cycle for own in self.learners.values() if not own.ended]
        return min(waiting) if waiting else max(own.cycle for own in self.learners.values())

    @property
    def ended(self) -> bool:
        """Whether all are done."""
        return self._next is None

    @property
    def message(self) -> str:
        """Why a training was ended; empty where none was."""
        names = {"units": f"{self.settings.units} units", "none": "0 units", "cascade": "Cascade"}
        return "; ".join(f"{names[k]}: {o.message}" for k, o in self.learners.items() if o.message)

    def advance(self, more: Callable[[], bool]) -> None:
        """Train while `more` returns true, asked before each step, or until the end."""
        while more() and (learner := self._next):
            learner.step()
            self.steps += 1

    @property
    def coil(self) -> float:
        """Per cent correct on the test chains of a network that always says coil."""
        labels = np.concatenate(self._labels[1])
        known = labels[labels != UNLABELLED]
        return 100 * float((known == STATES.symbols.index("C")).mean())


def labels_of(chain: Chain) -> Array:
    """Return the codes of a chain's labels."""
    return encode_labels(chain.labels or "")
