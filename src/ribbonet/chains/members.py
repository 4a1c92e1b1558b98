"""Files of xz and bzip2, member by member, so that damage after the first member is an error.

Python's own readers take a damaged member, or anything else after a complete one, for the end of
the file.
"""

import bz2
import io
import lzma
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

Decompressor = type[lzma.LZMADecompressor] | type[bz2.BZ2Decompressor]

DECOMPRESSORS: dict[str, Decompressor] = {
    "lzma": lzma.LZMADecompressor,
    "bz2": bz2.BZ2Decompressor,
}
"""By the module whose reader a file would have."""

BLOCK = 1 << 16
"""Bytes of the file read at a time."""


class Members(io.RawIOBase):
    """The decompressed content of all members of a file of xz or bzip2.

    Parameters
    ----------
    file : BinaryIO
        At the beginning of the first member.
    kind : type
        One of `DECOMPRESSORS`.

    Raises
    ------
    EOFError
        If the last member is cut short.
    OSError, lzma.LZMAError
        If a member is followed by anything but another.
    """

    def __init__(self, file: BinaryIO, kind: Decompressor) -> None:
        self._file = file
        self._kind = kind
        self._member = kind()

    def readable(self) -> bool:
        """Return True: the stream can be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill a buffer, or a part of it; 0 bytes at the end of the last member."""
        view = memoryview(buffer).cast("B")
        while True:
            data = b""
            if self._member.eof:
                data = self._next()
                if not data:
                    return 0
                self._member = self._kind()
            elif self._member.needs_input:
                data = self._file.read(BLOCK)
                if not data:
                    raise EOFError("the last member is cut short")
            if block := self._member.decompress(data, len(view)):
                view[: len(block)] = block
                return len(block)

    def _next(self) -> bytes:
        """Bytes from where the next member begins; none at the end of the file."""
        data = self._member.unused_data
        while not (data := data.lstrip(b"\0")):  # members of xz may be padded with zeros
            data = self._file.read(BLOCK)
            if not data:
                return b""
        return data
