"""External programs, found on PATH."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from ribbonet.errors import InputError


def find_program(name: str, package: str) -> str:
    """Path of a program.

    Raises
    ------
    InputError
        If it is missing; names the Debian package that brings it.
    """
    found = shutil.which(name)
    if found is None:
        raise InputError(
            f"{name}: no such program; install it (Debian and Ubuntu: apt install {package})"
        )
    return found


def run(command: Sequence[str], seconds: float | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a program until it ends, and keep its output, whatever its exit code.

    Raises
    ------
    InputError
        If it has not ended within so many seconds; it is stopped.
    """
    try:
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired:
        name = Path(command[0]).name
        raise InputError(
            f"{name} was stopped after {seconds:g} seconds; try a smaller input"
        ) from None


def last_line(done: "subprocess.CompletedProcess[str]") -> str:
    """Return the last line that a program wrote, to standard error if it wrote any there."""
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return said[-1] if said else "it says nothing"
