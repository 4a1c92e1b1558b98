"""Prediction of many sequences to a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ribbonet.chains.alphabet import ALPHABETS, NumberOfStates
from ribbonet.chains.fasta import OnInvalid
from ribbonet.chains.sequences.counts import doubts
from ribbonet.chains.sequences.resemblance import warn_of_nucleotides
from ribbonet.errors import InputError
from ribbonet.models import DEFAULT_MODEL, load_model
from ribbonet.models.inputs import Source
from ribbonet.models.model import Model
from ribbonet.prediction.blocks import predict_chains
from ribbonet.prediction.predictor import check_options
from ribbonet.prediction.sequences import chains_of, listed
from ribbonet.prediction.templates import Templates, find_templates
from ribbonet.prediction.wording import naming_arguments, warn_caller

if TYPE_CHECKING:
    import pandas as pd


def predict_many(
    sequences: Iterable[Any] | Mapping[Any, Any],
    *,
    model: str | Path | Model = DEFAULT_MODEL,
    on_invalid: OnInvalid = "error",
    min_confidence: float = 0.0,
    states: NumberOfStates = 3,
    source: Source | None = None,
    templates: bool | str | Path | Templates | None = None,
) -> pd.DataFrame:
    """Predict many sequences to a table (needs pandas: `pip install ribbonet[dataframe]`).

    Parameters
    ----------
    sequences : iterable or mapping
        Sequences as `predict` takes them, or (id, sequence) pairs, in a list, a generator, an
        array or the like; or a mapping of ids to sequences; a Series, whose index the result
        keeps, and whose labels are the ids unless they merely number it; a data frame of pandas
        or polars, or a table of Arrow, with a column `sequence` and perhaps one `id`. What has no
        id has its number, from 1.
    model : str, Path or Model
        Name of a shipped model, folder of another one, or one that is loaded.
    on_invalid : {"error", "mask", "skip", "degap"}
        What to do with a sequence that has a symbol which is not a residue; `skip` also leaves out
        those that are missing (None, NaN).
    min_confidence : float
        Mask states less probable than this, by `-`.
    states : {3, 8}
        Helix, strand and coil, or the eight of DSSP where the model knows them.
    source : Source, optional
        Of the profiles or arrays that the model reads, as for `predict_file`.
    templates : bool, str, Path or Templates, optional
        Whether to use the known structures of relatives, as for `predict`.

    Returns
    -------
    table : pandas.DataFrame
        A row a sequence, in their order: `id`, `length`, `sequence`, `states`, `confidence` (mean
        probability of the likeliest states) and `probabilities` (L lists of K numbers, which
        Parquet and polars take).

    Raises
    ------
    InputError
        When a sequence is empty or has a symbol that is not a residue, an option has an unknown
        value, `sequences` is a single sequence, a set or a table without a column `sequence`, or
        pandas is missing.

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
    loaded = model if isinstance(model, Model) else load_model(model, profiles=source is not None)
    found = find_templates(templates, loaded)
    given, kept = listed(sequences), list[tuple[int, str | None]]()
    counts: Counter[str] = Counter()
    with naming_arguments():
        chains = warn_of_nucleotides(
            chains_of(given.pairs, on_invalid, kept, counts), "sequences", warn_caller
        )
        alphabet = ALPHABETS[states]
        rows = [
            (p.id, len(p), p.sequence, p.states, float(p.confidence.mean()), p.probabilities)
            for p in predict_chains(chains, loaded, min_confidence, alphabet, source, found)
        ]
    if doubted := doubts(counts):
        warn_caller(f"sequences: {doubted}")
    columns = ["id", "length", "sequence", "states", "confidence", "probabilities"]
    table = pd.DataFrame([(*row[:-1], row[-1].tolist()) for row in rows], columns=columns)
    # an id as it was given, where the chain's ends at a blank
    table["id"] = [
        own if id is None else id for own, (_, id) in zip(table["id"], kept, strict=True)
    ]
    if given.labels is not None:
        table.index = given.labels[[place for place, _ in kept]]
    return table
