"""Properties of the twenty amino acids."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

HYDROPATHY: Mapping[str, float] = {
    "A": 1.8, "R": -4.5, "N": -3.5, "D": -3.5, "C": 2.5, "Q": -3.5, "E": -3.5, "G": -0.4,
    "H": -3.2, "I": 4.5, "L": 3.8, "K": -3.9, "M": 1.9, "F": 2.8, "P": -1.6, "S": -0.8,
    "T": -0.7, "W": -0.9, "Y": -1.3, "V": 4.2,
}  # fmt: skip
"""Hydropathy of residues (Kyte & Doolittle 1982), high where hydrophobic."""

CHARGES: Mapping[str, str] = {"K": "+", "R": "+", "D": "−", "E": "−"}
"""Signs of the charges that residues have at pH 7."""


def mean_hydropathy(sequence: str, start: int, stop: int, window: int = 7) -> NDArray[np.float64]:
    """Mean hydropathy of the residues around each of a stretch.

    Parameters
    ----------
    sequence : str
        Residues that are not of the twenty count as 0.
    start, stop : int
        The stretch, from 0.
    window : int
        Residues that are averaged, an odd number; fewer at the ends of the sequence.

    Returns
    -------
    means : (stop - start,) float64 array

    Examples
    --------
    >>> mean_hydropathy("IIR", 0, 3, window=3).round(1).tolist()
    [4.5, 1.5, 0.0]
    """
    reach = window // 2
    first, end = max(start - reach, 0), min(stop + reach, len(sequence))
    sums = np.cumsum([0.0, *(HYDROPATHY.get(own, 0.0) for own in sequence[first:end])])
    places = np.arange(start, stop)
    low = np.maximum(places - reach, 0) - first
    high = np.minimum(places + reach + 1, len(sequence)) - first
    means: NDArray[np.float64] = (sums[high] - sums[low]) / (high - low)
    return means
