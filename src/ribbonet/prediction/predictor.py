"""`ribbonet.predict` and `ribbonet.predict_file`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from io import TextIOBase
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import ALPHABETS, NumberOfStates
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import OnInvalid, read_fasta
from ribbonet.chains.open import name_of
from ribbonet.chains.relatives.alignment_files import AlignmentFiles, is_alignment
from ribbonet.chains.sequences.counts import doubts
from ribbonet.chains.sequences.resemblance import warn_of_nucleotides
from ribbonet.errors import InputError
from ribbonet.models import DEFAULT_MODEL, load_model
from ribbonet.models.inputs import GivenArray, Source
from ribbonet.models.model import Model
from ribbonet.prediction.blocks import predict_block, predict_chains
from ribbonet.prediction.prediction import Prediction, check_confidence
from ribbonet.prediction.sequences import single
from ribbonet.prediction.templates import Templates, find_templates
from ribbonet.prediction.tracks import find_tracks
from ribbonet.prediction.wording import naming_arguments, warn_caller
from ribbonet.system.terminal import count_of


def check_options(
    min_confidence: float, states: NumberOfStates, on_invalid: OnInvalid = "error"
) -> None:
    """Refuse values that the options of a prediction do not have.

    Raises
    ------
    InputError
        Names the option and what it takes.
    """
    check_confidence(min_confidence)
    for name, value, known in (
        ("states", states, get_args(NumberOfStates)),
        ("on_invalid", on_invalid, get_args(OnInvalid)),
    ):
        if value not in known:
            raise InputError(f"{name} = {value!r}: give one of {', '.join(map(repr, known))}")


def predict(
    sequence: object,
    *,
    model: str | Path | Model = DEFAULT_MODEL,
    id: str = "",
    on_invalid: OnInvalid = "error",
    min_confidence: float = 0.0,
    states: NumberOfStates = 3,
    array: NDArray[np.float32] | None = None,
    templates: bool | str | Path | Templates | None = None,
    tracks: str | Iterable[str] = (),
) -> Prediction:
    """Predict the secondary structure of one sequence.

    Parameters
    ----------
    sequence : str, or an object of a sequence
        One-letter residues, upper or lower case; B, J, O, U, X and Z count as unknown, white
        space and one `*` at the end are dropped. Biopython's Seq and SeqRecord, biotite's
        ProteinSequence and other objects whose length is that of their `str()` are taken too.
    model : str, Path or Model
        Name of a shipped model, folder of another one, or one that is loaded.
    id : str
        For the prediction's header; by default that of a record.
    on_invalid : {"error", "mask", "degap"}
        What to do with a symbol that is not a residue: raise, read it as X, or take gaps out.
    min_confidence : float
        Mask states less probable than this, by `-`.
    states : {3, 8}
        Helix, strand and coil, or the eight of DSSP where the model knows them.
    array : (L, D) float32 array, optional
        Where the model reads profiles (see `ribbonet.chains.relatives.profiles.profile`) or
        other arrays: that of the sequence. The default model is then the one for profiles.
    templates : bool, str, Path or Templates, optional
        Whether to use the known structures of relatives (`ribbonet.prediction.templates`): True
        for the set in the package, False for none, or a file that `ribbonet data templates` wrote.
        By default the set in the package where the model is the default one and reads no arrays.
    tracks : str or iterable of str
        What else to predict: `disorder`, `topology`; see `Prediction.tracks`.

    Returns
    -------
    prediction : Prediction

    Raises
    ------
    InputError
        When the sequence is empty or has a symbol that is not a residue, an option has an unknown
        value, the model does not predict eight states, or the array is missing, or not what the
        model reads.

    Examples
    --------
    >>> p = predict("MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ")
    >>> len(p.states), p.probabilities.shape
    (33, (33, 3))
    """
    check_options(min_confidence, states, on_invalid)
    with naming_arguments():
        chain = single(sequence, id, on_invalid, "; many are for ribbonet.predict_many")
    known = array is not None
    loaded = model if isinstance(model, Model) else load_model(model, profiles=known)
    source = None if array is None else GivenArray(array)
    chosen = find_templates(templates, loaded)
    with naming_arguments():
        return predict_block(
            [chain],
            loaded,
            min_confidence,
            ALPHABETS[states],
            source,
            templates=chosen,
            tracks=find_tracks(tracks),
        )[0]


def predict_file(
    path: str | Path,
    *,
    model: str | Path | Model = DEFAULT_MODEL,
    on_invalid: OnInvalid = "error",
    min_confidence: float = 0.0,
    states: NumberOfStates = 3,
    source: Source | None = None,
    templates: bool | str | Path | Templates | None = None,
    tracks: str | Iterable[str] = (),
    **options: Any,
) -> Iterator[Prediction]:
    """Predict the chains of a FASTA file, in its order, as they are read.

    Parameters
    ----------
    path : str or Path
        FASTA, compressed or not; `-` is standard input. Or an alignment, in A3M (by its name,
        .a3m) or Stockholm: its first sequence is predicted, with the others as its profile.
    model : str, Path or Model
        Name of a shipped model, folder of another one, or one that is loaded.
    on_invalid : {"error", "mask", "skip"}
        What to do with a record that has a symbol which is not a residue.
    min_confidence : float
        Mask states less probable than this, by `-`.
    states : {3, 8}
        Helix, strand and coil, or the eight of DSSP where the model knows them.
    source : Source, optional
        Of the profiles or arrays that the model reads: a
        `ribbonet.chains.relatives.profile_files.ProfileFolder`, a
        `ribbonet.chains.arrays.ArrayFile`, or any function from a chain to its array.
    templates : bool, str, Path or Templates, optional
        Whether to use the known structures of relatives (`ribbonet.prediction.templates`): True
        for the set in the package, False for none, or a file that `ribbonet data templates` wrote.
        By default the set in the package where the model is the default one and reads no arrays.
    tracks : str or iterable of str
        What else to predict: `disorder`, `topology`; see `Prediction.tracks`.
    **options
        Further options of `ribbonet.chains.fasta.read_fasta`.

    Yields
    ------
    prediction : Prediction

    Raises
    ------
    InputError
        When an option has an unknown value; and as `read_fasta` does, when the invalid record is
        reached.
    """
    check_options(min_confidence, states, on_invalid)
    named = isinstance(path, str | Path)
    if isinstance(path, TextIOBase) or not (named or hasattr(path, "read")):
        kind = type(path).__name__
        raise InputError(f"path: is of the type {kind}; give the name of a file")
    aligned = on_invalid != "degap" and named and is_alignment(path)
    alignments = AlignmentFiles([path]) if aligned else None
    if alignments is not None and source is not None:
        raise InputError(f"{path}: brings its own profile; leave source out")
    source = source or alignments
    known = source is not None
    loaded = model if isinstance(model, Model) else load_model(model, profiles=known)
    chosen = find_templates(templates, loaded)
    how = (loaded, min_confidence, ALPHABETS[states], source, chosen, find_tracks(tracks))
    return _of_file(path, alignments, on_invalid, options, how)


def _of_file(
    path: str | Path,
    alignments: AlignmentFiles | None,
    on_invalid: OnInvalid,
    options: dict[str, Any],
    how: tuple[Any, ...],
) -> Iterator[Prediction]:
    warn = options.get("on_warning") or warn_caller
    heeded = {"on_warning", "on_skip"} & options.keys()
    counts = options.setdefault("counts", Counter())
    with naming_arguments():
        chains: Iterable[Chain] = (
            read_fasta(path, on_invalid=on_invalid, **options)
            if alignments is None
            else alignments.chains
        )
        chains = warn_of_nucleotides(chains, name_of(path), warn)
        yield from predict_chains(chains, *how)
    left_out = counts["skipped"] + counts["empty"]
    if left_out and not heeded:
        warn_caller(f"{name_of(path)}: {count_of(left_out, 'record')} left out")
    if "on_warning" not in heeded and (doubted := doubts(counts)):
        warn_caller(f"{name_of(path)}: {doubted}")
