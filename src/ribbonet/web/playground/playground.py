"""One player's playground: a network that learns, and what is done to it meanwhile."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from typing import Any

import numpy as np

from ribbonet.errors import InputError
from ribbonet.nn import (
    L1,
    L2,
    Options,
    Trainer,
    evaluate,
)
from ribbonet.nn.schedules import SCHEDULES
from ribbonet.nn.training.engine import NumpyEngine
from ribbonet.nn.training.rate import DivergenceError
from ribbonet.web.playground.building import loss_of, network_of, optimizer_of, problem_of
from ribbonet.web.playground.problems.base import Problem
from ribbonet.web.playground.problems.points import PlaneProblem
from ribbonet.web.playground.settings import Settings
from ribbonet.web.playground.timeline import Moment, Timeline

Row = dict[str, float]


class Playground:
    """A training by `ribbonet.nn.fit` that can be led step by step, looked at, and turned back.

    Parameters
    ----------
    settings : Settings
    upload : str
        A table or chains that the player brought; see `Problem`.

    Attributes
    ----------
    problem : Problem
    network : Network
    epoch : int
        Epochs done.
    rows : list of dict
        After each epoch, and before the first: losses and accuracies of all parts.
    end : str
        Why the training ended: "diverged", "early", "slow", "held" or "done"; empty before that.
    message : str
        The same in a sentence.

    Raises
    ------
    InputError
        For settings from which nothing can be made.
    """

    def __init__(self, settings: Settings, upload: str = "") -> None:
        self.settings = settings
        self._begin(problem_of(settings, upload))

    def _begin(self, problem: Problem) -> None:
        """Start with new weights."""
        self.problem = problem
        self.rng = np.random.default_rng(self.settings.seed)
        self.network = network_of(problem, self.settings).initialise(self.rng)
        self.loss = loss_of(problem, self.settings)
        self.optimizer = optimizer_of(self.settings)
        self.epoch = 0
        self.rows: list[Row] = []
        self.timeline = Timeline()
        self._note()
        self._wait()

    def _wait(self) -> None:
        """Let a training begin at the next step, from what there is now."""
        self.end = self.message = ""
        self._started = self.epoch
        self._trainer: Trainer | None = None

    @property
    def last(self) -> int:
        """The last epoch that the history knows."""
        return int(self.rows[-1]["epoch"])

    def resume_from(self, epoch: int, weights: list[float], buffers: list[float]) -> None:
        """Begin with weights and buffers, all in one row each, as a picture of an epoch had them.

        Raises
        ------
        InputError
            Where they are not those of this network.
        """
        for arrays, values in (
            (self.network.parameters, weights),
            (self.network.buffers, buffers),
        ):
            sizes = [array.size for array in arrays.values()]
            flat = np.array(values, np.float32)
            if flat.shape != (sum(sizes),) or not np.isfinite(flat).all():
                raise InputError("the weights are not those of this network; it begins anew")
            parts = np.split(flat, np.cumsum(sizes)[:-1]) if sizes else []
            for array, part in zip(arrays.values(), parts, strict=True):
                array[...] = part.reshape(array.shape)
        self.epoch = min(max(epoch, 0), self.settings.epochs)
        self.rows, self.timeline = [], Timeline()
        self._note()
        self._wait()

    def rows_after(self, epoch: int) -> list[Row]:
        """Return the history after an epoch."""
        return self.rows[bisect_right(self.rows, float(epoch), key=lambda row: row["epoch"]) :]

    def restart(self) -> None:
        """Begin again with the first weights."""
        self._begin(self.problem)

    def configure(self, settings: Settings, upload: str = "", *, anew: bool = False) -> bool:
        """Take other settings; return whether that meant to begin anew.

        Parameters
        ----------
        settings : Settings
        upload : str
        anew : bool
            Whether to begin anew in any case.
        """
        anew = anew or settings.begins_anew(self.settings)
        problem = problem_of(settings, upload) if anew else self.problem
        before, self.settings = self.settings, settings
        if anew:
            self._begin(problem)
            return True
        state = self.network.state
        self.network = network_of(problem, settings).load(state)
        self.loss = loss_of(problem, settings)
        if settings.optimizer != before.optimizer:
            self.optimizer = optimizer_of(settings)
        self.optimizer.learning_rate = settings.learning_rate
        self._wait()
        return False

    def resume(self) -> None:
        """Let a training that has ended go on."""
        if self.end:
            self._wait()

    def advance(self, more: Callable[[], bool]) -> None:
        """Train while `more` returns true, asked before each step, or until the end."""
        if self.epoch < self.last:  # another way from here
            self.rows = [row for row in self.rows if row["epoch"] <= self.epoch]
            self.timeline.forget_after(self.epoch)
        try:
            while not self.end and more():
                self._trainer = self._trainer or self._training()
                if next(self._trainer, None) is None or self._trainer.finished:
                    self._finish(self._trainer)
        except (DivergenceError, ValueError) as error:
            self.end, self.message = "diverged", str(error)

    def step(self, steps: int = 1) -> None:
        """Train for some steps."""
        left = iter(range(steps))
        self.advance(lambda: next(left, None) is not None)

    @property
    def steps_per_epoch(self) -> int:
        """Steps of an epoch."""
        whole, rest = divmod(len(self.problem.train.x), self.settings.batch)
        return whole + (rest > 0 and self._keep_last)

    @property
    def _keep_last(self) -> bool:
        """Whether the last, smaller batch counts: one example alone cannot be normalised."""
        alone = len(self.problem.train.x) % self.settings.batch == 1
        return not (alone and self.settings.batch_norm)

    def _training(self) -> Trainer:
        """Return the training of the epochs that are left."""
        settings, done = self.settings, self.epoch
        left, schedule = settings.epochs - done, SCHEDULES[settings.schedule]
        options = Options(
            epochs=max(left, 0),
            batch_size=settings.batch,
            patience=settings.patience or None,
            schedule=lambda share: schedule((done + share * left) / settings.epochs),
            penalties=[kind(eta) for kind, eta in ((L1, settings.l1), (L2, settings.l2)) if eta],
            keep_last=self._keep_last,
            engine=NumpyEngine,
        )
        return Trainer(
            self.network,
            self.loss,
            self.optimizer,
            self.problem.train,
            options,
            rng=self.rng,
            valid=self.problem.parts["valid"] if settings.patience else None,
            on_epoch=[self._epoch_done],
        )

    def _epoch_done(self, _: Row) -> None:
        self.epoch += 1
        self._note()

    def _note(self) -> None:
        """Write down how well the network does, and keep the moment."""
        row: Row = {"epoch": self.epoch, "learning_rate": self.rate}
        for name, examples in self.problem.parts.items():
            with np.errstate(over="ignore", invalid="ignore"):
                loss, accuracy = evaluate(self.network, self.loss, examples)
                if self.problem.classes and self.problem.squared:
                    outputs = self.network(examples.x)
                    same = self.problem.answers(outputs) == self.problem.answers(examples.targets)
                    accuracy = float(same.mean())
            row[f"{name}_loss"] = loss
            if not math.isnan(accuracy):
                row[f"{name}_accuracy"] = accuracy
        self.rows.append(row)
        self.timeline.keep(Moment.of(self.epoch, self.network, self.optimizer, self.rng))

    @property
    def rate(self) -> float:
        """The learning rate at this epoch."""
        share = min(self.epoch / self.settings.epochs, 1)
        return self.optimizer.learning_rate * SCHEDULES[self.settings.schedule](share)

    def _finish(self, trainer: Trainer) -> None:
        """Take the weights that the training ends with, and say why it ended."""
        for _ in trainer:
            pass
        settings = self.settings
        if trainer.slow:
            self.end, self.message = "slow", trainer.slow
        elif trainer.held:
            self.end, self.message = "held", trainer.held
        elif self.epoch < settings.epochs:
            since = (row for row in self.rows if row["epoch"] > self._started)
            self.epoch = int(min(since, key=lambda row: row["valid_loss"])["epoch"])
            self.end = "early"
            self.message = (
                f"stopped early: {settings.patience} epochs brought no lower loss on the "
                f"validation examples; these are the weights of epoch {self.epoch}, the best"
            )
        else:
            self.end = "done"
            self.message = f"{settings.epochs} epochs done; raise their number to go on"

    def go_to(self, epoch: int) -> None:
        """Turn back, or forth, to the last moment that is kept not after an epoch."""
        moment = self.timeline.at(epoch)
        moment.restore(self.network, self.optimizer, self.rng)
        self.optimizer.learning_rate = self.settings.learning_rate
        self.epoch = moment.epoch
        self._wait()

    def edit(self, name: str, index: int, value: float) -> None:
        """Set one weight or bias by hand.

        Parameters
        ----------
        name : str
            Of the parameter, such as "0.weight".
        index : int
            Its place in the array, laid out row by row.
        value : float
        """
        array = self.network.parameters.get(name)
        if array is None or not 0 <= index < array.size or not math.isfinite(value):
            raise InputError(f"there is no {name}[{index}] to be made {value}")
        array.flat[index] = value

    def look_at(self, unit: int) -> Any:
        """Return the large map of a hidden unit, where there are points of a plane."""
        if not isinstance(self.problem, PlaneProblem):
            raise InputError("units over chains have no map of the plane")
        return self.problem.map_of(self.network, unit)
