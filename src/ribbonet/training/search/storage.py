"""The database of a search's trials, from which the search is resumed.

Needs Optuna, the extra `tune`.
"""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from typing import Any

import numpy as np
import optuna
from optuna.samplers import BaseSampler, TPESampler
from optuna.storages import RDBStorage, RetryHeartbeatStaleTrialCallback
from optuna.trial import FrozenTrial, TrialState
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from ribbonet.errors import InputError

HEARTBEAT, SILENCE = 20, 90
"""Seconds between a worker's signs of life, and without one until its trial is another's."""

ATTEMPTS = 5
"""Connections tried: of workers that start together, one makes the tables, others collide."""

KILLED = "killed trials"
"""Attribute of a study: the numbers of the trials that a killed search left unfinished."""

SEAL = "sha256"
"""Attribute of a finished trial: the checksum of its parameters and its score."""

WARM_UP = 3
"""Epochs after which a trial may be given up."""


@contextmanager
def connected(storage: str) -> Iterator[RDBStorage]:
    """Connect to a database for the block; raise InputError when it cannot be reached."""
    try:
        with intact(storage):
            database = _connect(storage)
        try:
            yield database
        finally:
            database.remove_session()
            database.engine.dispose()
    except ImportError as error:
        raise InputError(f"{shown(storage)}: its driver is missing: {error}") from None
    except (SQLAlchemyError, optuna.exceptions.StorageInternalError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"{shown(storage)}: the database cannot be used: {reason}") from None


@contextmanager
def intact(storage: str) -> Iterator[None]:
    """Turn what Optuna raises of a damaged database into an InputError."""
    try:
        yield
    except InputError:
        raise
    except (LookupError, ValueError, TypeError, AssertionError, RuntimeError) as error:
        raise InputError(
            f"{shown(storage)}: the database is damaged ({error}); restore it, or begin a search "
            "in another"
        ) from None


def _connect(storage: str) -> RDBStorage:
    """Connect to the database; make its tables where there are none.

    A connection is kept no longer than it is used: none breaks between two trials, and none stays
    open when the tables are being made by another just then.
    """
    url = _url(storage)
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    waits = {"connect_args": {"timeout": 60}} if url.drivername.startswith("sqlite") else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        connect = partial(
            RDBStorage,
            url.render_as_string(hide_password=False),
            engine_kwargs={"poolclass": NullPool, **waits},
            heartbeat_interval=HEARTBEAT,
            grace_period=SILENCE,
            heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(),
        )
        for attempt in range(ATTEMPTS - 1):
            try:
                return connect()
            except SQLAlchemyError:
                time.sleep(0.2 * 2**attempt)
        return connect()


def claim(study: optuna.Study, this: dict[str, str]) -> None:
    """Record what the search is for, or check that the record is the same."""
    before = study.user_attrs
    if not before:
        for key, value in this.items():
            study.set_user_attr(key, value)
    elif any(before.get(key, value) != value for key, value in this.items()):
        changed = " and ".join(key for key in this if this[key] != before.get(key))
        raise InputError(
            f"the database holds a search {study.study_name!r} with another {changed}; give what "
            "it had, or another --study name"
        )


def study_of(seed: int, name: str, database: RDBStorage) -> optuna.Study:
    """Begin a search, or resume the one of this name."""
    return optuna.create_study(
        study_name=name,
        storage=database,
        sampler=_SeededByPlace(seed),
        pruner=optuna.pruners.MedianPruner(n_warmup_steps=WARM_UP),
        direction="maximize",
        load_if_exists=True,
    )


def seal(trial: optuna.Trial, value: float) -> float:
    """Keep the checksum of a trial's parameters and score, before it is finished; return the score.

    Databases have none of their own.
    """
    trial.set_user_attr(SEAL, _checksum(trial.number, trial.params, value))
    return value


def check_seals(study: optuna.Study) -> None:
    """Raise InputError unless the finished trials are as they were written.

    Those of earlier versions have no checksum.
    """
    for trial in study.get_trials(False, (TrialState.COMPLETE,)):
        right = _checksum(trial.number, trial.params, trial.value)
        if trial.user_attrs.get(SEAL, right) != right:
            raise InputError(
                f"the database holds a search {study.study_name!r} whose trial {trial.number} is "
                "not as it was written; restore it, or begin a search of another name (--study)"
            )


def _checksum(number: int, parameters: dict[str, Any], value: float | None) -> str:
    text = json.dumps([number, parameters, value], sort_keys=True)
    return sha256(text.encode()).hexdigest()


def give_up_killed(study: optuna.Study) -> None:
    """Fail the trials that a killed search left unfinished; later ones take their places."""
    killed = study.get_trials(False, (TrialState.RUNNING, TrialState.FAIL))
    study.set_user_attr(KILLED, [trial.number for trial in killed])
    for trial in killed:
        study.tell(trial.number, state=TrialState.FAIL, skip_if_finished=True)


def place_of(study: optuna.Study, number: int) -> int:
    """Return the number that a trial would have if the search had never been killed."""
    killed: list[int] = study.user_attrs.get(KILLED, [])
    return number - sum(other < number for other in killed)


class _SeededByPlace(BaseSampler):
    """Parzen estimators, each trial's seeded by its place: workers never draw the same."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._now = TPESampler()

    def before_trial(self, study: optuna.Study, trial: FrozenTrial) -> None:
        place = place_of(study, trial.number)
        (seed,) = np.random.SeedSequence((self._seed, place)).generate_state(1)
        self._now = TPESampler(seed=int(seed))

    def infer_relative_search_space(self, study: optuna.Study, trial: FrozenTrial) -> Any:
        return self._now.infer_relative_search_space(study, trial)

    def sample_relative(self, study: optuna.Study, trial: FrozenTrial, search_space: Any) -> Any:
        return self._now.sample_relative(study, trial, search_space)

    def sample_independent(self, *arguments: Any, **named: Any) -> Any:
        return self._now.sample_independent(*arguments, **named)


def shown(storage: str) -> str:
    """Return a database's URL without its password.

    Raises
    ------
    InputError
        When it is no URL.

    Examples
    --------
    >>> shown("postgresql://ann:secret@host/name")
    'postgresql://ann:***@host/name'
    """
    return _url(storage).render_as_string(hide_password=True)


def _url(storage: str) -> URL:
    try:
        return make_url(storage)
    except ArgumentError:
        raise InputError(
            "the storage is no database's URL; give one such as postgresql://user@host/name"
        ) from None
