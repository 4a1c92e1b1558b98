"""Many outputs and the softmax."""

from __future__ import annotations

import numpy as np

from ribbonet.lessons.question import Draw, Task
from ribbonet.nn.layers.activations import Sigmoid, Softmax


def probabilities(draw: Draw) -> Task:
    """Compute a softmax."""
    a = draw.numbers(3, low=-3, high=3, zero=True)
    while len(set(a)) < 3:
        a = draw.numbers(3, low=-3, high=3, zero=True)
    y = Softmax.value(a)
    return Task(
        f"Helix, strand and coil have the activations `a = {a.tolist()}`. What are the three "
        "probabilities?",
        y,
        f"exp(a) = {np.exp(a).round(4).tolist()}, divided by their sum: {y.round(4).tolist()}.",
        ("Exponentiate each, then divide by the sum of the three.",),
        {
            "These are not normalised: divide by their sum.": np.exp(a),
            "These are three sigmoids, which need not sum to 1.": Sigmoid.value(a),
        },
    )


def jacobian(draw: Draw) -> Task:
    """Compute the Jacobian of a softmax."""
    y = draw.shares(3)
    J = Softmax.jacobian(y)
    return Task(
        f"A softmax has given `y = {y.tolist()}`. Write its Jacobian, three rows: in row k and "
        "column i the derivative of y_k with respect to a_i.",
        J,
        f"diag(y) - y yᵀ = {J.round(4).tolist()}.",
        ("On the diagonal y_k (1 - y_k), elsewhere -y_k y_i.", "Every row sums to 0."),
        {
            "Beside the diagonal the sign is negative: one rises, the others fall.": np.abs(J),
            "The diagonal alone is not enough: all activations move all probabilities.": np.diag(
                np.diag(J)
            ),
        },
    )


def two_classes(draw: Draw) -> Task:
    """Turn a softmax of two into a sigmoid."""
    w1, w0 = draw.numbers(2), draw.numbers(2)
    while np.array_equal(w1, w0):
        w0 = draw.numbers(2)
    return Task(
        f"A softmax of two classes has the weight vectors `w1 = {w1.tolist()}` and "
        f"`w0 = {w0.tolist()}`, and no biases. Which two weights must one sigmoid neuron have to "
        "give the same probability of class 1?",
        w1 - w0,
        f"w1 - w0 = {(w1 - w0).tolist()}.",
        ("Only the difference of the two activations counts.",),
        {"That is the sum; the difference counts.": w1 + w0, "That is class 0's.": w0 - w1},
    )


EXERCISES = (probabilities, jacobian, two_classes)
