"""Neural networks by hand: every layer's forward pass stands beside its backward pass."""

from ribbonet.nn.activations import (
    GELU,
    Exponential,
    HardThreshold,
    Identity,
    ReLU,
    Sigmoid,
    Softmax,
    Tanh,
)
from ribbonet.nn.checkpoint import History
from ribbonet.nn.examples import ArrayExamples, Batch, Examples
from ribbonet.nn.layers import Dense, WindowDense
from ribbonet.nn.losses import CategoricalCrossEntropy, SquaredError
from ribbonet.nn.network import (
    Network,
    Residual,
    Stack,
)
from ribbonet.nn.optimizers import SGD, Adam
from ribbonet.nn.training import DivergenceError, Examples, History, fit

__all__ = [
    "GELU",
    "L1",
    "L2",
    "SGD",
    "Adam",
    "AdamW",
    "ArrayExamples",
    "Batch",
    "CategoricalCrossEntropy",
    "Dense",
    "DivergenceError",
    "Examples",
    "Exponential",
    "HardThreshold",
    "History",
    "Identity",
    "Network",
    "ReLU",
    "Residual",
    "Sigmoid",
    "SlowTrainingWarning",
    "Softmax",
    "SquaredError",
    "Stack",
    "Tanh",
    "WindowDense",
    "evaluate",
    "fit",
]
