"""The prediction for one chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import Alphabet
from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.tasks.base import Labelling, Task
from ribbonet.tasks.structure import Structure

if TYPE_CHECKING:
    import pandas as pd

    from ribbonet.chains.templates.evidence import Evidence
    from ribbonet.prediction.notebook import Segment

MASK = "-"
"""Stands for a state less probable than was asked for; in labelled chains too, `-` is no state."""
SHOWN = 60
"""States in the short form of a prediction."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Prediction:
    """The prediction for one chain: its secondary structure, classes or values.

    Parameters
    ----------
    chain : Chain
        The chain; its letters as given, in upper case.
    probabilities : (L, K) float32 array
        Of helix, strand and coil, the columns in the order of `ribbonet.STATES`; of the eight
        states of DSSP, in the order of `ribbonet.chains.alphabet.STATES8`; of classes, in the
        order of their labels; or the values, `(L, 1)`.
    min_confidence : float
        States less probable than this are masked.
    evidence : Evidence or None
        The relatives of known structure that the prediction uses; None where none were looked for.
    task : Task
        The task, which gives the columns their meaning.
    model : str
        Name of the model that made it.
    smooth : bool
        Whether the states have no segment shorter than DSSP's shortest, see `smoothed`.
    tracks : mapping of str to Prediction
        Further predictions for the chain: `disorder`, `topology`, where asked for.
    """

    chain: Chain
    probabilities: NDArray[np.float32]
    min_confidence: float = 0.0
    evidence: Evidence | None = None
    task: Task = Structure()  # noqa: RUF009 - immutable
    model: str = ""
    smooth: bool = False
    tracks: Mapping[str, Prediction] = field(default_factory=dict)

    @property
    def alphabet(self) -> Alphabet:
        """The states or labels of the columns of the probabilities."""
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
        if self.smooth:
            from ribbonet.prediction.smoothing import plausible_states

            codes: NDArray[Any] = plausible_states(self.probabilities)
        else:
            codes = self.probabilities.argmax(axis=1)
        likeliest = self.alphabet.decode(codes)
        if self.min_confidence <= 0:
            return likeliest
        sure = self.probabilities[np.arange(len(codes)), codes] >= self.min_confidence
        return "".join(state if keep else MASK for state, keep in zip(likeliest, sure, strict=True))

    @property
    def has_relatives(self) -> bool:
        """Whether it uses relatives of known structure."""
        return self.evidence is not None and bool(self.evidence.known.any())

    def in_three(self) -> Prediction:
        """Return the same prediction in three states, eight of them summed."""
        three = Structure()
        if self.task == three:
            return self
        self.task.check_asked(three)
        return replace(self, probabilities=self.task.convert(self.probabilities, three), task=three)

    def smoothed(self) -> Prediction:
        """Return the same prediction with the likeliest plausible segments as its states.

        Helices have three residues or more, strands two or more, as DSSP's have: the algorithm of
        Viterbi finds the likeliest such states. The probabilities stay as they are.

        Raises
        ------
        InputError
            When it is not of three states.
        """
        from ribbonet.prediction.smoothing import check_smooth

        check_smooth(self.task)
        return replace(self, smooth=True)

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
        from ribbonet.prediction import notebook

        return notebook.segments_of(self.states)

    def to_frame(self) -> pd.DataFrame:
        """Return a pandas table with one row per residue, with the columns of the format csv."""
        from ribbonet.prediction import notebook

        return notebook.frame_of(self)

    def to_svg(self, **style: Any) -> str:
        """Return the picture that the format svg gives.

        Parameters
        ----------
        **style
            Of `ribbonet.prediction.figures.style.Style`: width, wrap, tracks, colours and so on.
        """
        from ribbonet.prediction import notebook

        return notebook.svg_of(self, style)

    def plot(self, ax: Any = None, **style: Any) -> Any:
        """Draw the same picture with Matplotlib; see `ribbonet.prediction.notebook.plot`."""
        from ribbonet.prediction import notebook

        return notebook.plot(self, ax, style)

    def _repr_html_(self) -> str | None:
        from ribbonet.prediction import notebook

        return notebook.html_of(self) if isinstance(self.task, Structure) else None

    def __repr__(self) -> str:
        if not isinstance(self.task, Labelling):
            low, high = float(self.values.min()), float(self.values.max())
            return f"<Prediction {self.id!r}, {len(self):,} values from {low:.4g} to {high:.4g}>"
        shown = self.states if len(self) <= SHOWN else f"{self.states[:SHOWN]}..."
        return f"<Prediction {self.id!r}, {len(self):,} residues: {shown}>"

    def __len__(self) -> int:
        return len(self.chain)


def check_confidence(value: float) -> None:
    """Refuse a `min_confidence` that is no probability.

    Raises
    ------
    InputError
        Says what to give.
    """
    if not (isinstance(value, Real) and 0 <= value <= 1):
        raise InputError(f"min_confidence = {value!r}: give a number from 0 to 1")


def check_masking(task: Task, min_confidence: float) -> None:
    """Refuse to mask, by `MASK`, what has no probabilities or a class of that name.

    Raises
    ------
    InputError
    """
    if min_confidence > 0 and (not isinstance(task, Labelling) or MASK in task.alphabet):
        raise InputError(f"min_confidence: {MASK} cannot stand for none of {task.summary}")
