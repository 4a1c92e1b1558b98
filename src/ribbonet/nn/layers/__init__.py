"""The layers, each one's forward pass beside its backward pass; all of them are in the registry."""

from ribbonet.nn.layers import activations, context, conv, dense, noise, norm, recurrent, stack

__all__ = ["activations", "context", "conv", "dense", "noise", "norm", "recurrent", "stack"]
