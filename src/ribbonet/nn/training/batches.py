"""Training examples, cut into batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ribbonet.nn.layers import Array


class Batch(NamedTuple):
    """The examples of one step.

    Attributes
    ----------
    x : (N, ...) array, or (B, L, ...) array for B chains padded to L residues
        Inputs.
    targets : array
        Labels, `(N,)` or `(B, L)`, or values, `(N, K)` or `(B, L, K)`.
    weights : (N,) or (B, L) array, optional
        What each example counts in the loss; all the same by default.
    mask : (B, L) bool array, optional
        Where padded chains hold residues; the rest counts nowhere.
    """

    x: Array
    targets: Array
    weights: Array | None = None
    mask: NDArray[np.bool_] | None = None

    @property
    def counts(self) -> Array | None:
        """Weight of each example in the loss, zero outside the mask; None where all are one."""
        if self.mask is None or self.weights is None:
            return self.weights if self.mask is None else self.mask
        return self.weights * self.mask


class Examples(Protocol):
    """A source of examples for the training loop."""

    def epoch(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return the indices of one epoch's examples, shuffled."""

    def all(self) -> NDArray[np.int64]:
        """Return the indices of all examples, in order."""

    def batch(self, indices: NDArray[np.int64]) -> Batch | tuple[Array, Array]:
        """Return some examples: a `Batch`, or inputs and targets alone."""


class Windows(NamedTuple):
    """Examples that are windows of codes, not yet cut.

    Attributes
    ----------
    codes : (T,) array of int
        The codes from which windows are cut.
    starts : (N,) int64 array
        Where the window of each example begins.
    targets : (N,) array of int
        Labels.
    weights : (N,) array, optional
        What each example counts in the loss; all the same by default.
    """

    codes: Array
    starts: NDArray[np.int64]
    targets: Array
    weights: Array | None = None


@runtime_checkable
class _Windowed(Protocol):
    def windows(self) -> Windows | None: ...


@runtime_checkable
class _Batched(Protocol):
    def batches(self, indices: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]: ...


@dataclass
class ArrayExamples:
    """Inputs `(N, ...)`, targets `(N, ...)` and, where wanted, weights `(N,)` held as arrays."""

    x: Array
    targets: Array
    weights: Array | None = None

    def all(self) -> NDArray[np.int64]:
        """Return 0 to N - 1."""
        return np.arange(len(self.x))

    def epoch(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return 0 to N - 1 in random order: batches are drawn without replacement."""
        return rng.permutation(len(self.x))

    def batch(self, indices: NDArray[np.int64]) -> Batch:
        """Return the rows at `indices`."""
        weights = None if self.weights is None else self.weights[indices]
        return Batch(self.x[indices], self.targets[indices], weights)

    def windows(self) -> Windows | None:
        """Return rows of whole numbers with a label each as windows, one after the other."""
        whole = self.x.dtype.kind in "iu" and self.targets.dtype.kind in "iu"
        if not (whole and self.x.ndim == 2 and self.targets.ndim == 1):
            return None
        starts = np.arange(len(self.x), dtype=np.int64) * self.x.shape[1]
        return Windows(self.x.ravel(), starts, self.targets, self.weights)


def windows_of(examples: Examples) -> Windows | None:
    """Return all examples as windows of codes, under the indices that `batch` takes.

    None for examples of another kind: those without a method `windows`, or whose method returns
    None.
    """
    return examples.windows() if isinstance(examples, _Windowed) else None


def cut(
    examples: Examples, indices: NDArray[np.int64], size: int, *, keep_last: bool = True
) -> Iterator[NDArray[np.int64]]:
    """Cut indices into batches: as the examples' own method `batches` does, or by `batches`.

    Examples of unequal size (chains) have such a method, which defines what `size` counts, and
    keeps the last batch.
    """
    if isinstance(examples, _Batched):
        return examples.batches(indices, size)
    return batches(indices, size, keep_last=keep_last)


def batches(
    indices: NDArray[np.int64], size: int, *, keep_last: bool = True
) -> Iterator[NDArray[np.int64]]:
    """Cut indices into batches of `size`; a smaller last one is kept or dropped.

    >>> [len(batch) for batch in batches(np.arange(300), 38)]
    [38, 38, 38, 38, 38, 38, 38, 34]
    >>> [len(batch) for batch in batches(np.arange(300), 38, keep_last=False)]
    [38, 38, 38, 38, 38, 38, 38]
    """
    end = len(indices) if keep_last else len(indices) // size * size
    for start in range(0, end, size):
        yield indices[start : start + size]
