"""The recurrent layer, with back-propagation through time."""

from __future__ import annotations

import math
from typing import Any, Self

import numpy as np
from numpy.typing import DTypeLike

from ribbonet.nn.layers import Array, Arrays, Layer, Mask, Rng, Shape
from ribbonet.nn.layers.activations import Activation, Sigmoid, Tanh

SQUASHING: dict[str, type[Activation]] = {"tanh": Tanh, "sigmoid": Sigmoid}


class Recurrent(Layer):
    r"""A layer with a memory, :math:`h(t) = s(x(t) W_x + h(t-1) W_h + b)`, h(-1) = 0.

    Elman's (1990) network ("Deep Learning in Python"). Back-propagation through time: a state is
    seen by the output and by the next state, so from the end to the start
    :math:`dz(t) = (dh(t) + dz(t+1) W_h^T)\,s'(t)`, where :math:`s' = 1 - h^2` for tanh, and
    :math:`dW_x = \sum_t x(t)^T dz(t)`, :math:`dW_h = \sum_t h(t-1)^T dz(t)`,
    :math:`db = \sum_t dz(t)`, :math:`dx(t) = dz(t) W_x^T`.

    Where the mask is false the state is zero, so that padding before a chain is not
    remembered in it, and padding after it has no gradient.

    Parameters
    ----------
    inputs, outputs : int
        Sizes: `weight_x` is `(inputs, outputs)`, `weight_h` `(outputs, outputs)`, `bias`
        `(outputs,)`.
    init : str
        Rule for the initial weights, see `ribbonet.nn.layers.init`.
    activation : {"tanh", "sigmoid"}
        The function s.
    """

    along_chains = True
    reach = math.inf  # an output depends on all residues before it

    def __init__(
        self, inputs: int, outputs: int, init: str = "glorot", activation: str = "tanh"
    ) -> None:
        super().__init__()
        if activation not in SQUASHING:
            raise ValueError(f"unknown activation {activation!r}; known: {', '.join(SQUASHING)}")
        self.inputs, self.outputs, self.init = inputs, outputs, init
        self.activation = activation

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Shapes of `weight_x`, `weight_h` and `bias`."""
        return {
            "weight_x": (self.inputs, self.outputs),
            "weight_h": (self.outputs, self.outputs),
            "bias": (self.outputs,),
        }

    @property
    def input_size(self) -> int:
        """Size of the input's last axis."""
        return self.inputs

    def output_shape(self, shape: Shape) -> Shape:
        """Return the shape with `outputs` as its last axis."""
        return (*shape[:-1], self.outputs)

    @property
    def links(self) -> Array:
        """The weights from the input."""
        return self.parameters["weight_x"]

    def initialise(self, rng: Rng, dtype: DTypeLike = np.float32) -> Self:
        """Draw the weights by the rule `init`; `bias` is zero."""
        from ribbonet.nn.layers.init import draw

        shapes, outputs = self.shapes, self.outputs
        self._parameters = {
            "weight_x": draw(self.init, rng, shapes["weight_x"], self.inputs, outputs, dtype),
            "weight_h": draw(self.init, rng, shapes["weight_h"], outputs, outputs, dtype),
            "bias": np.zeros(outputs, dtype),
        }
        return self

    def forward(
        self, x: Array, *, training: bool = False, rng: Rng | None = None, mask: Mask | None = None
    ) -> tuple[Array, Any]:
        """Return the states h, `(B, L, outputs)` for x `(B, L, inputs)`."""
        h: Array = x @ self.parameters["weight_x"]
        h += self.parameters["bias"]
        state = np.zeros_like(h[:, 0])
        for t in range(h.shape[1]):
            z = h[:, t] + state @ self.parameters["weight_h"]
            state = SQUASHING[self.activation].value(z)
            if mask is not None:
                state *= mask[:, t, None]
            h[:, t] = state
        return h, (x, h, mask)

    def backward(self, gradient: Array, cache: Any) -> tuple[Array, Arrays]:
        """Return dx, and dWx, dWh and db."""
        x, h, mask = cache
        slope = SQUASHING[self.activation].derivative(h, h)  # which reads the outputs alone
        if mask is not None:
            slope *= mask[..., None]
        dz = gradient * slope
        for t in reversed(range(h.shape[1] - 1)):
            dz[:, t] += (dz[:, t + 1] @ self.parameters["weight_h"].T) * slope[:, t]
        flat, after = dz.reshape(-1, self.outputs), dz[:, 1:].reshape(-1, self.outputs)
        gradients = {
            "weight_x": x.reshape(-1, self.inputs).T @ flat,
            "weight_h": h[:, :-1].reshape(-1, self.outputs).T @ after,
            "bias": flat.sum(axis=0),
        }
        return dz @ self.parameters["weight_x"].T, gradients
