"""Files opened for reading, compressed or not; every error is an InputError that names the file."""

import codecs
import io
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO, cast

from ribbonet.chains.foreign import is_database, name_format
from ribbonet.chains.mistaken import hint_of
from ribbonet.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BLOCK = 1 << 20
"""Bytes read at a time."""
LONGEST_LINE = 1 << 24
"""Bytes in a line of text: many times what the longest protein needs."""
HEAD = 1 << 16
"""Bytes by which the format of a file is recognised."""


@contextmanager
def open_text(path: str | Path, *, nul: bool = False) -> Iterator[Iterator[str]]:
    """Open a text in UTF-8 and yield its lines, each with a line feed at its end.

    Lines may end as in Unix, Windows or, in the whole file, old Mac OS. Memory holds a block and a
    line at a time.

    Parameters
    ----------
    path : str or Path
    nul : bool
        Whether NUL bytes are kept; otherwise they are an error, as the file is no text.

    Raises
    ------
    InputError
        As ``open_bytes``, or if a line is longer than ``LONGEST_LINE`` bytes.
    """
    with open_bytes(path) as file:
        yield _lines(file, name_of(path), nul)


def _lines(file: io.BufferedReader, name: str, nul: bool) -> Iterator[str]:
    number = 1
    for text in unix_lines(file):
        if not nul and b"\0" in text:
            refuse_foreign(text, name)
            raise InputError(f"{name}: is not text (it holds a NUL byte); give a text file")
        if len(text) > LONGEST_LINE + BLOCK:
            raise InputError(
                f"{name}: line {number:,} is longer than {LONGEST_LINE >> 20} MiB; give a text of "
                "shorter lines"
            )
        lines = text.decode().split("\n")
        last = lines.pop()
        number += len(lines)
        for line in lines:
            yield line + "\n"
        if last:
            yield last


def unix_lines(file: io.BufferedReader, longest: int = LONGEST_LINE) -> Iterator[bytes]:
    """Text in pieces that end with a line, all but the last one, as line feeds alone end them.

    A byte-order mark is left out. A file whose start has carriage returns and no line feed is one
    of old Mac OS. A line of more than `longest` bytes is cut.
    """
    rest = b""
    mac = None
    while block := file.read1(BLOCK):
        if mac is None:
            block = block.removeprefix(codecs.BOM_UTF8)
            mac = b"\r" in block[:-1] and b"\n" not in block
        text = rest + block
        if b"\r" in text:
            held = text.endswith(b"\r")  # its line feed may be the next byte
            text = text.removesuffix(b"\r").replace(b"\r\n", b"\n")
            text = (text.replace(b"\r", b"\n") if mac else text) + b"\r" * held
        whole, end, rest = text.rpartition(b"\n")
        if end:
            yield whole + end
        if len(rest) > longest + BLOCK:
            yield rest
            rest = b""
    if rest:
        yield rest.removesuffix(b"\r") + b"\n" * rest.endswith(b"\r")


@contextmanager
def open_bytes(
    path: str | Path | BinaryIO, on_open: Callable[[BinaryIO], None] | None = None
) -> Iterator[io.BufferedReader]:
    """Open a file, or standard input for ``-``, decompressed if it is compressed.

    Parameters
    ----------
    path : str, Path or BinaryIO
        A file object is not closed.
    on_open : callable, optional
        Called with the file as it is, compressed or not.

    Raises
    ------
    InputError
        If it cannot be opened or, within the block, read or decoded.
    """
    from xopen import xopen

    name = name_of(path)
    try:
        with _raw(path) as raw:
            if on_open is not None:
                on_open(raw)
            # threads=0: libraries decompress, not programs that may be lacking
            file = cast(io.BufferedIOBase, xopen(raw, "rb", threads=0))
            yield io.BufferedReader(_Decompressed(_whole(file, raw), name), BLOCK)
    except FileNotFoundError:
        raise InputError(f"{name}: no such file{hint_of(name)}") from None
    except IsADirectoryError:
        raise InputError(f"{name}: is a folder; give a file") from None
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError as error:
        refuse_foreign(error.object, name, labelled=False)
        raise InputError(
            f"{name}: {_line_of_no_text(path)}is not text in UTF-8 (byte "
            f"0x{error.object[error.start]:02x}); save it as UTF-8, or give a text file, plain or "
            "compressed with gzip, xz, bzip2 or zstd"
        ) from None


def _whole(file: io.BufferedIOBase, raw: BinaryIO) -> io.BufferedIOBase:
    """Read all members of a file of xz or bzip2, not those before a damaged one alone."""
    library = type(file).__module__
    if library not in ("lzma", "bz2"):
        return file
    from ribbonet.chains.members import DECOMPRESSORS, Members

    return io.BufferedReader(Members(raw, DECOMPRESSORS[library]))


def refuse_foreign(head: bytes, name: str, *, labelled: bool = True) -> None:
    """Raise an InputError that names the format of a file, if it is one that is known but not read.

    Parameters
    ----------
    head : bytes
        The first bytes of the file.
    name : str
        Name of the file.
    labelled : bool
        Whether formats of labelled chains are named, too.
    """
    if is_database(name):
        raise InputError(
            f"{name}: is a database of MMseqs2; write FASTA from it with mmseqs convert2fasta, or "
            "alignments with mmseqs result2msa --msa-format-mode 6"
        )
    if (found := name_format(head[:HEAD], labelled=labelled)) is not None:
        raise InputError(f"{name}: is {found}")


def _line_of_no_text(path: str | Path | BinaryIO) -> str:
    """Name the first line that is not UTF-8, where the file can be read once more."""
    if not isinstance(path, str | Path) or not Path(path).is_file():
        return ""
    with open_bytes(path) as file:
        number = 0
        for text in unix_lines(file):
            try:
                number += text.decode().count("\n")
            except UnicodeDecodeError as error:
                before = text[: error.start].count(b"\n")
                return f"line {number + before + 1} "
    return ""


def _raw(path: str | Path | BinaryIO) -> AbstractContextManager[BinaryIO]:
    if not isinstance(path, str | Path):
        return nullcontext(path)
    return nullcontext(sys.stdin.buffer) if str(path) == "-" else Path(path).open("rb")


class Copied(str):
    """Path of a copy of a stream, and the name of the stream for messages."""

    name: str


@contextmanager
def rereadable(path: str | Path) -> Iterator[str | Path]:
    """Yield a path that can be opened more than once: that of a copy for standard input or a pipe.

    The copy lasts for the block. Chains named after their file are named ``input`` where it is
    standard input.
    """
    if str(path) != "-" and (not Path(path).exists() or not is_stream(path)):
        yield path
        return
    with TemporaryDirectory() as folder:
        copy = Copied(Path(folder, _own_name(path)))
        copy.name = name_of(path)
        try:
            with _raw(path) as source, Path(copy).open("wb") as target:
                shutil.copyfileobj(source, target, BLOCK)
        except OSError as error:
            raise InputError(f"{copy.name}: cannot be read ({error.strerror or error})") from None
        yield copy


def is_stream(path: str | Path) -> bool:
    """Whether a path can be read only once: a pipe, a socket or a terminal."""
    found = Path(path)
    return found.is_fifo() or found.is_socket() or found.is_char_device()


class _Decompressed(io.RawIOBase):
    """What a decompressor reads, its various errors turned into one."""

    def __init__(self, file: io.BufferedIOBase, name: str) -> None:
        self._file = file
        self._name = name

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        try:
            return self._file.readinto1(buffer)
        except EOFError:
            raise InputError(f"{self._name}: is cut short; fetch or copy it again") from None
        except Exception as error:
            raise InputError(
                f"{self._name}: cannot be read ({error}); "
                "is it whole, and compressed as its name says?"
            ) from error


PACKED = (".gz", ".xz", ".bz2", ".zst", ".zstd")
"""Ends of the names of compressed files."""


def stem_of(path: str | Path) -> str:
    """Name of a file without its extension, as an id: one word.

    Only the last extension goes, after that of a compressed file, so that ``1abc.A.dssp`` and
    ``1abc.B.dssp`` stay apart.

    Examples
    --------
    >>> stem_of("data/1abc.A.dssp.gz"), stem_of("my chain.ss2"), stem_of(".hidden")
    ('1abc.A', 'my_chain', '.hidden')
    """
    name = _own_name(path)
    for suffix in PACKED:
        name = name.removesuffix(suffix)
    return as_id(Path(name).stem)


def _own_name(path: str | Path) -> str:
    """Name of a file in its folder; ``input`` for standard input and a shell's pipes."""
    known = Path(path)
    return "input" if known.name == "-" or known.parent.name == "fd" else known.name


def as_id(text: str) -> str:
    """Turn a name into one word, without white space.

    Examples
    --------
    >>> as_id("chain A")
    'chain_A'
    """
    return "_".join(text.split())


def name_of(path: str | Path | BinaryIO) -> str:
    """Name of a file for messages; ``input`` for an open file without a name."""
    if isinstance(path, Copied) or not isinstance(path, str | Path):
        return str(getattr(path, "name", "input"))
    return "standard input" if str(path) == "-" else str(path)


@contextmanager
def blamed_on(place: str, remedy: str = "") -> Iterator[None]:
    """Turn a ValueError of the block into an InputError with the place and the remedy."""
    try:
        yield
    except InputError:
        raise
    except ValueError as error:
        raise InputError(f"{place}: {error}{remedy}") from None
