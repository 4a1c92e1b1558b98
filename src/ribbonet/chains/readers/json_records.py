"""Chains as JSON: ribbonet's lines, FLIP's and NetSurfP-3.0's; an object per line, or one value."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.chain import Chain
from ribbonet.chains.open import LONGEST_LINE, as_id, name_of, open_text
from ribbonet.chains.readers.prediction_tables import EIGHT, THREE
from ribbonet.chains.readers.predictors import REMEDY, id_of
from ribbonet.chains.readers.records.entry import NONE, Entry, Form, Head, Ids, number, one_by_one
from ribbonet.errors import InputError

SEQUENCE = ("sequence", "seq")
LABELS = ("states", "labels", "label", "q8", "q3", "target")
MASKS = ("resolved", "mask")
"""Keys of the same thing."""


def read_entries(path: str | Path) -> Iterator[Entry]:
    """Read a JSON file: one object per line, an object over several lines, or a list of them."""
    ids, count = Ids(), 0
    for count, (place, record) in enumerate(_records(path), 1):
        try:
            yield _entry(place, record, ids, id_of(path, count))
        except _UnlikeError as error:
            yield Entry(place, "", fault=str(error))
        except (KeyError, TypeError, ValueError) as error:
            what = f"lacks {error}" if isinstance(error, KeyError) else "has values of a wrong kind"
            yield Entry(place, "", fault=f"is no object of a chain: it {what}")
    if count == 0:
        raise InputError(f"{name_of(path)}: is empty; give one object per line")


class _UnlikeError(Exception):
    """What an object says that no chain's says, or says twice."""


def _records(path: str | Path) -> Iterator[tuple[str, Any]]:
    """Yield where a record stands, and the record or what is wrong with it."""
    name, whole = name_of(path), ""
    with open_text(path) as file:
        for at, line in enumerate(file, 1):
            if whole or (at == 1 and not _is_object(line)):
                whole += line
                if len(whole) > 4 * LONGEST_LINE:
                    raise InputError(f"{name}: is too long for one value; give one object per line")
            elif line.strip():
                value = _parsed(line)
                yield from ((f"line {at}", record) for record in _expanded(value))
    if not whole:
        return
    value = _parsed(whole)
    if isinstance(value, ValueError):
        raise InputError(f"{name}: line 1: {value}; {REMEDY}")
    yield from ((f"record {n}", record) for n, record in enumerate(_expanded(value), 1))


def _expanded(value: Any) -> list[Any]:
    """Give the records of a list, or of an object that holds one."""
    if isinstance(value, dict) and not any(key in value for key in SEQUENCE):
        lists = {k: own for k, own in value.items() if isinstance(own, list) and _has_objects(own)}
        if len(lists) > 1:
            known = ", ".join(map(repr, lists))
            return [ValueError(f"holds several lists of records ({known}); give one per file")]
        value = next(iter(lists.values()), value)
    return value if isinstance(value, list) else [value]


def _has_objects(values: list[Any]) -> bool:
    return any(isinstance(value, dict) for value in values)


def _is_object(line: str) -> bool:
    return isinstance(_parsed(line), dict)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_distinct)
    except RecursionError:
        return ValueError("is nested too deeply")
    except json.JSONDecodeError as error:
        return ValueError(f"is not JSON (at character {error.pos + 1:,})")
    except _UnlikeError as error:
        return ValueError(str(error))
    except ValueError:
        return ValueError("holds a number that is too long")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for n, (key, _) in enumerate(pairs) if key in dict(pairs[:n]))
        raise _UnlikeError(f"has the key {twice!r} twice")
    return found


def _entry(place: str, record: Any, ids: Ids, unnamed: str) -> Entry:
    if isinstance(record, ValueError):
        return Entry(place, "", fault=str(record))
    if not isinstance(record, dict):
        raise TypeError("no object")
    sequence = _text(record, SEQUENCE)
    labels, values = None, None
    if "values" in record and (also := _keys(record, LABELS)):
        raise _UnlikeError(f"has both values and {also[0]}; leave one of them")
    if isinstance(record.get("values"), list):
        values = tuple(map(_value, record["values"]))
    else:
        labels = _text(record, LABELS)
    mask = _text(record, MASKS) if any(key in record for key in MASKS) else None
    given = record.get("id", record.get("name"))
    if isinstance(given, list | dict):
        raise _UnlikeError("has an id that is neither text nor a number")
    id = ids(str(given)) if given not in (None, "") else unnamed
    for key in ("set", "validation"):
        if record.get(key) not in (None, ""):
            id += f" {key.upper()}={as_id(str(record[key]))}"
    return Entry(
        place,
        id,
        sequence,
        labels,
        three=record.get("q3") if "q8" in record else None,
        mask=mask,
        values=values,
        probabilities=_shares(record),
    )


def _keys(record: dict[str, Any], keys: tuple[str, ...]) -> list[str]:
    """Return those of the keys that a record has; states in three beside eight count once."""
    found = [key for key in keys if record.get(key) is not None]
    return [key for key in found if key != "q3" or "q8" not in found]


def _text(record: dict[str, Any], keys: tuple[str, ...]) -> str:
    found = _keys(record, keys)
    if not found:
        raise KeyError(" or ".join(keys))
    if any(record[key] != record[found[0]] for key in found):
        raise _UnlikeError(f"has unlike {' and '.join(found)}; leave one of them")
    value = record[found[0]]
    if isinstance(value, list):
        value = "".join(_symbol(own, n, found[0]) for n, own in enumerate(value, 1))
    if not isinstance(value, str):
        raise TypeError(keys[0])
    return value


def _symbol(value: Any, place: int, key: str) -> str:
    """Return what stands for one residue in a list; raise for what is not one symbol."""
    if isinstance(value, bool | float) and value in (0, 1):
        value = int(value)
    symbol = str(value)
    if len(symbol) != 1:
        kind = "; give numbers as values" if isinstance(value, float) else ""
        raise _UnlikeError(f"item {place} of {key}, {symbol[:40]!r}, is not one symbol{kind}")
    return symbol


def _value(value: Any) -> float:
    """Return a number, NaN for none."""
    if isinstance(value, str):
        value = None if value.strip().lower() in NONE else _read_number(value)
    found = math.nan if value is None else float(value)
    if isinstance(value, bool) or math.isinf(found):
        raise _UnlikeError(f"has {value} among its values; give finite numbers, or null for none")
    return found


def _read_number(text: str) -> float:
    try:
        return number(text)
    except ValueError as error:
        raise _UnlikeError(f"has values of which {error}") from None


def _shares(record: dict[str, Any]) -> NDArray[np.float32] | None:
    names = next((n for n in (THREE, EIGHT) if n[0][-1] in record), None)
    if names is None:
        return None
    columns = [sum(np.array(record[name], np.float64) for name in group) for group in names]
    return np.array(columns, np.float32).T


def format_json(chain: Chain) -> str:
    r"""Format a chain with labels or values as a line of JSON, `null` for no value.

    Examples
    --------
    >>> format_json(Chain("a", "MK", values=(0.5, float("nan"))))
    '{"id": "a", "sequence": "MK", "values": [0.5, null]}\n'
    """
    record: dict[str, Any] = {"id": chain.id, "sequence": chain.sequence}
    if chain.values is None:
        record["labels"] = chain.plain_labels
    else:
        record["values"] = [None if math.isnan(value) else value for value in chain.values]
    return json.dumps(record, ensure_ascii=False) + "\n"


def _fits(head: Head) -> bool:
    start = head.data[:4096].decode("utf-8-sig", errors="replace").lstrip()
    return start.startswith(("{", "[")) and any(
        f'"{key}"' in head.data.decode("utf-8", errors="replace") for key in SEQUENCE
    )


FORMS = {
    "jsonl": Form(
        "JSON: ribbonet's .jsonl, FLIP's, NetSurfP-3's",
        read_entries,
        _fits,
        remedy=REMEDY,
        extensions=(".jsonl",),
        write=one_by_one(format_json),
    )
}
