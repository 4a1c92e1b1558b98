"""Files opened for reading, compressed or not, every mishap an InputError that names the file."""

import io
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

from ribbonet.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


@contextmanager
def open_text(path: str | Path) -> Iterator[TextIO]:
    """Open a text in UTF-8; as ``open_bytes``."""
    with open_bytes(path) as file, io.TextIOWrapper(file, encoding="utf-8-sig") as text:
        yield text


@contextmanager
def open_bytes(
    path: str | Path | BinaryIO, on_open: Callable[[BinaryIO], None] | None = None
) -> Iterator[io.BufferedReader]:
    """Open a file, or standard input for ``-``, decompressed if it is compressed.

    Parameters
    ----------
    path : str, Path or BinaryIO
        The last is open already, and stays so.
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
            yield io.BufferedReader(_Decompressed(file, name))
    except FileNotFoundError:
        raise InputError(f"{name}: no such file") from None
    except IsADirectoryError:
        raise InputError(f"{name}: is a folder; give a file") from None
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror or error})") from None
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: {_line_of_no_text(path)}is not text in UTF-8 (byte "
            f"0x{error.object[error.start]:02x}); save it as UTF-8, or give a text file, plain or "
            "compressed with gzip, xz, bzip2 or zstd"
        ) from None


def _line_of_no_text(path: str | Path | BinaryIO) -> str:
    """Name the first line that is not UTF-8, where the file can be read once more."""
    if not isinstance(path, str | Path) or not Path(path).is_file():
        return ""
    with open_bytes(path) as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return f"line {number} "
    return ""


def _raw(path: str | Path | BinaryIO) -> AbstractContextManager[BinaryIO]:
    if not isinstance(path, str | Path):
        return nullcontext(path)
    return nullcontext(sys.stdin.buffer) if str(path) == "-" else Path(path).open("rb")


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


def name_of(path: str | Path | BinaryIO) -> str:
    """Name of a file in complaints; of one that is open and has none, ``input``."""
    if not isinstance(path, str | Path):
        return str(getattr(path, "name", "input"))
    return "standard input" if str(path) == "-" else str(path)


@contextmanager
def blamed_on(place: str, remedy: str = "") -> Iterator[None]:
    """Turn a ValueError into an InputError that says where, and what to do."""
    try:
        yield
    except InputError:
        raise
    except ValueError as error:
        raise InputError(f"{place}: {error}{remedy}") from None
