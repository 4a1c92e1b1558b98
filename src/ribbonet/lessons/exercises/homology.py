"""Relatives and honest tests."""

from __future__ import annotations

import math

from ribbonet.lessons.question import Draw, Task


def identity(draw: Draw) -> Task:
    """Compute the identity of an alignment."""
    letters = list("ACDEFGHIKLMNPQRSTVWY")
    a = draw.rng.choice(letters, 20)
    b = a.copy()
    for place in draw.rng.permutation(20)[: draw.one_of(range(8, 17))]:
        b[place] = draw.one_of([letter for letter in letters if letter != a[place]])
    share = 100 * float((a == b).mean())
    return Task(
        f"Two stretches, already aligned:\n\n```\n{''.join(a)}\n{''.join(b)}\n```\n\nWhat is their "
        "identity, in per cent?",
        share,
        f"{round(share / 5)} of 20 places agree: {share:g} %.",
        ("Count the places with the same letter in both.",),
        {"Give per cent.": share / 100, "That is how many differ.": 100 - share},
    )


def overlap(draw: Draw) -> Task:
    """Count how much neighbouring windows share."""
    width, apart = draw.one_of(range(7, 25, 2)), draw.one_of(range(1, 7))
    shared = width - apart
    return Task(
        f"Residues are dealt to training and test set at random, not by chain. How many residues "
        f"do "
        f"the windows of {width} of a test residue and of a training residue {apart} further "
        f"along the "
        "chain share?",
        shared,
        f"{width} - {apart} = {shared}.",
        ("Shift one window along the other.",),
        {"Count again: shifted by one, all but one are shared.": shared + 1},
    )


def interval(draw: Draw) -> Task:
    """Estimate a confidence interval from chains."""
    mean, sd = draw.one_of([58, 60, 62, 64, 66]), draw.one_of([6, 7, 8, 9, 10])
    n = draw.one_of([16, 20, 25, 36, 64, 100])
    half = 1.96 * sd / math.sqrt(n)
    return Task(
        f"A network has a mean Q3 of {mean} % over {n} test chains, with a standard deviation of "
        f"{sd} "
        "points from chain to chain. What are the ends of the 95 % interval of the mean "
        "(mean ± 1.96 standard errors)? Two numbers.",
        [mean - half, mean + half],
        f"{mean} ± 1.96·{sd}/√{n} = {mean - half:.2f} to {mean + half:.2f}.",
        (f"The standard error is {sd}/√{n}.",),
        {
            "That is the spread of chains, not of their mean.": [
                mean - 1.96 * sd,
                mean + 1.96 * sd,
            ],
        },
    )


EXERCISES = (identity, overlap, interval)
