"""Outputs that grow block by block in a working folder: one file, or one file per record."""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO, cast
from zlib import crc32

from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.prediction.formats.base import Format
from ribbonet.prediction.runs.journal import Entry
from ribbonet.system.terminal import printable
from ribbonet.system.working import OUTPUT, WorkingFolder

INDEX = "index.tsv"
"""In a folder of one file per record: each file's name and its record's header."""

PIECE = 1 << 20
"""Bytes that are read back at a time."""


class Output(ABC):
    """What is written, in the folder of an unfinished output.

    Blocks that an earlier run finished are passed to `holds`, in order; from the first one that is
    missing or damaged, blocks are passed to `write`; `finish` completes the output.
    """

    path: Path
    """The file or folder that takes its final name when all is done."""

    @abstractmethod
    def holds(self, chains: Sequence[Chain], entry: Entry) -> bool:
        """Whether the next block's output is there as the journal says."""

    @abstractmethod
    def write(self, chains: Sequence[Chain], parts: Sequence[bytes]) -> tuple[int, int]:
        """Write the next block's output; its checksum and its size."""

    @abstractmethod
    def finish(self, entries: Sequence[Entry]) -> None:
        """Complete the output, and write all of it to the disk."""

    @abstractmethod
    def close(self) -> None:
        """Close the files that are open."""


class PartsFile(Output):
    """One file that grows by a part for each block; `finish` is for subclasses to define."""

    def __init__(self, folder: WorkingFolder, name: str, start: bytes = b"") -> None:
        self.path = folder.path / OUTPUT
        self._folder, self._start = folder, start
        self._file = folder.open(name)
        self._end = len(start)

    def holds(self, chains: Sequence[Chain], entry: Entry) -> bool:
        """Read the part."""
        if not 0 <= entry.size <= self._file.seek(0, os.SEEK_END) - self._end:
            return False
        self._file.seek(self._end)
        if crc32(self._file.read(entry.size)) != entry.written:
            return False
        self._end += entry.size
        return True

    def write(self, chains: Sequence[Chain], parts: Sequence[bytes]) -> tuple[int, int]:
        """Append the part; anything after the last part is overwritten."""
        (part,) = parts
        self._begin()
        self._file.write(part)
        self._file.flush()
        self._end += len(part)
        return crc32(part), len(part)

    def _written(self, entries: Sequence[Entry]) -> Iterator[bytes]:
        """Read all parts back, once they are on the disk and nothing stands after them."""
        self._begin()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.seek(0)
        if self._file.read(len(self._start)) != self._start:
            raise _changed(self.path)
        for entry in entries:
            part = self._file.read(entry.size)
            if crc32(part) != entry.written:
                raise _changed(self.path)
            yield part

    def _begin(self) -> None:
        self._file.seek(0)
        self._file.write(self._start)
        self._file.truncate(self._end)
        self._file.seek(self._end)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class OneFile(PartsFile):
    """One file with all records."""

    def __init__(self, folder: WorkingFolder, format: Format) -> None:
        super().__init__(folder, OUTPUT if format.appendable else "parts", format.start())
        self._format = format

    def finish(self, entries: Sequence[Entry]) -> None:
        """Remove anything after the last part; assemble the file from its parts where needed."""
        if self._format.appendable:
            deque(self._written(entries), maxlen=0)
            return
        with self._folder.open(OUTPUT) as file:
            file.truncate(0)
            summed = _Summed(file)
            self._format.assemble(self._written(entries), cast(BinaryIO, summed))
            file.flush()
            os.fsync(file.fileno())
            if summed.checksum != _checksum(file):
                raise _changed(self.path)


class _Summed:
    """A file to write to that keeps the checksum of what is written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.checksum = 0

    def write(self, data: Any) -> int:
        self.checksum = crc32(data, self.checksum)
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _checksum(file: BinaryIO) -> int:
    """CRC-32 of a file, from its start."""
    file.seek(0)
    checksum = 0
    while piece := file.read(PIECE):
        checksum = crc32(piece, checksum)
    return checksum


def _changed(path: Path) -> InputError:
    return InputError(
        f"{path}: is not as it was written; see whether the disk is sound and no other program "
        "writes there"
    )


class FileARecord(Output):
    """A folder with one file per record, named by its id, and an index of them.

    What is not fit for the name of a file on every system becomes `_`; names that would be the
    same, in upper or lower case, are numbered. Inside a file the id is as it was.
    """

    def __init__(self, folder: WorkingFolder, format: Format) -> None:
        self.path = folder.make(OUTPUT)
        self._folder = folder
        self._suffix = format.suffix
        self._taken = {Path(INDEX).stem}
        self._numbers: Counter[str] = Counter()
        self._written: dict[str, int] = {}
        index = folder.open(f"{OUTPUT}/{INDEX}")
        try:
            index.truncate(0)
        except BaseException:
            index.close()
            raise
        self._index = TextIOWrapper(index, encoding="utf-8", newline="\n")
        self._index.write("file\theader\n")

    def holds(self, chains: Sequence[Chain], entry: Entry) -> bool:
        """Read the block's files."""
        taken, numbers, end = self._taken.copy(), self._numbers.copy(), self._index.tell()
        checksum, sums = 0, {}
        for name in self._names(chains):
            content = self._content(name)
            checksum, sums[name] = crc32(content, checksum), crc32(content)
        if checksum == entry.written:
            self._written |= sums
            return True
        self._taken, self._numbers = taken, numbers
        self._index.truncate(end)
        self._index.seek(end)
        return False

    def write(self, chains: Sequence[Chain], parts: Sequence[bytes]) -> tuple[int, int]:
        """Write the block's files."""
        names = list(self._names(chains))
        self._folder.add(names)
        checksum = 0
        for name, part in zip(names, parts, strict=True):
            with self._folder.open(name) as file:
                file.truncate(0)
                file.write(part)
            checksum, self._written[name] = crc32(part, checksum), crc32(part)
        return checksum, sum(map(len, parts))

    def finish(self, entries: Sequence[Entry]) -> None:
        """Remove files that belong to no record; wait until all others are on the disk."""
        self._index.flush()
        kept = {name.lower() for name in (*self._written, f"{OUTPUT}/{INDEX}")}
        for name in self._folder.names:
            if name.startswith(f"{OUTPUT}/") and name.lower() not in kept:
                self._folder.discard(name)
        if hasattr(os, "sync"):
            os.sync()
        for name, checksum in self._written.items():
            if crc32(self._content(name)) != checksum:
                raise _changed(self._folder.path / name)

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    def _content(self, name: str) -> bytes:
        """Return what an ordinary file holds; nothing where there is none."""
        path = self._folder.path / name
        return path.read_bytes() if path.is_file() and not path.is_symlink() else b""

    def _names(self, chains: Sequence[Chain]) -> Iterator[str]:
        """Name the chains' files, and list them in the index."""
        for chain in chains:
            name = self._name(chain.id) + self._suffix
            self._index.write(f"{name}\t{printable(chain.header)}\n")
            yield f"{OUTPUT}/{name}"

    def _name(self, id: str) -> str:
        name = stem = safe_name(id)
        while name.lower() in self._taken:
            self._numbers[stem] += 1
            name = f"{stem}-{self._numbers[stem] + 1}"
        self._taken.add(name.lower())
        return name


_UNSAFE = re.compile(r"[^A-Za-z0-9._+=@-]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)|[.-]|$", re.IGNORECASE)


def safe_name(id: str) -> str:
    """Make a name for a file, fit for every system, of an id.

    Examples
    --------
    >>> safe_name("sp|P69905|HBA_HUMAN"), safe_name("../x"), safe_name(""), safe_name("NUL.1")
    ('sp_P69905_HBA_HUMAN', '_.._x', '_', '_NUL.1')
    """
    name = _UNSAFE.sub("_", id)[:100]
    return f"_{name}" if _RESERVED.match(name) else name
