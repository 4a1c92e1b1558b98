"""Neural networks by hand: every layer's forward pass stands beside its backward pass."""

from ribbonet.nn.activations import ReLU, Sigmoid, Softmax, Tanh
from ribbonet.nn.layers import Dense, WindowDense
from ribbonet.nn.losses import CategoricalCrossEntropy, SquaredError
from ribbonet.nn.network import Network
from ribbonet.nn.optimizers import SGD, Adam
from ribbonet.nn.training import DivergenceError, Examples, History, fit

__all__ = [
    "SGD",
    "Adam",
    "CategoricalCrossEntropy",
    "Dense",
    "DivergenceError",
    "Examples",
    "History",
    "Network",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "SquaredError",
    "Tanh",
    "WindowDense",
    "fit",
]
