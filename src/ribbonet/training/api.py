"""`ribbonet.train` and `ribbonet.evaluate`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ribbonet.chains.alphabet import STATES8
from ribbonet.chains.chain import Chain
from ribbonet.chains.open import stem_of
from ribbonet.chains.sequences.rules import OnInvalid
from ribbonet.errors import InputError
from ribbonet.evaluation.evaluate import evaluate_chains
from ribbonet.evaluation.tasks import evaluate_task, options_for
from ribbonet.models import load_model
from ribbonet.models.config import ModelConfig
from ribbonet.models.config_files import read_config
from ribbonet.models.inputs import Source
from ribbonet.models.model import Model
from ribbonet.prediction.wording import naming_arguments, warn_caller
from ribbonet.tasks.labels import AUTO, Data, LabelOptions, read_labelled
from ribbonet.tasks.structure import Structure
from ribbonet.training.fine_tuning import DEFAULT as FURTHER
from ribbonet.training.fine_tuning import states_of
from ribbonet.training.sets import read_sets
from ribbonet.training.teacher import SHARE, teacher_of
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
    teacher_share: float = SHARE,
    repeat: Sequence[float] | None = None,
) -> Model:
    """Train a model on labelled chains, as `ribbonet train` does.

    Symbols and records that are changed or left out are reported by warnings.

    Parameters
    ----------
    data : str, Path or sequence of Chain, or sequence of these
        Labelled chains to train on; where headers have SET=train, only those.
    output : str or Path
        Folder for the model.
    valid : str, Path or sequence of Chain, optional
        Validation chains, for early stopping and the choice of the weights; by default those of
        `data` whose headers have SET=val, or else a tenth of it.
    config : str, Path or ModelConfig, optional
        The name of a configuration in the package (`1988`, `1988-large`, `small`,
        `transfer`), a TOML file, or a configuration; by default one network of 1988.
    init : str, Path or Model, optional
        A model to start from; `config` then says how it is trained further.
    seed : int, optional
        Random seed; overrides the configuration's.
    source : Source, optional
        Source of the profiles or arrays that the model reads.
    resume : bool
        Whether to resume a training that was interrupted.
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
        A model, or a file of predictions (csv, tsv, jsonl, Parquet), whose predictions are learned
        besides the labels; `data` may then have chains without labels, which learn from it alone.
    teacher_share : float
        Share of the teacher in the targets of labelled residues, from 0 to 1.
    repeat : sequence of float, optional
        How many times an epoch takes the chains of each of several `data`.

    Returns
    -------
    model : Model
        The trained model, as written to the folder.

    Raises
    ------
    InputError
        As `ribbonet.training.train.train_model` does, and when a file cannot be read.
    """
    with naming_arguments():
        if teacher is None and teacher_share != SHARE:
            raise InputError("teacher_share: is that of a teacher; give both")
        start = None if init is None else _model(init)
        settings = _config(config, ModelConfig() if start is None else FURTHER)
        if seed is not None:
            settings = replace(settings, seed=seed)
        sets = read_sets(
            _sources(data),
            [] if valid is None else [_one(valid, "valid")],
            [],
            states_of(settings, start),
            settings.seed,
            LabelOptions(task, unlabelled, coil, on_invalid, warn_caller),
            lambda _: None,
            teacher is not None,
            repeat,
        )
        return train_model(
            settings,
            sets.train,
            sets.valid,
            Path(output),
            resume=resume,
            on_epoch=on_epoch,
            source=source,
            start=start,
            task=sets.task,
            teacher=None if teacher is None else teacher_of(teacher, teacher_share, sets.task),
            repeats=sets.repeats,
        )


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
        Source of the profiles or arrays that the model reads.
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
        See `ribbonet.tasks.structure_scores.StructureScores`; `majority_q3` is the Q3 of predicting
        the most frequent state for every residue. For classes or values, see
        `ribbonet.tasks.class_scores` or `ribbonet.tasks.value_scores`.

    Raises
    ------
    InputError
        When the data cannot be read or have no labels that the model predicts, there is no such
        model, or it reads profiles or arrays and `source` has none for a chain.
    """
    loaded = _model(model)
    name = stem_of(data) if isinstance(data, str | Path) else ""
    with naming_arguments():
        options = LabelOptions(task, unlabelled, coil, on_invalid, warn_caller)
        if isinstance(loaded.task, Structure):
            chains = read_labelled([_one(data)], options=options, states=STATES8).structure()
            found = evaluate_chains(loaded, "", name, chains, source)
            if state := found.scores.only:
                warn_caller(f"{state} is predicted for every residue")
            return found.to_json()
        chains = read_labelled([_one(data)], options=options_for(loaded, options)).chains
        return evaluate_task(loaded, "", name, chains, source).to_json()


def _sources(data: object) -> list[Data]:
    """Return one set of chains, or several, as a list."""
    if isinstance(data, str | Path):
        return [data]
    if hasattr(data, "columns"):
        raise InputError("data: is a table; write it to a file (CSV, Parquet), and give its name")
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
