"""Whose turn it is to compute: clients take turns, and so does what each of them has asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock


class CancelledJobError(Exception):
    """Nobody waits for the result any more."""


class Job:
    """Something that a client has asked for, computed in many short turns.

    Parameters
    ----------
    client : str
        Who has asked for it.

    Attributes
    ----------
    turns : int
        How many it has had.
    long : bool
        Whether its turns may be long.
    """

    def __init__(self, client: str) -> None:
        self.client = client
        self.turns = 0
        self.long = False
        self.cancelled = False
        self.granted = Event()

    def cancel(self) -> None:
        """End it at its next turn."""
        self.cancelled = True


class Turns:
    """Lets a few threads compute at once, and gives the others their turns.

    Of all clients that wait, the one whose last turn is longest ago is next; of a client's jobs
    the one that has had the fewest turns. So a short job never waits for a long one to end.

    Parameters
    ----------
    cores : int
        How many threads may compute at once.
    """

    def __init__(self, cores: int) -> None:
        self._free = cores
        self._lock = Lock()
        self._waiting: OrderedDict[str, list[Job]] = OrderedDict()

    @contextmanager
    def turn(self, job: Job) -> Iterator[None]:
        """Wait for the turn of a job, and give it up at the end.

        Raises
        ------
        CancelledJobError
        """
        self._wait(job)
        try:
            self._check(job)
            yield
        finally:
            self._pass_on()

    def pause(self, job: Job) -> None:
        """Within a turn: let others go first, if there are any.

        Raises
        ------
        CancelledJobError
        """
        self._check(job)
        if self._waiting:
            self._pass_on()
            self._wait(job)
            self._check(job)

    def _check(self, job: Job) -> None:
        if job.cancelled:
            raise CancelledJobError

    def _wait(self, job: Job) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                job.turns += 1
                return
            job.granted.clear()
            self._waiting.setdefault(job.client, []).append(job)
        job.granted.wait()

    def _pass_on(self) -> None:
        """Give the turn to whom it belongs next."""
        with self._lock:
            if not self._waiting:
                self._free += 1
                return
            client, jobs = self._waiting.popitem(last=False)
            chosen = min(jobs, key=lambda job: job.turns)
            jobs.remove(chosen)
            if jobs:
                self._waiting[client] = jobs  # behind the others
            chosen.turns += 1
            chosen.granted.set()
