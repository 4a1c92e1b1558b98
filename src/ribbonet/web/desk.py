"""Where predictions are taken on, waited for, worked on and kept for a while."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

from fastapi import HTTPException, Request

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.models.library import load_model, shipped_models
from ribbonet.models.model import Model
from ribbonet.prediction.formats.base import Format
from ribbonet.prediction.predictor import Prediction, blocks, predict_block
from ribbonet.system.pools import cores
from ribbonet.web.limits import Limits
from ribbonet.web.reading import Reading

Result = TypeVar("Result")


@dataclass(frozen=True)
class Done:
    """A block of predictions, in as many states as the model knows."""

    predictions: Sequence[Prediction]

    def encoded(self, chosen: Format, min_confidence: float, three: bool) -> bytes:
        """Return them as part of a file."""
        shown = self.predictions
        if three:
            shown = [prediction.in_three() for prediction in shown]
        return chosen.encode([replace(p, min_confidence=min_confidence) for p in shown])


class Kept:
    """The last predictions, so that a download of what is on the screen need not predict again.

    Parameters
    ----------
    residues : int
        How much is kept; the oldest go first.
    """

    def __init__(self, residues: int) -> None:
        self._room = residues
        self._kept: OrderedDict[bytes, tuple[int, list[Done]]] = OrderedDict()

    def find(self, key: bytes) -> list[Done] | None:
        """Return predictions that were kept under a key."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][1]

    def keep(self, key: bytes, residues: int, done: list[Done]) -> None:
        """Keep predictions, unless they alone need more room than there is."""
        if residues > self._room:
            return
        self._kept[key] = residues, done
        while sum(size for size, _ in self._kept.values()) > self._room:
            self._kept.popitem(last=False)


class Desk:
    """Takes predictions on, as many as the limits say, and works on as many as there are cores."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.models = {name: load_model(name) for name in shipped_models()}
        self._workers = ThreadPoolExecutor(cores(), "predict")
        self._kept = Kept(limits.kept)
        self._taken = 0
        for model in self.models.values():  # so that the first user does not wait for imports
            predict_block([Chain("", "M")], model)

    async def place(self, request: Request) -> AsyncIterator[None]:
        """Take one more prediction on, once its body is there and until its answer is sent.

        A dependency of FastAPI's; the request keeps the body.
        """
        try:
            async with asyncio.timeout(self.limits.arrival):
                await request.body()
        except TimeoutError:
            raise HTTPException(
                408,
                f"the body was not there after {self.limits.arrival:g} seconds; send it again",
                {"Connection": "close"},
            ) from None
        if self._taken >= self.limits.predictions:
            raise HTTPException(
                429,
                f"{self._taken:,} predictions are under way; try again in a moment",
                {"Retry-After": "1"},
            )
        self._taken += 1
        try:
            yield
        finally:
            self._taken -= 1

    async def work(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Call a function in a worker, when it is its turn."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers, function, *arguments)

    async def predictions(self, model: str, reading: Reading, key: bytes) -> AsyncIterator[Done]:
        """Predict block by block, unless it was done before."""
        found = self._kept.find(key)
        if found is not None:
            for done in found:
                yield done
            return
        finished = []
        for block in blocks(reading.chains):
            done = await self.work(_predicted, block, self.models[model])
            finished.append(done)
            yield done
        self._kept.keep(key, reading.residues, finished)


def _predicted(block: list[Chain], model: Model) -> Done:
    return Done(predict_block(block, model, states=8 if knows_eight(model) else 3))


def knows_eight(model: Model) -> bool:
    """Whether a model tells the eight states of DSSP apart."""
    return model.states == STATES8.symbols
