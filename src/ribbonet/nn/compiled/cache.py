"""Numba's cache of compiled code, used only when its checksum is right."""

from __future__ import annotations

import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

from numba import njit
from numba.core.caching import IndexDataCacheFile

DIGEST = 32
"""Bytes of the checksum that each file of code ends with."""

kept = True
"""Whether compiled code is kept for the next run; it is not where no folder can be written."""


_said: set[str] = set()
"""What was said: once is enough."""


class CheckedCache(IndexDataCacheFile):  # type: ignore[misc]
    """A cache whose files end with their SHA-256; code from a damaged file is compiled again."""

    def load(self, key: Any) -> Any:
        """Return what is kept under a key; None where there is nothing, or it is damaged."""
        try:
            return super().load(key)
        except Exception:  # a pickle can be broken in many ways
            self._say("is damaged; it is compiled anew")
            return None

    def save(self, key: Any, data: Any) -> None:
        """Keep something under a key, if there is room."""
        try:
            super().save(key, data)
        except OSError as error:
            self._say(f"cannot be written ({error.strerror}); it will be compiled again next time")

    def _load_index(self) -> Any:
        try:
            return super()._load_index()
        except OSError:
            raise
        except Exception:
            self._say("is damaged; it is compiled anew")
            return {}

    def _load_data(self, name: str) -> Any:
        content = Path(self._data_path(name)).read_bytes()
        if sha256(content[:-DIGEST]).digest() != content[-DIGEST:]:
            raise ValueError("its checksum does not match")
        return super()._load_data(name)  # which stops where the pickle ends

    def _save_data(self, name: str, data: Any) -> None:
        super()._save_data(name, data)
        path = Path(self._data_path(name))
        content = path.read_bytes()
        with self._open_for_write(path) as file:
            file.write(content + sha256(content).digest())

    def _say(self, what: str) -> None:
        message = f"ribbonet: the compiled code in {self._cache_path} {what}\n"
        if message not in _said:
            _said.add(message)
            sys.stderr.write(message)


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function when it is first called; keep the code on the disk where that can be."""

    def decorate(function: Callable[..., Any]) -> Any:
        global kept
        try:
            dispatcher = njit(function, cache=True, nogil=True, error_model="numpy", **options)
        except RuntimeError:  # no folder can be written
            kept = False
            return njit(function, nogil=True, error_model="numpy", **options)
        dispatcher._cache._cache_file.__class__ = CheckedCache
        return dispatcher

    return decorate
