"""Dataclasses as plain values for JSON, and back.

A field is named as its key, with an underscore after it where Python reserves the word. A field
that may be left out has the default None; one without a default is always written, None as null.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def to_plain(value: Any) -> Any:
    """Return a dataclass, and those within it, as plain values.

    Examples
    --------
    >>> from ribbonet.tasks.structure_scores import RelativeGroup
    >>> to_plain(RelativeGroup(25.0, None, 3, 100.0))
    {'from': 25.0, 'below': None, 'residues': 3, 'q3': 100.0}
    """
    if is_dataclass(value):
        return {
            _key(field.name): to_plain(own)
            for field in fields(value)
            if (own := getattr(value, field.name)) is not None or field.default is not None
        }
    if isinstance(value, dict):
        return {key: to_plain(own) for key, own in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(own) for own in value]
    return value


def from_plain(kind: Any, stored: Any) -> Any:
    """Return the dataclass, or what else a field is annotated as, that plain values stand for.

    Keys of no field are passed over; a field of no key is None.
    """
    if stored is None:
        return None
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return from_plain(inner[0], stored)
    if origin is list:
        return [from_plain(inner[0], own) for own in stored]
    if origin is dict:
        return {key: from_plain(inner[1], own) for key, own in stored.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: from_plain(hints[name], stored.get(_key(name))) for name in hints})
    return origin(stored) if origin is tuple else stored


def _key(name: str) -> str:
    return name.rstrip("_")
