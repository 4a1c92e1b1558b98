"""A model's card, `model.json`: its networks, what is known of it, and checksums of both files."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from ribbonet.errors import InputError
from ribbonet.system.atomic import atomic_write

WEIGHTS, CARD = "weights.safetensors", "model.json"
"""Files of a model's folder."""

FORMAT = 1
"""What cards say of their own form."""

NETWORKS = ("format", "inputs", "stages")
"""Keys of what a card says of the networks."""

DIGESTS, OF_NETWORKS = "sha256", "networks"
"""Keys of the checksums, and of the one of what the card says of the networks."""

LARGEST = 1 << 22
"""Bytes of a card, at most."""


def write_card(path: Path, card: Mapping[str, Any], digests: Mapping[str, str]) -> None:
    """Write a card with checksums.

    Parameters
    ----------
    path : Path
    card : mapping
        With the keys `NETWORKS`.
    digests : mapping of str to str
        What `ribbonet.models.weights.digests_of` gives for the arrays in `weights.safetensors`.
    """
    checked = {DIGESTS: {OF_NETWORKS: _digest(card), **digests}}
    with atomic_write(path) as file:
        json.dump({**card, **checked}, file, indent=1)
        file.write("\n")


def read_card(path: Path) -> tuple[dict[str, Any], dict[str, str] | None]:
    """Read a card; return it, and the checksums of the arrays if it has any.

    Raises
    ------
    ValueError
        When it is no card of this version, or what it says of the networks is not what was
        written. Other errors of a JSON of another form are possible.

    Warns
    -----
    UserWarning
        When it has no checksums: an early version of ribbonet wrote it.
    """
    check_ordinary(path, LARGEST)
    card = json.loads(path.read_text(encoding="utf-8"))
    version = card["format"]
    if type(version) is not int or version != FORMAT:
        raise InputError(
            f"{path}: has format {version!r}, and this version of ribbonet reads {FORMAT}"
        )
    digests = card.pop(DIGESTS, None)
    if digests is None:
        warnings.warn(f"{path}: has no checksums, so damage is not noticed", stacklevel=3)
    elif digests.pop(OF_NETWORKS, None) != _digest(card):
        raise ValueError("what it says of the networks is not what was written")
    return card, digests


def _digest(card: Mapping[str, Any]) -> str:
    """SHA-256 of what a card says of the networks."""
    described = {key: card[key] for key in NETWORKS if key in card}
    return sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


def check_ordinary(path: Path, largest: int | None = None) -> None:
    """Refuse what is no ordinary file (a pipe, a device), or has more than so many bytes.

    Raises
    ------
    ValueError
    """
    known = path.stat()
    if not path.is_file():
        raise ValueError("is no ordinary file")
    if largest is not None and known.st_size > largest:
        raise ValueError(f"has {known.st_size:,} bytes, more than the {largest:,} of any model")
