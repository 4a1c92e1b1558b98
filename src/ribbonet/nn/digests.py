"""Checksums of arrays, so that one flipped bit is noticed."""

from hashlib import sha256

import numpy as np

from ribbonet.nn.layers.base import Array


def array_digest(array: Array) -> str:
    """SHA-256 of an array: its type, its shape and its numbers.

    Examples
    --------
    >>> array_digest(np.zeros(2, np.float32))[:12]
    'd02f8b658929'
    """
    array = np.ascontiguousarray(array)
    digest = sha256(f"{array.dtype.str} {array.shape} ".encode())
    digest.update(array.data if array.size else b"")
    return digest.hexdigest()
