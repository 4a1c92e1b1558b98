"""Files from the network: resumed where they broke off, and believed only when they are checked."""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from ribbonet.errors import InputError

ATTEMPTS = 4
TIMEOUT = 30.0
"""Seconds without an answer."""
PAUSE = 1.0
"""Seconds before a transfer that made no headway is tried again, longer each time."""
PIECE = 1 << 16

OnBytes = Callable[[int, int | None], None]
"""Told how many bytes there are, and of how many if that is known."""


def download(url: str, part: Path, on_bytes: OnBytes | None = None) -> None:
    """Load a file into ``part``, going on where an earlier attempt left it.

    A transfer that breaks off is resumed a few times, and longer while it makes headway. What has
    arrived stays in ``part`` for the next call.

    Parameters
    ----------
    url : str
        ``http`` or ``https``.
    part : Path
        In a folder that exists.
    on_bytes : callable, optional

    Raises
    ------
    InputError
        If the server refuses, or breaks off again and again.
    """
    failures = 0
    while True:
        before = part.stat().st_size if part.exists() else 0
        try:
            total = _transfer(url, part, before, on_bytes)
        except (OSError, http.client.HTTPException) as error:
            if isinstance(error, urllib.error.HTTPError) and error.code < 500:
                raise InputError(f"{url}: {error.code} {error.reason}") from None
            total, why = None, str(getattr(error, "reason", None) or error or type(error).__name__)
        else:
            size = part.stat().st_size
            if total is None or size >= total:
                return
            why = f"broke off at {size:,} of {total:,} bytes"
        arrived = part.stat().st_size if part.exists() else 0
        failures = 1 if arrived > before else failures + 1
        if failures == ATTEMPTS:
            raise InputError(f"{url}: {why}; run the command again to go on")
        if failures > 1:
            time.sleep(PAUSE * (failures - 1))


def _transfer(url: str, part: Path, start: int, on_bytes: OnBytes | None) -> int | None:
    """Append what is lacking to ``part``; tell how long the whole is, if the server does."""
    request = urllib.request.Request(url, headers={"User-Agent": "ribbonet"})
    if start:
        request.add_header("Range", f"bytes={start}-")
    try:
        response = urllib.request.urlopen(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code != 416:
            raise
        # nothing lies behind what we have: it is whole, or of another file; a check will tell
        return start
    with response:
        resumed = response.status == 206
        length = response.headers["Content-Length"]
        total = int(length) + start * resumed if length and length.isdigit() else None
        size = start * resumed
        with part.open("ab" if resumed else "wb") as file:
            while piece := response.read1(PIECE):
                file.write(piece)
                size += len(piece)
                if on_bytes is not None:
                    on_bytes(size, total)
    return total
