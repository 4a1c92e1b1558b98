"""Chains predicted in blocks that fit in memory: to predictions, or to parts of an output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import chain as joined
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ribbonet import __version__
from ribbonet.chains.alphabet import ALPHABETS, STATES, STATES8, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models.inputs import ModelInputs, Source, check_origin, check_source
from ribbonet.models.model import Model
from ribbonet.models.stages import no_pause
from ribbonet.prediction.formats.base import Format
from ribbonet.prediction.prediction import Prediction, check_confidence, check_masking
from ribbonet.tasks.base import Task
from ribbonet.tasks.structure import THREE_OF_EIGHT, Structure

if TYPE_CHECKING:
    from ribbonet.chains.templates.evidence import Evidence
    from ribbonet.prediction.templates import Templates
    from ribbonet.prediction.tracks import Tracks

BLOCK = 65536
"""Residues of chains that are predicted together, unless one chain alone has more."""
FIRST = 4096
"""The same of the first block; each that follows may have twice as many, up to `BLOCK`."""

PROCESSOR = "processor, NumPy or Numba (OPENBLAS_CORETYPE can choose an older processor's kernels)"
"""What an output depends on in its last digits, for messages."""

PAYS = 6
"""Blocks of input that several processes are started for; fewer are done before they would be."""


def blocks(chains: Iterable[Chain]) -> Iterator[list[Chain]]:
    """Cut chains into runs of up to `BLOCK` residues, or of one longer chain.

    The first blocks are shorter (`FIRST`), so that output begins early.

    Parameters
    ----------
    chains : iterable of Chain
        Read as they are needed.

    Yields
    ------
    block : list of Chain
        The same for the same chains whenever and wherever they are read.
    """
    block: list[Chain] = []
    residues, most = 0, min(FIRST, BLOCK)
    for chain in chains:
        if block and residues + len(chain) > most:
            yield block
            block, residues, most = [], 0, min(2 * most, BLOCK)
        block.append(chain)
        residues += len(chain)
    if block:
        yield block


def asked_of(model: Model, states: Alphabet = STATES) -> Task:
    """Return the task to predict: secondary structure in `states`, or the model's own task.

    Raises
    ------
    InputError
        When the model does not predict eight states, or `states` is another alphabet.
    """
    if states not in ALPHABETS.values():
        raise InputError(f"states = {states!r}: give STATES or STATES8 of ribbonet.chains.alphabet")
    task = Structure(STATES8) if states == STATES8 else model.task.default
    model.check_asked(task)
    return task


def predict_block(
    chains: Sequence[Chain],
    model: Model,
    min_confidence: float = 0.0,
    states: Alphabet = STATES,
    source: Source | None = None,
    pause: Callable[[], None] = no_pause,
    templates: Templates | None = None,
    tracks: Tracks | None = None,
) -> list[Prediction]:
    """Predict one block of chains, in their order.

    `pause` is called between forward passes: it may wait, or raise to end the prediction.
    """
    check_confidence(min_confidence)
    task = asked_of(model, states)
    check_masking(task, min_confidence)
    if tracks is not None:
        tracks.check_beside(task)
    name = model.card.name
    check_source(model.inputs, source, name)
    check_origin(model.card.arrays, source)
    inputs = list(ModelInputs(chains, model.inputs, source, model.columns))
    evidence: Sequence[Evidence | None] = [None] * len(chains)
    asked = task if templates is None else model.task
    further: list[dict[str, NDArray[np.float32]]] = []
    if tracks is None:
        own = model.probabilities(inputs, asked, pause)
    else:
        own, further = tracks.beside(model, inputs, asked, chains, pause)
    if templates is not None:
        evidence = found = templates.evidence(chains, pause)
        own = [_converted(known, task) for known in templates.correct(chains, own, found)]
    predictions = [
        Prediction(chain, known, min_confidence, relatives, task, name)
        for chain, known, relatives in zip(chains, own, evidence, strict=True)
    ]
    if tracks is None:
        return predictions
    return [
        replace(prediction, tracks=tracks.predictions(prediction.chain, given))
        for prediction, given in zip(predictions, further, strict=True)
    ]


def _converted(probabilities: NDArray[np.float32], task: Task) -> NDArray[np.float32]:
    """Sum eight states to three, where three are wanted."""
    same = probabilities.shape[1] == task.outputs
    return probabilities if same else probabilities @ THREE_OF_EIGHT


def predict_chains(
    chains: Iterable[Chain],
    model: Model,
    min_confidence: float = 0.0,
    states: Alphabet = STATES,
    source: Source | None = None,
    templates: Templates | None = None,
    tracks: Tracks | None = None,
) -> Iterator[Prediction]:
    """Predict chains in their order, many short ones at a time.

    Parameters
    ----------
    chains : iterable of Chain
        Read as they are needed.
    model : Model
    min_confidence : float
        Mask states less probable than this.
    states : {STATES, STATES8}
        Helix, strand and coil, or the eight of DSSP where the model predicts them.
    source : Source, optional
        Source of the profiles or arrays that the model reads.
    templates : Templates, optional
        Known structures of relatives, which correct the model's predictions.
    tracks : Tracks, optional
        Further tracks to predict.

    Yields
    ------
    prediction : Prediction
        One for each chain, of its length.
    """
    for block in blocks(chains):
        yield from predict_block(
            block, model, min_confidence, states, source, templates=templates, tracks=tracks
        )


class Parts(list[bytes]):
    """Parts of an output, and how many of their chains have relatives of known structure."""

    def __init__(self, parts: Iterable[bytes] = (), related: int = 0) -> None:
        super().__init__(parts)
        self.related = int(related)


@dataclass(frozen=True)
class Work:
    """Turns a block of chains into parts of an output: one, or a whole file a record."""

    model: Model
    format: Format
    min_confidence: float = 0.0
    states: Alphabet = STATES
    file_a_record: bool = False
    source: Source | None = None
    templates: Templates | None = None
    smooth: bool = False
    provenance: bool = False
    tracks: Tracks | None = None

    def __call__(self, chains: Sequence[Chain]) -> Parts:
        """Predict the chains and write them down."""
        predictions = predict_block(
            chains,
            self.model,
            self.min_confidence,
            self.states,
            self.source,
            templates=self.templates,
            tracks=self.tracks,
        )
        if self.smooth:
            predictions = [prediction.smoothed() for prediction in predictions]
        related = sum(p.has_relatives for p in predictions)
        if not self.file_a_record:
            return Parts([self.format.encode(predictions)], related)
        files = [BytesIO() for _ in predictions]
        for prediction, file in zip(predictions, files, strict=True):
            self.format.assemble([self.format.encode([prediction])], file)
        return Parts([file.getvalue() for file in files], related)

    @property
    def settings(self) -> dict[str, Any]:
        """All that the output depends on besides the chains."""
        from ribbonet.nn.arithmetic import fingerprint

        return {
            "version": __version__,
            "--model": self.model.digest,
            "--format": self.format.suffix,
            "--min-confidence": self.min_confidence,
            "--states": len(self.states),
            "kind of --output": "folder" if self.file_a_record else "file",
            PROCESSOR: fingerprint(),
            **({} if self.source is None else {"profiles or arrays": self.source.settings}),
            "--templates": None if self.templates is None else self.templates.settings,
            **({} if self.tracks is None else {"--tracks": self.tracks.settings}),
            **({"--smooth": True} if self.smooth else {}),
            **self.format.settings,
            **({"--provenance": True} if self.provenance else {}),
        }


class Predict(Protocol):
    """Predicts blocks of chains: `predicted`, or what `ribbonet.prediction.runs.ray` makes."""

    def __call__(
        self, blocks: Iterator[list[Chain]], work: Work, done: int = 0
    ) -> Iterator[tuple[list[Chain], Parts]]:
        """Give the blocks and their parts of the output, in order.

        Parameters
        ----------
        blocks : iterator of list of Chain
            Read as they are needed.
        work : Work
        done : int
            Blocks that came before these in the same input.
        """


def predicted(
    blocks: Iterator[list[Chain]], work: Work, done: int = 0, *, threads: int | None = None
) -> Iterator[tuple[list[Chain], Parts]]:
    """Predict blocks of chains, in their order, by several processes.

    Parameters
    ----------
    blocks : iterator of list of Chain
        Read as they are needed.
    work : Work
    done : int
        Blocks finished earlier; not used here.
    threads : int, optional
        Processes; without it, as many as there are cores when there is enough to predict.
    """
    if threads is None:
        first = list(islice(blocks, PAYS))
        threads = None if len(first) == PAYS else 1
        blocks = joined(first, blocks)
    if threads == 1:
        return ((block, work(block)) for block in blocks)
    from ribbonet.system.pools import cores, in_order

    return in_order(work, blocks, threads or cores())
