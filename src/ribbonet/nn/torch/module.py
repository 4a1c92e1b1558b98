"""The same networks in PyTorch, for autograd to differentiate.

A layer's counterpart is one function here, registered for the layer's class: it reads the
layer's sizes and PyTorch's copies of its parameters. Names and shapes are the same in both
engines, so that the state dict of a module is the `state` of its network, and weights files
serve both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import singledispatch
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ribbonet.nn.layers import Arrays, Layer, activations
from ribbonet.nn.layers.context import ChainMean, SelfAttention, rotation
from ribbonet.nn.layers.conv import Conv1d
from ribbonet.nn.layers.dense import Dense, Flatten, WindowDense
from ribbonet.nn.layers.noise import Dropout, Noise, NoisyWeights
from ribbonet.nn.layers.norm import EPSILON, BatchNorm, LayerNorm
from ribbonet.nn.layers.recurrent import Recurrent
from ribbonet.nn.layers.stack import Network, Residual, Stack

Tensors = Mapping[str, Tensor]


def to_torch(network: Network) -> TorchStack:
    """Return the network as a `torch.nn.Module` with copies of its weights.

    Called with a batch `x` (and `mask`), the module gives what the network gives; in
    training mode, what `forward(x, training=True)` gives.
    """
    return TorchStack(network)


def from_torch(module: TorchStack) -> Network:
    """Return a module made by `to_torch` as a network with copies of its weights."""
    config = module.layer.config()
    return Network(config["layers"]).load(arrays(module.state_dict()))


def arrays(tensors: Tensors) -> Arrays:
    """Return tensors as arrays, copied to the computer's own memory."""
    return {name: t.detach().cpu().numpy().copy() for name, t in tensors.items()}


class TorchLayer(nn.Module):
    """One layer: its parameters as tensors, and the function registered for its class."""

    def __init__(self, layer: Layer) -> None:
        super().__init__()
        self.layer = layer
        for name, array in layer.parameters.items():
            self.register_parameter(name, nn.Parameter(torch.tensor(array)))
        for name, array in layer.buffers.items():
            self.register_buffer(name, torch.tensor(array))

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the layer's output."""
        own = dict(self.named_parameters()) | dict(self.named_buffers())
        return forward(self.layer, x, own, mask, self.training)


class TorchStack(nn.Module):
    """Layers one after the other, under their numbers."""

    def __init__(self, stack: Stack) -> None:
        super().__init__()
        self.layer = stack
        for i, layer in enumerate(stack.layers):
            twin = TorchStack(layer) if isinstance(layer, Stack) else TorchLayer(layer)
            self.add_module(str(i), twin)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return the last layer's output, a `Residual`'s input added to it."""
        y = x
        for layer in self.children():
            if self.training and isinstance(self.layer, NoisyWeights):
                noisy = {k: _noisy(p, self.layer.deviation) for k, p in layer.named_parameters()}
                y = torch.func.functional_call(layer, noisy, (y, mask))
            else:
                y = layer(y, mask)
        return x + y if isinstance(self.layer, Residual) else y


@singledispatch
def forward(layer: Layer, x: Tensor, p: Tensors, mask: Tensor | None, training: bool) -> Tensor:
    """Output of a layer, as `Layer.forward` defines it, by PyTorch's operations.

    Raises
    ------
    TypeError
        For a layer whose class has none registered.
    """
    raise TypeError(f"{type(layer).__name__} has no counterpart in ribbonet.nn.torch.module")


ELEMENTWISE: dict[type[Layer], Callable[[Tensor], Tensor]] = {
    activations.Identity: lambda x: x,
    activations.HardThreshold: lambda x: (x >= 0) + 0 * x,
    activations.Sigmoid: torch.sigmoid,
    activations.Tanh: torch.tanh,
    activations.ReLU: torch.relu,
    activations.Exponential: torch.exp,
    activations.GELU: functional.gelu,
    activations.Softmax: lambda x: x.softmax(-1),
}


def _of_x_alone(function: Callable[[Tensor], Tensor]) -> Callable[..., Tensor]:
    return lambda layer, x, p, mask, training: function(x)


for _kind, _function in ELEMENTWISE.items():
    forward.register(_kind, _of_x_alone(_function))


@forward.register
def _(layer: Dense, x: Tensor, p: Tensors, mask: Any, training: bool) -> Tensor:
    return x @ p["weight"] + p["bias"]


@forward.register
def _(layer: WindowDense, x: Tensor, p: Tensors, mask: Any, training: bool) -> Tensor:
    rows = x.long() + layer.symbols * torch.arange(layer.window, device=x.device)
    z = (
        functional.embedding_bag(rows.reshape(-1, layer.window), p["weight"], mode="sum")
        + p["bias"]
    )
    return z.reshape(*x.shape[:-1], layer.outputs)


@forward.register
def _(layer: Flatten, x: Tensor, p: Tensors, mask: Any, training: bool) -> Tensor:
    return (x if layer.order == "C" else x.permute(0, *range(x.ndim - 1, 0, -1))).flatten(1)


@forward.register
def _(layer: Conv1d, x: Tensor, p: Tensors, mask: Tensor | None, training: bool) -> Tensor:
    if mask is not None:
        x = x.masked_fill(~mask[..., None], 0)
    weight, ends = p["weight"].permute(2, 1, 0), layer.kernel // 2 * layer.dilation
    z = functional.conv1d(x.mT, weight, p["bias"], 1, ends, layer.dilation, layer.groups)
    return z.mT


@forward.register
def _(layer: Recurrent, x: Tensor, p: Tensors, mask: Tensor | None, training: bool) -> Tensor:
    squash = {"tanh": torch.tanh, "sigmoid": torch.sigmoid}[layer.activation]
    z, states = x @ p["weight_x"] + p["bias"], []
    state = torch.zeros_like(z[:, 0])
    for t in range(z.shape[1]):
        state = squash(z[:, t] + state @ p["weight_h"])
        if mask is not None:
            state = state * mask[:, t, None]
        states.append(state)
    return torch.stack(states, dim=1)


@forward.register
def _(layer: ChainMean, x: Tensor, p: Tensors, mask: Tensor | None, training: bool) -> Tensor:
    if mask is None:
        return x + x.mean(1, keepdim=True) @ p["weight"]
    residues = mask.sum(1).clamp_min(1).to(x.dtype)[:, None, None]
    seen = x.masked_fill(~mask[..., None], 0)
    return x + seen.sum(1, keepdim=True) / residues @ p["weight"]


@forward.register
def _(layer: SelfAttention, x: Tensor, p: Tensors, mask: Tensor | None, training: bool) -> Tensor:
    if mask is not None:
        x = x.masked_fill(~mask[..., None], 0)
    heads = (*x.shape[:2], layer.heads, -1)
    q, k, v = ((x @ p[name]).view(heads).transpose(1, 2) for name in ("query", "key", "value"))
    dtype = torch.empty(0, dtype=x.dtype).numpy().dtype
    cosines, sines = map(torch.from_numpy, rotation(q.shape[2], q.shape[3], dtype))
    turn = (cosines.to(x.device), sines.to(x.device))
    among = None if mask is None else mask[:, None, None, :]
    mixed = functional.scaled_dot_product_attention(_turned(q, *turn), _turned(k, *turn), v, among)
    if mask is not None:
        mixed = mixed.masked_fill(~mask[:, None, :, None], 0)
    return mixed.transpose(1, 2).reshape(x.shape) @ p["output"] + p["bias"]


def _turned(x: Tensor, cosines: Tensor, sines: Tensor) -> Tensor:
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cosines - b * sines, b * cosines + a * sines], dim=-1)


@forward.register
def _(layer: BatchNorm, x: Tensor, p: Tensors, mask: Tensor | None, training: bool) -> Tensor:
    where = torch.ones_like(x[..., 0], dtype=torch.bool) if mask is None else mask
    constants = (p["mean"], p["variance"], p["gamma"], p["beta"])
    rows = functional.batch_norm(x[where], *constants, training, layer.momentum, EPSILON)
    return torch.zeros_like(x).masked_scatter(where[..., None], rows)


@forward.register
def _(layer: LayerNorm, x: Tensor, p: Tensors, mask: Any, training: bool) -> Tensor:
    return functional.layer_norm(x, (layer.features,), p["gamma"], p["beta"], EPSILON)


@forward.register
def _(layer: Dropout, x: Tensor, p: Tensors, mask: Any, training: bool) -> Tensor:
    return functional.dropout(x, layer.rate, training)


@forward.register
def _(layer: Noise, x: Tensor, p: Tensors, mask: Any, training: bool) -> Tensor:
    return _noisy(x, layer.deviation) if training else x


def _noisy(x: Tensor, deviation: float) -> Tensor:
    return x + deviation * torch.randn_like(x)
