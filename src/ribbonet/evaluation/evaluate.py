"""Scores of a model, or of another predictor's files, on labelled chains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ribbonet.chains.alphabet import STATES, STATES8, agree, reduce_states
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import stem_of
from ribbonet.chains.readers.records.making import Predicted
from ribbonet.chains.readers.registry import read_predicted
from ribbonet.chains.relatives.homologues import IDENTITY, nearest
from ribbonet.errors import InputError
from ribbonet.evaluation.distance import by_identity, by_relative
from ribbonet.evaluation.scores import compare, evaluate_eight, evaluate_states
from ribbonet.models.inputs import Source
from ribbonet.models.model import Model
from ribbonet.prediction.blocks import predict_chains
from ribbonet.prediction.prediction import Prediction
from ribbonet.prediction.runs.outputs import INDEX
from ribbonet.prediction.runs.skipped import SKIPPED
from ribbonet.prediction.templates import Templates
from ribbonet.tasks.labels import LabelOptions, read_labelled
from ribbonet.tasks.structure_scores import StructureScores


@dataclass(frozen=True)
class Evaluation:
    """What a predictor said of labelled chains, and its scores.

    Parameters
    ----------
    data : str
        Name of the chains' file.
    predictor : str
    chains : list of Chain
        Labels in three states.
    predicted : list of Predicted
        One a chain, in three states.
    scores : StructureScores
    """

    data: str
    predictor: str
    chains: list[Chain]
    predicted: list[Predicted]
    scores: StructureScores

    @property
    def states(self) -> list[str]:
        """Predicted states of each chain, H, E and C."""
        return [prediction.chain.labels or "" for prediction in self.predicted]

    def to_json(self) -> dict[str, Any]:
        """Return the name of the data and the scores, as plain values."""
        return {"data": self.data, **self.scores.to_json()}


Predictor = Model | Sequence[Predicted]
"""A model, or the predictions that another program wrote."""


def read_predictions(paths: Iterable[str | Path]) -> list[Predicted]:
    """Predictions of files in any form, those of each file of a folder.

    In a folder, the index that `ribbonet predict -o FOLDER/` writes there, lists of what it left
    out and hidden files are passed over.

    Raises
    ------
    InputError
        When a file cannot be read or has no form of predictions.
    """
    files = [
        file for path in paths for file in (_within(Path(path)) if Path(path).is_dir() else [path])
    ]
    return [prediction for file in files for prediction in read_predicted(file)]


def _within(folder: Path) -> list[Path]:
    """Return the files of predictions in a folder."""
    return [
        file
        for file in sorted(folder.iterdir())
        if file.name != INDEX and not file.name.startswith(".") and not file.name.endswith(SKIPPED)
    ]


def evaluate_on(
    predictor: Predictor,
    name: str,
    path: str | Path,
    exclude: Sequence[str | Path] = (),
    source: Source | None = None,
    options: LabelOptions = LabelOptions(),  # noqa: B008 - immutable
    templates: Templates | None = None,
) -> Evaluation:
    """Score a predictor on the labelled chains of a file.

    A model predicts them by the code that `ribbonet predict` runs; predictions of files are those
    of the same id or, where there is none, of the same sequence.

    Parameters
    ----------
    predictor : Model or sequence of Predicted
    name : str
        What the predictor is called.
    path : str or Path
        A file of labelled chains in any form, of three or eight states.
    exclude : sequence of str or Path
        Files of ids to leave out.
    source : Source, optional
        Of the profiles or arrays that the model reads.
    options : LabelOptions
        What the user says of the labels.
    templates : Templates, optional
        Of known structures of relatives, which correct the model's predictions; Q3 is then also
        given by the identity of the nearest relative.

    Raises
    ------
    InputError
        When the file cannot be read, its labels are no secondary structure, a chain has no
        prediction, or the arrays are not what the model reads.
    """
    whole = read_labelled([path], exclude, options, STATES8).structure()
    return evaluate_chains(predictor, name, stem_of(path), whole, source, templates)


def evaluate_chains(
    predictor: Predictor,
    name: str,
    data: str,
    whole: Sequence[Chain],
    source: Source | None = None,
    templates: Templates | None = None,
) -> Evaluation:
    """Score a predictor on labelled chains, of three or eight states; see `evaluate_on`."""
    chains = [_in_three(chain) for chain in whole]
    if isinstance(predictor, Model):
        eight = predictor.states == STATES8.symbols and _in_eight(whole)
        asked = STATES8 if eight else STATES
        made = list(
            predict_chains(chains, predictor, states=asked, source=source, templates=templates)
        )
        found = [_predicted(prediction) for prediction in made]
        predicted = [_predicted(prediction.in_three()) for prediction in made]
    else:
        found = [
            _whole(chain, p) for chain, p in zip(chains, match(chains, predictor), strict=True)
        ]
        eight = _in_eight(whole) and _in_eight(prediction.chain for prediction in found)
        predicted = [Predicted(_in_three(chain), probabilities) for chain, probabilities in found]
    known = [prediction.probabilities for prediction in predicted]
    scores = evaluate_states(
        chains,
        [prediction.chain.labels or "" for prediction in predicted],
        None if any(array is None for array in known) else known,  # type: ignore[arg-type]
    )
    if eight:
        own = evaluate_eight(whole, [prediction.chain.labels or "" for prediction in found])
        scores = replace(scores, q8=own.q8, eight=own)
    if templates is not None and isinstance(predictor, Model):
        identities = np.concatenate(
            [
                np.where(p.evidence.known, p.evidence.identity, np.nan)
                for p in made
                if p.evidence is not None
            ]
        )
        states = [prediction.chain.labels or "" for prediction in predicted]
        scores = replace(
            scores,
            max_identity=100 * templates.search.max_identity,
            by_relative=by_relative(chains, states, identities),
        )
    return Evaluation(data, name, chains, predicted, scores)


def compare_structure(one: Evaluation, other: Evaluation) -> Evaluation:
    """Add paired tests over chains, with another predictor of the same ones."""
    tests = compare(one.chains, one.states, other.states)
    tests = replace(tests, with_=other.predictor, q3=other.scores.q3)
    return replace(one, scores=replace(one.scores, compared=tests))


def score_by_distance(evaluation: Evaluation, trained: Sequence[Chain]) -> Evaluation:
    """Add scores by the identity to the nearest training chain; see `distance.by_identity`.

    Raises
    ------
    InputError
        When mmseqs is missing or fails.
    """
    found = nearest(evaluation.chains, trained)
    groups, leaked = by_identity(evaluation.chains, evaluation.states, found, IDENTITY)
    scores = replace(evaluation.scores, by_identity=groups, leaked=leaked)
    return replace(evaluation, scores=scores)


def _predicted(prediction: Prediction) -> Predicted:
    chain = Chain(prediction.id, prediction.sequence, prediction.states)
    return Predicted(chain, prediction.probabilities)


def _in_three(chain: Chain) -> Chain:
    return Chain(chain.header, chain.sequence, chain.labels and reduce_states(chain.labels))


def _in_eight(chains: Iterable[Chain]) -> bool:
    return any(set(chain.labels or "") & set("GIBTS") for chain in chains)


def predictions_of(
    chains: Sequence[Chain], predictions: Iterable[Predicted]
) -> list[Predicted | None]:
    """Find the prediction for each chain: that of its id, or else of its sequence, or None.

    Unknown residues (B, J, O, U, X and Z) may be any letter in the other's sequence.

    Raises
    ------
    InputError
        When a chain has several that are unlike.
    """
    by_id: dict[str, list[Predicted]] = defaultdict(list)
    by_sequence: dict[str, list[Predicted]] = defaultdict(list)
    for prediction in predictions:
        by_id[prediction.chain.id].append(prediction)
        by_sequence[prediction.chain.sequence].append(prediction)
    found = []
    for chain in chains:
        own = [p for p in by_id[chain.id] if agree(chain.sequence, p.chain.sequence)]
        found.append(_only(own or by_sequence[chain.sequence], chain))
    return found


def _only(predictions: Sequence[Predicted], chain: Chain) -> Predicted | None:
    if len(predictions) < 2:
        return predictions[0] if predictions else None
    if len({f"{p.chain.labels} {p.chain.values}" for p in predictions}) > 1:
        raise InputError(
            f"{len(predictions):,} predictions for {chain.id!r} are not the same; give those of "
            "one predictor"
        )
    return predictions[0]


def match(chains: Sequence[Chain], predictions: Iterable[Predicted]) -> Iterator[Predicted]:
    """Find the prediction for each chain, as `predictions_of` does.

    Raises
    ------
    InputError
        When a chain has none; names the first and counts them.
    """
    known = list(predictions)
    found = predictions_of(chains, known)
    lacking = [chain for chain, prediction in zip(chains, found, strict=True) if prediction is None]
    if lacking:
        first = lacking[0].id
        named = any(prediction.chain.id == first for prediction in known)
        why = "that of its id is of another sequence" if named else "the first"
        raise InputError(
            f"{len(lacking):,} of {len(chains):,} chains have no prediction: {first!r} ({why}); "
            "give its prediction, or leave it out with --exclude"
        )
    return (prediction for prediction in found if prediction is not None)


def _whole(chain: Chain, prediction: Predicted) -> Predicted:
    """Fill states that are masked where the chain has no label either, and count as nothing."""
    states = prediction.chain.labels or "-" * len(chain)
    for place, (state, labelled) in enumerate(zip(states, chain.mask, strict=True), 1):
        if state == "-" and labelled:
            raise InputError(
                f"prediction for {chain.id!r}: residue {place} has a label and no predicted state; "
                "predict every residue"
            )
    return prediction._replace(chain=Chain(chain.header, chain.sequence, states.replace("-", "C")))
