"""Errors and warnings for Python callers, who pass arguments, not command-line options."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from ribbonet.errors import InputError

_IN_PYTHON = re.compile(r"\(--[^()]*; in Python ([^()]*)\)")
_WITH_VALUE = re.compile(r"--(on-invalid|engine) ([a-z]+)((?: \([^()]*\))?) or ([a-z]+)\b")
_WITH_ONE = re.compile(
    r"--(?:(on-invalid|engine|task) (?!says)([a-z]+)|(coil|unlabelled) (\S)(?![^\s,;:.)]))"
)
_FLAG = re.compile(r"--(resume)\b")
_OTHER = re.compile(r"--([a-z]+(?:-[a-z]+)*)")


def in_arguments(message: str) -> str:
    """Rewrite the command-line options in a message as Python arguments.

    Examples
    --------
    >>> in_arguments("correct it, or use --on-invalid mask (read it as X) or skip (leave it out)")
    "correct it, or use on_invalid='mask' (read it as X) or 'skip' (leave it out)"
    >>> in_arguments("go on by --resume, or give --valid FILE")
    'go on by resume=True, or give valid FILE'
    >>> in_arguments("give --coil -, or --task classes")
    "give coil='-', or task='classes'"
    >>> in_arguments("as --task says; leave --coil out")
    'as task says; leave coil out'
    >>> in_arguments("give it as `ribbonet predict --sequence SEQUENCE`")
    'give it as `ribbonet predict --sequence SEQUENCE`'
    """
    texts = message.split("`")
    texts[::2] = map(_in_arguments, texts[::2])
    return "`".join(texts)


def _in_arguments(message: str) -> str:
    """Name arguments in what is no command between backticks."""

    def named(match: re.Match[str]) -> str:
        return match[1].replace("-", "_")

    message = _IN_PYTHON.sub(r"(\1)", message)
    message = _WITH_VALUE.sub(lambda m: f"{named(m)}={m[2]!r}{m[3]} or {m[4]!r}", message)
    message = _WITH_ONE.sub(
        lambda m: f"{named(m)}={m[2]!r}" if m[1] else f"{m[3]}={m[4]!r}", message
    )
    message = _FLAG.sub(lambda m: f"{named(m)}=True", message)
    return _OTHER.sub(named, message)


@contextmanager
def naming_arguments() -> Iterator[None]:
    """Raise the InputErrors of the block with Python arguments in place of options."""
    try:
        yield
    except InputError as error:
        message = in_arguments(str(error))
        if message == str(error):
            raise
        raise InputError(message) from None


def warn_caller(message: str) -> None:
    """Warn, naming arguments and the line outside of ribbonet that called it."""
    frame, level = sys._getframe(1), 2
    while frame.f_back is not None and _is_own(frame.f_globals.get("__name__")):
        frame, level = frame.f_back, level + 1
    warnings.warn(in_arguments(message), stacklevel=level)


def _is_own(module: str | None) -> bool:
    return f"{module}.".startswith("ribbonet.")
