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
from ribbonet.chains.readers.records.entry import Entry, Form, Head, Ids, one_by_one
from ribbonet.errors import InputError

SEQUENCE = ("sequence", "seq")
LABELS = ("states", "labels", "label", "q8", "q3", "target")
MASKS = ("resolved", "mask")
"""Keys of the same thing, the first that is there counts."""


def read_entries(path: str | Path) -> Iterator[Entry]:
    """Read a JSON file: one object per line, an object over several lines, or a list of them."""
    ids, number = Ids(), 0
    for number, (place, record) in enumerate(_records(path), 1):
        try:
            yield _entry(place, record, ids, id_of(path, number))
        except (KeyError, TypeError, ValueError) as error:
            what = f"lacks {error}" if isinstance(error, KeyError) else "has values of a wrong kind"
            yield Entry(place, "", fault=f"is no object of a chain: it {what}")
    if number == 0:
        raise InputError(f"{name_of(path)}: is empty; give one object per line")


def _records(path: str | Path) -> Iterator[tuple[str, Any]]:
    """Yield where a record stands, and the record or what is wrong with it."""
    name, whole = name_of(path), ""
    with open_text(path) as file:
        for number, line in enumerate(file, 1):
            if whole or (number == 1 and not _is_object(line)):
                whole += line
                if len(whole) > 4 * LONGEST_LINE:
                    raise InputError(f"{name}: is too long for one value; give one object per line")
            elif line.strip():
                value = _parsed(line)
                yield from ((f"line {number}", record) for record in _expanded(value))
    if not whole:
        return
    value = _parsed(whole)
    if isinstance(value, ValueError):
        raise InputError(f"{name}: line 1: {value}; {REMEDY}")
    yield from ((f"record {n}", record) for n, record in enumerate(_expanded(value), 1))


def _expanded(value: Any) -> list[Any]:
    """Give the records of a list, or of an object that holds one."""
    if isinstance(value, dict) and not any(key in value for key in SEQUENCE):
        value = next((inner for inner in value.values() if isinstance(inner, list)), value)
    return value if isinstance(value, list) else [value]


def _is_object(line: str) -> bool:
    return isinstance(_parsed(line), dict)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        return ValueError("is nested too deeply")
    except json.JSONDecodeError as error:
        return ValueError(f"is not JSON (at character {error.pos + 1:,})")
    except ValueError:
        return ValueError("holds a number that is too long")


def _entry(place: str, record: Any, ids: Ids, unnamed: str) -> Entry:
    if isinstance(record, ValueError):
        return Entry(place, "", fault=str(record))
    if not isinstance(record, dict):
        raise TypeError("no object")
    sequence = _text(record, SEQUENCE)
    labels, values = None, None
    if isinstance(record.get("values"), list):
        values = tuple(float("nan") if v is None else float(v) for v in record["values"])
    else:
        labels = _text(record, LABELS)
    mask = _text(record, MASKS) if any(key in record for key in MASKS) else None
    given = record.get("id", record.get("name"))
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


def _text(record: dict[str, Any], keys: tuple[str, ...]) -> str:
    value = next((record[key] for key in keys if key in record), None)
    if value is None:
        raise KeyError(" or ".join(keys))
    if isinstance(value, list):
        value = "".join(str(int(v)) if isinstance(v, bool | int | float) else str(v) for v in value)
    if not isinstance(value, str):
        raise TypeError(keys[0])
    return value


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
