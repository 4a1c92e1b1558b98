"""The formats that `ribbonet predict` writes: their names, and where each is made.

A format's module is imported when the format is asked for; this one imports no other.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.prediction.formats.base import Format
    from ribbonet.tasks.base import Task


def _any(task: Task) -> bool:
    return True


def _labels(task: Task) -> bool:
    return task.gives_probabilities


def _three_states(task: Task) -> bool:
    return task.kind == "structure" and task.outputs == 3


def _two_classes(task: Task) -> bool:
    return task.kind == "classes" and task.outputs == 2


class Known(StrEnum):
    """Every format, in the order of the help: what is known of it without its module."""

    suffix: str
    """Extension of its files."""

    module: str
    """Of this package; its function `make(name, task, relatives)` returns the `Format`."""

    suits: Callable[[Task], bool]
    """Whether predictions of a task can be written in it."""

    def __new__(cls, name: str, suffix: str, module: str, suits: Callable[[Task], bool]) -> Self:
        """Make the name, with what belongs to it."""
        known = str.__new__(cls, name)
        known._value_ = name
        known.suffix, known.module, known.suits = suffix, module, suits
        return known

    THREE_LINE = "three-line", ".3line", "text", _labels
    FASTA = "fasta", ".fasta", "text", _labels
    TEXT = "text", ".txt", "text", _three_states
    SS2 = "ss2", ".ss2", "psipred", _three_states
    HORIZ = "horiz", ".horiz", "psipred", _three_states
    CSV = "csv", ".csv", "tables", _any
    TSV = "tsv", ".tsv", "tables", _any
    JSONL = "jsonl", ".jsonl", "tables", _any
    PARQUET = "parquet", ".parquet", "parquet", _any
    SVG = "svg", ".svg", "pictures", _three_states
    PDF = "pdf", ".pdf", "pictures", _three_states
    PNG = "png", ".png", "pictures", _three_states
    CAID = "caid", ".caid", "tables", _two_classes
    A3M = "a3m", ".a3m", "a3m", _three_states
    GFF3 = "gff3", ".gff3", "segments", _labels
    BED = "bed", ".bed", "segments", _labels


FORMATS = {known.value: known for known in Known}

DEFAULT = "three-line"

COMPRESSED = (".gz", ".xz", ".bz2", ".zst")
"""Extensions of compressed files."""


def names_for(task: Task) -> list[str]:
    """Return the names of the formats that predictions of a task can be written in."""
    return [name for name, known in FORMATS.items() if known.suits(task)]


def format_for(task: Task, name: str, relatives: bool = False) -> Format:
    """Return a format by its name.

    Parameters
    ----------
    task : Task
        What is predicted.
    name : str
    relatives : bool
        Whether tables get columns for relatives of known structure.

    Raises
    ------
    InputError
        When predictions of the task cannot be written so.
    """
    suited = names_for(task)
    if name not in suited:
        raise InputError(
            f"--format {name}: cannot hold {task.summary}; give one of {', '.join(suited)}"
        )
    module = import_module(f"ribbonet.prediction.formats.{FORMATS[name].module}")
    made: Format = module.make(name, task, relatives)
    return made


def formats_for(task: Task, relatives: bool = False) -> dict[str, Format]:
    """Return all formats that predictions of a task can be written in, by their names."""
    return {name: format_for(task, name, relatives) for name in names_for(task)}


def split_compression(name: str) -> tuple[str, str]:
    """Split the extension of a compressed file, if there is one, from a name.

    Examples
    --------
    >>> split_compression("a.csv.gz"), split_compression("a.csv")
    (('a.csv', '.gz'), ('a.csv', ''))
    """
    end = next((end for end in COMPRESSED if name.endswith(end)), "")
    return name.removesuffix(end), end


def format_of(output: str, given: str | None = None) -> str:
    """Return the name of an output's format: the given one, or that of the extension.

    Parameters
    ----------
    output : str
        The name of a file; its extension may be followed by that of a compressed file.
    given : str, optional
        The name of a format.

    Raises
    ------
    InputError
        When its extension names no format, or another one than the given; ``.txt`` goes with any.

    Examples
    --------
    >>> format_of("a.csv.gz"), format_of("a.3line"), format_of("a")
    ('csv', 'three-line', 'three-line')
    """
    extension = Path(split_compression(output)[0]).suffix
    suffixes = {known.suffix: name for name, known in FORMATS.items()}
    named = suffixes.get(extension.lower())
    if given is not None:
        if named not in (None, "text", given):
            raise InputError(
                f"{output}: {extension} names the format {named}, and --format says {given}; "
                "change one of them"
            )
        return given
    if not extension:
        return DEFAULT
    if named is None:
        raise InputError(
            f"{output}: {extension} names no format; end the name by one of "
            f"{', '.join(suffixes)}, or give --format"
        )
    return named
