"""Why a hidden layer."""

from __future__ import annotations

import numpy as np

from ribbonet.lessons.question import Draw, Task
from ribbonet.nn.layers.activations import HardThreshold

GATES = {
    "and": (0, 0, 0, 1),
    "or": (0, 1, 1, 1),
    "exclusive or": (0, 1, 1, 0),
    "x1 but not x2": (0, 0, 1, 0),
    "x2 but not x1": (0, 1, 0, 0),
    "not both": (1, 1, 1, 0),
    "neither": (1, 0, 0, 0),
    "equal": (1, 0, 0, 1),
}


def which_function(draw: Draw) -> Task:
    """Find the outputs of a network of thresholds."""
    W = draw.numbers(2, 2, low=-1, high=1, step=1)
    b = draw.numbers(2, low=-1.5, high=0.5, step=1)
    v = draw.numbers(2, low=-2, high=2, step=1)
    c = draw.one_of([-0.5, 0.5])
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
    hidden = HardThreshold.value(X @ W + b)
    out = HardThreshold.value(hidden @ v + c)
    return Task(
        f"A network has two hidden units with a hard threshold (1 where the sum is at least 0), "
        f"`W = {W.tolist()}` with a column for each hidden unit, `b = {b.tolist()}`, and an output "
        f"with a hard threshold, `v = {v.tolist()}`, `c = {c}`. What are its four outputs for "
        "`x = (0,0), (0,1), (1,0), (1,1)`?",
        out,
        f"Hidden: {hidden.tolist()}; outputs: {out.tolist()}.",
        ("Write the two hidden values for each of the four inputs first.",),
        {
            "The rows and columns of W are interchanged.": HardThreshold.value(
                HardThreshold.value(X @ W.T + b) @ v + c
            )
        },
    )


def lines(draw: Draw) -> Task:
    """Count parameters of a network for a plane."""
    units, inputs = draw.one_of(range(3, 20)), draw.one_of([2, 3, 4, 5])
    parameters = inputs * units + units + units + 1
    return Task(
        f"A network has {inputs} inputs, one hidden layer of {units} units and one output, with "
        f"biases "
        "everywhere. How many parameters does it have?",
        parameters,
        f"{inputs}·{units} + {units} in the hidden layer, {units} + 1 in the output: {parameters}.",
        ("Weights into the hidden layer, its biases, weights into the output, its bias.",),
        {
            "The biases are missing.": inputs * units + units,
            "The bias of the output is missing.": parameters - 1,
        },
    )


def separable(draw: Draw) -> Task:
    """Say whether a function of two inputs is linearly separable."""
    first, second = draw.rng.permutation(
        [name for name in GATES if name not in ("equal", "exclusive or")]
    )[:2]
    odd = draw.one_of(["equal", "exclusive or"])
    names = [str(name) for name in draw.rng.permutation([first, second, odd])]
    rows = "; ".join(f"{'ABC'[i]}: {GATES[name]}" for i, name in enumerate(names))
    answer = "ABC"[names.index(odd)]
    return Task(
        "Three functions of two inputs are given by their values for `x = (0,0), (0,1), (1,0), "
        f"(1,1)`: {rows}. Which one can no single neuron compute: A, B or C?",
        answer,
        f"{answer} is '{odd}': its ones lie on one diagonal of the square, its noughts on the "
        f"other.",
        ("Draw the four corners of a square; try to part ones from noughts by a line.",),
    )


EXERCISES = (which_function, lines, separable)
