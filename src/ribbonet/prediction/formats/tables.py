"""Numbers for programs: a row per residue (CSV, TSV, CAID), an object per record (JSON lines)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ribbonet.prediction.formats.base import (
    PROVENANCE,
    THOUSANDTHS,
    Format,
    LinesEndedBy,
    Provenance,
    Text,
    decimals,
    track_columns,
)
from ribbonet.prediction.formats.relatives import RELATIVES, identities, listed, sources
from ribbonet.prediction.prediction import Prediction
from ribbonet.tasks.base import Labelling, Task
from ribbonet.tasks.structure import Structure

TRACKS = "tracks"
"""Key of an object's further tracks."""

SEPARATORS = {"csv": ",", "tsv": "\t"}


def make(name: str, task: Task, relatives: bool) -> Format:
    """Return the format of a name, with or without columns for relatives."""
    if name == "caid":
        return Text(".caid", caid)
    if name == "jsonl":
        record = partial(jsonl, relatives=relatives)
        return Text(".jsonl", record, annotated=_as_member, widened=_with_objects)
    sep = SEPARATORS[name]
    return Text(
        f".{name}",
        partial(_rows, sep=sep, relatives=relatives),
        _header(sep, task, relatives),
        annotated=partial(_as_column, sep=sep),
        widened=partial(_with_columns, sep=sep),
    )


def quoted(text: str, sep: str = ",") -> str:
    """Quote a cell of a CSV file where it needs it (RFC 4180); in TSV nothing is quoted.

    Examples
    --------
    >>> print(quoted("a"), quoted('a,b'))
    a "a,b"
    """
    if sep == "," and set(text) & set(',"'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _header(sep: str, task: Task, relatives: bool) -> str:
    names = ("id", "position", "residue", *_label(task), *task.columns)
    cells = (quoted(name, sep) for name in names + (RELATIVES if relatives else ()))
    return sep.join(cells) + "\n"


def _label(task: Task) -> tuple[str, ...]:
    """Return the name of the column of labels, if there is one."""
    if isinstance(task, Structure):
        return ("state",)
    return ("label",) if isinstance(task, Labelling) else ()


def _rows(prediction: Prediction, sep: str, relatives: bool) -> str:
    id = quoted(prediction.id, sep)
    columns = _cells(prediction, sep)
    if relatives:
        columns += [sources(prediction), [text or "" for text in _identities(prediction)]]
    rows = zip(prediction.sequence, *columns, strict=True)
    return "".join(f"{id}{sep}{n}{sep}{sep.join(row)}\n" for n, row in enumerate(rows, 1))


def _cells(prediction: Prediction, sep: str) -> list[list[str]]:
    """Return the columns of the labels, if there are any, and of the numbers."""
    columns = list(decimals(prediction))
    if isinstance(prediction.task, Labelling):
        columns.insert(0, [quoted(label, sep) for label in prediction.states])
    return columns


def _identities(prediction: Prediction) -> list[str | None]:
    return [None if n is None else THOUSANDTHS[n] for n in identities(prediction)]


def jsonl(prediction: Prediction, relatives: bool = False) -> str:
    """One JSON object a line and record."""
    known: dict[str, Any] = {
        "id": prediction.id,
        "description": prediction.chain.description,
        "length": len(prediction),
        "sequence": prediction.sequence,
    }
    known |= _labels(prediction)
    columns = _numbers(prediction)
    if relatives:
        known["relatives"] = listed(prediction)
        columns["source"] = [f'"{source}"' for source in sources(prediction)]
        columns["identity"] = [text or "null" for text in _identities(prediction)]
    return f"{_object(known, columns)}\n"


def _labels(prediction: Prediction) -> dict[str, str]:
    """Return the labels as one text, if there are any, by their name."""
    return {f"{name}s": prediction.states for name in _label(prediction.task)}


def _numbers(prediction: Prediction) -> dict[str, list[str]]:
    """Return each column's numbers, by its name."""
    names = prediction.task.columns if _label(prediction.task) else ("values",)
    return dict(zip(names, decimals(prediction), strict=True))


def _object(known: dict[str, Any], columns: dict[str, list[str]]) -> str:
    """Return a JSON object of plain values and of lists of what is written already."""
    lists = ",".join(f"{json.dumps(name)}:[{','.join(own)}]" for name, own in columns.items())
    start = json.dumps(known, ensure_ascii=False, separators=(",", ":"))[:-1]
    return f"{start}{',' if known else ''}{lists}}}"


def caid(prediction: Prediction) -> str:
    """CAID's form: `>` and the id; position, residue, score of the second class, 0 or 1."""
    scores = prediction.probabilities[:, 1].tolist()
    answers = prediction.probabilities.argmax(axis=1).tolist()
    rows = zip(prediction.sequence, scores, answers, strict=True)
    return f">{prediction.id}\n" + "".join(
        f"{n}\t{residue}\t{score:.3f}\t{answer}\n"
        for n, (residue, score, answer) in enumerate(rows, 1)
    )


def _as_column(format: Text, provenance: Provenance, sep: str) -> Text:
    """Say where predictions come from in a last column."""
    header = format.header.replace("\n", f"{sep}{PROVENANCE}\n")
    return replace(format, record=LinesEndedBy(format.record, f"{sep}{provenance}"), header=header)


def _as_member(format: Text, provenance: Provenance) -> Text:
    """Say where predictions come from in a member of each object."""
    text = json.dumps(provenance.to_json(), ensure_ascii=False, separators=(",", ":"))
    return replace(format, record=_Member(format.record, PROVENANCE, partial(_same, text)))


def _same(text: str, prediction: Prediction) -> str:
    return text


@dataclass(frozen=True)
class _Member:
    """A record's object with one more member."""

    record: Callable[[Prediction], str]
    key: str
    value: Callable[[Prediction], str]

    def __call__(self, prediction: Prediction) -> str:
        member = f"{json.dumps(self.key)}:{self.value(prediction)}"
        return f"{self.record(prediction)[:-2]},{member}}}\n"


def _with_objects(format: Text, tracks: Mapping[str, Task]) -> Text:
    """Give each object one more, `tracks`, with an object for each track."""
    return replace(format, record=_Member(format.record, TRACKS, _tracks))


def _tracks(prediction: Prediction) -> str:
    each = (
        f"{json.dumps(name)}:{_object(_labels(own), _numbers(own))}"
        for name, own in prediction.tracks.items()
    )
    return f"{{{','.join(each)}}}"


def _with_columns(format: Text, tracks: Mapping[str, Task], sep: str) -> Text:
    """Give each row more columns."""
    names = (quoted(n, sep) for name, task in tracks.items() for n in track_columns(name, task))
    header = format.header.replace("\n", f"{sep}{sep.join(names)}\n")
    return replace(format, record=_MoreColumns(format.record, sep), header=header)


@dataclass(frozen=True)
class _MoreColumns:
    """A record's rows with the columns of the tracks after."""

    record: Callable[[Prediction], str]
    sep: str

    def __call__(self, prediction: Prediction) -> str:
        columns = [c for own in prediction.tracks.values() for c in _cells(own, self.sep)]
        rows = self.record(prediction)[:-1].split("\n")
        return "".join(
            f"{row}{self.sep}{self.sep.join(more)}\n"
            for row, more in zip(rows, zip(*columns, strict=True), strict=True)
        )
