"""Labelled chains packed into a set of templates."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES8, encode_labels, encode_residues
from ribbonet.chains.chain import Chain
from ribbonet.chains.templates.template_set import CHUNK, FORMAT, WINDOW, digest_of, zstandard
from ribbonet.errors import InputError
from ribbonet.system.atomic import atomic_write

LEVEL = 19
"""Of the compression."""
SMALL_WINDOW = 20
"""As `WINDOW`, for texts that it holds."""


def write_templates(path: str | Path, chains: Iterable[Chain]) -> int:
    """Pack labelled chains into a set of templates; return their number.

    Residues without a label at either end of a chain are left out, and chains without any label.

    Parameters
    ----------
    path : str or Path
    chains : iterable of Chain
        Labels in the eight states of DSSP, or H, E and C (of which H and E are two of the eight).

    Raises
    ------
    InputError
        If no chain has a label, or the file cannot be written.
    """
    from safetensors.numpy import save

    kept = [cut for chain in chains if (cut := _labelled_part(chain))]
    if not kept:
        raise InputError("no chain has a label; give labelled chains, or structures")
    states = [encode_labels(chain.labels or "", STATES8) for chain in kept]
    chunks = [
        _compress(np.concatenate(states[first : first + CHUNK]).tobytes())
        for first in range(0, len(kept), CHUNK)
    ]
    residues = np.concatenate([encode_residues(chain.sequence) for chain in kept])
    stored: dict[str, NDArray[Any]] = {
        "ids": _as_array(_compress(json.dumps([chain.id for chain in kept]).encode())),
        "lengths": _as_array(_compress(np.array([len(c) for c in kept], "<u4").tobytes())),
        "residues": _as_array(_compress(residues.tobytes())),
        "states": _as_array(b"".join(chunks)),
        "chunks": np.cumsum([0, *map(len, chunks)], dtype=np.uint64),
    }
    with atomic_write(path, "wb") as file:
        file.write(save(stored, {FORMAT: digest_of(stored)}))
    return len(kept)


def _labelled_part(chain: Chain) -> Chain | None:
    """Return the chain from its first labelled residue to its last."""
    labelled = np.flatnonzero(chain.mask)
    if not len(labelled):
        return None
    part = slice(int(labelled[0]), int(labelled[-1]) + 1)
    return Chain(chain.id, chain.sequence[part], (chain.labels or "")[part])


def _as_array(text: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(text, np.uint8)


def _compress(text: bytes) -> bytes:
    """Compress bytes."""
    zstd = zstandard()
    parameter = zstd.CompressionParameter
    options = {
        parameter.compression_level: LEVEL,
        parameter.window_log: WINDOW if len(text) > 1 << SMALL_WINDOW else SMALL_WINDOW,
        parameter.enable_long_distance_matching: 1,
    }
    compressed: bytes = zstd.compress(text, options=options)
    return compressed
