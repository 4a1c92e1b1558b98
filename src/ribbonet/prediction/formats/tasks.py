"""Formats for classes and values: as for secondary structure, with the task's own columns."""

from __future__ import annotations

import json

from ribbonet.errors import InputError
from ribbonet.prediction.formats.a3m import A3m
from ribbonet.prediction.formats.base import Format, Text
from ribbonet.prediction.formats.parquet import Parquet
from ribbonet.prediction.formats.registry import FORMATS, THOUSANDTHS, formats
from ribbonet.prediction.formats.segments import SEGMENTS
from ribbonet.prediction.prediction import Prediction
from ribbonet.tasks.base import Labelling, Task
from ribbonet.tasks.structure import Structure


def _quoted(text: str, sep: str) -> str:
    """Quote a cell with a comma or a quotation mark (RFC 4180)."""
    if sep == "," and set(text) & set(',"'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _numbers(prediction: Prediction) -> list[list[str]]:
    """For each column the numbers: probabilities in thousandths, values in seven digits."""
    if isinstance(prediction.task, Labelling):
        return [[THOUSANDTHS[n] for n in column] for column in prediction.thousandths.T.tolist()]
    return [[f"{value:.7g}" for value in prediction.values.tolist()]]


def _row_header(task: Task, sep: str) -> str:
    labels = ("label",) if isinstance(task, Labelling) else ()
    names = ("id", "position", "residue", *labels, *task.columns)
    return sep.join(_quoted(name, sep) for name in names) + "\n"


def _rows(prediction: Prediction, sep: str) -> str:
    id = _quoted(prediction.id, sep)
    columns = _numbers(prediction)
    if isinstance(prediction.task, Labelling):
        columns.insert(0, [_quoted(label, sep) for label in prediction.states])
    rows = zip(prediction.sequence, *columns, strict=True)
    return "".join(f"{id}{sep}{n}{sep}{sep.join(row)}\n" for n, row in enumerate(rows, 1))


def csv(prediction: Prediction) -> str:
    """Give each residue a row."""
    return _rows(prediction, ",")


def tsv(prediction: Prediction) -> str:
    """Give each residue a row, the columns parted by tabs."""
    return _rows(prediction, "\t")


def jsonl(prediction: Prediction) -> str:
    """One JSON object a line and record."""
    known: dict[str, object] = {
        "id": prediction.id,
        "description": prediction.chain.description,
        "length": len(prediction),
        "sequence": prediction.sequence,
    }
    names = list(prediction.task.columns)
    if isinstance(prediction.task, Labelling):
        known["labels"] = prediction.states
    else:
        names = ["values"]
    lists = ",".join(
        f"{json.dumps(name)}:[{','.join(column)}]"
        for name, column in zip(names, _numbers(prediction), strict=True)
    )
    start = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
    return f"{start[:-1]},{lists}}}\n"


def caid(prediction: Prediction) -> str:
    """CAID's form: `>` and the id; position, residue, score of the second class, 0 or 1."""
    scores = prediction.probabilities[:, 1].tolist()
    answers = prediction.probabilities.argmax(axis=1).tolist()
    rows = zip(prediction.sequence, scores, answers, strict=True)
    return f">{prediction.id}\n" + "".join(
        f"{n}\t{residue}\t{score:.3f}\t{answer}\n"
        for n, (residue, score, answer) in enumerate(rows, 1)
    )


def formats_for(task: Task, relatives: bool = False) -> dict[str, Format]:
    """Return the formats that predictions of a task can be written in, by their names."""
    if isinstance(task, Structure):
        further: dict[str, Format] = {"a3m": A3m()} if task == Structure() else {}
        return formats(task.alphabet, relatives) | SEGMENTS | further
    found: dict[str, Format] = {
        "csv": Text(".csv", csv, _row_header(task, ",")),
        "tsv": Text(".tsv", tsv, _row_header(task, "\t")),
        "jsonl": Text(".jsonl", jsonl),
        "parquet": Parquet(task),
    }
    if isinstance(task, Labelling):
        found = {**{name: FORMATS[name] for name in ("three-line", "fasta")}, **found, **SEGMENTS}
        if len(task.alphabet) == 2:
            found["caid"] = Text(".caid", caid)
    return found


def format_for(task: Task, name: str, relatives: bool = False) -> Format:
    """Return a format by its name.

    Raises
    ------
    InputError
        When predictions of the task cannot be written so.
    """
    known = formats_for(task, relatives)
    if name in known:
        return known[name]
    if isinstance(task, Structure):
        raise InputError(f"--format {name} has room for three states; give another format")
    raise InputError(f"--format {name}: is not for {task.summary}; give one of {', '.join(known)}")
