"""The options in an address: what a route would not heed is refused."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args, get_origin

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

TOKEN = "token"
"""What any address may have, see `ribbonet.web.server.guard`."""


async def refuse_unheeded(connection: HTTPConnection) -> None:
    """Refuse options that a route does not have, and those of one value that are given twice.

    Raises
    ------
    HTTPException
        422; names the option.
    """
    dependant = getattr(connection.scope.get("route"), "dependant", None)
    if connection.scope["type"] != "http" or dependant is None:
        return
    known = _options(dependant)
    given = Counter(name for name, _ in connection.query_params.multi_items())
    for name, times in given.items():
        if name not in known and name != TOKEN:
            have = f"those are {', '.join(known)}" if known else "there are none"
            raise HTTPException(422, f"{name[:100]!r} is no option here; {have}")
        if times > 1 and not known.get(name):
            raise HTTPException(422, f"{name} is given {times} times; give it once")


def _options(dependant: Any) -> dict[str, bool]:
    """Return the names of a route's options, and whether each may be repeated."""
    found = {own.alias: _is_list(own.field_info.annotation) for own in dependant.query_params}
    for further in dependant.dependencies:
        found |= _options(further)
    return found


def _is_list(annotation: Any) -> bool:
    return any(get_origin(own) is list for own in (annotation, *get_args(annotation)))
