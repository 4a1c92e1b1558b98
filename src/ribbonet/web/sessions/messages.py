"""Messages of a page to its session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ribbonet.errors import InputError

Message = dict[str, Any]
"""Has a `type`, and what else that needs."""


@contextmanager
def understood() -> Iterator[None]:
    """Refuse a message that lacks something, or holds what makes no sense.

    Raises
    ------
    InputError
        Instead of what Python says of such a message.
    """
    try:
        yield
    except InputError:
        raise
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError) as error:
        raise InputError(f"a message that cannot be understood: {error!r}") from None
