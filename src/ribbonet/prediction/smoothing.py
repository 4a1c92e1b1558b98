"""States decoded so that no segment is shorter than DSSP's shortest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import STATES
from ribbonet.errors import InputError
from ribbonet.tasks.base import Task
from ribbonet.tasks.structure import Structure

SHORTEST = {"H": 3, "E": 2, "C": 1}
"""Residues of a segment: DSSP's shortest helix has three, its shortest ladder two."""

LEAST = np.float32(1e-6)
"""Probability that stands for less, whose logarithm would be minus infinity."""


def check_smooth(task: Task) -> None:
    """Refuse to smooth what is not helix, strand and coil.

    Raises
    ------
    InputError
        Says what it is.
    """
    if task != Structure():
        raise InputError(f"smooth: is for three states, not for {task.summary}; leave it out")


def plausible_states(probabilities: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Find the likeliest states without segments shorter than `SHORTEST`.

    By the algorithm of Viterbi (1967): of all sequences of states that keep to the lengths, the one
    of the highest product of the residues' probabilities.

    Parameters
    ----------
    probabilities : (L, 3) floating array
        In the order of `ribbonet.STATES`.

    Returns
    -------
    codes : (L,) uint8 array

    Examples
    --------
    >>> p = np.array([[.1, .0, .9], [.6, .0, .4], [.1, .0, .9], [.1, .0, .9]])
    >>> STATES.decode(plausible_states(p))
    'CCCC'
    """
    steps = [(state, n) for state, most in SHORTEST.items() for n in range(most)]
    codes = np.array([STATES.symbols.index(state) for state, _ in steps], np.uint8)
    scores = np.log(np.maximum(probabilities, LEAST)).astype(np.float64)[:, codes]
    allowed = _allowed(steps)
    complete = np.array([n == SHORTEST[state] - 1 for state, n in steps])
    best = np.where([n == 0 for _, n in steps], scores[0], -np.inf)
    came_from = np.zeros(scores.shape, np.intp)
    columns = np.arange(len(steps))
    for place in range(1, len(scores)):
        ways = best[:, None] + allowed
        came_from[place] = ways.argmax(axis=0)
        best = ways[came_from[place], columns] + scores[place]
    step = int(np.where(complete, best, -np.inf).argmax())
    found = np.empty(len(scores), np.uint8)
    for place in range(len(scores) - 1, -1, -1):
        found[place] = codes[step]
        step = came_from[place, step]
    return found


def _allowed(steps: list[tuple[str, int]]) -> NDArray[np.float64]:
    """Return 0 where a step may follow another, a row, and minus infinity elsewhere.

    A segment counts its residues up to the shortest length, stays there, and only then ends.
    """
    ways = np.full((len(steps), len(steps)), -np.inf)
    for i, (state, n) in enumerate(steps):
        last = n == SHORTEST[state] - 1
        for j, (other, m) in enumerate(steps):
            stays = state == other and (m == n + 1 or (last and m == n))
            changes = state != other and last and m == 0
            if stays or changes:
                ways[i, j] = 0.0
    return ways
