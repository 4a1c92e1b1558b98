"""Text for terminals: control characters and bidirectional marks are shown, never obeyed."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable
from typing import Any, TextIO, cast

UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0 and C1 controls: an escape sequence begins with one
    "\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"  # marks of direction, line ends, no width
    "\ud800-\udfff"  # bytes of a file's name that are not UTF-8
    "\U000e0000-\U000e007f]"  # tags, which are not seen
)

LONGEST = 4000
"""Characters of a message, at most."""

LAYOUT = "\n\t"
"""Controls that lay text out, which a stream lets pass."""


def printable(text: str, keep: str = "") -> str:
    r"""Return a text with control characters and marks of direction escaped as in Python.

    Parameters
    ----------
    text : str
    keep : str
        Characters that stay.

    Examples
    --------
    >>> print(printable("a\x1b[2Jb\u202ec\n"))
    a\x1b[2Jb\u202ec\n
    """
    return UNSAFE.sub(lambda found: found[0] if found[0] in keep else _escaped(found[0]), text)


def shortened(text: str) -> str:
    """Return a message without its middle, if it quotes a file at too great a length.

    Examples
    --------
    >>> len(shortened("format " + 100_000 * "x" + " is unknown; update ribbonet"))
    4005
    """
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} ... {text[-half:]}"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun, which is in the plural unless the number is one.

    Examples
    --------
    >>> count_of(1, "chain"), count_of(1024, "chain"), count_of(2, "family")
    ('1 chain', '1,024 chains', '2 families')
    """
    if number != 1:
        noun = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun}"


class PrintableStream:
    """A text stream in which nothing but `printable` text is written.

    Attributes
    ----------
    raw : TextIO
        The stream itself, for what draws on the terminal.
    """

    def __init__(self, raw: TextIO) -> None:
        self.raw = raw

    def write(self, text: str) -> int:
        """Write text, escaped."""
        return self.raw.write(printable(text, LAYOUT))

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts, escaped."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def drawing(stream: TextIO) -> TextIO:
    """Return the stream that draws on a terminal, for progress bars."""
    return stream.raw if isinstance(stream, PrintableStream) else stream


def prepare_streams() -> None:
    """Make the standard streams of a program safe to write to, even if they are closed.

    What is closed is opened on the null device, so that no file that is opened later takes its
    number and gets what libraries print. Reading from it or writing to it is an `OSError`, for
    standard error nothing.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    if sys.stdin is None:
        sys.stdin = _closed()
    if sys.stdout is None:
        sys.stdout = _closed()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    sys.stderr = cast(TextIO, PrintableStream(sys.stderr))
    if sys.stdout.isatty():
        sys.stdout = cast(TextIO, PrintableStream(sys.stdout))


class _Closed(io.RawIOBase):
    """A file that can be neither read nor written."""

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        raise OSError(9, "it is closed")

    def write(self, data: Any) -> int:
        raise OSError(9, "it is closed")


def _closed() -> TextIO:
    return io.TextIOWrapper(
        cast(Any, io.BufferedRWPair(_Closed(), _Closed(), 1)), encoding="utf-8", write_through=True
    )
