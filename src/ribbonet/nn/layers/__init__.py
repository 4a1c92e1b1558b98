"""Layers: each one's forward pass beside its backward pass."""
