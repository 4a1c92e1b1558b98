"""Search spaces: configurations with ranges in place of some values."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from ribbonet.errors import InputError
from ribbonet.models.config import ModelConfig, StageConfig
from ribbonet.models.config_files import OPTIONAL, parse_written, read_tables

DEFAULT = """\
[[stage]]
window = {low = 9, high = 21, step = 2}
hidden = [{low = 10, high = 200, log = true}]
activation = {choices = ["sigmoid", "relu"]}
optimizer = "adam"
learning_rate = {low = 1e-4, high = 1e-1, log = true}
batch_size = {choices = [64, 128, 256, 512]}
dropout = {low = 0.0, high = 0.5}
l2 = {low = 1e-7, high = 1e-3, log = true}
epochs = 30
patience = 3
"""
"""What is searched when nothing else is asked for: one network, all but its training's length."""


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both included.

    Parameters
    ----------
    low, high : int or float
    log : bool
        Whether equal ratios are equally likely, rather than equal differences.
    step : int or float, optional
        Between neighbouring values; by default 1 for whole numbers.
    """

    low: float
    high: float
    log: bool = False
    step: float | None = None

    @property
    def samples(self) -> list[Any]:
        """The first two values and the last."""
        whole = isinstance(self.low, int)
        return [self.low, self.low + (self.step or (1 if whole else 0)), self.high]

    def draw(self, name: str, trial: Any) -> Any:
        """Return the value that Optuna's trial suggests."""
        if isinstance(self.low, int):
            return trial.suggest_int(name, self.low, self.high, step=self.step or 1, log=self.log)
        return trial.suggest_float(name, self.low, self.high, step=self.step, log=self.log)


@dataclass(frozen=True)
class Choice:
    """One of some values, of any kind that TOML has."""

    samples: list[Any]

    def draw(self, name: str, trial: Any) -> Any:
        """Return the value that Optuna's trial suggests; it keeps them as JSON."""
        return json.loads(trial.suggest_categorical(name, [json.dumps(v) for v in self.samples]))


Pick = Callable[[str, Range | Choice], Any]


@dataclass(frozen=True)
class Space:
    """A space of configurations.

    Parameters
    ----------
    tables : mapping
        Those of a configuration, with a `Range` or a `Choice` in place of some values.
    """

    tables: Mapping[str, Any]

    @property
    def seed(self) -> int:
        """The random seed, of the search and of the weights."""
        seed: int = self.tables.get("seed", 0)
        return seed

    def with_value(self, key: str, value: Any) -> Space:
        """Return the space with another value of a key outside the stages, such as `seed`."""
        return Space({**self.tables, key: value})

    def draw(self, trial: Any) -> ModelConfig:
        """Return the configuration that Optuna's trial suggests."""
        return self._filled(lambda name, values: values.draw(name, trial))

    def check(self) -> None:
        """Check the ends of all ranges.

        Raises
        ------
        InputError
            When one is invalid in a configuration; the message names the key.
        """
        ranges: dict[str, Range | Choice] = {}

        def first(name: str, values: Range | Choice) -> Any:
            ranges[name] = values
            return values.samples[0]

        self._filled(first)
        for name, values in ranges.items():
            for sample in values.samples:
                self._filled(partial(_one_or_first, name, sample))

    def _filled(self, pick: Pick) -> ModelConfig:
        several = len(self.tables["stage"]) > 1
        stages = [
            {
                key: _filled(f"stage {number} {key}" if several else key, value, pick)
                for key, value in stage.items()
            }
            for number, stage in enumerate(self.tables["stage"], 1)
        ]
        return parse_written({**self.tables, "stage": stages})


def _one_or_first(chosen: str, sample: Any, name: str, values: Range | Choice) -> Any:
    return sample if name == chosen else values.samples[0]


def _filled(name: str, value: Any, pick: Pick) -> Any:
    if isinstance(value, Range | Choice):
        return pick(name, value)
    if isinstance(value, list):
        return [_filled(f"{name} {place}", one, pick) for place, one in enumerate(value, 1)]
    return value


def default_space() -> Space:
    """Return the space that is searched by default."""
    return _parse(tomllib.loads(DEFAULT))


def read_space(path: str | Path) -> Space:
    """Read a space: a configuration, with tables in place of the values to be searched.

    `{low = 1e-4, high = 0.1, log = true}` is a range, also with a `step`;
    `{choices = ["sigmoid", "relu"]}` lists values.

    Raises
    ------
    InputError
        When the file cannot be read, or has a key or a range that makes no configuration; the
        message names both. When it has nothing to search.
    """
    tables = read_tables(path)
    try:
        space = _parse(tables)
        space.check()
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return space


def _parse(tables: Mapping[str, Any]) -> Space:
    stages = tables.get("stage")
    if not isinstance(stages, list) or not all(isinstance(stage, dict) for stage in stages):
        raise InputError("give a table [[stage]], with a range in place of a value at least")
    parsed = [{k: _parse_value(k, value) for k, value in stage.items()} for stage in stages]
    if parsed == stages:
        raise InputError(
            "there is nothing to search; give a range in place of a value, such as "
            "learning_rate = {low = 1e-4, high = 0.1, log = true}"
        )
    return Space({**tables, "stage": parsed})


def _parse_value(key: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_parse_value(key, one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"choices"} and isinstance(value["choices"], list) and value["choices"]:
        return Choice(value["choices"])
    known = {field.name for field in fields(Range)}
    numbers = [v for k, v in value.items() if k != "log"]
    if (
        not {"low", "high"} <= set(value) <= known
        or not isinstance(value.get("log", False), bool)
        or not all(type(number) in (int, float) for number in numbers)
    ):
        raise InputError(
            f"{key}: give {{low = ..., high = ...}}, with log = true or step = ... if wanted, "
            "or {choices = [...]}"
        )
    kind = OPTIONAL.get(key) or type(getattr(StageConfig(), key, None))
    if kind is float or not all(type(number) is int for number in numbers):
        try:
            value = {k: float(v) if k != "log" else v for k, v in value.items()}
        except OverflowError:
            raise InputError(f"{key}: holds a number that is too large") from None
    found = Range(**value)
    _check_range(key, found)
    return found


def _check_range(key: str, found: Range) -> None:
    if not found.low < found.high:
        raise InputError(f"{key}: low = {found.low!r} is not below high = {found.high!r}")
    if found.log and found.low <= 0:
        raise InputError(f"{key}: low = {found.low!r}: a range with log = true starts above 0")
    if found.step is not None and (found.log or found.step <= 0):
        raise InputError(f"{key}: step = {found.step!r}: give one above 0, and no log = true")
