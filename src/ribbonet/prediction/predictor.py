"""Sequences in, predictions out."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES8, Alphabet, NumberOfStates
from ribbonet.chains.chain import Chain
from ribbonet.chains.fasta import OnInvalid, clean_sequence, read_fasta
from ribbonet.chains.open import name_of
from ribbonet.chains.relatives.evidence import Evidence
from ribbonet.errors import InputError
from ribbonet.models.inputs import GivenArray, Source, Tracks, check_source
from ribbonet.models.library import DEFAULT_MODEL, load_model
from ribbonet.models.model import Model
from ribbonet.models.stages import no_pause
from ribbonet.prediction import notebook
from ribbonet.prediction.notebook import Segment
from ribbonet.prediction.sequences import given
from ribbonet.prediction.templates import Templates, find_templates
from ribbonet.prediction.wording import naming_arguments
from ribbonet.tasks.base import Labelling, Task
from ribbonet.tasks.structure import THREE_OF_EIGHT, Structure

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 65536
"""Residues of chains that are predicted together, unless one chain alone has more."""
FIRST = 4096
"""The same of the first block; each that follows may have twice as many, up to `BLOCK`."""
MASK = "-"
"""Stands for a state less probable than was asked for; in labelled chains too, `-` is no state."""


NUCLEOTIDES = "ACGTUN"
"""Residues, too, but none of a protein's of `LEAST_NUCLEOTIDES` or more is without others."""
LEAST_NUCLEOTIDES = 30


SHOWN = 60
"""States in the short form of a prediction."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Prediction:
    """What is predicted of one chain: its secondary structure, classes or values.

    Parameters
    ----------
    chain : Chain
        What was predicted; its letters as they were given, in upper case.
    probabilities : (L, K) float32 array
        Of helix, strand and coil, the columns in the order of `ribbonet.STATES`; of the eight
        states of DSSP, in the order of `ribbonet.chains.alphabet.STATES8`; of classes, in the
        order of their labels; or the values, `(L, 1)`.
    min_confidence : float
        States less probable than this are masked.
    evidence : Evidence or None
        The relatives of known structure that the prediction uses; None where none were looked for.
    task : Task
        What the columns stand for.
    """

    chain: Chain
    probabilities: NDArray[np.float32]
    min_confidence: float = 0.0
    evidence: Evidence | None = None
    task: Task = Structure()  # noqa: RUF009 - immutable

    @property
    def alphabet(self) -> Alphabet:
        """What the columns of the probabilities stand for."""
        if isinstance(self.task, Labelling):
            return self.task.alphabet
        raise InputError(f"{self.task.summary} is predicted, which has no labels")

    @property
    def values(self) -> NDArray[np.float32]:
        """The predicted value of each residue, `(L,)`."""
        if isinstance(self.task, Labelling):
            raise InputError(f"{self.task.summary} are predicted, not values")
        return self.probabilities[:, 0]

    @property
    def id(self) -> str:
        """First word of the header, exactly as written."""
        return self.chain.id

    @property
    def sequence(self) -> str:
        """The residues' letters."""
        return self.chain.sequence

    @property
    def states(self) -> str:
        """The likeliest state of each residue, or `MASK` where it is masked."""
        likeliest = self.alphabet.decode(self.probabilities.argmax(axis=1))
        if self.min_confidence <= 0:
            return likeliest
        sure = self.confidence >= self.min_confidence
        return "".join(state if keep else MASK for state, keep in zip(likeliest, sure, strict=True))

    @property
    def has_relatives(self) -> bool:
        """Whether some of it comes from relatives of known structure."""
        return self.evidence is not None and bool(self.evidence.known.any())

    def in_three(self) -> Prediction:
        """Return the same prediction in three states, eight of them summed."""
        three = Structure()
        if self.task == three:
            return self
        self.task.check_asked(three)
        return replace(self, probabilities=self.task.convert(self.probabilities, three), task=three)

    @property
    def confidence(self) -> NDArray[np.float32]:
        """Probability of the likeliest state of each residue, `(L,)`."""
        highest: NDArray[np.float32] = self.probabilities.max(axis=1)
        return highest

    @property
    def thousandths(self) -> NDArray[np.uint16]:
        """The probabilities in whole thousandths, `(L, K)`, halves rounded to the even."""
        return np.rint(self.probabilities.astype(np.float64) * 1000).astype(np.uint16)

    @property
    def segments(self) -> list[Segment]:
        """Runs of one state, in their order: `state`, and `start` and `end`, both from 1."""
        return notebook.segments_of(self.states)

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas table with a row a residue, with the columns of the format csv."""
        return notebook.frame_of(self)

    def to_svg(self) -> str:
        """Return the picture that the format svg gives."""
        from ribbonet.prediction.formats.svg import draw

        return draw([self])

    def plot(self, ax: Any = None) -> Any:
        """Draw the probabilities with matplotlib; see `ribbonet.prediction.notebook.plot`."""
        return notebook.plot(self, ax)

    def _repr_html_(self) -> str | None:
        return notebook.html_of(self) if isinstance(self.task, Structure) else None

    def __repr__(self) -> str:
        if not isinstance(self.task, Labelling):
            low, high = float(self.values.min()), float(self.values.max())
            return f"<Prediction {self.id!r}, {len(self):,} values from {low:.4g} to {high:.4g}>"
        shown = self.states if len(self) <= SHOWN else f"{self.states[:SHOWN]}..."
        return f"<Prediction {self.id!r}, {len(self):,} residues: {shown}>"

    def __len__(self) -> int:
        return len(self.chain)


def blocks(chains: Iterable[Chain]) -> Iterator[list[Chain]]:
    """Cut chains into runs of up to `BLOCK` residues, or of one chain that has more.

    The first ones are shorter (`FIRST`), so that there is something to see at once.

    Parameters
    ----------
    chains : iterable of Chain
        Read as they are needed.

    Yields
    ------
    block : list of Chain
        The same for the same chains whenever and wherever they are read.
    """
    block: list[Chain] = []
    residues, most = 0, min(FIRST, BLOCK)
    for chain in chains:
        if block and residues + len(chain) > most:
            yield block
            block, residues, most = [], 0, min(2 * most, BLOCK)
        block.append(chain)
        residues += len(chain)
    if block:
        yield block


def warn_of_nucleotides(
    chains: Iterable[Chain], name: str, on_warning: Callable[[str], None]
) -> Iterator[Chain]:
    """Pass chains on, and warn at their end, once, if some look like nucleotides.

    Parameters
    ----------
    chains : iterable of Chain
        Read as they are needed.
    name : str
        The file's, for the warning.
    on_warning : callable
        Called with it.
    """
    number = 0
    for chain in chains:
        number += len(chain) >= LEAST_NUCLEOTIDES and not chain.sequence.strip(NUCLEOTIDES)
        yield chain
    if number:
        records = "1 record looks" if number == 1 else f"{number:,} records look"
        on_warning(f"{name}: {records} like nucleotides, read as residues; give proteins")


def check_options(
    min_confidence: float, states: NumberOfStates, on_invalid: OnInvalid = "error"
) -> None:
    """Refuse values that the options of a prediction do not have.

    Raises
    ------
    InputError
        Names the option and what it takes.
    """
    if not (isinstance(min_confidence, Real) and 0 <= min_confidence <= 1):
        raise InputError(f"min_confidence = {min_confidence!r}: give a number from 0 to 1")
    for name, value, known in (
        ("states", states, get_args(NumberOfStates)),
        ("on_invalid", on_invalid, get_args(OnInvalid)),
    ):
        if value not in known:
            raise InputError(f"{name} = {value!r}: give one of {', '.join(map(repr, known))}")


def asked_of(model: Model, states: NumberOfStates) -> Task:
    """Return what a model is to predict: three or eight states, or what it knows instead.

    Raises
    ------
    InputError
        When it does not know eight states.
    """
    task = Structure(STATES8) if states == len(STATES8) else model.task.default
    model.check_asked(task)
    return task


def predict_block(
    chains: Sequence[Chain],
    model: Model,
    min_confidence: float = 0.0,
    states: NumberOfStates = 3,
    source: Source | None = None,
    pause: Callable[[], None] = no_pause,
    templates: Templates | None = None,
) -> list[Prediction]:
    """Predict chains that memory holds together, in their order.

    `pause` is called between forward passes: it may wait, or raise to end the prediction.
    """
    check_options(min_confidence, states)
    task = asked_of(model, states)
    if min_confidence > 0 and (not isinstance(task, Labelling) or MASK in task.alphabet):
        raise InputError(f"min_confidence: {MASK} cannot stand for none of {task.summary}")
    check_source(model.inputs, source, model.card.get("name", ""))
    tracks = list(Tracks(chains, model.inputs, source, model.columns))
    if templates is None:
        return [
            Prediction(chain, own, min_confidence, task=task)
            for chain, own in zip(chains, model.probabilities(tracks, task, pause), strict=True)
        ]
    evidence = templates.evidence(chains)
    own = templates.correct(chains, model.probabilities(tracks, model.task, pause), evidence)
    return [
        Prediction(chain, _converted(known, task), min_confidence, relatives, task)
        for chain, known, relatives in zip(chains, own, evidence, strict=True)
    ]


def _converted(probabilities: NDArray[np.float32], task: Task) -> NDArray[np.float32]:
    """Sum eight states to three, where three are wanted."""
    same = probabilities.shape[1] == task.outputs
    return probabilities if same else probabilities @ THREE_OF_EIGHT


def predict_chains(
    chains: Iterable[Chain],
    model: Model,
    min_confidence: float = 0.0,
    states: NumberOfStates = 3,
    source: Source | None = None,
    templates: Templates | None = None,
) -> Iterator[Prediction]:
    """Predict chains in their order, many short ones at a time.

    Parameters
    ----------
    chains : iterable of Chain
        Read as they are needed.
    model : Model
    min_confidence : float
        Mask states less probable than this.
    states : {3, 8}
        Helix, strand and coil, or the eight of DSSP where the model knows them.
    source : Source, optional
        Of the profiles or arrays that the model reads.
    templates : Templates, optional
        Of known structures of relatives, which correct the model's predictions.

    Yields
    ------
    prediction : Prediction
        One for each chain, of its length.
    """
    for block in blocks(chains):
        yield from predict_block(block, model, min_confidence, states, source, templates=templates)


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
) -> Prediction:
    """Predict the secondary structure of one sequence.

    Parameters
    ----------
    sequence : str, or an object of a sequence
        One-letter residues, upper or lower case; B, J, O, U, X and Z count as unknown, white
        space and one `*` at the end are dropped. Biopython's Seq and SeqRecord, biotite's
        ProteinSequence and whatever else has as many symbols as letters in `str()` are taken too.
    model : str, Path or Model
        Name of a shipped model, folder of another one, or one that is loaded.
    id : str
        For the prediction's header; by default that of a record.
    on_invalid : {"error", "mask", "degap"}
        What to do with a symbol that is no residue: raise, read it as X, or take gaps out.
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

    Returns
    -------
    prediction : Prediction

    Raises
    ------
    InputError
        When the sequence is empty or has a symbol that is no residue, an option has a value that
        is not known, the model does not know eight states, or the array is missing, or not what
        the model reads.

    Examples
    --------
    >>> p = predict("MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ")
    >>> len(p.states), p.probabilities.shape
    (33, (33, 3))
    """
    text, header = given(sequence, "; many are for ribbonet.predict_many")
    check_options(min_confidence, states, on_invalid)
    if on_invalid == "skip":
        raise InputError("on_invalid = 'skip': is for many sequences; give one of the others")
    known = array is not None
    loaded = model if isinstance(model, Model) else load_model(model, profiles=known)
    source = None if array is None else GivenArray(array)
    chosen = find_templates(templates, loaded)
    with naming_arguments():
        chains = [Chain(id or header, clean_sequence(text, on_invalid))]
        chains = list(warn_of_nucleotides(chains, "sequence", warnings.warn))
        return predict_block(chains, loaded, min_confidence, states, source, templates=chosen)[0]


def predict_file(
    path: str | Path,
    *,
    model: str | Path | Model = DEFAULT_MODEL,
    on_invalid: OnInvalid = "error",
    min_confidence: float = 0.0,
    states: NumberOfStates = 3,
    source: Source | None = None,
    templates: bool | str | Path | Templates | None = None,
    **options: Any,
) -> Iterator[Prediction]:
    """Predict the chains of a FASTA file, in its order, as they are read.

    Parameters
    ----------
    path : str or Path
        FASTA, compressed or not; `-` is standard input.
    model : str, Path or Model
        Name of a shipped model, folder of another one, or one that is loaded.
    on_invalid : {"error", "mask", "skip"}
        What to do with a record that has a symbol which is no residue.
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
    **options
        Further options of `ribbonet.chains.fasta.read_fasta`.

    Yields
    ------
    prediction : Prediction

    Raises
    ------
    InputError
        When an option has a value that is not known; and as `read_fasta` does, when the record at
        fault is reached.
    """
    check_options(min_confidence, states, on_invalid)
    known = source is not None
    loaded = model if isinstance(model, Model) else load_model(model, profiles=known)
    chosen = find_templates(templates, loaded)
    return _of_file(path, on_invalid, options, (loaded, min_confidence, states, source, chosen))


def _of_file(
    path: str | Path, on_invalid: OnInvalid, options: dict[str, Any], how: tuple[Any, ...]
) -> Iterator[Prediction]:
    warn = options.get("on_warning") or warnings.warn
    with naming_arguments():
        chains = read_fasta(path, on_invalid=on_invalid, **options)
        chains = warn_of_nucleotides(chains, name_of(path), warn)
        yield from predict_chains(chains, *how)
