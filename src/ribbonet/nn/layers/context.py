"""Layers whose output at a residue depends on the whole chain: its mean, and self-attention."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from ribbonet.nn.layers import Array, Arrays, Layer, Mask, Rng

BLOCK = 2**22
"""Attention weights that are in memory at a time."""

WAVELENGTH = 10_000.0
"""Of the slowest rotation, over 2 pi residues (Su et al. 2021)."""


class ChainMean(Layer):
    r"""Add a linear map of the chain's mean to each residue.

    :math:`y(t) = x(t) + m W` with :math:`m = \frac1T \sum_t x(t)` over the T residues of the
    chain, so that each residue sees the composition of its protein. Gradients: with
    :math:`s = \sum_t dy(t)`, :math:`dW = m^T s` and :math:`dx(t) = dy(t) + \frac1T s W^T`.

    Parameters
    ----------
    features : int
        F: `weight` is `(F, F)`.
    init : str
        Rule for the initial weights, see `ribbonet.nn.layers.init`. By default they are zero,
        and the layer is the identity at first.
    """

    along_chains = True
    reach = math.inf

    def __init__(self, features: int, init: str = "zeros") -> None:
        super().__init__()
        self.features, self.init = features, init

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of `weight`."""
        return {"weight": (self.features, self.features)}

    @property
    def input_size(self) -> int:
        """Size of the input's last axis."""
        return self.features

    def initialise(self, rng: Rng, dtype: DTypeLike = np.float32) -> Self:
        """Draw `weight` by the rule `init`."""
        from ribbonet.nn.layers.init import draw

        n = self.features
        self._parameters = {"weight": draw(self.init, rng, (n, n), n, n, dtype)}
        return self

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return y, `(B, L, F)` for x `(B, L, F)`."""
        residues = np.full(len(x), x.shape[1]) if mask is None else mask.sum(axis=1)
        share = (1 / np.maximum(residues, 1)).astype(x.dtype)[:, None]
        seen = x if mask is None else np.where(mask[..., None], x, x.dtype.type(0))
        mean = seen.sum(axis=1) * share
        return x + (mean @ self.parameters["weight"])[:, None], (mean, share, mask)

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return dx and dW."""
        mean, share, mask = cache
        total = gradient.sum(axis=1)
        spread = (share * total @ self.parameters["weight"].T)[:, None]
        if mask is not None:
            spread = spread * mask[..., None]
        return gradient + spread, {"weight": mean.T @ total}


class SelfAttention(Layer):
    r"""Multi-head self-attention with rotary positions.

    Each head asks each residue for a query, a key and a value of D numbers,
    :math:`q = x W_q`, :math:`k = x W_k`, :math:`v = x W_v`, and gives it the mean of all
    residues' values, weighted by how well its query agrees with their keys,

    .. math:: o(t) = \sum_u p(t, u) v(u), \quad
              p(t, \cdot) = \operatorname{softmax}(\beta\, q(t) K^T), \quad \beta = 1 / \sqrt D;

    the output is :math:`y(t) = [o_1(t) \dots o_H(t)] W_o + b` (Vaswani et al. 2017). This is the
    update of a modern Hopfield network (Ramsauer et al. 2020; "MCB128 block 1", slides): the
    queries are the states, the keys the stored patterns, :math:`\beta` the inverse temperature,
    and with values that are the keys an output is the state after one update. Before the
    product, queries and keys are rotated by angles in proportion to their positions (Su et al.
    2021), so that what agrees depends on the distance between two residues.

    With :math:`do(t) = dy(t) W_o^T` and :math:`dp(t, u) = do(t) \cdot v(u)`:
    :math:`dv(u) = \sum_t p(t, u) do(t)`,
    :math:`ds(t, u) = \beta\, p(t, u) (dp(t, u) - do(t) \cdot o(t))`,
    :math:`dq(t) = \sum_u ds(t, u) k(u)`, :math:`dk(u) = \sum_t ds(t, u) q(t)`. The weights p are
    computed some rows at a time, in both passes, so that memory grows with a chain's length and
    not with its square.

    Parameters
    ----------
    features : int
        F: `query`, `key`, `value` and `output` are `(F, F)`, `bias` is `(F,)`.
    heads : int
        H; each has D = F / H numbers, an even number.
    init : str
        Rule for the initial weights, see `ribbonet.nn.layers.init`.
    """

    along_chains = True
    reach = math.inf

    def __init__(self, features: int, heads: int, init: str = "glorot") -> None:
        super().__init__()
        if features % (2 * heads):
            raise ValueError(f"{features} features do not give {heads} heads an even number each")
        self.features, self.heads, self.init = features, heads, init

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of `query`, `key`, `value`, `output` and `bias`."""
        square = (self.features, self.features)
        matrices = dict.fromkeys(("query", "key", "value", "output"), square)
        return matrices | {"bias": (self.features,)}

    @property
    def input_size(self) -> int:
        """Size of the input's last axis."""
        return self.features

    def initialise(self, rng: Rng, dtype: DTypeLike = np.float32) -> Self:
        """Draw the weights by the rule `init`; `bias` is zero."""
        from ribbonet.nn.layers.init import draw

        n = self.features
        self._parameters = {
            name: draw(self.init, rng, shape, n, n, dtype)
            for name, shape in self.shapes.items()
            if name != "bias"
        } | {"bias": np.zeros(n, dtype)}
        return self

    @property
    def scale(self) -> float:
        r"""The inverse temperature :math:`\beta`."""
        return float((self.features // self.heads) ** -0.5)

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return y, `(B, L, F)` for x `(B, L, F)`."""
        if mask is not None:
            x = np.where(mask[..., None], x, x.dtype.type(0))
        q, k, v = self._projected(x)
        mixed, normalisers = np.zeros_like(q), np.zeros(q.shape[:-1], q.dtype)
        for chain, rows, there in self._blocks(x, mask):
            scores = self.scale * (q[chain][rows] @ k[chain][there].T)
            largest = scores.max(axis=1, keepdims=True)
            np.exp(scores - largest, out=scores)
            total = scores.sum(axis=1, keepdims=True)
            mixed[chain][rows] = scores @ v[chain][there] / total
            normalisers[chain][rows] = (largest + np.log(total))[:, 0]
        y = self._joined(mixed) @ self.parameters["output"]
        y += self.parameters["bias"]
        return y, (x, mixed, normalisers, mask)

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return dx, and the gradients of the weights and of the bias."""
        x, mixed, normalisers, mask = cache
        q, k, v = self._projected(x)
        dmixed = self._by_heads(gradient @ self.parameters["output"].T)
        along = (dmixed * mixed).sum(axis=-1)
        dq, dk, dv = (np.zeros_like(q) for _ in range(3))
        for chain, rows, there in self._blocks(x, mask):
            own, do = q[chain][rows], dmixed[chain][rows]
            p = np.exp(self.scale * (own @ k[chain][there].T) - normalisers[chain][rows, None])
            dv[chain][there] += p.T @ do
            p *= do @ v[chain][there].T - along[chain][rows, None]
            p *= self.scale
            dq[chain][rows] = p @ k[chain][there]
            dk[chain][there] += p.T @ own
        flat = x.reshape(-1, self.features)
        dx, gradients = np.zeros_like(x), {}
        turned = {"query": self._rotated(dq, -1), "key": self._rotated(dk, -1), "value": dv}
        for name, part in turned.items():
            dz = self._joined(part)
            dx += dz @ self.parameters[name].T
            gradients[name] = flat.T @ dz.reshape(flat.shape)
        gradients["output"] = self._joined(mixed).reshape(flat.shape).T @ gradient.reshape(
            flat.shape
        )
        gradients["bias"] = gradient.sum(axis=(0, 1))
        return dx, gradients

    def _projected(self, x: Array) -> tuple[Array, Array, Array]:
        """Return rotated queries and keys, and values, each `(B, H, L, D)`."""
        q, k, v = (self._by_heads(x @ self.parameters[n]) for n in ("query", "key", "value"))
        return self._rotated(q), self._rotated(k), v

    def _by_heads(self, x: Array) -> Array:
        """Return x `(B, L, F)` as `(B, H, L, D)`."""
        return np.ascontiguousarray(x.reshape(*x.shape[:2], self.heads, -1).swapaxes(1, 2))

    def _joined(self, x: Array) -> Array:
        """Return x `(B, H, L, D)` as `(B, L, F)`."""
        return x.swapaxes(1, 2).reshape(len(x), -1, self.features)

    def _rotated(self, x: Array, direction: int = 1) -> Array:
        """Rotate numbers i and i + D / 2 of a residue, by its position times the angle of i."""
        cosines, sines = rotation(x.shape[2], x.shape[3], x.dtype)
        a, b = np.split(x, 2, axis=-1)
        sines = sines * x.dtype.type(direction)
        return np.concatenate([a * cosines - b * sines, b * cosines + a * sines], axis=-1)

    def _blocks(
        self, x: Array, mask: Mask | None
    ) -> Iterator[tuple[tuple[int, int], Array, Array]]:
        """Yield a chain and a head, some of its residues, and all of its residues."""
        for chain, length in enumerate([x.shape[1]] * len(x)):
            there = np.arange(length) if mask is None else mask[chain].nonzero()[0]
            rows = max(1, BLOCK // max(1, len(there)))
            for head in range(self.heads):
                for first in range(0, len(there), rows):
                    yield (chain, head), there[first : first + rows], there


def rotation(length: int, size: int, dtype: DTypeLike) -> tuple[Array, Array]:
    """Return cosines and sines of rotary positions.

    Parameters
    ----------
    length, size : int
        Positions L, and numbers D at each.
    dtype : dtype
        Of the result; angles are computed in float64.

    Returns
    -------
    cosines, sines : (L, D / 2) arrays
    """
    angles = np.arange(length)[:, None] * WAVELENGTH ** (-2 * np.arange(size // 2) / size)
    return np.cos(angles).astype(dtype), np.sin(angles).astype(dtype)
