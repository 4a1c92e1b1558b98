"""`ribbonet.nn.fit`, one step at a time: it waits while nobody asks for steps."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from threading import Lock, Thread
from typing import Any

from ribbonet.nn.training.trainer import SlowTrainingWarning, Tracker


class _ClosedError(Exception):
    """The training is not wanted any more."""


class Stepping:
    """A training in a thread of its own, which runs while `advance` waits and at no other time.

    Parameters
    ----------
    train : callable
        Trains by `ribbonet.nn.fit` with the `track` that it is given. Called in the thread, at
        the first `advance`.

    Attributes
    ----------
    finished : bool
        Whether the training has come to its end.
    """

    def __init__(self, train: Callable[[Tracker], Any]) -> None:
        self.finished = False
        self._train = train
        self._more: Callable[[], bool] = lambda: False
        self._error: BaseException | None = None
        self._closing = False
        self._go, self._back = Lock(), Lock()  # released when it is the other's turn
        self._go.acquire()
        self._back.acquire()
        self._thread = Thread(target=self._run, name="playground", daemon=True)

    def advance(self, more: Callable[[], bool]) -> None:
        """Take steps while `more` returns true, asked before each, or until the end.

        Raises
        ------
        Exception
            What the training raised: `DivergenceError`, or `SlowTrainingWarning` at its end.
        """
        if self.finished:
            return
        self._more = more
        if self._thread.ident is None:
            self._thread.start()
        with warnings.catch_warnings():
            warnings.simplefilter("error", SlowTrainingWarning)
            self._go.release()
            self._back.acquire()
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def close(self) -> None:
        """End the training and its thread."""
        if self._thread.ident is not None and not self.finished:
            self._closing = True
            self._go.release()
            self._thread.join()
        self.finished = True

    def _run(self) -> None:
        self._go.acquire()
        try:
            if not self._closing:
                self._train(self._track)
        except _ClosedError:
            pass
        except Exception as error:
            self._error = error
        self.finished = True
        self._back.release()

    def _track(self, costs: Iterable[Any], _: str, steps: int) -> Iterator[Any]:
        """Pass on the costs of an epoch's steps, each step when it is asked for."""
        taken = iter(costs)
        for _step in range(steps):
            while not self._more():
                self._back.release()
                self._go.acquire()
                if self._closing:
                    raise _ClosedError
            yield next(taken)
