"""Messages to the user, on standard error."""

from __future__ import annotations

import sys

from ribbonet.system.terminal import printable


def say(message: str) -> None:
    """Write a line."""
    sys.stderr.write(f"ribbonet: {printable(message)}\n")


def warn(message: str) -> None:
    """Write a warning."""
    say(f"warning: {message}")
