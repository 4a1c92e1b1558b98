"""A stack of layers: forward through all of them, backward through all of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import DTypeLike

from ribbonet.errors import InputError
from ribbonet.nn.layers import Array, Arrays, Layer, Mask, Quantised, Rng, Shape

if TYPE_CHECKING:
    from ribbonet.nn.losses import Loss  # which needs the layers


class Stack(Layer):
    """Layers one after the other, themselves a layer.

    Parameters are named by the layer's place in the stack and its own name for them:
    `"0.weight"`, `"0.bias"`, `"2.weight"`; in a stack within a stack `"3.1.weight"`.
    """

    def __init__(self, layers: Sequence[Layer | dict[str, Any]]) -> None:
        super().__init__()
        self.layers = tuple(
            layer if isinstance(layer, Layer) else Layer.from_config(layer) for layer in layers
        )

    def walk(self, prefix: str = "") -> Iterator[tuple[str, Layer]]:
        """All layers with their places (`"0"`, `"2.1"`), a stack before those in it."""
        for i, layer in enumerate(self.layers):
            yield f"{prefix}{i}", layer
            if isinstance(layer, Stack):
                yield from layer.walk(f"{prefix}{i}.")

    @property
    def reads_codes(self) -> bool:
        """Whether the first layer reads codes."""
        return bool(self.layers) and self.layers[0].reads_codes

    @property
    def along_chains(self) -> bool:
        """Whether any layer must have chains."""
        return any(layer.along_chains for layer in self.layers)

    @property
    def input_size(self) -> int | None:
        """Size that the first layer with one wants, if those before it keep the shape."""
        for layer in self.layers:
            if layer.input_size is not None:
                return layer.input_size
            if layer.output_shape(("N", 2, 2)) != ("N", 2, 2):
                break
        return None

    def output_shape(self, shape: Shape) -> Shape:
        """Shape of the last layer's output."""
        for layer in self.layers:
            shape = layer.output_shape(shape)
        return shape

    @property
    def reach(self) -> float:
        """Residues on either side that an output depends on: the sum over the layers."""
        return sum(layer.reach for layer in self.layers)

    def for_prediction(self) -> Self:
        """Return a stack of the layers as they predict fastest, without those that do nothing."""
        stack = self.__class__.__new__(self.__class__)
        quick = (layer.for_prediction() for layer in self.layers)
        stack.__dict__ |= self.__dict__ | {"layers": tuple(filter(None, quick))}
        return stack

    @property
    def parameters(self) -> Arrays:
        """All parameters of all layers, by name; the arrays themselves."""
        return {
            f"{i}.{name}": array
            for i, layer in enumerate(self.layers)
            for name, array in layer.parameters.items()
        }

    @property
    def buffers(self) -> Arrays:
        """All buffers of all layers, by name; the arrays themselves."""
        return {
            f"{i}.{name}": array
            for i, layer in enumerate(self.layers)
            for name, array in layer.buffers.items()
        }

    @property
    def state(self) -> Arrays:
        """Parameters and buffers: all that is saved, and that `load` sets."""
        return self.parameters | self.buffers

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shapes of all parameters of all layers, by name."""
        return {
            f"{i}.{name}": shape
            for i, layer in enumerate(self.layers)
            for name, shape in layer.shapes.items()
        }

    def initialise(self, rng: Rng, dtype: DTypeLike = np.float32) -> Self:
        """Draw the initial parameters of all layers, in order, and return the stack."""
        for layer in self.layers:
            layer.initialise(rng, dtype)
        return self

    def load(self, state: Mapping[str, Array | Quantised]) -> Self:
        """Set parameters and buffers to copies of the given ones and return the stack.

        Large weights that are given in integers are held so (`Conv1d`).

        Raises
        ------
        ValueError
            When a name is missing or unknown, or a shape differs from what the layers want.
        """
        shapes = self.shapes | {name: array.shape for name, array in self.buffers.items()}
        if shapes.keys() != state.keys():
            missing, unknown = shapes.keys() - state.keys(), state.keys() - shapes.keys()
            raise ValueError(f"missing {sorted(missing)}, unknown {sorted(unknown)}")
        for name, array in state.items():
            if shapes[name] != array.shape:
                raise ValueError(f"{name} is {array.shape}, expected {shapes[name]}")
        copies = (own if isinstance(own, Quantised) else np.array(own) for own in state.values())
        self._set(dict(zip(state, copies, strict=True)))
        return self

    def _set(self, state: Mapping[str, Array | Quantised]) -> None:
        """Hand each layer the arrays under its number."""
        for i, layer in enumerate(self.layers):
            prefix = f"{i}."
            own = {k.removeprefix(prefix): v for k, v in state.items() if k.startswith(prefix)}
            layer._set(own)

    def __call__(self, x: Array, mask: Mask | None = None) -> Array:
        """Output for `x`, as at prediction; no layer's output is kept longer than needed."""
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Output of the last layer, and the caches of all."""
        caches = []
        for layer in self.layers:
            x, cache = layer.forward(x, training=training, rng=rng, mask=mask)
            caches.append(cache)
        return x, caches

    def backward(self, gradient: Array, cache: Any) -> tuple[Array | None, Arrays]:
        """Propagate the gradient from the last layer to the first."""
        gradients: Arrays = {}
        upstream: Array | None = gradient
        for i in reversed(range(len(self.layers))):
            assert upstream is not None, "only the first layer may take categorical input"
            upstream, own = self.layers[i].backward(upstream, cache[i])
            gradients |= {f"{i}.{name}": array for name, array in own.items()}
        return upstream, gradients

    def config(self) -> dict[str, Any]:
        """Return the configurations of the layers, and the class's name."""
        return {
            "layer": type(self).__name__,
            "layers": [layer.config() for layer in self.layers],
        }


class Residual(Stack):
    """A stack with a way round it, y = x + stack(x) (He et al. 2016); shapes must agree.

    The gradient takes both ways, dx = dy + stack'(dy), and so reaches the first layers of a
    deep network undiminished.
    """

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return x + stack(x), and the stack's caches."""
        y, cache = super().forward(x, training=training, rng=rng, mask=mask)
        return x + y, cache

    def __call__(self, x: Array, mask: Mask | None = None) -> Array:
        """Return x + stack(x), as at prediction."""
        return x + super().__call__(x, mask)

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return dy + stack'(dy), and the gradients of the stack's parameters."""
        dx, gradients = super().backward(gradient, cache)
        assert dx is not None, "codes have no way round"
        return gradient + dx, gradients


class Network(Stack):
    """A feed-forward network of any depth.

    Parameters
    ----------
    layers : sequence of Layer
        From input to output. For classes the network ends with the logits, and the loss
        holds the softmax (`CategoricalCrossEntropy`).
    rng : numpy.random.Generator or int, optional
        Source of the initial weights; without it, the layers keep what they have, and
        `load` sets them.
    dtype : dtype
        Of the parameters, and so of the computation.

    Examples
    --------
    The network of Qian & Sejnowski (1988):

    >>> from ribbonet.nn import Dense, Sigmoid, WindowDense
    >>> network = Network([WindowDense(13, 21, 40), Sigmoid(), Dense(40, 3)], rng=0)
    >>> network.size
    11083
    >>> logits = network(np.zeros((5, 13), np.uint8))
    >>> logits.shape
    (5, 3)
    """

    def __init__(
        self,
        layers: Sequence[Layer | dict[str, Any]],
        rng: Rng | int | None = None,
        dtype: DTypeLike = np.float32,
    ) -> None:
        super().__init__(layers)
        if rng is not None:
            self.initialise(np.random.default_rng(rng), dtype)

    def _repr_svg_(self) -> str | None:
        """Return the network drawn, for notebooks, where it can be."""
        from ribbonet.nn.views.figure import network_svg

        try:
            return network_svg(self)
        except (AttributeError, InputError, KeyError):  # no matplotlib, links or weights
            return None

    @property
    def size(self) -> int:
        """The number of parameters."""
        return sum(math.prod(shape) for shape in self.shapes.values())

    @property
    def input_shape(self) -> Shape:
        """Shape of the input: `("batch", F)`, or `("batch", "length", F)` for chains.

        Raises
        ------
        InputError
            When no layer states its number of inputs.
        """
        if self.input_size is None:
            raise InputError("the layers do not state the shape of the input; give it")
        return ("batch", *(("length",) if self.along_chains else ()), self.input_size)

    def loss_and_gradients(
        self,
        loss: Loss,
        x: Array,
        targets: Array,
        weights: Array | None = None,
        *,
        rng: Rng | None = None,
        mask: Mask | None = None,
    ) -> tuple[float, Arrays, Array]:
        """One forward and one backward pass in training; positions outside `mask` weigh nothing.

        Returns
        -------
        loss : float
        gradients : dict
            One array for each parameter, under its name.
        outputs : array
            What the forward pass gave.
        """
        if mask is not None:
            weights = mask if weights is None else weights * mask
        outputs, cache = self.forward(x, training=True, rng=rng, mask=mask)
        value, gradient = loss(outputs, targets, weights)
        return value, self.backward(gradient, cache)[1], outputs
