"""How this machine computes: products of matrices differ in their last bits between processors."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version

import numpy as np

SHAPES = ((15, 525, 32), (64, 112, 35), (37, 93, 3), (1, 21, 3))
"""Rows, inner sizes and columns of the products that are looked at: too small for threads."""


@cache
def fingerprint() -> str:
    """Return a checksum of what products and functions give here.

    It is the same where NumPy, its linear algebra and Numba compute the same bits. The kernels of
    linear algebra are chosen by the processor, or by `OPENBLAS_CORETYPE`.
    """
    rng = np.random.default_rng(0)
    digest = sha256(_numba().encode())
    for rows, inner, columns in SHAPES:
        a = rng.standard_normal((rows, inner), np.float32)
        b = rng.standard_normal((inner, columns), np.float32)
        product = a @ b
        for array in (product, np.exp(-np.abs(product)), np.tanh(product)):
            digest.update(array.tobytes())
    return digest.hexdigest()[:16]


def _numba() -> str:
    """Return which Numba, whose code predicts many windows, is there."""
    try:
        return version("numba")
    except PackageNotFoundError:
        return "none"
