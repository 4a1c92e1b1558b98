"""Scores of predictions of classes and values in files."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.chains.readers.records.making import Predicted
from ribbonet.errors import InputError
from ribbonet.evaluation.evaluate import match
from ribbonet.evaluation.stated import REMEDY, Stated
from ribbonet.evaluation.tasks import TaskEvaluation, evaluate_outputs
from ribbonet.tasks.base import Task, known
from ribbonet.tasks.classes import Classes
from ribbonet.tasks.values import mark_of_none

ROUNDING = 0.02
"""By how much the sum of probabilities that are rounded may differ from 1."""


def evaluate_stated(
    stated: Sequence[Stated], task: Task, name: str, data: str, chains: Sequence[Chain]
) -> TaskEvaluation:
    """Score predictions, found by id or by sequence, on labelled chains.

    Labels without probabilities count as if they were certain.

    Parameters
    ----------
    stated : sequence of Stated
    task : Task
        What the labels of the chains are.
    name, data : str
        What the predictor and the chains are called.
    chains : sequence of Chain

    Raises
    ------
    InputError
        If a chain has no prediction, a labelled residue none, or the labels are others.
    """
    if isinstance(task, Classes):
        task = _with_predicted(task, stated, name)
        symbols = task.alphabet.symbols
        outputs = [_probabilities(own, symbols) for own in stated]
    else:
        outputs = [_values(own) for own in stated]
        if (mark := mark_of_none([v for own in outputs for v in own[:, 0] if v == v])) is not None:
            warnings.warn(
                f"{name}: the predicted value {mark:g} lies outside the range of all others; if it "
                "stands for none, leave it empty",
                stacklevel=2,
            )
    predicted = [Predicted(own.chain, p) for own, p in zip(stated, outputs, strict=True)]
    found = [p.probabilities for p in match(chains, predicted)]
    arrays = [own for own in found if own is not None]
    for chain, own in zip(chains, arrays, strict=True):
        lacking = known(task.targets(chain)) & np.isnan(own).any(axis=1)
        if lacking.any():
            raise InputError(
                f"prediction for {chain.id!r}: residue {lacking.argmax() + 1} has a label and no "
                "prediction; predict every residue"
            )
    return evaluate_outputs(task, name, data, chains, [np.nan_to_num(own) for own in arrays])


def _with_predicted(task: Classes, stated: Sequence[Stated], name: str) -> Classes:
    """Return the classes of the labels and of the predictions."""
    predicted: set[str] = set()
    for own in stated:
        if own.chain.labels is None:
            raise InputError(
                f"{name}: {own.chain.id!r} has no labels; {task.summary} are asked for"
            )
        mask = own.chain.mask if own.chain.known else [True] * len(own.chain)
        predicted |= {s for s, there in zip(own.chain.labels, mask, strict=True) if there}
        predicted |= set(own.shares)
    if not predicted & set(task.alphabet):
        raise InputError(
            f"{name}: predicts the labels {' '.join(sorted(predicted))}, and the chains have "
            f"{' '.join(task.alphabet)}; give predictions of these"
        )
    return Classes(Alphabet("".join(sorted(predicted | set(task.alphabet)))), task.unlabelled)


def _probabilities(own: Stated, symbols: str) -> NDArray[np.float32]:
    chain = own.chain
    found = np.zeros((len(chain), len(symbols)), np.float32)
    if own.shares:
        for symbol, share in own.shares.items():
            if len(share) != len(chain):
                raise InputError(
                    f"{chain.id!r} does not have a probability for each residue{REMEDY}"
                )
            found[:, symbols.index(symbol)] = share
        wrong = (found < 0).any(axis=1) | (abs(found.sum(axis=1) - 1) > ROUNDING)
        if wrong.any():
            place = int(wrong.argmax())
            raise InputError(
                f"{chain.id!r}: the probabilities of residue {place + 1} are "
                f"{', '.join(f'{p:g}' for p in found[place])}; give one for each label, 1 together"
            )
        return found
    for place, label in enumerate(chain.labels or ""):
        if chain.known is not None and chain.known[place] == "0":
            found[place] = np.nan
        else:
            found[place, symbols.index(label)] = 1
    return found


def _values(own: Stated) -> NDArray[np.float32]:
    if own.chain.values is None:
        raise InputError(f"{own.chain.id!r} has labels, not the values that are asked for{REMEDY}")
    return np.array(own.chain.values, np.float32)[:, None]
