"""Scores of a model on a file of labelled chains."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ribbonet.errors import InputError
from ribbonet.prediction.model import Model
from ribbonet.prediction.predictor import predict_chains
from ribbonet.sequence.files import read_ids, read_three_line
from ribbonet.sequence.metrics import evaluate
from ribbonet.sequence.records import Chain


def read_labelled(paths: Sequence[str | Path], exclude: Sequence[str | Path]) -> list[Chain]:
    """Chains of three-line files, without those whose ids a file of `exclude` lists.

    Raises
    ------
    InputError
        When a file cannot be read, or nothing labelled is left.
    """
    excluded = set().union(*(read_ids(path) for path in exclude))
    chains = [c for path in paths for c in read_three_line(path) if c.id not in excluded]
    if not any(chain.mask.any() for chain in chains):
        names = ", ".join(str(path) for path in paths)
        raise InputError(f"{names}: no labelled residue is left; give labelled chains")
    return chains


def evaluate_model(
    model: Model, path: str | Path, exclude: Sequence[str | Path] = ()
) -> dict[str, Any]:
    """Predict the chains of a file by the code that `ribbonet predict` runs, and score them.

    Parameters
    ----------
    model : Model
    path : str or Path
        A three-line file, of three or eight states.
    exclude : sequence of str or Path
        Files of ids to leave out.

    Returns
    -------
    scores : dict
        Those of `ribbonet.sequence.metrics.evaluate`, and `data`, the file's name.
    """
    chains = read_labelled([path], exclude)
    predicted = [prediction.probabilities for prediction in predict_chains(chains, model)]
    return {"data": Path(path).name.split(".")[0], **evaluate(chains, predicted)}
