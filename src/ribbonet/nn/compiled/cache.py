"""Numba's cache of compiled code, used only when its checksums are right."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from numba import njit
from numba.core.caching import IndexDataCacheFile

DIGEST = 32
"""Bytes of the checksum that each file ends with."""

DAMAGED = "is damaged; it is compiled anew"

kept = True
"""Whether compiled code is kept for the next run; it is not where no folder can be written."""


_said: set[str] = set()
"""What was said: once is enough."""


class CheckedCache(IndexDataCacheFile):  # type: ignore[misc]
    """A cache whose files end with their SHA-256; what is not as it was written is compiled again.

    The index says which file holds the code of a function for given types; each file says it too,
    so that none is taken for another.
    """

    def load(self, key: Any) -> Any:
        """Return what is kept under a key; None where there is nothing, or it is damaged."""
        try:
            found = super().load(key)
            if found is None:
                return None
            name, data = found
            if name != repr(key):
                raise ValueError("it is another function's")
        except Exception:  # a pickle can be broken in many ways
            self._say(DAMAGED)
            return None
        return data

    def save(self, key: Any, data: Any) -> None:
        """Keep something under a key, if there is room."""
        try:
            super().save(key, (repr(key), data))
        except OSError as error:
            self._say(f"cannot be written ({error.strerror}); it will be compiled again next time")

    def _load_index(self) -> Any:
        try:
            if os.path.lexists(self._index_path):
                _check(self._index_path)
            return super()._load_index()
        except Exception:
            self._say(DAMAGED)
            return {}

    def _load_data(self, name: str) -> Any:
        if os.path.lexists(self._data_path(name)):
            _check(self._data_path(name))
        return super()._load_data(name)  # which stops where the pickle ends

    @contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[BytesIO]:
        content = BytesIO()
        yield content
        with super()._open_for_write(filepath) as file:
            file.write(content.getvalue() + _digest(filepath, content.getvalue()))

    def _say(self, what: str) -> None:
        message = f"ribbonet: the compiled code in {self._cache_path} {what}\n"
        if message not in _said:
            _said.add(message)
            sys.stderr.write(message)


def _check(path: str) -> None:
    """Raise ValueError unless a file ends with its checksum."""
    if not Path(path).is_file():
        raise ValueError("is no file")
    content = Path(path).read_bytes()
    if _digest(path, content[:-DIGEST]) != content[-DIGEST:]:
        raise ValueError("its checksum does not match")


def _digest(path: str, content: bytes) -> bytes:
    """Return the checksum of a file's name and content."""
    return sha256(os.fsencode(Path(path).name) + content).digest()


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function when it is first called; keep the code on the disk where that can be."""

    def decorate(function: Callable[..., Any]) -> Any:
        global kept
        try:
            dispatcher = njit(function, cache=True, nogil=True, error_model="numpy", **options)
        except RuntimeError:  # no folder can be written
            kept = False
            return njit(function, nogil=True, error_model="numpy", **options)
        plain = dispatcher._cache._cache_file  # whose files have no checksums, so other names
        base = plain._index_name.replace(".nbi", ".checked")
        checked = CheckedCache(plain._cache_path, base, plain._source_stamp)
        dispatcher._cache._cache_file = checked
        return dispatcher

    return decorate
