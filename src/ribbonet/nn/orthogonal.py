"""The nearest orthogonal matrix, for arrays of NumPy and tensors of PyTorch."""

from typing import Any


def orthogonal(matrix: Any) -> Any:
    r"""Approximate the nearest orthogonal matrix; singular values become 0.7 to 1.2.

    Newton-Schulz iteration: with X of norm 1, five times :math:`X \leftarrow a X + b (X X^T) X +
    c (X X^T)^2 X`, a polynomial that takes singular values between 0 and 1 to near 1 quickly
    (Jordan et al. 2024). The zero matrix stays zero.

    Parameters
    ----------
    matrix : (M, N) array or tensor

    Examples
    --------
    A rotation of the plane whose axes are scaled:

    >>> import numpy as np
    >>> orthogonal(np.array([[3.0, 4.0], [-40.0, 30.0]])).round(2)
    array([[ 0.43,  0.57],
           [-0.56,  0.42]])
    """
    wide = matrix.shape[0] <= matrix.shape[1]
    x = matrix if wide else matrix.T
    x = x / ((x * x).sum() ** 0.5 + 1e-7)
    for _ in range(5):
        squares = x @ x.T
        x = 3.4445 * x + (-4.7750 * squares + 2.0315 * (squares @ squares)) @ x
    return x if wide else x.T
