"""Predicting chains in blocks that memory holds, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import ALPHABETS, STATES, STATES8, Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models.inputs import ModelInputs, Source, check_source
from ribbonet.models.model import Model
from ribbonet.models.stages import no_pause
from ribbonet.prediction.prediction import MASK, Prediction
from ribbonet.tasks.base import Labelling, Task
from ribbonet.tasks.structure import THREE_OF_EIGHT, Structure

if TYPE_CHECKING:
    from ribbonet.chains.relatives.evidence import Evidence
    from ribbonet.prediction.templates import Templates
    from ribbonet.prediction.tracks import Tracks

BLOCK = 65536
"""Residues of chains that are predicted together, unless one chain alone has more."""
FIRST = 4096
"""The same of the first block; each that follows may have twice as many, up to `BLOCK`."""


def blocks(chains: Iterable[Chain]) -> Iterator[list[Chain]]:
    """Cut chains into runs of up to `BLOCK` residues, or of one chain that has more.

    The first ones are shorter (`FIRST`), so that there is something to see at once.

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


def check_confidence(value: float) -> None:
    """Refuse a `min_confidence` that is no probability.

    Raises
    ------
    InputError
        Says what to give.
    """
    if not (isinstance(value, Real) and 0 <= value <= 1):
        raise InputError(f"min_confidence = {value!r}: give a number from 0 to 1")


def asked_of(model: Model, states: Alphabet = STATES) -> Task:
    """Return what a model is to predict: secondary structure, or what it knows instead.

    Raises
    ------
    InputError
        When it does not know eight states, or `states` is another alphabet.
    """
    if states not in ALPHABETS.values():
        raise InputError(f"states = {states!r}: give STATES or STATES8 of ribbonet.chains.alphabet")
    task = Structure(STATES8) if states == STATES8 else model.task.default
    model.check_asked(task)
    return task


def check_masking(task: Task, min_confidence: float) -> None:
    """Refuse to mask, by `MASK`, what has no probabilities or a class of that name.

    Raises
    ------
    InputError
    """
    if min_confidence > 0 and (not isinstance(task, Labelling) or MASK in task.alphabet):
        raise InputError(f"min_confidence: {MASK} cannot stand for none of {task.summary}")


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
    """Predict chains that memory holds together, in their order.

    `pause` is called between forward passes: it may wait, or raise to end the prediction.
    """
    check_confidence(min_confidence)
    task = asked_of(model, states)
    check_masking(task, min_confidence)
    name = model.card.name
    check_source(model.inputs, source, name)
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
        Helix, strand and coil, or the eight of DSSP where the model knows them.
    source : Source, optional
        Of the profiles or arrays that the model reads.
    templates : Templates, optional
        Of known structures of relatives, which correct the model's predictions.
    tracks : Tracks, optional
        Predicted beside.

    Yields
    ------
    prediction : Prediction
        One for each chain, of its length.
    """
    for block in blocks(chains):
        yield from predict_block(
            block, model, min_confidence, states, source, templates=templates, tracks=tracks
        )
