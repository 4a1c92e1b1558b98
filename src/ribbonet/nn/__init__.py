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
from ribbonet.nn.convolution import Conv1d
from ribbonet.nn.drawing import draw, summary
from ribbonet.nn.examples import ArrayExamples, Batch, Examples
from ribbonet.nn.information import cross_entropy, entropy, information_content, kl_divergence
from ribbonet.nn.initialisation import SignalSize, signal_sizes
from ribbonet.nn.layers import Dense, Flatten, WindowDense
from ribbonet.nn.losses import (
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    GroupedCrossEntropy,
    NestedCrossEntropy,
    ProbabilityCrossEntropy,
    SquaredError,
)
from ribbonet.nn.meter import evaluate
from ribbonet.nn.network import Network, Residual, Stack
from ribbonet.nn.noise import Dropout, Noise, NoisyWeights
from ribbonet.nn.normalisation import BatchNorm, LayerNorm
from ribbonet.nn.onnx_export import export_onnx
from ribbonet.nn.optimizers import SGD, Adam, AdamW, Muon
from ribbonet.nn.penalties import L1, L2
from ribbonet.nn.recurrent import Recurrent
from ribbonet.nn.training import DivergenceError, SlowTrainingWarning, fit

__all__ = [
    "GELU",
    "L1",
    "L2",
    "SGD",
    "Adam",
    "AdamW",
    "ArrayExamples",
    "Batch",
    "BatchNorm",
    "BinaryCrossEntropy",
    "CategoricalCrossEntropy",
    "Conv1d",
    "Dense",
    "DivergenceError",
    "Dropout",
    "Examples",
    "Exponential",
    "Flatten",
    "GroupedCrossEntropy",
    "HardThreshold",
    "History",
    "Identity",
    "LayerNorm",
    "Muon",
    "NestedCrossEntropy",
    "Network",
    "Noise",
    "NoisyWeights",
    "ProbabilityCrossEntropy",
    "ReLU",
    "Recurrent",
    "Residual",
    "Sigmoid",
    "SignalSize",
    "SlowTrainingWarning",
    "Softmax",
    "SquaredError",
    "Stack",
    "Tanh",
    "WindowDense",
    "cross_entropy",
    "draw",
    "entropy",
    "evaluate",
    "export_onnx",
    "fit",
    "information_content",
    "kl_divergence",
    "signal_sizes",
    "summary",
]
