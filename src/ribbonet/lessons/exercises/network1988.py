"""The network of 1988."""

from __future__ import annotations

import numpy as np

from ribbonet.lessons.question import Draw, Task


def window(draw: Draw) -> Task:
    """Write the window around a residue."""
    sequence = "".join(draw.rng.choice(list("ACDEFGHIKLMNPQRSTVWY"), 12))
    place = draw.one_of([1, 2, 3, 10, 11, 12])
    padded = "-" * 3 + sequence + "-" * 3
    answer = padded[place - 1 : place + 6]
    return Task(
        f"The chain is `{sequence}`. Write the window of 7 residues around residue number {place} "
        "(counted from 1), with `-` for the spacer.",
        answer,
        f"Three before, the residue {sequence[place - 1]}, three after: {answer}.",
        ("Residue in the middle, three on each side.",),
        {"That is around the next residue.": padded[place : place + 7]},
    )


def accuracy(draw: Draw) -> Task:
    """Compute Q3 and compare with always coil."""
    truth = draw.rng.choice(list("HEC"), 20, p=[0.35, 0.25, 0.4])
    guess = np.where(draw.rng.random(20) < 0.6, truth, draw.rng.choice(list("HEC"), 20))
    q3 = 100 * float(np.mean(truth == guess))
    coil = 100 * float(np.mean(truth == "C"))
    return Task(
        f"DSSP says `{''.join(truth)}`, the network `{''.join(guess)}`. What is Q3, in per cent, "
        f"and "
        "what would *always coil* have? Two numbers.",
        [q3, coil],
        f"{round(q3 / 5)} of 20 agree: {q3:g} %; {round(coil / 5)} of 20 are coil: {coil:g} %.",
        ("Count the places at which both lines have the same letter.",),
        {"Give per cent.": [q3 / 100, coil / 100]},
    )


def correlation(draw: Draw) -> Task:
    """Compute a Matthews coefficient."""
    p, n, u, o = (int(draw.rng.integers(10, 90)) for _ in range(4))
    root = float(np.sqrt((n + u) * (n + o) * (p + u) * (p + o)))
    value = (p * n - u * o) / root
    return Task(
        "The paper scores each state by Matthews' coefficient, "
        "`C = (p n - u o) / sqrt((n+u)(n+o)(p+u)(p+o))`, with p right positives, n right "
        "negatives, u "
        f"missed and o false ones. What is C for `p = {p}, n = {n}, u = {u}, o = {o}`?",
        value,
        f"({p}·{n} - {u}·{o}) / {root:.1f} = {value:.4f}.",
        ("Put the numbers in; it lies between -1 and 1.",),
        {"That is the accuracy.": (p + n) / (p + n + u + o)},
    )


EXERCISES = (window, accuracy, correlation)
