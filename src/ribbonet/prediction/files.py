"""`ribbonet.read` and `ribbonet.write`: chains and predictions, from files and to files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ribbonet.chains.alphabet import ALPHABETS, NumberOfStates
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import read_fasta
from ribbonet.chains.open import rereadable
from ribbonet.chains.readers.registry import form_to_write, is_labelled, write_chains
from ribbonet.chains.sequences.rules import OnInvalid
from ribbonet.datasets.library import fetched
from ribbonet.errors import InputError
from ribbonet.prediction.formats import format_for, format_of, names_for
from ribbonet.prediction.formats.compressed import compressed
from ribbonet.prediction.prediction import Prediction
from ribbonet.prediction.wording import naming_arguments, warn_caller
from ribbonet.system.atomic import atomic_write
from ribbonet.tasks.labels import AUTO, LabelOptions, read_labelled


def read(
    path: str | Path,
    *,
    states: NumberOfStates = 3,
    task: str = AUTO,
    unlabelled: str | None = None,
    coil: str | None = None,
    on_invalid: OnInvalid = "error",
) -> list[Chain]:
    """Read the chains of a file: FASTA, or labelled chains in any published form.

    Parameters
    ----------
    path : str or Path
        Compressed or not; or the name of a data set that was fetched.
    states : {3, 8}
        Number of states that labels of secondary structure are reduced to.
    task : {"auto", "structure", "classes", "values"}
        What the labels are.
    unlabelled, coil : str, optional
        The symbol that stands for no label, and the one for coil where it is not C.
    on_invalid : {"error", "mask", "skip", "degap"}
        What to do with a record that is wrong: raise; mask symbols that are no residues by X, and
        leave out what is wrong otherwise; skip it; or take out the gaps of an alignment.

    Returns
    -------
    chains : list of Chain
        `header`, `id`, `sequence`, and `labels` or `values` where the file has them, else None.

    Raises
    ------
    InputError
        When the file cannot be read, is in no known format, or its labels are ambiguous; the
        message names the option that resolves it.
    """
    if states not in ALPHABETS:
        raise InputError(f"states = {states!r}: give one of 3, 8")
    if not isinstance(path, str | Path):
        raise InputError(f"path: is of the type {type(path).__name__}; give the name of a file")
    with naming_arguments(), rereadable(fetched(path)) as file:
        options = LabelOptions(task, unlabelled, coil, on_invalid, warn_caller)
        if not is_labelled(file):
            return list(read_fasta(file, on_invalid=on_invalid, on_warning=warn_caller))
        return read_labelled([file], options=options, states=ALPHABETS[states]).chains


def write(
    path: str | Path, items: Iterable[Prediction] | Iterable[Chain], *, format: str | None = None
) -> int:
    """Write predictions or labelled chains to a file, in the format that its extension names.

    Parameters
    ----------
    path : str or Path
    items : iterable of Prediction, or of Chain
        Predictions in one of the formats of `ribbonet predict`, or chains in one of the forms of
        `ribbonet data convert`.
    format : str, optional
        Name of the format; by default that of the extension.

    Returns
    -------
    number : int
        How many were written.

    Raises
    ------
    InputError
        When the extension names no format, or the file cannot be written.
    """
    known: list[object] = list(items) if isinstance(items, Iterable) else [items]
    predictions = [item for item in known if isinstance(item, Prediction)]
    with naming_arguments():
        if not predictions:
            chains = [item for item in known if isinstance(item, Chain)]
            if len(chains) < len(known) or not chains:
                raise InputError("items: give predictions, or chains with labels, and no others")
            return write_chains(path, chains, form_to_write(path, format))
        if len(predictions) < len(known):
            raise InputError("items: give predictions alone, or chains alone")
        return _write_predictions(str(path), predictions, format_of(str(path), format))


def _write_predictions(path: str, predictions: list[Prediction], name: str) -> int:
    tasks = [prediction.task for prediction in predictions]
    names = names_for(tasks[0])
    if name not in names or any(task != tasks[0] for task in tasks):
        raise InputError(
            f"format = {name!r}: is none of {', '.join(names)}, or cannot hold the states of all "
            "predictions"
        )
    given = [{key: own.task for key, own in p.tracks.items()} for p in predictions]
    if any(own != given[0] for own in given):
        raise InputError("items: not all predictions have the same tracks; write them apart")
    form = format_for(tasks[0], name)
    form = compressed(form.with_tracks(given[0]) if given[0] else form, path)
    form.check()
    with atomic_write(Path(path), "wb") as file:
        form.assemble([form.encode(predictions)], file)
    return len(predictions)
