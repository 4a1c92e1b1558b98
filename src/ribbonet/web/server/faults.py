"""What is wrong with what came, in the words of the page."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from ribbonet.system.terminal import shortened

MOST = 10
"""Faults that an answer lists."""

LABELS = {
    "on-invalid": "On invalid symbol",
    "min-confidence": "States shown",
    "states": "Format",
    "model": "Model",
    "format": "Format",
}
"""What the page calls the options of `ribbonet predict`."""


def in_words_of_page(message: str) -> str:
    """Call the options of a message as the page calls them.

    >>> in_words_of_page("correct it, or use --on-invalid mask (read it as X)")
    'correct it, or choose “On invalid symbol: mask” (read it as X)'
    >>> in_words_of_page("min_confidence = 2: give a number from 0 to 1")
    'States shown = 2: give a number from 0 to 1'
    """

    def option(found: re.Match[str]) -> str:
        label = LABELS.get(found[2].replace("_", "-"), found[2].replace("-", " "))
        value = (found[3] or "").strip(" ='\"")
        return f"{'choose ' if found[1] else ''}“{label}{f': {value}' if value else ''}”"

    message = shortened(message)
    message = re.sub(r"(use )?--([a-z][a-z-]*)((?:[ =]['\"]?[a-z0-9]+['\"]?)?)", option, message)
    return re.sub(
        r"\b(on_invalid|min_confidence)\b", lambda f: LABELS[f[0].replace("_", "-")], message
    )


def listed(
    errors: Sequence[Mapping[str, Any]], named: Callable[[tuple[int | str, ...]], str]
) -> str:
    """Say what a validation by pydantic found, a few faults at most.

    Parameters
    ----------
    errors : sequence of dict
        As `ValidationError.errors()` returns them.
    named : callable
        Turns a place in the data into what the page calls it.
    """
    texts = list(dict.fromkeys(_text(error, named) for error in errors[: 10 * MOST]))
    more = len(errors) - MOST if len(texts) > MOST else 0
    return "; ".join(texts[:MOST]) + (f"; and {more:,} more" if more else "")


def few_unknown(data: Any, known: Collection[str]) -> Any:
    """Return data without those names that are unknown, but for a few to complain of.

    For a validator of pydantic's that runs before the others.
    """
    if not isinstance(data, dict) or len(data) <= len(known) + MOST:
        return data
    unknown = [name for name in data if name not in known]
    kept = {name: data[name] for name in data.keys() & known}
    return kept | {str(name): data[name] for name in unknown[: MOST + 1]}


def _text(error: Mapping[str, Any], named: Callable[[tuple[int | str, ...]], str]) -> str:
    name = named(tuple(error["loc"]))[:100]
    context: Mapping[str, Any] = error.get("ctx") or {}
    write = MESSAGES.get(error["type"])
    if write is None:
        fault = str(error["msg"]).removeprefix("Value error, ")
        return f"{name}: {fault}" if name else fault
    return f"{name or 'what was sent'} {write(context)}"


def _number(value: object) -> str:
    if isinstance(value, int | float):
        return f"{value:,.10g}" if abs(value) < 1e9 else f"{value:g}"
    return str(value)


MESSAGES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "extra_forbidden": lambda c: "is unknown here; leave it out",
    "missing": lambda c: "is missing; add it",
    "greater_than": lambda c: f"has to be greater than {_number(c['gt'])}",
    "greater_than_equal": lambda c: f"has to be at least {_number(c['ge'])}",
    "less_than": lambda c: f"has to be less than {_number(c['lt'])}",
    "less_than_equal": lambda c: f"has to be at most {_number(c['le'])}",
    "finite_number": lambda c: "has to be a finite number",
    "float_type": lambda c: "has to be a number",
    "float_parsing": lambda c: "has to be a number",
    "int_type": lambda c: "has to be a whole number",
    "int_parsing": lambda c: "has to be a whole number",
    "int_parsing_size": lambda c: "is too large a number",
    "int_from_float": lambda c: "has to be a whole number",
    "bool_type": lambda c: "has to be true or false",
    "bool_parsing": lambda c: "has to be true or false",
    "string_type": lambda c: "has to be a text",
    "string_unicode": lambda c: "has to be a text in UTF-8",
    "list_type": lambda c: "has to be a list",
    "tuple_type": lambda c: "has to be a list",
    "dict_type": lambda c: "has to be an object with names and values",
    "model_type": lambda c: "has to be an object with names and values",
    "model_attributes_type": lambda c: "has to be an object with names and values",
    "literal_error": lambda c: f"has to be one of {c['expected']}",
    "enum": lambda c: f"has to be {c['expected']}",
    "too_short": lambda c: f"needs at least {c['min_length']} entries",
    "too_long": lambda c: f"takes at most {c['max_length']} entries",
    "json_invalid": lambda c: f"is not JSON ({c.get('error', '')})",
}
"""What is said instead of pydantic's own words, which speak of Python."""
