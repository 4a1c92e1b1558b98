"""The operations of the computation graph: for each its value and, beside it, its gradient.

They are functions of arrays and know nothing of the graph (`ribbonet.nn.graph.nodes`). In
`gradient`, `y` is the value, `g` the derivative of the loss with respect to it, and what is
returned the derivative with respect to each operand: None where that is a label or an index.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from ribbonet.nn.layers import Array
from ribbonet.nn.layers.activations import Activation, Softmax

Gradients = tuple[Array | None, ...]
Axis = int | tuple[int, ...] | None


class Operation(ABC):
    """A function of one or two arrays; `symbol` stands for it in drawings."""

    symbol: str

    @abstractmethod
    def value(self, *x: Any, **_: Any) -> Array:
        """Return y for the operands."""

    @abstractmethod
    def gradient(self, g: Array, y: Array, *x: Any, **_: Any) -> Gradients:
        """Return dL/dx for each operand, given g = dL/dy."""


def fold(g: Array, shape: tuple[int, ...]) -> Array:
    """Sum a gradient over the axes along which an operand of `shape` was broadcast.

    >>> fold(np.ones((4, 2, 3)), (2, 1))
    array([[12.],
           [12.]])
    """
    g = g.sum(axis=tuple(range(g.ndim - len(shape))))
    repeated = tuple(i for i, size in enumerate(shape) if size == 1)
    folded: Array = g.sum(axis=repeated, keepdims=True)
    return folded


class Add(Operation):
    """The sum, with broadcasting."""

    symbol = "+"

    def value(self, a: Array, b: Array) -> Array:
        """Return a + b."""
        return np.asarray(a + b)

    def gradient(self, g: Array, y: Array, a: Array, b: Array) -> Gradients:
        """Return g and g."""
        return fold(g, a.shape), fold(g, b.shape)


class Subtract(Operation):
    """The difference, with broadcasting."""

    symbol = "−"

    def value(self, a: Array, b: Array) -> Array:
        """Return a - b."""
        return np.asarray(a - b)

    def gradient(self, g: Array, y: Array, a: Array, b: Array) -> Gradients:
        """Return g and -g."""
        return fold(g, a.shape), fold(-g, b.shape)


class Multiply(Operation):
    """The product number by number, with broadcasting."""

    symbol = "×"

    def value(self, a: Array, b: Array) -> Array:
        """Return a b."""
        return np.asarray(a * b)

    def gradient(self, g: Array, y: Array, a: Array, b: Array) -> Gradients:
        """Return g b and g a."""
        return fold(g * b, a.shape), fold(g * a, b.shape)


class Divide(Operation):
    """The quotient number by number, with broadcasting."""

    symbol = "÷"

    def value(self, a: Array, b: Array) -> Array:
        """Return a / b."""
        return np.asarray(a / b)

    def gradient(self, g: Array, y: Array, a: Array, b: Array) -> Gradients:
        """Return g / b and -g y / b."""
        return fold(g / b, a.shape), fold(-g * y / b, b.shape)


class MatMul(Operation):
    """The product of matrices, of vectors too, and of stacks of matrices with broadcasting."""

    symbol = "@"

    def value(self, a: Array, b: Array) -> Array:
        """Return A B."""
        return np.asarray(a @ b)

    def gradient(self, g: Array, y: Array, a: Array, b: Array) -> Gradients:
        """Return g B^T and A^T g; a vector is a matrix of one row, or of one column."""
        row, column = a.ndim == 1, b.ndim == 1
        rows, columns = a[None, :] if row else a, b[:, None] if column else b
        g = g[..., None] if column else g
        g = np.expand_dims(g, -2) if row else g
        da = fold(g @ columns.swapaxes(-1, -2), rows.shape)
        db = fold(rows.swapaxes(-1, -2) @ g, columns.shape)
        return da.reshape(a.shape), db.reshape(b.shape)


@dataclass(frozen=True)
class Elementwise(Operation):
    """A function of each number: an activation, which has its own derivative."""

    function: type[Activation]
    symbol: str

    def value(self, x: Array) -> Array:
        """Return f(x)."""
        return np.asarray(self.function.value(x))

    def gradient(self, g: Array, y: Array, x: Array) -> Gradients:
        """Return g f'(x)."""
        return (g * self.function.derivative(x, y),)


class Log(Operation):
    """The natural logarithm of each number."""

    symbol = "log"

    def value(self, x: Array) -> Array:
        """Return ln x."""
        return np.asarray(np.log(x))

    def gradient(self, g: Array, y: Array, x: Array) -> Gradients:
        """Return g / x."""
        return (g / x,)


@dataclass(frozen=True)
class Sum(Operation):
    """The sum over some axes, or over all."""

    axis: Axis = None
    keepdims: bool = False
    symbol = "sum"

    def value(self, x: Array) -> Array:
        """Return the sum."""
        return np.asarray(x.sum(axis=self.axis, keepdims=self.keepdims))

    def gradient(self, g: Array, y: Array, x: Array) -> Gradients:
        """Return g for each summand."""
        return (np.broadcast_to(_restore(g, self, x), x.shape),)


@dataclass(frozen=True)
class Max(Operation):
    """The maximum over some axes, or over all."""

    axis: Axis = None
    keepdims: bool = False
    symbol = "max"

    def value(self, x: Array) -> Array:
        """Return the maximum."""
        return np.asarray(x.max(axis=self.axis, keepdims=self.keepdims))

    def gradient(self, g: Array, y: Array, x: Array) -> Gradients:
        """Return g where x is the maximum, in equal parts where several are."""
        largest = x == _restore(y, self, x)
        parts = largest / largest.sum(axis=self.axis, keepdims=True)
        return (_restore(g, self, x) * parts,)


def _restore(reduced: Array, by: Sum | Max, x: Array) -> Array:
    """Give the array that `by` made of `x` the axes back that it took."""
    if by.keepdims or (by.axis is None and x.ndim == 0):
        return reduced
    return np.expand_dims(reduced, tuple(range(x.ndim)) if by.axis is None else by.axis)


class SoftmaxOf(Operation):
    """Probabilities from logits, over the last axis."""

    symbol = "softmax"

    def value(self, z: Array) -> Array:
        """Return e^z / sum e^z."""
        return Softmax.value(z)

    def gradient(self, g: Array, y: Array, z: Array) -> Gradients:
        """Return the Jacobian y_k (delta_kj - y_j) times g."""
        return (y * (g - (g * y).sum(axis=-1, keepdims=True)),)


class CrossEntropy(Operation):
    """Cross-entropy of the softmax of logits z `(..., K)` and targets r.

    Source: Rangan, Neural Network Notes, eq. 18.

    Targets are labels `(...)` or probabilities `(..., K)`; there is a value for each example.
    """

    symbol = "CE"

    def value(self, z: Array, r: Array) -> Array:
        """Return ln sum_k e^z_k - sum_k r_k z_k."""
        largest = z.max(axis=-1)
        log_sum = np.log(np.exp(z - largest[..., None]).sum(axis=-1)) + largest
        return np.asarray(log_sum - (_probabilities(r, z) * z).sum(axis=-1))

    def gradient(self, g: Array, y: Array, z: Array, r: Array) -> Gradients:
        """Return g (softmax(z) - r), and -g z for probabilities."""
        g = g[..., None]
        dz = g * (Softmax.value(z) - _probabilities(r, z))
        return dz, -g * z if r.ndim == z.ndim else None


def _probabilities(r: Array, z: Array) -> Array:
    return r if r.ndim == z.ndim else np.eye(z.shape[-1])[r]


@dataclass(frozen=True)
class Reshape(Operation):
    """The same numbers, laid out in another shape."""

    shape: tuple[int, ...]
    symbol = "reshape"

    def value(self, x: Array) -> Array:
        """Return x in the shape."""
        return x.reshape(self.shape)

    def gradient(self, g: Array, y: Array, x: Array) -> Gradients:
        """Return g in the shape of x."""
        return (g.reshape(x.shape),)


class Transpose(Operation):
    """The axes in reverse order."""

    symbol = "T"

    def value(self, x: Array) -> Array:
        """Return x^T."""
        return x.T

    def gradient(self, g: Array, y: Array, x: Array) -> Gradients:
        """Return g^T."""
        return (g.T,)


class Gather(Operation):
    """Rows chosen by number, as often as they are named: the one-hot without the one-hot."""

    symbol = "gather"

    def value(self, x: Array, indices: Array) -> Array:
        """Return x[indices]."""
        return np.asarray(x[indices])

    def gradient(self, g: Array, y: Array, x: Array, indices: Array) -> Gradients:
        """Return g added to the rows it came from."""
        dx = np.zeros(x.shape, g.dtype)
        np.add.at(dx, indices, g)
        return dx, None
