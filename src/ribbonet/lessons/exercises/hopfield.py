"""Memories: Hopfield networks and attention."""

from __future__ import annotations

import numpy as np

from ribbonet.lessons.question import Draw, Task
from ribbonet.nn.hopfield import Hopfield, ModernHopfield
from ribbonet.nn.layers.activations import Softmax


def hebb(draw: Draw) -> Task:
    """Store two patterns and compute what a unit is fed."""
    x = draw.rng.choice([-1, 1], (2, 4))
    while abs(int(x[0] @ x[1])) == 4:
        x = draw.rng.choice([-1, 1], (2, 4))
    W = Hopfield.store(x).weights
    return Task(
        f"Store the patterns `{x[0].tolist()}` and `{x[1].tolist()}` by Hebb's rule, W = (1/N) Σ "
        f"x xᵀ "
        "with a diagonal of 0. Write W, four rows of four.",
        W,
        f"{W.tolist()}.",
        ("N is 4: each pattern adds ±1/4 to each pair of units.",),
        {
            "The diagonal is set to 0.": x.T @ x / 4,
            "Divide by N, the number of units.": 4 * W,
        },
    )


def energies(draw: Draw) -> Task:
    """Compute an energy before and after a flip."""
    pairs = draw.numbers(3, low=-1, high=1)
    W = np.zeros((3, 3))
    W[[0, 0, 1], [1, 2, 2]] = pairs
    W += W.T
    s = draw.rng.choice([-1, 1], 3)
    unit = int(draw.one_of(range(3)))
    after = s.copy()
    after[unit] *= -1
    before, then = (float(-0.5 * own @ W @ own) for own in (s, after))
    return Task(
        f"A network has `W = {W.tolist()}` and the state `{s.tolist()}`. Give its energy E = -½ "
        f"sᵀ W s, "
        f"and the energy after unit number {unit + 1} (counted from 1) is flipped: two numbers.",
        [before, then],
        f"{before:g} and {then:g}.",
        ("Each pair of units counts once: E = -Σ over pairs W_ij s_i s_j.",),
        {
            "Each pair counts once: the ½ is missing.": [2 * before, 2 * then],
            "The sign is wrong.": [-before, -then],
        },
    )


def update(draw: Draw) -> Task:
    """Take one update of the modern network."""
    X = draw.one_of(
        [[[1, 1], [1, -1], [-1, 1]], [[1, 1], [-1, -1], [1, -1]], [[1, 1], [-1, 1], [-1, -1]]]
    )
    patterns = np.array(X, float)
    state, beta = draw.numbers(2, low=-1, high=1, step=0.25), draw.one_of([0.5, 1.0, 2.0])
    found = ModernHopfield(patterns, beta).retrieve(state[None], steps=1)[0]
    plain = Softmax.value(patterns @ state) @ patterns
    return Task(
        f"A modern network stores the patterns `{X}` and has β = {beta:g}. Where does one update "
        f"take "
        f"the state `{state.tolist()}`? Two numbers.",
        found,
        f"Shares softmax(β X ξ) = {Softmax.value(beta * patterns @ state).round(4).tolist()}; "
        f"mixed: {found.round(4).tolist()}.",
        (
            "First the three similarities X ξ, times β, then their softmax.",
            "Mix the patterns by it.",
        ),
        {"β is missing.": plain},
    )


EXERCISES = (hebb, energies, update)
