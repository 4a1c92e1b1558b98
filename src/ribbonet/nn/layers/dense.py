"""Affine maps of vectors and of windows of symbols, and tables laid out as vectors."""

from __future__ import annotations

import math
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import DTypeLike

from ribbonet.errors import lacking
from ribbonet.nn.layers import Array, Arrays, Layer, Mask, Rng, Shape


class Dense(Layer):
    r"""The fully connected layer, :math:`z = x W + b`.

    Gradients ("MCB128 block 1"; Datta, "Neural Networks"): :math:`dW = x^T dz`,
    :math:`db = \sum_n dz_n`, :math:`dx = dz\, W^T`.

    Parameters
    ----------
    inputs, outputs : int
        Sizes: `weight` is `(inputs, outputs)`, `bias` is `(outputs,)`.
    init : str
        Rule for the initial weights, see `ribbonet.nn.layers.init`.
    """

    def __init__(self, inputs: int, outputs: int, init: str = "glorot") -> None:
        super().__init__()
        self.inputs, self.outputs, self.init = inputs, outputs, init

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of `weight` and `bias`."""
        return {"weight": (self.inputs, self.outputs), "bias": (self.outputs,)}

    @property
    def input_size(self) -> int:
        """Size of the input's last axis."""
        return self.inputs

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape with `outputs` as its last axis."""
        return (*shape[:-1], self.outputs)

    @property
    def links(self) -> Array:
        """The weights."""
        return self.parameters["weight"]

    def initialise(self, rng: Rng, dtype: DTypeLike = np.float32) -> Self:
        """Draw `weight` by the rule `init`; `bias` is zero."""
        from ribbonet.nn.layers.init import draw

        self._parameters = {
            "weight": draw(self.init, rng, self.shapes["weight"], self.inputs, self.outputs, dtype),
            "bias": np.zeros(self.outputs, dtype),
        }
        return self

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return x W + b, `(..., outputs)` for `(..., inputs)`."""
        z: Array = x @ self.parameters["weight"]
        z += self.parameters["bias"]
        return z, x

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return dz W^T, and x^T dz and the sum of dz."""
        x = cache.reshape(-1, self.inputs)
        dz = gradient.reshape(-1, self.outputs)
        gradients = {"weight": x.T @ dz, "bias": dz.sum(axis=0)}
        return gradient @ self.parameters["weight"].T, gradients


class WindowDense(Layer):
    """The fully connected layer over one-hot windows, without the one-hot.

    A window of `W` symbols, one-hot over an alphabet of `S` (Qian & Sejnowski 1988: 13 and
    21), has `W` ones among `W S` entries, so that its product with the weights is a sum of
    `W` rows. The forward pass gathers and adds those rows; the backward pass adds the
    gradient to them. Equal to `Dense` on the one-hot windows, and much cheaper.

    Parameters
    ----------
    window : int
        Symbols in a window, `W`.
    symbols : int
        Size of the alphabet, `S`.
    outputs : int
        Units. `weight` is `(W S, outputs)`, row `position * S + code`; `bias` `(outputs,)`.
    init : str
        Rule for the initial weights; a unit has `W` active inputs at a time, and that is
        the number of inputs the rule is given.
    """

    reads_codes = True

    def __init__(self, window: int, symbols: int, outputs: int, init: str = "glorot") -> None:
        super().__init__()
        self.window, self.symbols, self.outputs, self.init = window, symbols, outputs, init

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of `weight` and `bias`."""
        return {"weight": (self.window * self.symbols, self.outputs), "bias": (self.outputs,)}

    @property
    def input_size(self) -> int:
        """Size of the input's last axis."""
        return self.window

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape with `outputs` as its last axis."""
        return (*shape[:-1], self.outputs)

    @property
    def links(self) -> Array:
        """The weights."""
        return self.parameters["weight"]

    def initialise(self, rng: Rng, dtype: DTypeLike = np.float32) -> Self:
        """Draw `weight` by the rule `init`; `bias` is zero."""
        from ribbonet.nn.layers.init import draw

        self._parameters = {
            "weight": draw(self.init, rng, self.shapes["weight"], self.window, self.outputs, dtype),
            "bias": np.zeros(self.outputs, dtype),
        }
        return self

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return the sum of the rows that each window selects, and the bias.

        Parameters
        ----------
        x : (..., W) array of int
            Windows of codes below `symbols`.
        """
        codes = x.reshape(-1, self.window)
        rows = self.parameters["weight"].reshape(self.window, self.symbols, self.outputs)
        z = np.empty((len(codes), self.outputs), rows.dtype)
        z[:] = self.parameters["bias"]
        for position in range(self.window):
            z += rows[position].take(codes[:, position], axis=0)
        return z.reshape(*x.shape[:-1], self.outputs), codes

    def backward(self, gradient: Array, cache: Any) -> tuple[None, Arrays]:
        """Add each window's dz to the rows it selected; codes have no gradient.

        The sum is a product with the transposed one-hot matrix, kept as the list of its ones
        (compressed sparse rows), 4 bytes for each symbol of a window.
        """
        try:
            from scipy.sparse import csr_array
        except ImportError:
            raise lacking("training over windows", "SciPy", "train") from None
        codes = cache
        dz = gradient.reshape(-1, self.outputs)
        n = len(codes)
        columns = codes + np.arange(self.window, dtype=np.int32) * self.symbols
        starts = np.arange(0, n * self.window + 1, self.window, dtype=np.int32)
        ones = np.ones(n * self.window, dz.dtype)
        selected = csr_array((ones, columns.ravel(), starts), (n, self.window * self.symbols))
        return None, {"weight": selected.T @ dz, "bias": dz.sum(axis=0)}


class Flatten(Layer):
    """Each example's table laid out as one vector, row after row or column after column.

    The slides of "MCB128 block 1" flatten a one-hot DNA sequence both ways. The gradient is laid
    back.

    Parameters
    ----------
    order : {"C", "F"}
        Row-wise (as in C) or column-wise (as in Fortran).

    Examples
    --------
    >>> table = np.array([[[1, 2, 3], [4, 5, 6]]])
    >>> Flatten("C")(table), Flatten("F")(table)
    (array([[1, 2, 3, 4, 5, 6]]), array([[1, 4, 2, 5, 3, 6]]))
    """

    def __init__(self, order: Literal["C", "F"] = "C") -> None:
        super().__init__()
        if order not in ("C", "F"):
            raise ValueError(f"the order must be 'C' or 'F', it is {order!r}")
        self.order = order

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape with all axes but the first as one."""
        return (shape[0], math.prod(int(size) for size in shape[1:]))

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return x `(N, ...)` as `(N, F)`, and its shape as cache."""
        rows = x if self.order == "C" else _turned(x)
        return rows.reshape(len(x), -1), rows.shape

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return the gradient in the shape of x."""
        rows = gradient.reshape(cache)
        return rows if self.order == "C" else _turned(rows), {}


def _turned(x: Array) -> Array:
    """Return x with all its axes but the first in reverse order."""
    return x.transpose(0, *range(x.ndim - 1, 0, -1))
