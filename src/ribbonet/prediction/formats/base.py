"""What a format of predictions is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from ribbonet.prediction.prediction import Prediction


class Format(ABC):
    """How predictions are written: parts of a file, and the file made of them."""

    suffix: str
    """Of a file's name."""

    header = ""
    """What stands once, before the first record."""

    appendable = True
    """Whether a file is its start and its parts, one behind the other."""

    not_compressed = ""
    """Why a file that is not is never compressed."""

    def check(self) -> None:  # noqa: B027
        """Raise InputError where a library that the format needs is missing."""

    @abstractmethod
    def for_terminal(self) -> Format:
        """Return the format as it is shown on a terminal."""

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
    """A format in which a file is its records, one behind the other.

    Parameters
    ----------
    suffix : str
    record : callable
        Turns one prediction into text.
    header : str
        What stands once, before the first record.
    coloured : callable, optional
        As `record`, for a terminal.
    """

    suffix: str
    record: Callable[[Prediction], str]
    header: str = ""
    coloured: Callable[[Prediction], str] | None = None

    def for_terminal(self) -> Format:
        """Return the format in colours if it has them."""
        return self if self.coloured is None else replace(self, record=self.coloured)

    def encode(self, predictions: Sequence[Prediction]) -> bytes:
        """Return the records."""
        return "".join(map(self.record, predictions)).encode()
