"""What a format of predictions is, and what files say of where predictions come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

from ribbonet.errors import InputError
from ribbonet.prediction.prediction import Prediction
from ribbonet.tasks.base import Labelling, Task

if TYPE_CHECKING:
    from ribbonet.chains.relatives.alignment_files import AlignmentFiles

THOUSANDTHS = [f"{n / 1000:.3f}" for n in range(1001)]

PROVENANCE = "provenance"
"""Its column in tables, and its key in JSON lines and in the metadata of Parquet."""


@dataclass(frozen=True)
class Provenance:
    """All that predictions depend on besides the chains.

    Parameters
    ----------
    version : str
        Of ribbonet.
    model, model_sha256 : str
        Name or folder of the model, and its digest.
    options : mapping
        Of the command, ready for JSON.
    """

    version: str
    model: str
    model_sha256: str
    options: Mapping[str, Any]

    def __str__(self) -> str:
        """Return words without commas and tabs: `ribbonet=0.1.0 model=fast sha256=... states=3`."""
        known = {"ribbonet": self.version, "model": self.model, "sha256": self.model_sha256}
        pairs = {**known, **self.options}
        return " ".join(f"{key}={quote(str(value), safe='/@:+')}" for key, value in pairs.items())

    def to_json(self) -> dict[str, Any]:
        """Return it as an object."""
        known = {"ribbonet": self.version, "model": self.model, "model_sha256": self.model_sha256}
        return {**known, "options": dict(self.options)}


class Format(ABC):
    """How predictions are written: parts of a file, and the file made of them."""

    suffix: str
    """Of a file's name."""

    header = ""
    """What stands once, before the first record."""

    appendable = True
    """Whether a file is its start and its parts, one after the other."""

    not_compressed = ""
    """Why a file that is not is never compressed."""

    one_record = ""
    """What to say where a file gets more records than the one that it can hold."""

    def beside(self, alignments: AlignmentFiles) -> Format:
        """Return the format for what is predicted of alignments; the same where none is kept."""
        return self

    @property
    def settings(self) -> dict[str, Any]:
        """What its files depend on besides the predictions."""
        return {}

    def styled(self, style: Mapping[str, Any]) -> Format:
        """Return the format with options of `ribbonet.prediction.figures.style.Style`.

        Raises
        ------
        InputError
            If it is no figure, or for a value that an option does not take.
        """
        raise InputError(
            f"{self.suffix} is no figure, so it takes none of a figure's options; give --format "
            "svg, pdf or png, or leave them out"
        )

    def check(self) -> None:  # noqa: B027
        """Raise InputError where a library that the format needs is missing."""

    @abstractmethod
    def for_terminal(self) -> Format:
        """Return the format as it is shown on a terminal."""

    def with_provenance(self, provenance: Provenance) -> Format:
        """Return a format that says where its predictions come from.

        Raises
        ------
        InputError
            When it has no place for it.
        """
        raise InputError(
            f"--provenance: {self.suffix} has no place for it; take --summary FILE instead"
        )

    def with_tracks(self, tracks: Mapping[str, Task]) -> Format:
        """Return a format that holds further tracks of residues, by their names.

        Raises
        ------
        InputError
            When it has no room for them.
        """
        raise InputError(
            f"--tracks: {self.suffix} has no room for {', '.join(tracks)}; give --format csv, tsv, "
            "jsonl or parquet"
        )

    @abstractmethod
    def encode(self, predictions: Sequence[Prediction]) -> bytes:
        """Return the part of a file that holds these predictions."""

    def start(self) -> bytes:
        """Return what stands before the first part."""
        return self.header.encode()

    def assemble(self, parts: Iterable[bytes], file: BinaryIO) -> None:
        """Write a whole file of parts that `encode` made."""
        file.write(self.start())
        file.writelines(parts)


@dataclass(frozen=True)
class Text(Format):
    """A format in which a file is its records, one after the other.

    Parameters
    ----------
    suffix : str
    record : callable
        Turns one prediction into text.
    header : str
        What stands once, before the first record.
    coloured : callable, optional
        As `record`, for a terminal.
    annotated : callable, optional
        Returns the format with a provenance; None where it has no place for one.
    widened : callable, optional
        Returns the format with further tracks; None where it has no room for them.
    """

    suffix: str
    record: Callable[[Prediction], str]
    header: str = ""
    coloured: Callable[[Prediction], str] | None = None
    annotated: Callable[[Text, Provenance], Text] | None = None
    widened: Callable[[Text, Mapping[str, Task]], Text] | None = None

    def for_terminal(self) -> Format:
        """Return the format in colours if it has them."""
        return self if self.coloured is None else replace(self, record=self.coloured)

    def with_provenance(self, provenance: Provenance) -> Format:
        """Return a format that says where its predictions come from."""
        if self.annotated is None:
            return super().with_provenance(provenance)
        return self.annotated(self, provenance)

    def with_tracks(self, tracks: Mapping[str, Task]) -> Format:
        """Return a format that holds further tracks of residues, by their names."""
        if self.widened is None:
            return super().with_tracks(tracks)
        return self.widened(self, tracks)

    def encode(self, predictions: Sequence[Prediction]) -> bytes:
        """Return the records."""
        return "".join(map(self.record, predictions)).encode()


@dataclass(frozen=True)
class LinesEndedBy:
    """A record's text with more at the end of each line, or of the first ones.

    A class, because processes that predict are sent their format.
    """

    record: Callable[[Prediction], str]
    end: str
    lines: int = -1

    def __call__(self, prediction: Prediction) -> str:
        """Return the record."""
        return self.record(prediction).replace("\n", f"{self.end}\n", self.lines)


def in_first_line(format: Text, provenance: Provenance) -> Text:
    """Say it at the end of each record's first line."""
    end = f" {provenance}"
    coloured = format.coloured and LinesEndedBy(format.coloured, end, 1)
    return replace(format, record=LinesEndedBy(format.record, end, 1), coloured=coloured)


def decimals(prediction: Prediction) -> list[list[str]]:
    """Return each column's numbers: probabilities with three decimals, values with seven digits."""
    if isinstance(prediction.task, Labelling):
        return [[THOUSANDTHS[n] for n in column] for column in prediction.thousandths.T.tolist()]
    return [[f"{value:.7g}" for value in prediction.values.tolist()]]


def track_columns(name: str, task: Task) -> list[str]:
    """Return the names of a track's columns: the label or value, then the probabilities.

    Examples
    --------
    >>> from ribbonet.chains.alphabet import Alphabet
    >>> from ribbonet.tasks import Classes, Values
    >>> track_columns("disorder", Values()), track_columns("site", Classes(Alphabet("01")))
    (['disorder'], ['site', 'site_0', 'site_1'])
    """
    if not isinstance(task, Labelling):
        return [name]
    return [name, *(f"{name}_{label}" for label in task.alphabet)]
