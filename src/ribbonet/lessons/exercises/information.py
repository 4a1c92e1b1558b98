"""Information, entropy and cross-entropy."""

from __future__ import annotations

import numpy as np

from ribbonet.lessons.question import Draw, Task
from ribbonet.nn.information import cross_entropy, entropy, kl_divergence


def of_shares(draw: Draw) -> Task:
    """Compute an entropy in bits."""
    p = draw.shares(3)
    bits = float(entropy(p, base=2))
    words = ", ".join(
        f"{share:.0%} {s}" for share, s in zip(p, ("helix", "strand", "coil"), strict=True)
    )
    return Task(
        f"A protein has {words}. What is the entropy of its states, in bits?",
        bits,
        f"-sum p log2 p = {bits:.4f}.",
        ("Add -p log2(p) over the three states.",),
        {"That is in nats: use logarithms to base 2.": bits * float(np.log(2))},
    )


def divergence(draw: Draw) -> Task:
    """Compute a KL divergence."""
    q, p = (draw.shares(3) for _ in range(2))
    while np.array_equal(q, p):
        p = draw.shares(3)
    value = float(kl_divergence(q, p))
    return Task(
        f"The truth is `q = {q.tolist()}`, the prediction `p = {p.tolist()}`. How many nats does "
        f"the "
        "prediction lose, that is, what is KL(q||p)?",
        value,
        f"H(q||p) - H(q) = {float(cross_entropy(q, p)):.4f} - {float(entropy(q)):.4f} = "
        f"{value:.4f}.",
        ("Sum q_k ln(q_k / p_k).", "It is the cross-entropy less the entropy of q."),
        {
            "That is KL(p||q), the other way round.": float(kl_divergence(p, q)),
            "That is the cross-entropy; take off H(q).": float(cross_entropy(q, p)),
            "That is in bits.": value / float(np.log(2)),
        },
    )


def perplexity(draw: Draw) -> Task:
    """Go back from a mean cost to a probability."""
    cost = float(draw.numbers(low=0.3, high=1.5, step=0.02).round(2))
    given = float(np.exp(-cost))
    return Task(
        f"A network has a mean cross-entropy of {cost} nats on residues with one-hot labels. "
        f"What is "
        "the geometric mean of the probabilities that it gives to the true states?",
        given,
        f"exp(-{cost}) = {given:.4f}.",
        ("The mean of -ln y is the cost.", "The geometric mean is exp(mean of ln y)."),
        {
            "That is the perplexity, its inverse.": 1 / given,
            "That is for a cost in bits.": float(2**-cost),
        },
    )


EXERCISES = (of_shares, divergence, perplexity)
