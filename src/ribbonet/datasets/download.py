"""Files from the network: resumed where they broke off, bounded in size, attempts and time."""

import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, BinaryIO

from ribbonet.errors import InputError

ATTEMPTS, REQUESTS = 4, 40
"""Transfers in a row that bring nothing, and transfers in all, until a download is given up."""
TIMEOUT = 30.0
"""Seconds without an answer."""
PAUSE = 1.0
"""Seconds before a transfer that made no headway is tried again, longer each time."""
PATIENCE, SLOWEST = 60.0, 1000
"""Seconds after which a transfer of fewer bytes a second is given up."""
LARGEST = 1 << 30
"""Bytes of a download, at most."""
PIECE = 1 << 16

OnBytes = Callable[[int, int | None], None]
"""Told how many bytes there are, and of how many if that is known."""


def download(
    url: str, part: BinaryIO, on_bytes: OnBytes | None = None, largest: int = LARGEST
) -> None:
    """Load a file into ``part``, going on where an earlier attempt left it.

    A transfer that breaks off is resumed a few times, and longer while it makes headway. What has
    arrived stays in ``part`` for the next call.

    Parameters
    ----------
    url : str
        ``http`` or ``https``.
    part : BinaryIO
        Open to read and to write.
    on_bytes : callable, optional
    largest : int
        Bytes at most.

    Raises
    ------
    InputError
        If the server refuses, sends too much or too slowly, or breaks off again and again.
    """
    failures = 0
    for _ in range(REQUESTS):
        before = part.seek(0, 2)
        try:
            total = _transfer(url, part, before, on_bytes, largest)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if isinstance(error, InputError):
                raise
            if isinstance(error, urllib.error.HTTPError) and error.code < 500:
                raise InputError(f"{url}: {error.code} {error.reason}") from None
            total, why = None, str(getattr(error, "reason", None) or error or type(error).__name__)
        else:
            size = part.seek(0, 2)
            if total is None or size >= total:
                part.flush()
                return
            why = f"broke off at {size:,} of {total:,} bytes"
        failures = 1 if part.seek(0, 2) > before else failures + 1
        if failures == ATTEMPTS:
            break
        if failures > 1:
            time.sleep(PAUSE * (failures - 1))
    raise InputError(f"{url}: {why}; run the command again to go on")


def _transfer(
    url: str, part: BinaryIO, start: int, on_bytes: OnBytes | None, largest: int
) -> int | None:
    """Append what is lacking to ``part``; return how long the whole is, if the server says so."""
    request = urllib.request.Request(url, headers={"User-Agent": "ribbonet"})
    if start:
        request.add_header("Range", f"bytes={start}-")
    began = time.monotonic()
    try:
        response = _opener().open(request, timeout=TIMEOUT)
    except urllib.error.HTTPError as error:
        if error.code != 416:
            raise
        # nothing lies after what we have: it is whole, or of another file; a check will tell
        return start
    with response:
        resumed = response.status == 206
        if resumed and not _continues(response.headers["Content-Range"] or "", start):
            raise InputError(f"{url}: the server sent another part than was asked for")
        size = start * resumed
        length = response.headers["Content-Length"] or ""
        total = int(length) + size if re.fullmatch(r"[0-9]{1,15}", length) else None
        part.truncate(size)
        part.seek(size)
        while piece := response.read1(PIECE):
            size += len(piece)
            if size > largest or (total or 0) > largest:
                part.truncate(0)
                raise InputError(f"{url}: sends more than {largest:,} bytes; it is another file")
            part.write(piece)
            seconds = time.monotonic() - began
            if seconds > PATIENCE and size - start * resumed < SLOWEST * seconds:
                raise InputError(f"{url}: is too slow; run the command again to go on")
            if on_bytes is not None:
                on_bytes(size, total)
    return total


def _continues(content_range: str, start: int) -> bool:
    """Whether an answer begins where it was asked to."""
    return re.match(rf"bytes {start}-", content_range) is not None


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to HTTP and HTTPS alone, and from HTTPS to nothing less."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> Any:
        kinds = ("https",) if req.type == "https" else ("http", "https")
        if newurl.partition(":")[0].lower() not in kinds:
            raise InputError(f"{req.full_url}: redirects to {newurl}, which is not followed")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """Return what opens HTTP and HTTPS, and no file."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects(),
    ):
        opener.add_handler(handler)
    return opener
