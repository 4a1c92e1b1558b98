"""Downhill: gradient descent, momentum, Adam."""

from __future__ import annotations

import numpy as np

from ribbonet.lessons.question import Draw, Task


def momentum(draw: Draw) -> Task:
    """Take three steps with momentum."""
    g = draw.numbers(3, low=-2, high=2, step=0.5)
    theta, mu, rate = float(draw.numbers()), draw.one_of([0.5, 0.8, 0.9]), draw.one_of([0.1, 0.2])
    v, place = 0.0, theta
    for own in g:
        v = mu * v + own
        place -= rate * v
    return Task(
        f"A weight starts at {theta}; its gradients in three steps are {g.tolist()}. Where is it "
        f"after "
        f"them, with a rate of {rate} and a momentum of {mu}, starting with `v = 0`?",
        place,
        f"v ends at {v:g}, the weight at {place:g}.",
        ("v ← μ v + g, then θ ← θ - α v, three times.",),
        {"That is without momentum.": theta - rate * float(g.sum())},
    )


def adam(draw: Draw) -> Task:
    """Compute the corrected moments after two steps."""
    g1, g2 = draw.numbers(2, low=-2, high=2, step=0.25)
    while abs(g1) == abs(g2):
        g2 = float(draw.numbers(low=-2, high=2, step=0.25))
    m = 0.9 * 0.1 * g1 + 0.1 * g2
    v = 0.999 * 0.001 * g1**2 + 0.001 * g2**2
    corrected = [m / (1 - 0.9**2), v / (1 - 0.999**2)]
    return Task(
        f"Adam with beta1 = 0.9, beta2 = 0.999 sees the gradients {g1:g} and then {g2:g}. Give m "
        f"and v "
        "after the second step with their corrections (m-hat, v-hat), two numbers.",
        corrected,
        f"m = {m:.4f}, v = {v:.6f}; divided by 0.19 and 0.001999: {corrected[0]:.4f}, "
        f"{corrected[1]:.4f}.",
        ("m = 0.9 m + 0.1 g, twice from 0; then divide by 1 - 0.9².",),
        {
            "These are not corrected.": [m, v],
            "The correction is that of step 1; this is step 2.": [m / 0.1, v / 0.001],
        },
    )


def rate(draw: Draw) -> Task:
    """Find the largest stable learning rate of a parabola."""
    c = draw.one_of([2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 16.0, 20.0])
    start, alpha = (
        draw.one_of([1.0, 2.0, 4.0, 8.0]),
        float(np.round(draw.one_of([0.5, 1.5]) / c, 4)),
    )
    place = start * (1 - alpha * c) ** 3
    return Task(
        f"The loss is `L = {c / 2:g} θ²`. Gradient descent starts at θ = {start:g}. Give θ after "
        f"three "
        f"steps with a rate of {alpha:g}, and the rate beyond which the descent explodes: two "
        f"numbers.",
        [place, 2 / c],
        f"Each step multiplies by 1 - {alpha:g}·{c:g} = {1 - alpha * c:g}; it explodes beyond "
        f"2/{c:g}.",
        (f"The gradient is {c:g} θ.", "It explodes where |1 - α c| > 1."),
        {"At 1/c it arrives in one step; it still converges up to twice that.": [place, 1 / c]},
    )


EXERCISES = (momentum, adam, rate)
