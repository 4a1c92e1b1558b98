r"""Feedback networks that store patterns and retrieve them from corrupted ones.

Source: MCB128 block 1, slides.

`Hopfield` is the classic network of two-state units (Hopfield 1982); `ModernHopfield` the one of
continuous states whose update is the attention of transformers (Ramsauer et al. 2021).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

import numpy as np

from ribbonet.nn.layers import Array, Rng
from ribbonet.nn.layers.activations import Softmax

Rule = Literal["hebbian", "pseudo-inverse"]


class Hopfield:
    r"""The classic network: units of -1 or +1, each fed by all others.

    Units are set to the sign of their input, :math:`s_i \leftarrow \mathrm{sign}(\sum_j W_{ij}
    s_j)`; one whose input is 0 keeps its state. Updated one at a time, no step increases the energy
    :math:`E = -\frac12 s^T W s`, as long as W is symmetric with a zero diagonal, so that states
    reach a fixed point. Updated all at once, they may end in a cycle of two states.

    Parameters
    ----------
    weights : (N, N) array

    Examples
    --------
    >>> network = Hopfield.store(np.array([[1, -1, 1, -1, 1, -1], [1, 1, 1, -1, -1, -1]]))
    >>> network.retrieve(np.array([[-1, 1, 1, -1, -1, -1]]))
    array([[ 1,  1,  1, -1, -1, -1]])
    """

    def __init__(self, weights: Array) -> None:
        self.weights = weights

    @classmethod
    def store(cls, patterns: Array, rule: Rule = "hebbian") -> Self:
        r"""Return the network that stores patterns.

        Parameters
        ----------
        patterns : (P, N) array of -1 and +1
        rule : {"hebbian", "pseudo-inverse"}
            Hebb's :math:`W = \frac1N X^T X` holds about 0.14 N random patterns (Amit et al.
            1985). The pseudo-inverse :math:`W = X^+ X`, which projects on the patterns
            (Personnaz et al. 1986), holds any that are linearly independent, correlated ones
            too. The diagonal is then set to zero.
        """
        x = patterns.astype(float)
        weights = x.T @ x / x.shape[1] if rule == "hebbian" else np.linalg.pinv(x) @ x
        weights = (weights + weights.T) / 2
        np.fill_diagonal(weights, 0)
        return cls(weights)

    def energy(self, states: Array) -> Array:
        """Return the energy of each state, `(...)` for `(..., N)`."""
        energies: Array = -0.5 * (states * (states @ self.weights)).sum(axis=-1)
        return energies

    def retrieve(
        self,
        states: Array,
        *,
        update: Literal["asynchronous", "synchronous"] = "asynchronous",
        steps: int = 100,
        rng: Rng | None = None,
    ) -> Array:
        """Update states until they no longer change.

        Parameters
        ----------
        states : (M, N) array of -1 and +1
        update : {"asynchronous", "synchronous"}
            One unit after the other, or all at once.
        steps : int
            Updates of every unit at most.
        rng : numpy.random.Generator, optional
            Draws the order of the units in each step; by default they take turns.
        """
        states = states.copy()
        n = states.shape[1]
        for _ in range(steps):
            before = states.copy()
            if update == "synchronous":
                states = _sign(states @ self.weights, states)
            else:
                for unit in range(n) if rng is None else rng.permutation(n):
                    states[:, unit] = _sign(states @ self.weights[:, unit], states[:, unit])
            if np.array_equal(states, before):
                break
        return states

    def trajectory(
        self,
        state: Array,
        *,
        update: Literal["asynchronous", "synchronous"] = "asynchronous",
        steps: int = 100,
        rng: Rng | None = None,
    ) -> Iterator[Array]:
        """Yield the states `(N,)` from the given one to the fixed point.

        Between two of them one unit has changed or, if all are updated at once, some have. The
        parameters are those of `retrieve`, and so is the last state.

        Examples
        --------
        >>> network = Hopfield.store(np.array([[1, -1, 1, -1, 1, -1], [1, 1, 1, -1, -1, -1]]))
        >>> for state in network.trajectory(np.array([-1, 1, 1, -1, -1, -1])):
        ...     print(state, network.energy(state).round(2))
        [-1  1  1 -1 -1 -1] -0.33
        [ 1  1  1 -1 -1 -1] -2.33
        """
        state, n = state.copy(), len(state)
        yield state.copy()
        for _ in range(steps):
            at_rest = True
            order = range(n) if rng is None else rng.permutation(n)
            groups = [slice(None)] if update == "synchronous" else [slice(i, i + 1) for i in order]
            for units in groups:
                following = _sign(state @ self.weights[:, units], state[units])
                if not np.array_equal(following, state[units]):
                    state[units], at_rest = following, False
                    yield state.copy()
            if at_rest:
                return


def _sign(fed: Array, states: Array) -> Array:
    """Return the sign of what units are fed, and their state where it is 0 but for rounding."""
    sign: Array = np.where(np.abs(fed) < 1e-12, states, np.sign(fed)).astype(states.dtype)
    return sign


class ModernHopfield:
    r"""The network of continuous states, :math:`\xi \leftarrow X^T \mathrm{softmax}(\beta X \xi)`.

    That is attention with the state as query and the patterns as keys and values, where
    :math:`\beta = 1/\sqrt{d}`. It does not increase the energy :math:`E = -\mathrm{lse}(\beta,
    X \xi) + \frac12 \xi^T \xi + \frac1\beta \ln P + \frac12 M^2`, with M the largest norm of a
    pattern (Ramsauer et al. 2021, eq. 2 and 3). Its fixed points are of three kinds: the mean of
    all patterns (beta small), means of some that are alike, and single patterns (beta large).

    Parameters
    ----------
    patterns : (P, N) array
    beta : float
        Inverse temperature.
    """

    def __init__(self, patterns: Array, beta: float = 1.0) -> None:
        self.patterns, self.beta = patterns, beta

    def attention(self, states: Array) -> Array:
        """Return the share of each pattern in the next state, `(M, P)` for `(M, N)`."""
        return Softmax.value(self.beta * (states @ self.patterns.T))

    def energy(self, states: Array) -> Array:
        """Return the energy of each state, at least 0."""
        scores = self.beta * (states @ self.patterns.T)
        largest = scores.max(axis=-1)
        log_mean = np.log(np.exp(scores - largest[..., None]).mean(axis=-1)) + largest
        norm = np.square(self.patterns).sum(axis=-1).max()
        energies: Array = 0.5 * (np.square(states).sum(axis=-1) + norm) - log_mean / self.beta
        return energies

    def retrieve(self, states: Array, *, steps: int = 100, tolerance: float = 1e-6) -> Array:
        """Update each state `(M, N)` until it moves by at most `tolerance`, or `steps` times."""
        states = states.astype(np.result_type(states, self.patterns, np.float32))
        moving = np.arange(len(states))
        for _ in range(steps):
            following = self.attention(states[moving]) @ self.patterns
            moved = np.abs(following - states[moving]).max(axis=-1) > tolerance
            states[moving] = following
            moving = moving[moved]
        return states

    def fixed_point(self, state: Array, threshold: float = 0.5) -> str:
        """Return which kind of fixed point a state `(N,)` is: "global", "metastable", "single".

        The kind depends on how many patterns share the attention (the exponential of its entropy):
        all but `threshold` (global), at most 1 + `threshold` (single), or between.
        """
        shares = self.attention(state)
        number = np.exp(-(shares * np.log(np.maximum(shares, 1e-300))).sum())
        if number <= 1 + threshold:
            return "single"
        return "global" if number >= len(self.patterns) - threshold else "metastable"


def recalled(
    memory: Hopfield | ModernHopfield,
    patterns: Array,
    *,
    flipped: float = 0.1,
    steps: int = 100,
    rng: Rng,
) -> float:
    """Return the share of patterns that a memory retrieves without error.

    Each is retrieved from a copy in which a share of the units is flipped, so that the number of
    patterns at which this falls is the capacity of the rule.

    Parameters
    ----------
    memory : Hopfield or ModernHopfield
    patterns : (P, N) array of -1 and +1
        Some of those that it stores.
    flipped : float
        Share of the units, from 0 to 1, chosen anew for each pattern.
    steps : int
        Updates of each unit at most.
    rng : numpy.random.Generator

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.choice([-1, 1], (30, 100))
    >>> recalled(Hopfield.store(x[:5]), x[:5], rng=rng)
    1.0
    >>> recalled(Hopfield.store(x), x, rng=rng) < 0.1
    True
    >>> recalled(ModernHopfield(x), x, steps=1, rng=rng)
    1.0
    """
    number = round(flipped * patterns.shape[1])
    units = rng.permuted(np.tile(np.arange(patterns.shape[1]), (len(patterns), 1)), axis=1)
    corrupted = patterns.copy()
    np.put_along_axis(
        corrupted,
        units[:, :number],
        -np.take_along_axis(patterns, units[:, :number], axis=1),
        axis=1,
    )
    found = np.sign(memory.retrieve(corrupted, steps=steps))
    return float((found == patterns).all(axis=1).mean())
