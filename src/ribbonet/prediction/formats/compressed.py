"""Formats compressed part by part: a file of several members, which readers take for one stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from ribbonet.errors import InputError
from ribbonet.prediction.formats import split_compression
from ribbonet.prediction.formats.base import Format
from ribbonet.prediction.prediction import Prediction

_EMPTY_FRAME = bytes.fromhex("28b52ffd2000010000")
"""Of zstd (RFC 8878, section 3.1.1): no bytes; the library writes none for none."""


def compressed(format: Format, output: str) -> Format:
    """Return a format compressed as the output's extension says; unchanged where it says nothing.

    Raises
    ------
    InputError
        For a format that cannot be written part by part.
    """
    name, end = split_compression(output)
    if not end:
        return format
    if not format.appendable:
        raise InputError(f"{output}: {format.suffix} {format.not_compressed}; name it {name}")
    return Compressed(format, end)


@dataclass(frozen=True)
class Compressed(Format):
    """A format whose header and parts are compressed, each by itself.

    Several processes can compress, therefore, and an interrupted output can be resumed.

    Parameters
    ----------
    format : Format
        One whose file is its parts, one after the other.
    end : str
        One of `ribbonet.prediction.formats.COMPRESSED`.
    """

    format: Format
    end: str

    @property
    def suffix(self) -> str:  # type: ignore[override]
        """Of a file's name: `.csv.gz`."""
        return self.format.suffix + self.end

    def for_terminal(self) -> Format:
        """Return the format as it is shown on a terminal, which is not compressed."""
        return self.format.for_terminal()

    def start(self) -> bytes:
        """Return the header, a member even if it is empty: no bytes would be no compressed file."""
        return self._squeezed(self.format.start())

    def encode(self, predictions: Sequence[Prediction]) -> bytes:
        """Return a member that holds these predictions."""
        return self._squeezed(self.format.encode(predictions))

    def _squeezed(self, part: bytes) -> bytes:
        from xopen import xopen

        target = BytesIO()
        with xopen(target, "wb", format=self.end.removeprefix("."), threads=0) as file:
            file.write(part)
        return target.getvalue() or _EMPTY_FRAME
