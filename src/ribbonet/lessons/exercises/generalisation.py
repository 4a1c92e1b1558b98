"""Generalisation."""

from __future__ import annotations

import numpy as np

from ribbonet.lessons.question import Draw, Task

TABLES = {
    "underfitting": ((61, 60), (63, 62), (58, 57), (64, 63), (60, 59)),
    "overfitting": ((99, 62), (97, 58), (95, 60), (98, 64), (96, 57)),
    "leakage": ((82, 81), (85, 83), (80, 79), (84, 82), (88, 86)),
}


def diagnosis(draw: Draw) -> Task:
    """Tell underfitting, overfitting and leakage apart."""
    names = [str(name) for name in draw.rng.permutation(list(TABLES))]
    rows = [draw.one_of(TABLES[name]) for name in names]
    asked = draw.one_of(["underfitting", "overfitting", "leakage"])
    table = "; ".join(f"{'ABC'[i]}: training {a} %, test {b} %" for i, (a, b) in enumerate(rows))
    answer = "ABC"[names.index(asked)]
    return Task(
        "Three networks read secondary structure by windows of 13 residues, for which 65 % is "
        "about "
        f"what anyone has reached on new chains. {table}. Which one shows {asked}: A, B or C?",
        answer,
        ", ".join(f"{letter}: {name}" for letter, name in zip("ABC", names, strict=True)) + ".",
        ("Low on both; far apart; too good to be true on both.",),
    )


def pull(draw: Draw) -> Task:
    """Take one step of both penalties."""
    theta, eta, alpha = draw.numbers(2, low=-3, high=3), draw.one_of([0.1, 0.2, 0.5]), 0.1
    after2 = theta - alpha * eta * theta
    after1 = theta - alpha * eta * np.sign(theta)
    return Task(
        f"Two weights are {theta.tolist()}. Take one step of gradient descent on the penalty "
        f"alone, "
        f"rate {alpha}, η = {eta}: first row after the step of L2 (R = ½ Σθ²), second row after "
        f"that "
        "of L1 (R = Σ|θ|), both from the same start.",
        [after2, after1],
        f"{after2.tolist()} and {after1.tolist()}.",
        ("L2: θ - αηθ. L1: θ - αη sign(θ).",),
        {
            "Without its sign, L1 makes negative weights larger.": [after2, theta - alpha * eta],
            "The derivative of ½θ² is θ.": [theta - 2 * alpha * eta * theta, after1],
        },
    )


def smoothing(draw: Draw) -> Task:
    """Find the targets of label smoothing, and the cost that is left."""
    k, rho = draw.one_of(range(3, 21)), draw.one_of([0.04, 0.05, 0.08, 0.1, 0.12, 0.15, 0.2, 0.3])
    other = rho / (k - 1)
    left = float(-(1 - rho) * np.log(1 - rho) - rho * np.log(other))
    return Task(
        f"Labels of {k} classes are smoothed with ρ = {rho}. Give the target of the true class, "
        f"that "
        "of each other class, and the smallest cross-entropy that a network can then have (nats): "
        "three numbers.",
        [1 - rho, other, left],
        f"1 - {rho}, {rho}/{k - 1} = {other:.5f}; the least cost is the targets' own entropy, "
        f"{left:.4f}.",
        ("The others share ρ equally.", "The least cross-entropy is the entropy of the target."),
        {
            "The true class does not share in ρ: divide by K - 1.": [1 - rho, rho / k, left],
            "With smoothed targets a perfect prediction has a cost above 0.": [1 - rho, other, 0],
        },
    )


EXERCISES = (diagnosis, pull, smoothing)
