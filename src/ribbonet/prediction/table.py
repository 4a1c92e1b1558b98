"""Many sequences in, a table of predictions out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ribbonet.chains.alphabet import NumberOfStates
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import OnInvalid, clean_sequence
from ribbonet.errors import InputError
from ribbonet.models.library import DEFAULT_MODEL, load_model
from ribbonet.models.model import Model
from ribbonet.prediction.predictor import check_options, check_text, predict_chains

if TYPE_CHECKING:
    import pandas as pd


def predict_many(
    sequences: Iterable[str | tuple[str, str]] | Mapping[str, str],
    *,
    model: str | Path | Model = DEFAULT_MODEL,
    on_invalid: OnInvalid = "error",
    min_confidence: float = 0.0,
    states: NumberOfStates = 3,
) -> pd.DataFrame:
    """Predict many sequences to a table (needs pandas: `pip install ribbonet[dataframe]`).

    Parameters
    ----------
    sequences : iterable of str or of (id, sequence) pairs, or a mapping of ids to sequences
        As for `predict`; the id of a bare sequence is its number, from 1.
    model : str, Path or Model
        Name of a shipped model, folder of another one, or one that is loaded.
    on_invalid : {"error", "mask", "skip"}
        What to do with a sequence that has a symbol which is no residue.
    min_confidence : float
        Mask states less probable than this, by `-`.
    states : {3, 8}
        Helix, strand and coil, or the eight of DSSP where the model knows them.

    Returns
    -------
    table : pandas.DataFrame
        A row a sequence, in their order: `id`, `length`, `sequence`, `states`, `confidence` (mean
        probability of the likeliest states) and `probabilities` ((L, K) arrays).

    Raises
    ------
    InputError
        When a sequence is empty or has a symbol that is no residue, an option has a value that
        is not known, or pandas is missing.

    Examples
    --------
    >>> table = predict_many({"peptide": "MKTAYIAKQR", "other": "QISFVKSHF"})
    >>> table[["id", "length"]].values.tolist()
    [['peptide', 10], ['other', 9]]
    """
    try:
        import pandas as pd
    except ImportError:
        raise InputError(
            "predict_many needs pandas; add it by: pip install 'ribbonet[dataframe]'"
        ) from None
    check_options(min_confidence, states, on_invalid)
    loaded = model if isinstance(model, Model) else load_model(model)
    predictions = predict_chains(_named(sequences, on_invalid), loaded, min_confidence, states)
    rows = [
        (p.id, len(p), p.sequence, p.states, float(p.confidence.mean()), p.probabilities)
        for p in predictions
    ]
    columns = ["id", "length", "sequence", "states", "confidence", "probabilities"]
    return pd.DataFrame(rows, columns=columns)


def _named(
    sequences: Iterable[str | tuple[str, str]] | Mapping[str, str], on_invalid: OnInvalid
) -> Iterator[Chain]:
    if isinstance(sequences, str):
        raise InputError("give a list of sequences; one sequence alone is for ribbonet.predict")
    pairs = sequences.items() if isinstance(sequences, Mapping) else sequences
    for number, item in enumerate(pairs, 1):
        try:
            id, sequence = (str(number), item) if isinstance(item, str) else item
        except (TypeError, ValueError):
            raise InputError(
                f"sequence {number}: is {item!r}; give a str, or a pair (id, sequence)"
            ) from None
        try:
            check_text(sequence)
            residues = clean_sequence(sequence, on_invalid)
        except InputError as error:
            raise InputError(
                f"sequence {number} ({id}){str(error).removeprefix('sequence')}"
            ) from None
        if residues:
            yield Chain(str(id), residues)
