"""Training and scoring, reading and writing: what `ribbonet.train` and the like are."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ribbonet.chains.alphabet import ALPHABETS, STATES8, NumberOfStates
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_fasta
from ribbonet.chains.open import rereadable, stem_of
from ribbonet.chains.readers.registry import form_to_write, is_labelled, write_chains
from ribbonet.chains.residues import OnInvalid
from ribbonet.datasets.library import fetched
from ribbonet.errors import InputError
from ribbonet.evaluation.evaluate import evaluate_chains
from ribbonet.evaluation.tasks import evaluate_task, options_for
from ribbonet.models import load_model
from ribbonet.models.config import ModelConfig
from ribbonet.models.config_files import read_config
from ribbonet.models.inputs import Source
from ribbonet.models.model import Model
from ribbonet.prediction.formats import format_for, format_of, names_for
from ribbonet.prediction.formats.compressed import compressed
from ribbonet.prediction.prediction import Prediction
from ribbonet.prediction.wording import naming_arguments
from ribbonet.system.atomic import atomic_write
from ribbonet.tasks.labels import Data, read_labelled
from ribbonet.tasks.meaning import AUTO, LabelOptions
from ribbonet.tasks.structure import Structure
from ribbonet.training.fine_tuning import DEFAULT as FURTHER
from ribbonet.training.fine_tuning import states_of
from ribbonet.training.sets import read_sets
from ribbonet.training.teacher import teacher_of
from ribbonet.training.train import train_model


def train(
    data: Data | Sequence[Data],
    output: str | Path,
    *,
    valid: Data | None = None,
    config: str | Path | ModelConfig | None = None,
    init: str | Path | Model | None = None,
    seed: int | None = None,
    source: Source | None = None,
    resume: bool = False,
    on_epoch: Callable[[str, dict[str, float]], None] | None = None,
    task: str = AUTO,
    unlabelled: str | None = None,
    coil: str | None = None,
    on_invalid: OnInvalid = "error",
    teacher: str | Path | Model | None = None,
    teacher_share: float = 0.5,
    repeat: Sequence[float] | None = None,
) -> Model:
    """Train a model on labelled chains, as `ribbonet train` does.

    What is not taken as it stands is warned of.

    Parameters
    ----------
    data : str, Path or sequence of Chain, or sequence of these
        Labelled chains to learn from; where headers say SET=train, those alone.
    output : str or Path
        Folder for the model.
    valid : str, Path or sequence of Chain, optional
        Chains to stop and choose by; by default those of `data` whose headers say SET=val, or a
        tenth of it.
    config : str, Path or ModelConfig, optional
        The name of a configuration in the package (`1988`, `1988-large`, `small`,
        `transfer`), a TOML file, or a configuration; by default one network of 1988.
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
    task : {"auto", "structure", "classes", "values"}
        What the labels are.
    unlabelled, coil : str, optional
        The symbol that stands for no label, and the one for coil where it is not C.
    on_invalid : {"error", "mask", "skip", "degap"}
        What to do with a record that is wrong: raise; mask symbols that are no residues by X, and
        leave out what is wrong otherwise; skip it; or take out the gaps of an alignment.
    teacher : str, Path or Model, optional
        A model, or a file of predictions (csv, tsv, jsonl, Parquet), that is learned from besides
        the labels; `data` may then have chains without labels, which it teaches alone.
    teacher_share : float
        Of the teacher in the targets of labelled residues, from 0 to 1.
    repeat : sequence of float, optional
        Where there are several `data`: how many times an epoch takes the chains of each.

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
        options = LabelOptions(task, unlabelled, coil, on_invalid, _warn)
        given = _sources(data)
        judges = None if valid is None else [_one(valid, "valid")]
        taught, quiet = teacher is not None, lambda _: None
        sets = read_sets(
            given, judges, None, alphabet, settings.seed, options, quiet, taught, repeat
        )
        how: dict[str, Any] = {"resume": resume, "on_epoch": on_epoch, "source": source}
        how["repeats"] = sets.repeats
        if teacher is not None:
            how["teacher"] = teacher_of(teacher, teacher_share, sets.task)
        chains = sets.train, sets.valid
        return train_model(settings, *chains, Path(output), start=start, task=sets.task, **how)


def evaluate(
    model: str | Path | Model,
    data: Data,
    *,
    source: Source | None = None,
    task: str = AUTO,
    unlabelled: str | None = None,
    coil: str | None = None,
    on_invalid: OnInvalid = "error",
) -> dict[str, Any]:
    """Score a model on labelled chains, as `ribbonet evaluate --json` does.

    Parameters
    ----------
    model : str, Path or Model
        Name of a shipped model, folder of another one, or one that is loaded.
    data : str, Path or sequence of Chain
        Labelled chains: of secondary structure in three states or in eight, or of the classes or
        values that the model predicts.
    source : Source, optional
        Of the profiles or arrays that the model reads.
    task : {"auto", "structure", "classes", "values"}
        What the labels are.
    unlabelled, coil : str, optional
        The symbol that stands for no label, and the one for coil where it is not C.
    on_invalid : {"error", "mask", "skip", "degap"}
        What to do with a record that is wrong: raise; mask symbols that are no residues by X, and
        leave out what is wrong otherwise; skip it; or take out the gaps of an alignment.

    Returns
    -------
    scores : dict
        See `ribbonet.tasks.structure_scores.StructureScores`; `majority_q3` is what predicting the
        most frequent state everywhere would have. Of classes or values, those of
        `ribbonet.tasks.class_scores` or `ribbonet.tasks.value_scores`.
    """
    loaded = _model(model)
    name = stem_of(data) if isinstance(data, str | Path) else ""
    with naming_arguments():
        options = LabelOptions(task, unlabelled, coil, on_invalid, _warn)
        if isinstance(loaded.task, Structure):
            chains = read_labelled([_one(data)], options=options, states=STATES8).structure()
            found = evaluate_chains(loaded, "", name, chains, source)
            if state := found.scores.only:
                _warn(f"{state} is predicted for every residue")
            return found.to_json()
        chains = read_labelled([_one(data)], options=options_for(loaded, options)).chains
        return evaluate_task(loaded, "", name, chains, source).to_json()


def read(
    path: str | Path,
    *,
    states: NumberOfStates = 3,
    task: str = AUTO,
    unlabelled: str | None = None,
    coil: str | None = None,
    on_invalid: OnInvalid = "error",
) -> list[Chain]:
    """Read the chains of a file: FASTA, or labelled chains in any published form.

    Parameters
    ----------
    path : str or Path
        Compressed or not; or the name of a data set that was fetched.
    states : {3, 8}
        What labels of secondary structure are reduced to.
    task : {"auto", "structure", "classes", "values"}
        What the labels are.
    unlabelled, coil : str, optional
        The symbol that stands for no label, and the one for coil where it is not C.
    on_invalid : {"error", "mask", "skip", "degap"}
        What to do with a record that is wrong: raise; mask symbols that are no residues by X, and
        leave out what is wrong otherwise; skip it; or take out the gaps of an alignment.

    Returns
    -------
    chains : list of Chain
        `header`, `id`, `sequence`, and `labels` or `values` where the file has them, else None.

    Raises
    ------
    InputError
        When the file cannot be read, has no form that is known, or has labels that may be meant
        in several ways.
    """
    if states not in ALPHABETS:
        raise InputError(f"states = {states!r}: give one of 3, 8")
    if not isinstance(path, str | Path):
        raise InputError(f"path: is of the type {type(path).__name__}; give the name of a file")
    with naming_arguments(), rereadable(fetched(path)) as file:
        options = LabelOptions(task, unlabelled, coil, on_invalid, _warn)
        if not is_labelled(file):
            return list(read_fasta(file, on_invalid=on_invalid, on_warning=_warn))
        return read_labelled([file], options=options, states=ALPHABETS[states]).chains


def _warn(message: str) -> None:
    warnings.warn(message, stacklevel=4)


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
    known: list[object] = list(items) if isinstance(items, Iterable) else [items]
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
    names = names_for(tasks[0])
    if name not in names or any(task != tasks[0] for task in tasks):
        raise InputError(
            f"format = {name!r}: is none of {', '.join(names)}, or cannot hold the states of all "
            "predictions"
        )
    form = compressed(format_for(tasks[0], name), path)
    form.check()
    with atomic_write(Path(path), "wb") as file:
        form.assemble([form.encode(predictions)], file)
    return len(predictions)


def _sources(data: object) -> list[Data]:
    """Return one set of chains, or several, as a list."""
    if isinstance(data, str | Path):
        return [data]
    items = list(data) if isinstance(data, Iterable) and not isinstance(data, bytes) else [data]
    if all(isinstance(item, Chain) for item in items):
        return [_chains(items)]
    return [item if isinstance(item, str | Path) else _chains(item) for item in items]


def _one(data: object, name: str = "data") -> Data:
    """Return one set of chains: the name of a file, or chains in a list."""
    return data if isinstance(data, str | Path) else _chains(data, name)


def _chains(data: object, name: str = "data") -> list[Chain]:
    items = list(data) if isinstance(data, Iterable) else [data]
    chains = [item for item in items if isinstance(item, Chain)]
    if not isinstance(data, Iterable) or len(chains) < len(items):
        raise InputError(
            f"{name}: give the name of a file, or a list of chains as `ribbonet.read` returns them"
        )
    return chains


def _model(model: str | Path | Model) -> Model:
    return model if isinstance(model, Model) else load_model(model)


def _config(config: str | Path | ModelConfig | None, default: ModelConfig) -> ModelConfig:
    if config is None:
        return default
    return config if isinstance(config, ModelConfig) else read_config(config)
