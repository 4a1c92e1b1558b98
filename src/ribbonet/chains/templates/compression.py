"""Compression by zstd, with a window that reaches over a whole set of templates."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEVEL = 19
WINDOW, SMALL_WINDOW = 26, 20
"""Logarithms of the window's bytes, to the base 2: for long texts, and for those up to `SMALL`."""
SMALL = 1 << SMALL_WINDOW


def compress(text: bytes) -> bytes:
    """Compress bytes."""
    zstd = zstandard()
    parameter = zstd.CompressionParameter
    options = {
        parameter.compression_level: LEVEL,
        parameter.window_log: WINDOW if len(text) > SMALL else SMALL_WINDOW,
        parameter.enable_long_distance_matching: 1,
    }
    compressed: bytes = zstd.compress(text, options=options)
    return compressed


def decompress(stored: NDArray[np.uint8], most: int) -> bytes:
    """Decompress bytes, at most so many.

    Raises
    ------
    ValueError
        If there are more, or they are damaged.
    """
    zstd = zstandard()
    options = {zstd.DecompressionParameter.window_log_max: WINDOW}
    decompressor = zstd.ZstdDecompressor(options=options)
    try:
        text: bytes = decompressor.decompress(stored.tobytes(), max_length=int(most) + 1)
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from None
    if len(text) > most or not decompressor.eof:
        raise ValueError("what is compressed has another size")
    return text


def zstandard() -> Any:
    """Return the module: Python's own from 3.14 on, before that the one that xopen brings."""
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    return import_module(name)
