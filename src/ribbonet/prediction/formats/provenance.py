"""Where predictions come from, said in the files that hold them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from ribbonet.errors import InputError
from ribbonet.prediction.formats.a3m import A3m
from ribbonet.prediction.formats.base import Format, Text
from ribbonet.prediction.formats.parquet import Parquet
from ribbonet.prediction.prediction import Prediction

Record = Callable[[Prediction], str]

COLUMN = "provenance"
"""Its column in tables, and its key in JSON lines and in the metadata of Parquet."""


@dataclass(frozen=True)
class Provenance:
    """All that predictions depend on besides the chains.

    Parameters
    ----------
    version : str
        Of ribbonet.
    model, model_sha256 : str
        Name or folder of the model, and its digest.
    options : mapping
        Of the command, ready for JSON.
    """

    version: str
    model: str
    model_sha256: str
    options: Mapping[str, Any]

    def __str__(self) -> str:
        """Return words without commas and tabs: `ribbonet=0.1.0 model=fast sha256=... states=3`."""
        known = {"ribbonet": self.version, "model": self.model, "sha256": self.model_sha256}
        pairs = {**known, **self.options}
        return " ".join(f"{key}={quote(str(value), safe='/@:+')}" for key, value in pairs.items())

    def to_json(self) -> dict[str, Any]:
        """Return it as an object."""
        known = {"ribbonet": self.version, "model": self.model, "model_sha256": self.model_sha256}
        return {**known, "options": dict(self.options)}


def with_provenance(format: Format, name: str, provenance: Provenance) -> Format:
    """Return a format that says where its predictions come from.

    JSON lines have an object, tables a last column, Parquet its metadata; the other formats have
    it behind each header, or in the first line of a record.

    Raises
    ------
    InputError
        For a format that has no place for it.
    """
    text = str(provenance)
    if isinstance(format, Parquet):
        return format.about_more({COLUMN: json.dumps(provenance.to_json())})
    if isinstance(format, A3m):
        return replace(format, note=f" {text}")
    wrap = _WRAPPERS.get(name)
    if wrap is None or not isinstance(format, Text):
        raise InputError(f"--provenance: {name} has no place for it; take --summary FILE instead")
    if name == "jsonl":
        text = json.dumps(provenance.to_json(), ensure_ascii=False, separators=(",", ":"))
    sep = {"csv": ",", "tsv": "\t"}.get(name)
    header = format.header if sep is None else format.header.replace("\n", f"{sep}{COLUMN}\n")
    coloured = None if format.coloured is None else wrap(format.coloured, text)
    return replace(format, record=wrap(format.record, text), header=header, coloured=coloured)


@dataclass(frozen=True)
class _Wrapped:
    """A record's text, with more; a class, for processes that predict are sent their format."""

    record: Record
    text: str


class _Member(_Wrapped):
    def __call__(self, prediction: Prediction) -> str:
        return f'{self.record(prediction)[:-2]},"{COLUMN}":{self.text}}}\n'


class _CsvColumn(_Wrapped):
    def __call__(self, prediction: Prediction) -> str:
        return self.record(prediction).replace("\n", f",{self.text}\n")


class _TsvColumn(_Wrapped):
    def __call__(self, prediction: Prediction) -> str:
        return self.record(prediction).replace("\n", f"\t{self.text}\n")


class _FirstLine(_Wrapped):
    def __call__(self, prediction: Prediction) -> str:
        return self.record(prediction).replace("\n", f" {self.text}\n", 1)


_WRAPPERS: dict[str, Callable[[Record, str], Record]] = {
    "jsonl": _Member,
    "csv": _CsvColumn,
    "tsv": _TsvColumn,
    **dict.fromkeys(("three-line", "fasta", "text", "ss2", "horiz"), _FirstLine),
}
