"""Information of a distribution, and between two: what the cross-entropy loss measures.

All functions take probabilities over the last axis, `(..., K)`, and return nats, or bits with
`base=2`; 0 log 0 is 0. Source: MCB128 block 1, text and slides.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from ribbonet.nn.layers import Array


def information_content(p: ArrayLike, base: float = math.e) -> Array:
    r"""Shannon information of an event of probability p, :math:`-\log p`, elementwise.

    Examples
    --------
    >>> float(information_content(0.25, base=2))
    2.0
    """
    with np.errstate(divide="ignore"):
        return np.asarray(0.0 - np.log(p) / math.log(base))  # 0, not -0, where p is 1


def cross_entropy(p: ArrayLike, q: ArrayLike, base: float = math.e) -> Array:
    r"""Mean over p of the information of q's events, :math:`H(p \| q) = -\sum_k p_k \log q_k`.

    Infinite where an event has probability 0 in q and not in p.

    Examples
    --------
    >>> float(cross_entropy([0, 1], [0.5, 0.5], base=2))
    1.0
    """
    p, information = np.broadcast_arrays(p, information_content(q, base))
    return np.asarray(np.multiply(p, information, where=p > 0, out=np.zeros(p.shape)).sum(axis=-1))


def entropy(p: ArrayLike, base: float = math.e) -> Array:
    r"""Average information of p, :math:`H(p) = -\sum_k p_k \log p_k`, at most log K.

    Examples
    --------
    >>> float(entropy([0.25, 0.25, 0.25, 0.25], base=2))
    2.0
    """
    return cross_entropy(p, p, base)


def kl_divergence(p: ArrayLike, q: ArrayLike, base: float = math.e) -> Array:
    r"""Kullback-Leibler divergence, :math:`\sum_k p_k \log(p_k / q_k) = H(p \| q) - H(p)`.

    Never negative, and zero only where p and q are the same.

    Examples
    --------
    >>> float(kl_divergence([0, 1], [0.5, 0.5], base=2))
    1.0
    """
    return cross_entropy(p, q, base) - entropy(p, base)
