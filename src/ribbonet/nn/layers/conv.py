"""Convolution along chains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from ribbonet.nn.layers import Array, Arrays, Layer, Mask, Quantised, Rng, Shape
from ribbonet.nn.layers.winograd import CHANNELS, KERNELS, ShortFilter


class Conv1d(Layer):
    r"""Convolution along a chain: one small layer that looks at every position's neighbours.

    :math:`z(t) = \sum_{j=0}^{k-1} x(t + (j - c) d)\, W_j + b` with c = (k - 1) / 2
    ("Deep Learning in Python"); beyond the ends of the chain, and where the mask is false, x is
    zero, and the output is as long as the input. Gradients: :math:`dW_j = \sum_t x(t + (j - c) d)^T
    dz(t)`, :math:`db = \sum_t dz(t)`, :math:`dx(t) = \sum_j dz(t - (j - c) d)\, W_j^T`, itself a
    convolution.

    (What neural networks call convolution is correlation, here and in PyTorch.)

    Parameters
    ----------
    inputs, outputs : int
        Channels: `weight` is `(kernel, inputs / groups, outputs)`, `bias` is `(outputs,)`.
    kernel : int
        Positions that an output sees, k; odd.
    dilation : int
        Distance d between them.
    groups : int
        Parts of equal size into which channels are cut; outputs see only their own part's
        inputs.
    init : str
        Rule for the initial weights, see `ribbonet.nn.layers.init`.
    """

    along_chains = True

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int,
        dilation: int = 1,
        groups: int = 1,
        init: str = "glorot",
    ) -> None:
        super().__init__()
        if kernel % 2 == 0:
            raise ValueError(f"the kernel must be odd, to have a middle; it is {kernel}")
        if inputs % groups or outputs % groups:
            raise ValueError(f"{groups} groups do not divide {inputs} inputs, {outputs} outputs")
        self.inputs, self.outputs, self.kernel = inputs, outputs, kernel
        self.dilation, self.groups, self.init = dilation, groups, init

    @property
    def parameters(self) -> Arrays:
        """The trained arrays by name; a weight that is held in integers cannot be changed."""
        weight = self._parameters.get("weight")
        if not isinstance(weight, Quantised):
            return self._parameters
        floats = weight.floats()
        floats.flags.writeable = False  # it is made anew each time, so a change would be lost
        return {**self._parameters, "weight": floats}

    def _set(self, state: Mapping[str, Array | Quantised]) -> None:
        """Make the arrays of `state` the layer's own; a weight in integers stays so."""
        self._parameters = {name: state[name] for name in self.shapes}

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of `weight` and `bias`."""
        weight = (self.kernel, self.inputs // self.groups, self.outputs)
        return {"weight": weight, "bias": (self.outputs,)}

    @property
    def input_size(self) -> int:
        """Channels of the input."""
        return self.inputs

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape with `outputs` as its last axis."""
        return (*shape[:-1], self.outputs)

    @property
    def reach(self) -> float:
        """Residues on either side that the kernel sees."""
        return self.kernel // 2 * self.dilation

    @property
    def links(self) -> Array:
        """The weights summed over the kernel's positions."""
        weight: Array = self.parameters["weight"].sum(axis=0)
        links = np.zeros((self.inputs, self.outputs), weight.dtype)
        for rows, cells in zip(
            np.split(np.arange(self.inputs), self.groups),
            np.split(np.arange(self.outputs), self.groups),
            strict=True,
        ):
            links[np.ix_(rows, cells)] = weight[:, cells]
        return links

    def for_prediction(self) -> Conv1d:
        """Return a `ShortConv1d` where it is faster: for many channels in float32."""
        fits = self.kernel in KERNELS and self.groups == 1
        wide = min(self.inputs, self.outputs) >= CHANNELS
        single = self._parameters["bias"].dtype == np.float32
        return ShortConv1d(self) if fits and wide and single else self

    def initialise(self, rng: Rng, dtype: DTypeLike = np.float32) -> Self:
        """Draw `weight` by the rule `init`; `bias` is zero."""
        from ribbonet.nn.layers.init import draw

        seen, seers = (self.kernel * n // self.groups for n in (self.inputs, self.outputs))
        self._parameters = {
            "weight": draw(self.init, rng, self.shapes["weight"], seen, seers, dtype),
            "bias": np.zeros(self.outputs, dtype),
        }
        return self

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return z, `(B, L, outputs)` for x `(B, L, inputs)`."""
        padded = self._padded(x, mask)
        z = self._correlate(padded, self._matrices())
        z += self.parameters["bias"]
        return z, (padded, mask)

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return dx, and dW and db."""
        padded, mask = cache
        dz = self._padded(gradient)
        dx = self._correlate(dz, self._matrices()[::-1].swapaxes(-1, -2))
        if mask is not None:
            dx *= mask[..., None]
        dz = self._shifted(dz, self.kernel // 2)
        dw = [
            (self._shifted(padded, j).swapaxes(-1, -2) @ dz).sum(axis=0).swapaxes(0, 1)
            for j in range(self.kernel)
        ]
        db = gradient.reshape(-1, self.outputs).sum(axis=0)
        return dx, {"weight": np.stack(dw).reshape(self.shapes["weight"]), "bias": db}

    def _matrices(self) -> Array:
        """Return the weights as a matrix for each position and group, `(k, G, I / G, O / G)`."""
        weight = self.parameters["weight"]
        return weight.reshape(*weight.shape[:2], self.groups, -1).swapaxes(1, 2)

    def _padded(self, x: Array, mask: Mask | None = None) -> Array:
        """Return x `(B, L, C)` with zeros at both ends and outside the mask, by groups.

        The result is `(B, G, L + 2 c d, C / G)`, a view of an array in the order of x.
        """
        b, length, channels = x.shape
        ends = self.kernel // 2 * self.dilation
        padded = np.zeros((b, length + 2 * ends, channels), x.dtype)
        where = True if mask is None else mask[..., None]
        np.copyto(padded[:, ends : ends + length], x, where=where)
        parts = (self.groups, channels // self.groups)
        return padded.reshape(*padded.shape[:2], *parts).swapaxes(1, 2)

    def _shifted(self, padded: Array, j: int) -> Array:
        """Return what position j of the kernel sees, `(..., L, C / G)`: a view."""
        length = padded.shape[-2] - (self.kernel - 1) * self.dilation
        return padded[..., j * self.dilation : j * self.dilation + length, :]

    def _correlate(self, padded: Array, matrices: Array) -> Array:
        """Return the sum over j of what position j sees times its matrix, `(B, L, O)`.

        Chain by chain, so that the sum stays in the processor's cache.
        """
        b, groups, length, _ = self._shifted(padded, 0).shape
        outputs = matrices.shape[-1]
        z = np.empty((b, groups, length, outputs), padded.dtype)
        term = np.empty_like(z[0])
        for chain, total in zip(padded, z, strict=True):
            np.matmul(self._shifted(chain, 0), matrices[0], out=total)
            for j in range(1, self.kernel):
                np.matmul(self._shifted(chain, j), matrices[j], out=term)
                total += term
        return z.swapaxes(1, 2).reshape(b, length, groups * outputs)


class ShortConv1d(Conv1d, in_files=False):
    """A convolution that predicts with fewer multiplications, see `ribbonet.nn.layers.winograd`.

    Parameters
    ----------
    layer : Conv1d
        Of one group, with a kernel of `KERNELS`; its parameters are shared.

    Attributes
    ----------
    filter : ShortFilter
    """

    def __init__(self, layer: Conv1d) -> None:
        super().__init__(layer.inputs, layer.outputs, layer.kernel, layer.dilation)
        self._layer = layer
        self._parameters = layer._parameters
        self.filter = ShortFilter(layer.parameters["weight"], layer.dilation)

    def for_prediction(self) -> Conv1d:
        """Return the layer itself."""
        return self

    def config(self) -> dict[str, Any]:
        """Return the configuration of the `Conv1d`."""
        return self._layer.config()

    def __call__(self, x: Array, mask: Mask | None = None) -> Array:
        """Return z, `(B, L, outputs)` for x `(B, L, inputs)`."""
        return self.filter(x, self._parameters["bias"], mask)
