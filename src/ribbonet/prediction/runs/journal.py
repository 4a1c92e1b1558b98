"""The journal of a long output: its finished blocks, so that a kill or a power cut loses little.

The first line of a journal holds the output's settings, each further one a finished block. Every
line starts with its checksum; the first line with a wrong one, and all after it, are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass, fields
from typing import Any, Generic, TypeVar
from zlib import crc32

from ribbonet.errors import InputError
from ribbonet.system.working import WorkingFolder

Made = TypeVar("Made")

JOURNAL = "journal"
"""Its name in the working folder."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A finished block: checksums (CRC-32) of its input and its output, the output's bytes."""

    records: int
    read: int
    written: int
    size: int


class Journal(Generic[Made]):
    """A journal, open for more entries.

    Parameters
    ----------
    folder : WorkingFolder
        Holds the journal, which is made if it does not exist and continued if it does.
    settings : dict
        What the output depends on, as JSON has it.
    entry : callable
        A class of data, made of its values; what entries are.

    Raises
    ------
    InputError
        When it was begun with other settings.
    """

    def __init__(
        self, folder: WorkingFolder, settings: dict[str, Any], entry: Callable[..., Made]
    ) -> None:
        self._folder = folder.path
        self._entry = entry
        self._file = folder.open(JOURNAL)
        try:
            self._read(settings)
        except BaseException:
            self._file.close()
            raise

    def _read(self, settings: dict[str, Any]) -> None:
        self._file.seek(0)
        first, *lines = [*_sound_lines(self._file.read())] or [({}, 0)]
        before = first[0] if isinstance(first[0], dict) else {}
        self._ends, self.entries = [first[1]], []
        for values, end in lines:
            made = _made(self._entry, values)
            if made is None:
                break
            self.entries.append(made)
            self._ends.append(end)
        if not self.entries:
            self._cut(0)
            self._append(settings)
        elif different := [key for key in settings if settings[key] != before.get(key)]:
            raise InputError(
                f"{self._folder}: was begun with another {' and '.join(different)}; go on with "
                "the same, or remove that folder to start anew"
            )

    def add(self, entry: Made) -> None:
        """Record a finished block.

        It then survives a kill of this process, and a power cut once the system has written it to
        the disk, some seconds later. Waiting for that would cost more than it saves, as checksums
        show what was written.
        """
        self._append(astuple(entry))  # type: ignore[call-overload]
        self.entries.append(entry)

    def keep(self, number: int) -> None:
        """Forget all but the first entries."""
        self._cut(self._ends[number])
        del self.entries[number:]

    def close(self) -> None:
        """Let others open the journal."""
        self._file.close()

    def _append(self, values: Any) -> None:
        if self._ends:
            self._cut(self._ends[-1])
        self._file.write(_line(values))
        self._file.flush()
        self._ends.append(self._file.tell())

    def _cut(self, end: int) -> None:
        """Take away what stands after a place, a torn line for one."""
        self._file.truncate(end)
        self._file.seek(end)
        self._ends = [known for known in self._ends if known <= end]


def _line(values: Any) -> bytes:
    text = json.dumps(values).encode()
    return b"%08x %s\n" % (crc32(text), text)


def _sound_lines(text: bytes) -> Iterator[tuple[Any, int]]:
    """Yield what each line holds and where it ends, up to the first that is not whole."""
    end = 0
    for line in text.splitlines(keepends=True):
        checksum, _, body = line.removesuffix(b"\n").partition(b" ")
        if not line.endswith(b"\n") or checksum != b"%08x" % crc32(body):
            return
        end += len(line)
        try:
            values = json.loads(body)
        except (ValueError, RecursionError):
            return
        yield values, end


def _made(entry: Callable[..., Made], values: Any) -> Made | None:
    """Make an entry of a line's values; None where they are not those of one."""
    kinds = [int if field.type == "int" else str for field in fields(entry)]  # type: ignore[arg-type]
    if not isinstance(values, list) or [type(value) for value in values] != kinds:
        return None
    return entry(*values)
