"""Layers: the base class, forward beside backward, and the list of all; one file for each kind."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping
from hashlib import sha256
from importlib import import_module
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

LAYERS = {
    name: module
    for module, names in {
        "activations": "GELU Exponential HardThreshold Identity ReLU Sigmoid Softmax Tanh",
        "context": "ChainMean SelfAttention",
        "conv": "Conv1d",
        "dense": "Dense Flatten WindowDense",
        "noise": "Dropout Noise NoisyWeights",
        "norm": "BatchNorm LayerNorm",
        "recurrent": "Recurrent",
        "stack": "Network Residual Stack",
    }.items()
    for name in names.split()
}
"""The module of each layer, which is imported when the layer is asked for."""

Array = NDArray[Any]
Arrays = dict[str, Array]
Mask = NDArray[np.bool_]
Rng = np.random.Generator
LARGEST = 127
"""The integer of an output's largest weight, where weights are rounded."""
Shape = tuple[int | str, ...]
"""Sizes of axes, with names for those of any size."""


def array_digest(array: Array) -> str:
    """SHA-256 of an array: its type, its shape and its numbers.

    Examples
    --------
    >>> array_digest(np.zeros(2, np.float32))[:12]
    'd02f8b658929'
    """
    array = np.ascontiguousarray(array)
    digest = sha256(f"{array.dtype.str} {array.shape} ".encode())
    digest.update(array.data if array.size else b"")
    return digest.hexdigest()


class Quantised(NamedTuple):
    """Weights rounded to integers, in a quarter of the memory: `integers * scale`.

    Attributes
    ----------
    integers : (..., K) int8 array
    scale : (K,) float32 array
        One for each output: of an array that was rounded, a 127th of its largest absolute weight,
        so that a weight comes back to within half a scale.
    """

    integers: NDArray[np.int8]
    scale: NDArray[np.float32]

    @classmethod
    def of(cls, array: Array) -> Quantised:
        """Round an array `(..., K)`."""
        largest = np.abs(array).max(axis=tuple(range(array.ndim - 1)))
        scale = np.maximum(largest / np.float32(LARGEST), np.finfo(np.float32).tiny)
        return cls(np.round(array / scale).astype(np.int8), scale)

    @property
    def shape(self) -> tuple[int, ...]:
        """The array's."""
        return self.integers.shape

    def floats(self) -> NDArray[np.float32]:
        """Return the weights."""
        return self.integers.astype(np.float32) * self.scale


class Layer(ABC):
    """A function of its input and its parameters, with the gradients of both.

    A layer keeps nothing between calls but its parameters and its buffers (running
    statistics): what `backward` needs is returned by `forward` as the cache. Constructor
    arguments are kept as attributes of the same names, so that a layer can be written to a
    file and built again (`config`).

    Chains of unequal length are padded to one array `(B, L, F)`, and `mask` says where the
    residues are. No residue's output depends on the padding; the output's values at the padding
    are arbitrary, and the loss leaves them out.

    To add a layer, write one subclass with `forward` and `backward` side by side (and
    `initialise` where it has parameters), and add one row to the table of the tests. The layer
    itself states its input (`reads_codes`, `along_chains`, `input_size`), its output
    (`output_shape`) and its receptive field (`reach`).
    """

    registry: ClassVar[dict[str, type[Layer]]] = {}

    def __init_subclass__(cls, *, in_files: bool = True, **kwargs: Any) -> None:
        """Let files name the layer, unless it is only another way to compute one that they name."""
        super().__init_subclass__(**kwargs)
        if in_files and not inspect.isabstract(cls):
            Layer.registry[cls.__name__] = cls

    def __init__(self) -> None:
        self._parameters: dict[str, Any] = {}
        self._buffers: Arrays = {}

    @property
    def parameters(self) -> Arrays:
        """The trained arrays by name; the arrays themselves, to be updated in place."""
        return self._parameters

    @property
    def buffers(self) -> Arrays:
        """The arrays that are saved with the parameters but not trained, by name."""
        return self._buffers

    def _set(self, state: Mapping[str, Array | Quantised]) -> None:
        """Make the arrays of `state` the layer's own parameters and buffers, in floats."""
        arrays = {
            name: own.floats() if isinstance(own, Quantised) else own for name, own in state.items()
        }
        self._parameters = {name: arrays[name] for name in self.shapes}
        self._buffers = {name: arrays[name] for name in self._buffers}

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of the parameters by name (none in this layer)."""
        return {}

    @property
    def reads_codes(self) -> bool:
        """Whether the input is windows of codes of symbols, not numbers."""
        return False

    @property
    def along_chains(self) -> bool:
        """Whether the input must be chains, `(B, L, F)`, not examples, `(N, F)`."""
        return False

    @property
    def input_size(self) -> int | None:
        """Size of the input's last axis; None where any will do."""
        return None

    def output_shape(self, shape: Shape) -> Shape:
        """Shape of the output for an input of a shape; the same unless overridden."""
        return shape

    @property
    def reach(self) -> float:
        """Residues on either side that an output depends on; infinite for the whole chain."""
        return 0

    @property
    def links(self) -> Array | None:
        """Weights between the units before and the layer's own, `(inputs, outputs)`, if any."""
        return None

    def for_prediction(self) -> Layer | None:
        """Return the fastest layer with the same predictions; None for one that does nothing.

        The weights must not change afterwards: what is made of them may be kept.
        """
        return self

    def initialise(self, rng: Rng, dtype: DTypeLike = np.float32) -> Self:
        """Draw the initial parameters (none in this layer) and return the layer."""
        return self

    @abstractmethod
    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Output for input `x`, and the cache that `backward` needs.

        Parameters
        ----------
        x : (N, F) or (B, L, F) array
            Examples first; for chains, `B` chains padded to `L` residues.
        training : bool
            Whether the layers that behave otherwise in training (dropout, noise, batch
            normalisation) do so.
        rng : numpy.random.Generator, optional
            The source of randomness of those layers.
        mask : (B, L) bool array, optional
            Where a padded batch of chains holds residues.
        """

    @abstractmethod
    def backward(self, gradient: Array, cache: Any) -> tuple[Array | None, Arrays]:
        """Gradients of the loss by the chain rule.

        Parameters
        ----------
        gradient : array
            Derivative of the loss with respect to the output, of the output's shape.
        cache : object
            What `forward` returned.

        Returns
        -------
        gradient : array or None
            Derivative with respect to the input; None where the input is categorical.
        gradients : dict
            Derivatives with respect to the parameters, under the parameters' names.
        """

    def __call__(self, x: Array, mask: Mask | None = None) -> Array:
        """Output for `x`, as at prediction; nothing is kept for `backward`."""
        return self.forward(x, mask=mask)[0]

    def config(self) -> dict[str, Any]:
        """Return the constructor's arguments, as JSON can hold them, and the class's name."""
        names = list(inspect.signature(type(self).__init__).parameters)[1:]
        return {"layer": type(self).__name__, **{name: getattr(self, name) for name in names}}

    @staticmethod
    def from_config(config: dict[str, Any]) -> Layer:
        """Build the layer that `config` describes, its parameters not yet set."""
        arguments = dict(config)
        name = arguments.pop("layer")
        if name in LAYERS:
            import_module(f"ribbonet.nn.layers.{LAYERS[name]}")
        if name not in Layer.registry:
            known = ", ".join(sorted({*Layer.registry, *LAYERS}))
            raise ValueError(f"unknown layer {name!r}; known: {known}")
        return Layer.registry[name](**arguments)

    def __repr__(self) -> str:
        arguments = ", ".join(f"{k}={v!r}" for k, v in self.config().items() if k != "layer")
        return f"{type(self).__name__}({arguments})"
