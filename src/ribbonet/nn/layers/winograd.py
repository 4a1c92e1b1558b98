r"""Convolutions with fewer multiplications, for prediction.

Eight neighbouring outputs of a convolution of 7 taps take 56 products of matrices as `Conv1d`
computes them. They are coefficients of a product of polynomials, which follows from its values at
14 points; there each value is one product. So (Toom 1963, Cook 1966; Winograd 1980; Lavin & Gray
2016, arXiv:1509.09308) with g the taps, d the 14 inputs that eight outputs see, and matrices of
numbers that depend on the points alone,

.. math:: Y = A^T [(G g) \odot (B^T d)],

14 products of matrices, and sums that cost a fraction of one. The result differs from `Conv1d`'s
by rounding, some 2e-5 of an output's size in float32.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from ribbonet.nn.layers import Array, Mask

OUTPUTS = 8
"""Outputs that are computed together."""

POINTS = np.array([0, 1, -1, 5 / 4, -5 / 4, 3, -3, 1 / 4, -1 / 4, 4 / 7, -4 / 7, 7 / 4, -7 / 4])
"""Where polynomials are evaluated, infinity besides: few powers are large, or near one another."""

KERNELS = 3, 5, 7
"""Taps for which there are points enough."""

CHANNELS = 32
"""Channels for which it pays."""

TILES = 16
"""Groups of outputs that are computed together: what they need stays in the cache."""


class ShortFilter:
    """The weights of a convolution, ready for fewer multiplications.

    Parameters
    ----------
    weight : (kernel, inputs, outputs) array
        Of a kernel of `KERNELS`; it must not change afterwards.
    dilation : int
        Distance between the kernel's positions.

    Attributes
    ----------
    inwards, at_points, outwards : arrays
        B^T; G g, `(points, inputs, outputs)`; A^T.
    """

    def __init__(self, weight: Array, dilation: int) -> None:
        self.kernel, self.dilation = len(weight), dilation
        self.inwards, g, self.outwards = (
            own.astype(weight.dtype) for own in matrices(OUTPUTS, self.kernel)
        )
        self.at_points = (g @ weight.reshape(self.kernel, -1)).reshape(-1, *weight.shape[1:])

    def __call__(self, x: Array, bias: Array, mask: Mask | None = None) -> Array:
        """Return the convolution of x `(B, L, inputs)` and the bias, `(B, L, outputs)`.

        An output's group is those of its neighbours that are `dilation` apart.
        """
        b, length, inputs = x.shape
        d, (points, _, outputs) = self.dilation, self.at_points.shape
        groups = -(-length // (OUTPUTS * d))
        ends = self.kernel // 2 * d
        padded = np.zeros((b, (groups * OUTPUTS + self.kernel - 1) * d, inputs), x.dtype)
        where = True if mask is None else mask[..., None]
        np.copyto(padded[:, ends : ends + length], x, where=where)
        chain, place, channel = padded.strides
        seen = as_strided(
            padded,
            (points, b, groups, d, inputs),
            (d * place, chain, OUTPUTS * d * place, place, channel),
            writeable=False,
        )
        z = np.empty((b, groups, OUTPUTS, d, outputs), x.dtype)
        chains, step = max(1, TILES // (groups * d)), max(1, TILES // d)
        most = points * min(b, chains) * min(groups, step) * d
        given, values = np.empty((2, most * inputs), x.dtype)
        products, sums = np.empty((2, most * outputs), x.dtype)
        for i in range(0, b, chains):
            for first in range(0, groups, step):
                own = seen[:, i : i + chains, first : first + step]
                n = own[0, ..., 0].size
                u = given[: points * n * inputs].reshape(points, n, inputs)
                v = values[: points * n * inputs].reshape(points, n, inputs)
                p = products[: points * n * outputs].reshape(points, n, outputs)
                y = sums[: OUTPUTS * n * outputs].reshape(OUTPUTS, n * outputs)
                u.reshape(own.shape)[...] = own
                np.matmul(self.inwards, u.reshape(points, -1), out=v.reshape(points, -1))
                np.matmul(v, self.at_points, out=p)
                np.matmul(self.outwards, p.reshape(points, -1), out=y)
                y = np.moveaxis(y.reshape(OUTPUTS, *own.shape[1:-1], outputs), 0, 2)
                to = z[i : i + chains, first : first + step]
                np.add(y, bias, out=to)
        return z.reshape(b, -1, outputs)[:, :length]


def matrices(outputs: int, taps: int) -> tuple[NDArray[np.float64], ...]:
    """Return what inputs, taps and products are multiplied by: B^T, G and A^T.

    With n = outputs + taps - 1 points, B^T is `(n, n)`, G `(n, taps)` and A^T `(outputs, n)`.

    Examples
    --------
    Two outputs of three taps, from three inputs each:

    >>> b, g, a = matrices(2, 3)
    >>> inputs, taps = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 10.0, 100.0])
    >>> (a @ ((g @ taps) * (b @ inputs))).round(9)
    array([321., 432.])
    """
    points = POINTS[: outputs + taps - 2]

    def values(coefficients: int) -> NDArray[np.float64]:
        """Return what takes a polynomial's coefficients to its values."""
        at_infinity = np.eye(coefficients)[-1:]
        return np.vstack([np.vander(points, coefficients, increasing=True), at_infinity])

    b = np.zeros((len(points) + 1, len(points) + 1))
    for i, point in enumerate(points):  # the polynomial that is 1 there and 0 at the others
        others = np.delete(points, i)
        b[i, :-1] = np.poly(others)[::-1] / np.prod(point - others)
    b[-1] = np.poly(points)[::-1]
    return b, values(taps), values(outputs).T
