"""Forward by hand."""

from __future__ import annotations

import numpy as np

from ribbonet.lessons.question import Draw, Task
from ribbonet.nn.layers.activations import Sigmoid


def one_hidden(draw: Draw) -> Task:
    """Go forward through two hidden units."""
    x, W, v = draw.numbers(2), draw.numbers(2, 2), draw.numbers(2)
    b, c = draw.numbers(2), float(draw.numbers())
    z = Sigmoid.value(x @ W + b)
    p = float(Sigmoid.value(np.array(z @ v + c)))
    other = float(Sigmoid.value(np.array(Sigmoid.value(x @ W.T + b) @ v + c)))
    return Task(
        f"Two inputs, two hidden sigmoid units, one sigmoid output: `x = {x.tolist()}`, "
        f"`W = {W.tolist()}` (a row for each input), `b = {b.tolist()}`, `v = {v.tolist()}`, "
        f"`c = {c}`. What is `p`?",
        p,
        f"z = {z.round(4).tolist()}, p = sigmoid({float(z @ v + c):.4f}) = {p:.4f}.",
        (
            "First hidden unit: x1 W[0][0] + x2 W[1][0] + b1.",
            f"z is {z.round(3).tolist()}.",
        ),
        {
            "W[i][j] leads from input i to unit j; you used the transpose.": other,
            "The last sigmoid is missing.": float(z @ v + c),
            "The hidden units' sigmoid is missing.": float(
                Sigmoid.value(np.array((x @ W + b) @ v + c))
            ),
        },
    )


def flattened(draw: Draw) -> Task:
    """Find the place of a one in a flattened sequence."""
    sequence = "".join(draw.rng.choice(list("ACGT"), 7))
    place = draw.one_of(range(2, 7))
    base = "ACGT".index(sequence[place - 1])
    rows, columns = 4 * (place - 1) + base, 7 * base + place - 1
    return Task(
        f"The DNA sequence {sequence} is one-hot in the columns A, C, G, T, a row a base, and "
        f"flattened. At which index, counted from 0, stands the 1 of base number {place} (counted "
        "from 1) if it is flattened row by row, and at which if column by column? Give two "
        "numbers.",
        [rows, columns],
        f"4·{place - 1} + {base} = {rows}; 7·{base} + {place - 1} = {columns}.",
        ("Row by row: four numbers for each base before it.",),
        {
            "The two are interchanged.": [columns, rows],
            "Count the index from 0.": [rows + 1, columns + 1],
        },
    )


def parameters(draw: Draw) -> Task:
    """Count the parameters of a window network."""
    width, hidden = draw.one_of([7, 9, 11, 15, 17, 19, 21]), draw.one_of(range(10, 60, 5))
    inputs = 21 * width
    number = inputs * hidden + hidden + hidden * 3 + 3
    return Task(
        f"A network reads windows of {width} residues, one-hot of 21 symbols, and has {hidden} "
        f"hidden "
        "units and 3 outputs. How many parameters does it have, biases included?",
        number,
        f"{inputs}·{hidden} + {hidden} + {hidden}·3 + 3 = {number}.",
        (f"There are 21·{width} = {inputs} inputs.",),
        {
            "The biases are missing.": number - hidden - 3,
            "A residue is 21 inputs, not one.": width * hidden + hidden + hidden * 3 + 3,
        },
    )


EXERCISES = (one_hidden, flattened, parameters)
