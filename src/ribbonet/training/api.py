"""Training and scoring, reading and writing: what `ribbonet.train` and the like are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice, takewhile
from pathlib import Path
from typing import Any

from ribbonet.chains.alphabet import ALPHABETS, STATES, Alphabet, NumberOfStates
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_fasta
from ribbonet.chains.open import open_text
from ribbonet.chains.readers.registry import form_to_write, guess_form, read_chains, write_chains
from ribbonet.datasets.library import fetched
from ribbonet.errors import InputError
from ribbonet.evaluation.evaluate import evaluate_chains, evaluate_on
from ribbonet.evaluation.tasks import check_labels, evaluate_task, options_for
from ribbonet.models.config import ModelConfig, read_config
from ribbonet.models.inputs import Source
from ribbonet.models.library import load_model
from ribbonet.models.model import Model
from ribbonet.prediction.formats.compressed import compressed
from ribbonet.prediction.formats.registry import format_of
from ribbonet.prediction.formats.tasks import formats_for
from ribbonet.prediction.prediction import Prediction
from ribbonet.prediction.wording import naming_arguments
from ribbonet.system.atomic import atomic_write
from ribbonet.tasks.labels import read_labelled
from ribbonet.tasks.meaning import AUTO, Labelled, LabelOptions, interpret
from ribbonet.tasks.structure import Structure
from ribbonet.training.fine_tuning import DEFAULT as FURTHER
from ribbonet.training.fine_tuning import states_of
from ribbonet.training.sets import hold_out
from ribbonet.training.train import train_model

Data = str | Path | Sequence[Chain]
"""A file of labelled chains in any form, the name of a data set, or chains."""


def train(
    data: Data,
    output: str | Path,
    *,
    valid: Data | None = None,
    task: str = AUTO,
    unlabelled: str | None = None,
    config: str | Path | ModelConfig | None = None,
    init: str | Path | Model | None = None,
    seed: int | None = None,
    source: Source | None = None,
    resume: bool = False,
    on_epoch: Callable[[str, dict[str, float]], None] | None = None,
) -> Model:
    """Train a model on labelled chains, as `ribbonet train` does.

    Parameters
    ----------
    data : str, Path or sequence of Chain
        Labelled chains to learn from.
    output : str or Path
        Folder for the model.
    valid : str, Path or sequence of Chain, optional
        Chains to stop and choose by; by default a tenth of `data`.
    task : {"auto", "structure", "classes", "values"}
        What the labels are: secondary structure, classes of another kind, or numbers.
    unlabelled : str, optional
        The label that stands for no label.
    config : str, Path or ModelConfig, optional
        The name of a configuration in the package (`1988`, `1988-large`, `small`), a TOML file,
        or a configuration; by default one network of 1988.
    init : str, Path or Model, optional
        A model to start from; `config` then says how it is trained further.
    seed : int, optional
        Instead of the configuration's.
    source : Source, optional
        Of the profiles or arrays that the model is to read.
    resume : bool
        Go on with a training that was interrupted.
    on_epoch : callable, optional
        Called with the network's name and the history's row after each epoch.

    Returns
    -------
    model : Model
        As it is in the folder.

    Raises
    ------
    InputError
        As `ribbonet.training.train.train_model` does, and when a file cannot be read.
    """
    with naming_arguments():
        start = None if init is None else _model(init)
        settings = _config(config, ModelConfig() if start is None else FURTHER)
        if seed is not None:
            settings = replace(settings, seed=seed)
        alphabet = states_of(settings, start)
        labelled = _labelled(data, LabelOptions(task, unlabelled), alphabet)
        chains, kind = labelled.chains, labelled.task
        if valid is None:
            chains, judges = hold_out(chains, settings.seed)
        else:
            judges = _labelled(valid, LabelOptions(kind.kind, unlabelled), alphabet).chains
            check_labels(kind, judges, "valid")
        return train_model(
            settings,
            chains,
            judges,
            Path(output),
            resume=resume,
            on_epoch=on_epoch,
            source=source,
            start=start,
            task=kind,
        )


def evaluate(
    model: str | Path | Model,
    data: Data,
    *,
    unlabelled: str | None = None,
    source: Source | None = None,
) -> dict[str, Any]:
    """Score a model on labelled chains, as `ribbonet evaluate --json` does.

    Parameters
    ----------
    model : str, Path or Model
        Name of a shipped model, folder of another one, or one that is loaded.
    data : str, Path or sequence of Chain
        Labelled chains, with labels of the kind that the model predicts.
    unlabelled : str, optional
        The label that stands for no label; by default that of the training.
    source : Source, optional
        Of the profiles or arrays that the model reads.

    Returns
    -------
    scores : dict
        See `ribbonet.evaluation.scores.evaluate`; `majority_q3` is what predicting the most
        frequent state everywhere would have. Of classes and values, see
        `ribbonet.tasks.class_scores` and `ribbonet.tasks.value_scores`.
    """
    loaded = _model(model)
    with naming_arguments():
        options = LabelOptions(unlabelled=unlabelled)
        if not isinstance(loaded.task, Structure):
            chains = _labelled(data, options_for(loaded, options)).chains
            scores = evaluate_task(loaded, "", "data", chains, source).scores
            return scores.to_json()
        if isinstance(data, str | Path):
            return evaluate_on(loaded, "", data, source=source, options=options).scores
        return evaluate_chains(loaded, "", "", data, source).scores


def read(path: str | Path, *, states: NumberOfStates = 3) -> list[Chain]:
    """Read the chains of a file: FASTA, or labelled chains in any published form.

    Parameters
    ----------
    path : str or Path
        Compressed or not; or the name of a data set that was fetched.
    states : {3, 8}
        What labels of secondary structure are reduced to.

    Returns
    -------
    chains : list of Chain
        `header`, `id`, `sequence`, and `labels` where the file has them, else None.

    Raises
    ------
    InputError
        When the file cannot be read, or has no form that is known.
    """
    if states not in ALPHABETS:
        raise InputError(f"states = {states!r}: give one of 3, 8")
    path = fetched(path)
    with naming_arguments():
        form = guess_form(path)
        if form == "three-line" and not _has_labels(path):
            return list(read_fasta(path))
        return list(read_chains(path, states=ALPHABETS[states], form=form))


def _has_labels(path: str | Path) -> bool:
    """Whether a file of records has labels below its first sequence, as many as residues."""
    with open_text(path) as lines:
        filled = (line.strip() for line in lines if not line.isspace())
        body = list(takewhile(lambda line: not line.startswith(">"), islice(filled, 1, 4)))
    return len(body) == 2 and len(body[0]) == len(body[1])


def write(
    path: str | Path, items: Iterable[Prediction] | Iterable[Chain], *, format: str | None = None
) -> int:
    """Write predictions or labelled chains to a file, in the format that its extension names.

    Parameters
    ----------
    path : str or Path
    items : iterable of Prediction, or of Chain
        Predictions in one of the formats of `ribbonet predict`, or chains in one of the forms of
        `ribbonet data convert`.
    format : str, optional
        Its name, instead.

    Returns
    -------
    number : int
        How many were written.

    Raises
    ------
    InputError
        When the extension names no format, or the file cannot be written.
    """
    known = list(items)
    predictions = [item for item in known if isinstance(item, Prediction)]
    with naming_arguments():
        if not predictions:
            chains = [item for item in known if isinstance(item, Chain)]
            if len(chains) < len(known) or not chains:
                raise InputError("items: give predictions, or chains with labels, and no others")
            return write_chains(path, chains, form_to_write(path, format))
        if len(predictions) < len(known):
            raise InputError("items: give predictions alone, or chains alone")
        return _write_predictions(str(path), predictions, format_of(str(path), format))


def _write_predictions(path: str, predictions: list[Prediction], name: str) -> int:
    tasks = [prediction.task for prediction in predictions]
    formats = formats_for(tasks[0])
    if name not in formats or any(task != tasks[0] for task in tasks):
        raise InputError(
            f"format = {name!r}: is none of {', '.join(formats)}, or cannot hold the states of all "
            "predictions"
        )
    form = compressed(formats[name], path)
    form.check()
    with atomic_write(Path(path), "wb") as file:
        form.assemble([form.encode(predictions)], file)
    return len(predictions)


def _model(model: str | Path | Model) -> Model:
    return model if isinstance(model, Model) else load_model(model)


def _config(config: str | Path | ModelConfig | None, default: ModelConfig) -> ModelConfig:
    if config is None:
        return default
    return config if isinstance(config, ModelConfig) else read_config(config)


def _labelled(data: Data, options: LabelOptions, states: Alphabet = STATES) -> Labelled:
    if isinstance(data, str | Path):
        return read_labelled([data], options=options, states=states)
    return interpret(data, options, "data", states)
