"""Initial weights: the rules by which they are drawn."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import DTypeLike

from ribbonet.nn.layers import Array, Rng

RULES = ("glorot", "he", "normal", "uniform", "zeros")


def draw(
    rule: str,
    rng: Rng,
    shape: tuple[int, ...],
    inputs: int,
    outputs: int,
    dtype: DTypeLike = np.float32,
) -> Array:
    r"""Draw initial weights by a rule.

    Parameters
    ----------
    rule : {"glorot", "he", "normal", "uniform", "zeros"}
        - `glorot`: uniform in :math:`\pm\sqrt{6 / (inputs + outputs)}` (Glorot & Bengio 2010),
          for sigmoid and tanh;
        - `he`: normal with variance 2 / inputs (He et al. 2015), for ReLU;
        - `normal`: normal with variance 1 / inputs, ``randn(I, O) / sqrt(I)`` on the slides of
          "MCB128 block 1";
        - `uniform`: uniform in :math:`\pm 1/\sqrt{inputs}`, as PyTorch's `Linear` draws them;
        - `zeros`: all zero, which no hidden layer learns from.
    rng : numpy.random.Generator
        Source of the random numbers; drawn in float64, so that float32 and float64 networks
        of one seed start alike.
    shape : tuple of int
        Shape of the weights.
    inputs, outputs : int
        Active inputs of a unit, and units.
    dtype : dtype
        Of the result.

    Raises
    ------
    ValueError
        For a rule of another name.
    """
    if rule == "glorot":
        limit = math.sqrt(6 / (inputs + outputs))
        return rng.uniform(-limit, limit, shape).astype(dtype)
    if rule == "he":
        return (rng.standard_normal(shape) * math.sqrt(2 / inputs)).astype(dtype)
    if rule == "normal":
        return (rng.standard_normal(shape) / math.sqrt(inputs)).astype(dtype)
    if rule == "uniform":
        limit = 1 / math.sqrt(inputs)
        return rng.uniform(-limit, limit, shape).astype(dtype)
    if rule == "zeros":
        return np.zeros(shape, dtype)
    raise ValueError(f"unknown rule {rule!r} for initial weights; known: {', '.join(RULES)}")
