"""What is drawn of a chain: its residues, and the states by one or several predictors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ribbonet import __version__
from ribbonet.chains.alphabet import STATES, reduce_states

if TYPE_CHECKING:
    from ribbonet.prediction.prediction import Prediction


@dataclass(frozen=True)
class Layer:
    """States of each residue of a chain, of one source.

    Parameters
    ----------
    states : str
        Of three or of DSSP's eight, ``-`` for none.
    probabilities : (L, 3) float32 array, optional
        Of helix, strand and coil.
    name : str
        The source's; drawn where there are several.
    observed : bool
        Whether the states are those of a structure, with which the other layers are compared.
    """

    states: str
    probabilities: NDArray[np.float32] | None = None
    name: str = ""
    observed: bool = False

    @property
    def three(self) -> str:
        """The states, reduced to three."""
        return reduce_states(self.states)

    @property
    def summary(self) -> str:
        """Shares of helix and strand, and the mean confidence."""
        three = self.three
        known = max(len(three) - three.count("-"), 1)
        shares = (
            f"{100 * three.count(state) / known:.0f} % {name}"
            for state, name in zip(STATES.symbols, ("helix", "strand"), strict=False)
        )
        sure = (
            ""
            if self.probabilities is None
            else (f"; confidence {self.probabilities.max(axis=1).mean():.2f}")
        )
        return ", ".join(shares) + sure


@dataclass(frozen=True)
class Record:
    """A chain and its layers.

    Parameters
    ----------
    header, sequence : str
    layers : tuple of Layer
        From above to below.
    identity : (L,) float32 array, optional
        Of the nearest relative of known structure at each residue; 0 where there is none.
    caption : str
        What the states are from.
    remark : str
        What is said below the title; by default the layers' summaries.
    """

    header: str
    sequence: str
    layers: tuple[Layer, ...]
    identity: NDArray[np.float32] | None = None
    caption: str = f"drawn by ribbonet {__version__}"
    remark: str = ""

    @property
    def id(self) -> str:
        """First word of the header."""
        return [*self.header.split(maxsplit=1), ""][0]

    @property
    def named(self) -> bool:
        """Whether the layers are drawn with their names."""
        return len(self.layers) > 1

    @property
    def about(self) -> str:
        """What is said below the title."""
        if self.remark:
            return self.remark
        said = (f"{layer.name}: {layer.summary}" for layer in self.layers)
        return "; ".join(said) if self.named else self.layers[0].summary

    @property
    def observed(self) -> str | None:
        """The states, three, with which the others are compared."""
        return next((layer.three for layer in self.layers if layer.observed), None)


def record_of(prediction: Prediction) -> Record:
    """Return what is drawn of a prediction.

    Raises
    ------
    InputError
        When it is not of secondary structure.
    """
    three = prediction.in_three()
    eight = prediction.states if prediction.alphabet != STATES else three.states
    evidence = prediction.evidence
    identity = None if evidence is None else np.where(evidence.known, evidence.identity, 0)
    related = " with the known structures of relatives" if prediction.has_relatives else ""
    model = f", model {prediction.model}{related}" if prediction.model else related
    return Record(
        prediction.chain.header,
        prediction.sequence,
        (Layer(eight, three.probabilities),),
        identity,
        f"Predicted by ribbonet {__version__}{model}",
    )
