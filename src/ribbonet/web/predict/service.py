"""Where predictions are taken on, worked on in turns, and kept for a while."""

from __future__ import annotations

import asyncio
import math
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from fastapi import HTTPException, Request

from ribbonet.chains.alphabet import STATES, STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import OnInvalid
from ribbonet.errors import InputError
from ribbonet.models import load_model, shipped_models
from ribbonet.models.model import Model
from ribbonet.prediction.blocks import blocks, predict_block
from ribbonet.prediction.prediction import Prediction
from ribbonet.prediction.templates import Templates
from ribbonet.prediction.tracks import Tracks
from ribbonet.system import return_freed_memory
from ribbonet.system.pools import cores, let_others_first
from ribbonet.web.predict.reading import Reading, read
from ribbonet.web.predict.turns import Job, Turns
from ribbonet.web.server.limits import Limits

Result = TypeVar("Result")

SHORT = 5_000
"""Residues up to which a prediction is short."""
SHORT_SEARCH = 1_000
"""The same, where relatives of known structure are looked for."""

AT_ONCE = 10_000
"""Bytes of a body that need no turn to be read; decompressed they have a limit, too."""


@dataclass(frozen=True)
class Done:
    """A block of predictions, in as many states as the model knows."""

    predictions: Sequence[Prediction]

    @property
    def size(self) -> int:
        """Bytes in memory, about."""
        return sum(
            p.probabilities.nbytes
            + sum(own.probabilities.nbytes for own in p.tracks.values())
            + len(p.sequence)
            + len(p.chain.header)
            + (0 if p.evidence is None else p.evidence.nbytes)
            for p in self.predictions
        )


class Kept:
    """The last predictions, so that a download of what is on the screen need not predict again.

    Parameters
    ----------
    size : int
        Bytes that are kept; the oldest go first.
    number : int
        Predictions that are kept.
    """

    def __init__(self, size: int, number: int = 1000) -> None:
        self._most, self._number = size, number
        self._size = 0
        self._kept: OrderedDict[bytes, tuple[int, list[Done]]] = OrderedDict()

    def find(self, key: bytes) -> list[Done] | None:
        """Return predictions that were kept under a key."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][1]

    def keep(self, key: bytes, size: int, done: list[Done]) -> None:
        """Keep predictions, unless they alone need more room than there is."""
        if size > self._most:
            return
        before, _ = self._kept.pop(key, (0, None))
        self._kept[key] = size, done
        self._size += size - before
        while self._size > self._most or len(self._kept) > self._number:
            _, (gone, _) = self._kept.popitem(last=False)
            self._size -= gone


class PredictionService:
    """Takes predictions on, as many as the limits say, and gives all of them their turns.

    Parameters
    ----------
    limits : Limits
    models : mapping of str to Model
        The user's own, by their names, beside the shipped ones.
    """

    def __init__(self, limits: Limits, models: Mapping[str, Model]) -> None:
        self.limits = limits
        self.models = {**models, **{name: load_model(name) for name in shipped_models()}}
        # a long chain may be one long turn, so short ones have turns of their own
        self._short, self._long = Turns(cores()), Turns(max(cores() - 1, 1))
        # a thread for each prediction under way; no more compute at once than there are cores
        self._threads = ThreadPoolExecutor(limits.predictions, "predict")
        self._behind = ThreadPoolExecutor(limits.predictions, "predict long", let_others_first)
        self._kept = Kept(limits.kept, limits.kept_predictions)
        self._under_way: Counter[str] = Counter()
        for model in self.models.values():  # so that the first user does not wait for imports
            predict_block([Chain("", "M")], model)
        return_freed_memory()  # of files and of weights in other forms

    async def place(self, request: Request) -> AsyncIterator[Job]:
        """Take one more prediction on, once its body is there and until its answer is sent.

        A dependency of FastAPI's; the request keeps the body.
        """
        await request.body()
        client = request.client.host if request.client else ""
        self._check(client)
        self._under_way[client] += 1
        job = Job(client)
        try:
            yield job
        finally:
            job.cancel()
            self._under_way[client] -= 1
            if not self._under_way[client]:
                del self._under_way[client]

    def _check(self, client: str) -> None:
        """Refuse one prediction too many, of all or of a client."""
        own, all = self._under_way[client], self._under_way.total()
        if all >= self.limits.predictions or own >= self.limits.predictions_of_client:
            raise HTTPException(
                429,
                f"{all:,} predictions are under way; try again in a moment",
                {"Retry-After": "1"},
            )

    def _turns(self, job: Job) -> Turns:
        return self._long if job.long else self._short

    def pausing(self, job: Job) -> Callable[[], None]:
        """Return what, within a turn of a job, lets others go first."""
        return partial(self._turns(job).pause, job)

    def model(self, name: str) -> Model:
        """Return the model of a name.

        Raises
        ------
        InputError
            When there is none.
        """
        if name not in self.models:
            raise InputError(f"model: {name!r} is none of {', '.join(self.models)}")
        return self.models[name]

    def check(self, model: str, reading: Reading, tracks: Tracks | None = None) -> None:
        """Refuse a chain that is too long for models that take each chain at once.

        Raises
        ------
        InputError
        """
        most = self.limits.chain
        used = {model: self.models[model], **({} if tracks is None else tracks.models)}
        whole = [name for name, own in used.items() if math.isinf(own.reach)]
        long = next((chain for chain in reading.chains if len(chain) > most), None)
        if not whole or long is None:
            return
        advice = ["cut it into domains"]
        advice += [
            f"choose {name}" for name, own in self.models.items() if math.isfinite(own.reach)
        ]
        raise InputError(
            f"{long.id or 'the chain'} has {len(long):,} residues; of a chain that a model reads "
            f"whole, as {' and '.join(whole)}, the page takes up to {most:,}: {', '.join(advice)}, "
            "or use the command `ribbonet predict`, which takes any number"
        )

    async def work(self, job: Job, function: Callable[..., Result], *arguments: object) -> Result:
        """Call a function in a thread, when it is the job's turn."""

        def in_turn() -> Result:
            with self._turns(job).turn(job):
                return function(*arguments)

        threads = self._behind if job.long else self._threads
        return await asyncio.get_running_loop().run_in_executor(threads, in_turn)

    async def read(self, job: Job, body: bytes, on_invalid: OnInvalid) -> Reading:
        """Read the chains in a body: a short one at once, a long one when it is its turn."""
        if len(body) <= AT_ONCE:
            return read(body, on_invalid, self.limits)
        return await self.work(job, read, body, on_invalid, self.limits)

    async def read_one(
        self, job: Job, request: Request, what: str, on_invalid: OnInvalid = "error"
    ) -> Reading:
        """Read the one chain in a body; `what` is asked of it.

        Raises
        ------
        InputError
            When there are more or none.
        """
        reading = await self.read(job, await request.body(), on_invalid)
        if len(reading.chains) != 1:
            raise InputError(f"{what} are of one chain; give one alone")
        return reading

    async def parts(
        self,
        job: Job,
        model: str,
        reading: Reading,
        key: bytes,
        encode: Callable[[Done], bytes],
        templates: Templates | None = None,
        tracks: Tracks | None = None,
    ) -> AsyncIterator[bytes]:
        """Predict block by block, unless it was done before, and encode each in the same turn."""
        job.long = reading.residues > (SHORT if templates is None else SHORT_SEARCH)
        found = self._kept.find(key)
        if found is not None:
            for done in found:
                yield await self.work(job, encode, done)
            return
        finished, size = [], 0
        states = STATES8 if self.models[model].states == STATES8.symbols else STATES
        how: dict[str, Any] = {"states": states, "templates": templates, "tracks": tracks}
        how["pause"] = self.pausing(job)

        def predicted(block: list[Chain]) -> tuple[Done, bytes]:
            done = Done(predict_block(block, self.models[model], **how))
            return done, encode(done)

        for block in blocks(reading.chains):
            done, part = await self.work(job, predicted, block)
            size += done.size
            if size <= self.limits.kept:
                finished.append(done)
            yield part
        self._kept.keep(key, size, finished)
