"""How good predicted secondary structure is; `ribbonet.evaluation.scores` computes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ribbonet.chains.alphabet import STATES
from ribbonet.tasks.metrics import Bin, number, q_accuracy
from ribbonet.tasks.records import to_plain


@dataclass(frozen=True)
class Boundaries:
    """Starts and ends of helices and strands; recall and precision in per cent."""

    tolerance: int
    observed: int
    predicted: int
    recall: float | None
    precision: float | None


@dataclass(frozen=True)
class LengthGroup:
    """Q3 of the chains of some lengths."""

    longer_than: int
    up_to: int | None
    chains: int
    residues: int
    q3: float | None


@dataclass(frozen=True)
class ContentGroup:
    """Q3 of the chains of a class by their content of states."""

    content: str
    chains: int
    residues: int
    q3: float | None


@dataclass(frozen=True)
class IdentityGroup:
    """Q3 of chains by the identity, in per cent, to the nearest training chain; None for none."""

    from_: float | None
    below: float | None
    chains: int
    residues: int
    q3: float | None


@dataclass(frozen=True)
class RelativeGroup:
    """Q3 of residues by the identity, in per cent, of the nearest relative of known structure."""

    from_: float | None
    below: float | None
    residues: int
    q3: float


@dataclass(frozen=True)
class Near:
    """A chain and the training chain that is most identical to it, in per cent."""

    id: str
    identity: float
    nearest: str


@dataclass(frozen=True)
class Leaked:
    """Chains of at least so much identity, in per cent, to a training chain; Q3 of the others."""

    identity: float
    chains: list[Near]
    q3_without: float | None

    @property
    def worst(self) -> Near:
        """The chain that is most identical to a training chain."""
        return max(self.chains, key=lambda chain: chain.identity)


@dataclass(frozen=True)
class Comparison:
    """Paired tests with another predictor; what is undefined is None.

    Parameters
    ----------
    with_ : str, optional
        The other predictor.
    q3 : float, optional
        Its Q3, where that was compared.
    chains : int
    difference, difference_ci95 : float, list of float
        In per cent, over all residues, with a 95 % interval.
    mean_difference : float
        Over chains.
    better, worse, equal : int
        Chains.
    p_permutation, p_wilcoxon : float
    """

    with_: str | None = field(default=None, kw_only=True)
    q3: float | None = field(default=None, kw_only=True)
    chains: int
    difference: float | None
    difference_ci95: list[float | None]
    mean_difference: float | None
    better: int
    worse: int
    equal: int
    p_permutation: float | None
    p_wilcoxon: float | None


@dataclass(frozen=True)
class EightScores:
    """Scores in DSSP's eight states, in their order; shares in per cent."""

    states: str
    q: list[float | None]
    mcc: list[float | None]
    confusion: list[list[int]]

    @property
    def q8(self) -> float | None:
        """Share of residues predicted right, in per cent."""
        return number(100 * q_accuracy(np.array(self.confusion)))


@dataclass(frozen=True)
class StructureScores:
    """Scores of predicted helix, strand and coil; what is undefined is None.

    Parameters
    ----------
    chains, residues : int
        Labelled residues.
    q3, q_h, q_e, q_c : float
        Share predicted right of all residues, and of those of a state, in per cent.
    mcc_h, mcc_e, mcc_c : float
        Matthews correlation coefficients.
    sov, sov_refine : float
        Segment overlap, in per cent.
    ece : float
        Expected calibration error, from 0 to 1.
    q3_ci95 : list of float
        95 % interval of Q3, low and high, by bootstrap over chains.
    confusion : list of list of int
        Rows: labels, columns: predictions, in the order H, E, C.
    boundaries : Boundaries
    reliability : list of Bin
        Empty without probabilities.
    by_length, by_content : lists of LengthGroup and of ContentGroup
    majority_state, majority_q3 : str, float
        The most frequent label, and the Q3 of predicting it for every residue.
    q8, eight : float, EightScores, optional
        Where labels and predictions are in the eight states of DSSP.
    max_identity, by_relative : float, list of RelativeGroup, optional
        Where relatives of known structure were used: those of more identity, in per cent, were
        passed over.
    compared : Comparison, optional
    by_identity, leaked : list of IdentityGroup, Leaked, optional
        Where the chains that were trained on are known.
    """

    chains: int
    residues: int
    q3: float | None
    q_h: float | None
    q_e: float | None
    q_c: float | None
    mcc_h: float | None
    mcc_e: float | None
    mcc_c: float | None
    sov: float | None
    ece: float | None
    q3_ci95: list[float | None]
    confusion: list[list[int]]
    sov_refine: float | None
    boundaries: Boundaries
    reliability: list[Bin]
    by_length: list[LengthGroup]
    by_content: list[ContentGroup]
    majority_state: str | None
    majority_q3: float | None
    q8: float | None = None
    eight: EightScores | None = None
    max_identity: float | None = None
    by_relative: list[RelativeGroup] | None = None
    compared: Comparison | None = None
    by_identity: list[IdentityGroup] | None = None
    leaked: Leaked | None = None

    @property
    def only(self) -> str | None:
        """The state predicted for every residue, although the labels hold several, if any."""
        counts = np.array(self.confusion)
        (predicted,), (labels,) = np.nonzero(counts.any(axis=0)), np.nonzero(counts.any(axis=1))
        return STATES.symbols[predicted[0]] if len(predicted) == 1 < len(labels) else None

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return to_plain(self)  # type: ignore[no-any-return]
