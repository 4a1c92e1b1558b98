"""Where predictions come from, said in the files that hold them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from ribbonet.prediction.formats.base import Text
    from ribbonet.prediction.prediction import Prediction

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


@dataclass(frozen=True)
class LinesEndedBy:
    """A record's text with more at the end of each line, or of the first ones.

    A class, because processes that predict are sent their format.
    """

    record: Callable[[Prediction], str]
    end: str
    lines: int = -1

    def __call__(self, prediction: Prediction) -> str:
        """Return the record."""
        return self.record(prediction).replace("\n", f"{self.end}\n", self.lines)


def in_first_line(format: Text, provenance: Provenance) -> Text:
    """Say it at the end of each record's first line."""
    end = f" {provenance}"
    coloured = format.coloured and LinesEndedBy(format.coloured, end, 1)
    return replace(format, record=LinesEndedBy(format.record, end, 1), coloured=coloured)
