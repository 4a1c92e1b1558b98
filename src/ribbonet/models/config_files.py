"""Configurations as TOML files: read, checked key by key, and written."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from ribbonet.errors import InputError
from ribbonet.models.config import ModelConfig, StageConfig
from ribbonet.models.configurations import config_path

OPTIONAL: dict[str, type] = {
    "loss": str,
    "class_weights": str,
    "patience": int,
    "average": float,
    "clip": float,
    "momentum": float,
    "weight_decay": float,
}
"""Types of the values that are None by default."""

OF_MODELS = ("states", "inputs", "embedding")
"""Keys of a configuration that say what a model reads and predicts."""

LONGEST_FILE = 1 << 22
"""Bytes of a file, at most."""


def read_config(path: str | Path) -> ModelConfig:
    """Read a configuration: `seed = 0`, `states = 8`, and a table `[[stage]]` for each stage.

    Parameters
    ----------
    path : str or Path
        A TOML file, or the name of a configuration in the package (see
        `ribbonet.models.configurations.shipped_configs`).

    Raises
    ------
    InputError
        When the file cannot be read, is not TOML, has a key that is not known or a value
        that does not fit; the message names the file and the key.
    """
    tables = read_tables(config_path(path))
    try:
        config = parse_written(tables)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    return config


def read_tables(path: str | Path) -> dict[str, Any]:
    """Read a TOML file as plain values.

    Raises
    ------
    InputError
        When it cannot be read, or is not TOML.
    """
    try:
        with Path(path).open("rb") as file:
            text = file.read(LONGEST_FILE + 1)
        if len(text) > LONGEST_FILE:
            raise InputError(f"{path}: has more than {LONGEST_FILE:,} bytes; give a configuration")
        return tomllib.loads(text.decode())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except RecursionError:
        raise InputError(f"{path}: is nested too deeply; give a configuration") from None
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: is not TOML: {error}") from None


def format_config(config: ModelConfig) -> str:
    """Return a configuration as the TOML that `read_config` reads.

    Examples
    --------
    >>> print(format_config(ModelConfig((StageConfig(patience=3),), seed=7)))  # doctest: +ELLIPSIS
    seed = 7
    <BLANKLINE>
    [[stage]]
    window = 13
    hidden = [40]
    ...
    patience = 3
    ...
    """
    known: dict[str, Any] = {"seed": config.seed, "states": config.states}
    known |= {"inputs": config.inputs, "embedding": config.embedding}
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in known.items() if value is not None]
    tables = ["".join(lines)]
    for stage in config.stages:
        values = {key: value for key, value in asdict(stage).items() if value is not None}
        lines = [f"{key} = {json.dumps(value)}\n" for key, value in values.items()]
        tables.append("".join(["[[stage]]\n", *lines]))
    return "\n".join(tables)


def parse_written(tables: Mapping[str, Any]) -> ModelConfig:
    """Build a configuration from what a user wrote; refuse a key that would count for nothing."""
    config = parse_config(tables)
    for stage in config.stages:
        if not stage.dilations and stage.kernel != StageConfig().kernel:
            raise InputError(
                f"kernel = {stage.kernel}: is for networks with dilations, others have a window; "
                "leave it out"
            )
        if not stage.attention and stage.heads != StageConfig().heads:
            raise InputError(f"heads = {stage.heads}: is for networks with attention; leave it out")
    return config


def parse_config(tables: Mapping[str, Any]) -> ModelConfig:
    """Build a configuration from TOML's or JSON's plain values."""
    stages = tables.get("stage", [{}])
    seed = tables.get("seed", 0)
    _check_keys(tables, {"stage", "seed", *OF_MODELS}, "the file")
    if not isinstance(stages, list) or not stages:
        raise InputError("stage: give one table [[stage]] for each stage")
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise InputError(f"seed = {seed!r}: give a whole number, 0 or more")
    others = {key: tables[key] for key in OF_MODELS if key in tables}
    return ModelConfig(tuple(_parse_stage(table) for table in stages), seed, **others)


def _parse_stage(table: Mapping[str, Any]) -> StageConfig:
    defaults = {field.name: field.default for field in fields(StageConfig)}
    _check_keys(table, defaults, "[[stage]]")
    values: dict[str, Any] = {}
    for key, value in table.items():
        wanted = OPTIONAL.get(key) or type(defaults[key])
        if wanted is tuple and isinstance(value, list):
            value = tuple(value)
        if wanted is float and type(value) is int:
            value = float(value)
        if type(value) is not wanted:
            raise InputError(f"{key} = {value!r}: give a value of the kind {wanted.__name__}")
        values[key] = value
    return StageConfig(**values)


def _check_keys(table: Mapping[str, Any], known: Mapping[str, Any] | set[str], where: str) -> None:
    for key in table:
        if key not in known:
            hint = ""
            if key in {field.name for field in fields(StageConfig)}:
                hint = f"; {key} belongs under [[stage]]"
            raise InputError(
                f"unknown key {key!r} in {where}; known: {', '.join(sorted(known))}{hint}"
            )
