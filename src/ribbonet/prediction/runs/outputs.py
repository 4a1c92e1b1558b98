"""Outputs that grow block by block beside the place they are for: one file, or one a record."""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, TextIO
from zlib import crc32

from ribbonet.chains.chain import Chain
from ribbonet.prediction.formats.base import Format
from ribbonet.prediction.runs.journal import Entry

INDEX = "index.tsv"
"""In a folder of one file a record: each file's name and its record's header."""

SKIPPED = ".skipped.tsv"
"""Ends the name of an output's list of the records that it leaves out."""


class Output(ABC):
    """What is written, in the folder of an unfinished output.

    Blocks that an earlier run finished are passed to `holds`, in order; from the first one that
    is not there as it was written, blocks are passed to `write`; `finish` makes it whole.
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
        """Make the output whole, all of it on the disk."""

    @abstractmethod
    def close(self) -> None:
        """Close the files that are open."""


class OneFile(Output):
    """One file with all records; a part a block."""

    def __init__(self, folder: Path, format: Format) -> None:
        self.path = folder / "output"
        self._format = format
        self._parts = self.path if format.appendable else folder / "parts"
        self._start = format.start()
        self._file: BinaryIO = self._parts.open("r+b" if self._parts.exists() else "w+b")
        self._end = len(self._start)
        self._file.seek(self._end)

    def holds(self, chains: Sequence[Chain], entry: Entry) -> bool:
        """Read the part."""
        self._file.seek(self._end)
        if crc32(self._file.read(entry.size)) != entry.written:
            return False
        self._end += entry.size
        return True

    def write(self, chains: Sequence[Chain], parts: Sequence[bytes]) -> tuple[int, int]:
        """Append the part in place of whatever stands behind the last one."""
        (part,) = parts
        self._begin()
        self._file.write(part)
        self._file.flush()
        self._end += len(part)
        return crc32(part), len(part)

    def finish(self, entries: Sequence[Entry]) -> None:
        """Take away what may stand behind the last part; make the file of parts that need it."""
        self._begin()
        if self._format.appendable:
            self._file.flush()
            os.fsync(self._file.fileno())
        else:
            self._file.seek(0)
            with self.path.open("wb") as file:
                self._format.assemble((self._file.read(entry.size) for entry in entries), file)
                file.flush()
                os.fsync(file.fileno())

    def _begin(self) -> None:
        self._file.seek(0)
        self._file.write(self._start)
        self._file.truncate(self._end)
        self._file.seek(self._end)

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class FileARecord(Output):
    """A folder with one file a record, named by its id, and an index of them.

    What is not fit for the name of a file on every system becomes `_`; names that would be the
    same, in upper or lower case, are numbered. Inside a file the id is as it was.
    """

    def __init__(self, folder: Path, format: Format) -> None:
        self.path = folder / "output"
        self.path.mkdir(exist_ok=True)
        self._suffix = format.suffix
        self._taken = {Path(INDEX).stem}
        self._numbers: Counter[str] = Counter()
        self._index = (self.path / INDEX).open("w", encoding="utf-8", newline="\n")
        self._index.write("file\theader\n")

    def holds(self, chains: Sequence[Chain], entry: Entry) -> bool:
        """Read the block's files."""
        taken, numbers, end = self._taken.copy(), self._numbers.copy(), self._index.tell()
        checksum = 0
        for path in self._paths(chains):
            checksum = crc32(path.read_bytes() if path.is_file() else b"", checksum)
        if checksum == entry.written:
            return True
        self._taken, self._numbers = taken, numbers
        self._index.truncate(end)
        self._index.seek(end)
        return False

    def write(self, chains: Sequence[Chain], parts: Sequence[bytes]) -> tuple[int, int]:
        """Write the block's files."""
        checksum = 0
        for path, part in zip(self._paths(chains), parts, strict=True):
            path.write_bytes(part)
            checksum = crc32(part, checksum)
        return checksum, sum(map(len, parts))

    def finish(self, entries: Sequence[Entry]) -> None:
        """Remove what is of no record; wait until all files are on the disk."""
        self._index.flush()
        for path in self.path.iterdir():
            if path.stem.lower() not in self._taken:
                path.unlink()
        if hasattr(os, "sync"):
            os.sync()

    def close(self) -> None:
        """Close the index."""
        self._index.close()

    def _paths(self, chains: Sequence[Chain]) -> Iterator[Path]:
        for chain in chains:
            path = self.path / (self._name(chain.id) + self._suffix)
            self._index.write(f"{path.name}\t{chain.header}\n")
            yield path

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


class Skipped:
    """The list of records that are left out, a file that is there if there are any."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO | None = None

    def __call__(self, number: int, header: str, fault: str) -> None:
        """Add a record."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="\n")
            self._file.write("record\tfault\theader\n")
        self._file.write(f"{number}\t{fault}\t{header}\n")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
