"""Values: one number per residue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.chain import Chain
from ribbonet.errors import InputError
from ribbonet.nn.losses import Huber, Loss, SquaredError
from ribbonet.system.terminal import count_of
from ribbonet.tasks.base import Array, LossOptions, Scores, Task, known

LEAST_MARK = 99
"""Smallest number written in nines alone that may stand for no value, as -999 does."""
OFTEN, MANY_VALUES = 5, 10
"""How often, and beside how many other values, any other number must occur to stand for none."""
FEW_VALUES = 2
"""Number of values beside -1 with which it may be one of three classes."""
LEAST_RESIDUES = 10
"""Values of a chain that tell its scale."""
UNITS = (
    ("shares", (0.1, 1.0), "per cent", (10.0, 100.0), 0.0),
    ("radians", (1.5, 6.3), "degrees", (86.0, 360.0), -np.inf),
)
"""Names of two units, largest magnitudes of chains in the one and the other, and a least value."""
LOSSES: dict[str, Loss] = {"squared": SquaredError(), "huber": Huber()}


@dataclass(frozen=True)
class Values(Task):
    """One number per residue; networks see it standardised, users in its own units.

    Parameters
    ----------
    mean, scale : float
        Mean and standard deviation of the values trained on.
    standardised : bool
        Whether predictions stay standardised, as the next stage of a cascade reads them.
    """

    kind = "values"
    losses = tuple(LOSSES)
    measure = "Spearman"

    mean: float = 0.0
    scale: float = 1.0
    standardised: bool = False

    def fitted(self, chains: Sequence[Chain]) -> Values:
        """Take the mean and the standard deviation of the chains' values."""
        values = np.concatenate([_values(chain) for chain in chains])
        values = values[known(values)]
        return Values(float(values.mean()), float(values.std()) or 1.0)

    @property
    def outputs(self) -> int:
        """One."""
        return 1

    @property
    def inner(self) -> Values:
        """Standardised values."""
        return replace(self, standardised=True)

    @property
    def summary(self) -> str:
        """What is predicted."""
        return "one value per residue"

    @property
    def columns(self) -> tuple[str, ...]:
        """Name of the value."""
        return ("value",)

    def targets(self, chain: Chain) -> NDArray[np.float32]:
        """Return standardised values, NaN where there is none."""
        return ((_values(chain) - self.mean) / self.scale).astype(np.float32)

    def loss(self, options: LossOptions, targets: Sequence[Array]) -> Loss:
        """Squared error, or Huber's loss."""
        if options.label_smoothing or options.class_weights is not None:
            raise InputError("label_smoothing, class_weights: are for classes; leave them out")
        name = options.loss or self.losses[0]
        if name not in LOSSES:
            raise InputError(f"loss = {name!r}: values take {' or '.join(LOSSES)}")
        return LOSSES[name]

    def certain(self, targets: Array) -> Array:
        """Return the same: standardised values."""
        return targets

    def taught(self, predictions: Array, teacher: Task) -> Array:
        """Return standardised values."""
        if not isinstance(teacher, Values):
            teacher.check_asked(self)
        return ((predictions[:, 0] - self.mean) / self.scale).astype(np.float32)

    @property
    def scaling(self) -> tuple[float, float] | None:
        """To the values' own units, but inside a cascade."""
        return None if self.standardised else (self.scale, self.mean)

    def activate(self, outputs: Array) -> Array:
        """Return them in the values' own units, but inside a cascade."""
        if self.scaling is None:
            return outputs
        factor, summand = self.scaling
        return (outputs * factor + summand).astype(outputs.dtype)

    def score(self, chains: Sequence[Chain], predictions: Sequence[Array]) -> Scores:
        """Correlations and errors."""
        from ribbonet.tasks.value_scores import score_values

        truth = [_values(chain) for chain in chains]
        return score_values(chains, truth, [own[:, 0] for own in predictions], self.mean, self.kind)

    def gain(self, chain: Chain, predictions: Array) -> float:
        """Sum the absolute errors, negated."""
        return -float(np.nansum(np.abs(_values(chain) - predictions[:, 0])))

    def to_json(self) -> dict[str, Any]:
        """Return mean and scale."""
        known = {"mean": self.mean, "scale": self.scale}
        return {**known, "standardised": True} if self.standardised else known

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Values:
        """Read mean and scale."""
        mean, scale = float(stored["mean"]), float(stored["scale"])
        if not (np.isfinite(mean) and np.isfinite(scale) and scale > 0):
            raise ValueError(f"values of mean {mean} and scale {scale}")
        return cls(mean, scale, bool(stored.get("standardised")))


def _values(chain: Chain) -> NDArray[np.float64]:
    if chain.values is None:
        return np.full(len(chain), np.nan)
    return np.array(chain.values, np.float64)


def mark_of_none(values: Sequence[float]) -> float | None:
    """Return the value that may stand for no value, or None.

    That is the lowest or the highest, if it is far from the others and written in nines alone, as
    -999, or frequent; or a frequent -1 where no other value is negative.
    """
    for mark in (min(values), max(values)) if values else ():
        rest = [value for value in values if value != mark]
        if not rest:
            continue
        low, high, distinct = min(rest), max(rest), len({*rest})
        far = min(abs(mark - low), abs(mark - high)) > high - low
        often = len(values) - len(rest) >= OFTEN
        nines = abs(mark) >= LEAST_MARK and not f"{abs(mark):g}".replace(".", "").strip("9")
        alone = mark == -1 and low >= 0 and distinct > 1
        if (far and nines) or (often and (alone or (far and distinct >= MANY_VALUES))):
            return mark
    return None


def unlike_units(chains: Sequence[Chain]) -> str | None:
    """Say which chains seem to have values in one unit, and which in another; None if none do.

    Examples
    --------
    >>> shares = Chain("a", "M" * 10, values=(0.1, 0.9) * 5)
    >>> unlike_units([shares, Chain("b", "M" * 10, values=(20, 80) * 5)])
    "the values of 1 chain (first 'a') seem to be shares, those of 1 (first 'b') per cent"
    """
    found = [(chain.id, own[known(own)]) for chain in chains for own in [_values(chain)]]
    scales = [(id, float(abs(own).max())) for id, own in found if len(own) >= LEAST_RESIDUES]
    scales = [(id, scale) for id, scale in scales if scale > 0]
    least = min((own.min() for _, own in found if len(own)), default=0.0)
    for small, (low, high), large, (above, most), bound in UNITS:
        first = [id for id, scale in scales if low <= scale <= high]
        second = [id for id, scale in scales if above <= scale <= most]
        if first and second and len(first) + len(second) == len(scales) and least >= bound:
            return (
                f"the values of {count_of(len(first), 'chain')} (first {first[0]!r}) seem to be "
                f"{small}, those of {len(second):,} (first {second[0]!r}) {large}"
            )
    return None
