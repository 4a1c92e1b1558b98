"""The search for the best configuration: trials compared by their scores on validation chains.

Needs Optuna, the extra `tune`.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from ribbonet.chains.alphabet import encode_labels, reduce_states
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.models.config import ModelConfig
from ribbonet.models.inputs import Source, check_source
from ribbonet.models.model import Model
from ribbonet.nn.training.rate import DivergenceError, SlowTrainingWarning
from ribbonet.nn.training.trainer import Tracker
from ribbonet.prediction.blocks import predict_chains
from ribbonet.tasks import Structure, Task
from ribbonet.tasks.metrics import confusion, q_accuracy
from ribbonet.training.description import digest
from ribbonet.training.search.space import Space
from ribbonet.training.search.storage import (
    check_seals,
    claim,
    connected,
    give_up_killed,
    intact,
    place_of,
    seal,
    study_of,
)
from ribbonet.training.train import train_model

NETWORK = 10_000
"""Added to an epoch's number for each network before it, to say where trials are compared."""

DONE = (TrialState.COMPLETE, TrialState.PRUNED)


@dataclass(frozen=True)
class Tuned:
    """The result of a search.

    Attributes
    ----------
    config : ModelConfig
        The best configuration.
    measure : str
        The score that was maximised: Q3 in per cent, Matthews' coefficient or Spearman's
        correlation.
    value : float
        Its value on the validation chains; as the highest of many, it is biased upwards.
    number : int
        Number of the best trial.
    trials : int
        Number of trials that were finished, by all workers.
    """

    config: ModelConfig
    measure: str
    value: float
    number: int
    trials: int

    @property
    def score(self) -> str:
        """The value as it is printed."""
        return _shown(self.measure, self.value)


def tune(
    space: Space,
    train: Sequence[Chain],
    valid: Sequence[Chain],
    *,
    trials: int,
    storage: str,
    study: str = "ribbonet",
    alone: bool = False,
    engine: Literal["numpy", "torch"] = "numpy",
    source: Source | None = None,
    task: Task | None = None,
    on_trial: Callable[[str], None] | None = None,
    track: Tracker | None = None,
) -> Tuned:
    """Search a space for the configuration of the highest Q3 on validation chains.

    The search is Optuna's: a tree-structured Parzen estimator draws configurations (Bergstra
    et al. 2011), and a trial whose Q3 is below the median of earlier ones at the same epoch is
    pruned, though not before its third epoch. Trials are kept in a database. A search that finds
    one of its name there resumes it, and several processes, on one machine or many, share it; a
    trial that was unfinished when its process was killed is run again by another. A single process
    draws the same configurations from the same seed, however often it is killed.

    Parameters
    ----------
    space : Space
        The search space; its seed is that of the search and of each trial's weights.
    train, valid : sequences of Chain
        Labelled chains to train on, and to compare trials by.
    trials : int
        Number of trials to finish, including those in the database already.
    storage : str
        URL of the database, such as `sqlite:///trials.db` or `postgresql://user@host/name`.
    study : str
        Name of the search in the database.
    alone : bool
        Whether no other process searches in the database: a trial that is unfinished there was
        killed, and is drawn again at once.
    engine : {"numpy", "torch"}
        As of `ribbonet.training.train.train_model`.
    source : Source, optional
        Source of the profiles or arrays that the models read.
    task : Task, optional
        What the labels are; secondary structure by default.
    on_trial : callable, optional
        Called with a line on each trial after it.
    track : callable, optional
        Wraps the steps of an epoch to show progress.

    Raises
    ------
    InputError
        When the database cannot be reached, is damaged or holds a search of that name for something
        else, the source is not what the models read, or no trial was finished.
    """
    inputs = space.tables.get("inputs", "sequence" if source is None else "features")
    check_source(inputs, source, "")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    tell = on_trial or (lambda line: None)
    judge = _Objective(space, train, valid, engine, source, track, task)
    with connected(storage) as database:
        with intact(storage):
            searched = study_of(space.seed, study, database)
            claim(searched, _purpose(space, train, valid, source))
            check_seals(searched)
        if alone:
            give_up_killed(searched)

        def done(_: optuna.Study, trial: FrozenTrial) -> None:
            line = _line(trial, place_of(searched, trial.number), measure_of(task))
            tell(f"{line}; {_finished(searched)} of {trials} trials finished")

        while _finished(searched) < trials:
            try:
                searched.optimize(judge, n_trials=1, callbacks=[done])
            except (ValueError, AssertionError):  # what Optuna raises of a trial taken away
                if judge.broken:
                    raise
                tell("a trial went to another worker, for this one was silent too long")
        return _best(searched, space, task)


def _purpose(
    space: Space, train: Sequence[Chain], valid: Sequence[Chain], source: Source | None
) -> dict[str, str]:
    """Return what must be the same for a search that is taken up."""
    return {
        "space": repr({key: own for key, own in space.tables.items() if key != "seed"}),
        "seed": str(space.seed),
        "training chains": digest(train),
        "validation chains": digest(valid),
        "source of profiles or arrays": "none" if source is None else source.settings,
    }


def _best(study: optuna.Study, space: Space, task: Task | None) -> Tuned:
    """Return what the search has found."""
    if not study.get_trials(False, (TrialState.COMPLETE,)):
        raise InputError(
            f"none of {_finished(study)} trials was finished: their costs grew without "
            "bounds; search lower learning rates, or ask for more trials"
        )
    best = study.best_trial
    found = space.draw(optuna.trial.FixedTrial(best.params))
    number = place_of(study, best.number)
    return Tuned(found, measure_of(task), study.best_value, number, _finished(study))


@dataclass(frozen=True)
class _Objective:
    """Trains a trial's model and scores it; keeps what broke, which Optuna may hide."""

    space: Space
    train: Sequence[Chain]
    valid: Sequence[Chain]
    engine: Literal["numpy", "torch"]
    source: Source | None
    track: Tracker | None
    task: Task | None
    broken: list[BaseException] = field(default_factory=list)

    def __call__(self, trial: optuna.Trial) -> float:
        """Return the score of a trial on the validation chains."""
        started = time.perf_counter()
        settings = (self.engine, self.source, self.track, self.task)
        try:
            try:
                model = _train(self.space.draw(trial), self.train, self.valid, trial, *settings)
            finally:
                trial.set_user_attr("seconds", round(time.perf_counter() - started, 1))
            return seal(trial, _judged(model, self.valid, self.source))
        except (optuna.TrialPruned, optuna.exceptions.UpdateFinishedTrialError):
            raise
        except BaseException as error:
            self.broken.append(error)
            raise


def _train(
    config: ModelConfig,
    train: Sequence[Chain],
    valid: Sequence[Chain],
    trial: optuna.Trial,
    engine: Literal["numpy", "torch"],
    source: Source | None,
    track: Tracker | None,
    task: Task | None,
) -> Model:
    """Train a trial's model; give it up when Optuna says so, or when its cost diverges."""
    names: list[str] = []

    def report(network: str, row: dict[str, float]) -> None:
        if network not in names:
            names.append(network)
        step = NETWORK * (len(names) - 1) + int(row["epoch"])
        right = row.get("valid_accuracy")
        trial.report(-row["valid_loss"] if right is None else 100 * right, step)
        if trial.should_prune():
            raise optuna.TrialPruned

    with TemporaryDirectory(prefix="ribbonet-tune-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore", SlowTrainingWarning)
        try:
            model = Path(folder, "model")
            return train_model(
                config,
                train,
                valid,
                model,
                engine=engine,
                on_epoch=report,
                track=track,
                source=source,
                task=task,
            )
        except InputError as error:
            if isinstance(error.__cause__, DivergenceError):
                raise optuna.TrialPruned from error
            raise


def measure_of(task: Task | None) -> str:
    """Return the name of the score that trials are compared by."""
    return (task or Structure()).measure


def _shown(measure: str, value: float) -> str:
    return f"Q3 {value:.2f} %" if measure == "Q3" else f"{measure} {value:.3f}"


def _judged(model: Model, chains: Sequence[Chain], source: Source | None) -> float:
    """Return the score that trials are compared by: of structure, the per cent of right states."""
    if not isinstance(model.task, Structure):
        given = [made.probabilities for made in predict_chains(chains, model, source=source)]
        return model.task.score(chains, given).best_is_highest[1]
    found = [made.probabilities for made in predict_chains(chains, model, source=source)]
    labels = [encode_labels(reduce_states(c.labels or "-" * len(c))) for c in chains]
    states = np.concatenate([probabilities.argmax(axis=1) for probabilities in found])
    return 100 * q_accuracy(confusion(np.concatenate(labels), states))


def _finished(study: optuna.Study) -> int:
    return len(study.get_trials(deepcopy=False, states=DONE))


def _line(trial: FrozenTrial, number: int, measure: str = "Q3") -> str:
    """Say how a trial went."""
    drawn = ", ".join(
        f"{name} {value if isinstance(value, str | int) else format(value, '.3g')}"
        for name, value in trial.params.items()
    )
    if trial.state is TrialState.COMPLETE:
        went = _shown(measure, trial.value or 0.0)
    elif trial.last_step is None:
        went = "given up, its cost grew without bounds"
    else:
        at = f"after epoch {trial.last_step % NETWORK}"
        last = trial.intermediate_values[trial.last_step]
        went = f"given up {at}, {f'Q3 {last:.2f} %' if measure == 'Q3' else f'{last:.3f}'}"
    return f"trial {number}: {went}; {drawn}; {trial.user_attrs['seconds']:.0f} s"
