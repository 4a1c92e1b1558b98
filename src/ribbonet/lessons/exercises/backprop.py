"""Backward by hand."""

from __future__ import annotations

import numpy as np

from ribbonet.lessons.question import Draw, Task
from ribbonet.nn.layers.activations import Sigmoid, Softmax


def at_the_output(draw: Draw) -> Task:
    """Compute dL/da of softmax and cross-entropy."""
    y = draw.rng.permutation(draw.one_of([[0.5, 0.3, 0.2], [0.6, 0.3, 0.1], [0.7, 0.2, 0.1]]))
    k = int(draw.one_of(range(3)))
    t = np.eye(3)[k]
    state = ("helix", "strand", "coil")[k]
    return Task(
        f"For a residue that is {state}, a network gives `y = {y.tolist()}` (helix, strand, coil). "
        "Give `da = dL/da`, three numbers.",
        y - t,
        f"y - t = {(y - t).round(4).tolist()}.",
        ("Softmax and cross-entropy together have the gradient y - t.",),
        {
            "The sign is that of the likelihood; the loss has y - t.": t - y,
            "That is dL/dy; go through the Jacobian too.": -t / y,
        },
    )


def weights(draw: Draw) -> Task:
    """Compute dW2 for a batch of two."""
    h = draw.numbers(2, 2, low=0, high=1, step=0.25)
    da = draw.numbers(2, 3, low=-0.5, high=0.5, step=0.25, zero=True)
    dW = h.T @ da
    return Task(
        f"A batch of two examples has `h = {h.tolist()}` (N = 2, H = 2) and "
        f"`da2 = {da.tolist()}` (N = 2, O = 3), the latter already divided by N. Give `dW2`, H "
        f"rows "
        "of O numbers.",
        dW,
        f"hᵀ da2 = {dW.tolist()}.",
        (
            "dW2 = hᵀ @ da2, shapes [H,N] @ [N,O].",
            "dW2[0][0] = h[0][0] da[0][0] + h[1][0] da[1][0].",
        ),
        {
            "The first index of h is the example; take its transpose.": h @ da,
            "The sum over the examples was divided by N again.": dW / 2,
        },
    )


def hidden(draw: Draw) -> Task:
    """Go back through a layer of sigmoid units."""
    da2, W2 = draw.numbers(2, low=-1, high=1, step=0.25), draw.numbers(3, 2, low=-2, high=2, step=1)
    h = draw.one_of([0.2, 0.5, 0.8]) + np.zeros(3)
    h[draw.one_of(range(3))] = draw.one_of([0.1, 0.4, 0.6, 0.9])
    dh = W2 @ da2
    da1 = dh * h * (1 - h)
    return Task(
        f"Three sigmoid units gave `h = {h.tolist()}`. They lead to two outputs by "
        f"`W2 = {W2.tolist()}` (H rows), and `da2 = {da2.tolist()}`. Give `da1`, three numbers.",
        da1,
        f"dh = da2 W2ᵀ = {dh.tolist()}; times h(1 - h): {da1.round(5).tolist()}.",
        ("First dh = da2 @ W2ᵀ.", f"dh = {dh.tolist()}.", "The slope of a sigmoid is h (1 - h)."),
        {
            "That is dh; multiply by the slope of the sigmoid.": dh,
            "h is already the output: its slope is h (1 - h), not sigmoid'(h).": dh
            * Sigmoid.value(h)
            * (1 - Sigmoid.value(h)),
        },
    )


def one_step(draw: Draw) -> Task:
    """Take one step of gradient descent with a softmax layer."""
    x, W = draw.numbers(2), draw.numbers(2, 3, low=-1, high=1, step=1, zero=True)
    k, rate = int(draw.one_of(range(3))), draw.one_of([0.1, 0.2, 0.5])
    y = Softmax.value(x @ W)
    dW = np.outer(x, y - np.eye(3)[k])
    return Task(
        f"A single layer without biases has `W = {W.tolist()}` (a row for each of two inputs). For "
        f"`x = {x.tolist()}` and the class number {k} (counted from 0), take one step of gradient "
        f"descent with a rate of {rate}. Give the new `W`, two rows of three.",
        W - rate * dW,
        f"y = {y.round(4).tolist()}; dW = xᵀ(y - t) = {dW.round(4).tolist()}; "
        f"W - {rate} dW = {(W - rate * dW).round(4).tolist()}.",
        ("Forward: a = xW, y = softmax(a).", "dW[i][k] = x[i] (y[k] - t[k])."),
        {
            "That goes uphill: subtract the gradient.": W + rate * dW,
            "That is the gradient; the new weights are asked.": dW,
        },
    )


EXERCISES = (at_the_output, weights, hidden, one_step)
