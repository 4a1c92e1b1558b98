"""Neural networks by hand: every layer's forward pass stands beside its backward pass."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ribbonet.nn.layers import LAYERS

if TYPE_CHECKING:
    from ribbonet.nn.information import cross_entropy, entropy, information_content, kl_divergence
    from ribbonet.nn.layers.activations import (
        GELU,
        Exponential,
        HardThreshold,
        Identity,
        ReLU,
        Sigmoid,
        Softmax,
        Tanh,
    )
    from ribbonet.nn.layers.context import ChainMean, SelfAttention
    from ribbonet.nn.layers.conv import Conv1d
    from ribbonet.nn.layers.dense import Dense, Flatten, WindowDense
    from ribbonet.nn.layers.noise import Dropout, Noise, NoisyWeights
    from ribbonet.nn.layers.norm import BatchNorm, LayerNorm
    from ribbonet.nn.layers.recurrent import Recurrent
    from ribbonet.nn.layers.stack import Network, Residual, Stack
    from ribbonet.nn.losses import (
        BinaryCrossEntropy,
        CategoricalCrossEntropy,
        GroupedCrossEntropy,
        Huber,
        NestedCrossEntropy,
        ProbabilityCrossEntropy,
        SquaredError,
    )
    from ribbonet.nn.optimizers import SGD, Adam, AdamW, Muon
    from ribbonet.nn.penalties import L1, L2
    from ribbonet.nn.training.batches import ArrayExamples, Batch, Examples
    from ribbonet.nn.training.history import History
    from ribbonet.nn.training.meter import evaluate
    from ribbonet.nn.training.options import Options
    from ribbonet.nn.training.rate import (
        DivergenceError,
        SlowTrainingWarning,
        StrongPenaltyWarning,
    )
    from ribbonet.nn.training.trainer import Trainer, fit
    from ribbonet.nn.views.chart import Chart
    from ribbonet.nn.views.figure import draw
    from ribbonet.nn.views.onnx import export_onnx
    from ribbonet.nn.views.signal_sizes import SignalSize, signal_sizes
    from ribbonet.nn.views.summary import summary

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
    "ChainMean",
    "Chart",
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
    "Huber",
    "Identity",
    "LayerNorm",
    "Muon",
    "NestedCrossEntropy",
    "Network",
    "Noise",
    "NoisyWeights",
    "Options",
    "ProbabilityCrossEntropy",
    "ReLU",
    "Recurrent",
    "Residual",
    "SelfAttention",
    "Sigmoid",
    "SignalSize",
    "SlowTrainingWarning",
    "Softmax",
    "SquaredError",
    "Stack",
    "StrongPenaltyWarning",
    "Tanh",
    "Trainer",
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

_NAMES = {
    "information": "cross_entropy entropy information_content kl_divergence",
    "losses": "BinaryCrossEntropy CategoricalCrossEntropy GroupedCrossEntropy Huber "
    "NestedCrossEntropy ProbabilityCrossEntropy SquaredError",
    "optimizers": "SGD Adam AdamW Muon",
    "penalties": "L1 L2",
    "training.batches": "ArrayExamples Batch Examples",
    "training.history": "History",
    "training.meter": "evaluate",
    "training.options": "Options",
    "training.rate": "DivergenceError SlowTrainingWarning StrongPenaltyWarning",
    "training.trainer": "Trainer fit",
    "views.chart": "Chart",
    "views.figure": "draw",
    "views.onnx": "export_onnx",
    "views.signal_sizes": "SignalSize signal_sizes",
    "views.summary": "summary",
}
_HOMES = {
    **{name: f"layers.{module}" for name, module in LAYERS.items()},
    **{name: home for home, names in _NAMES.items() for name in names.split()},
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: a prediction needs few of these."""
    if name in _HOMES:
        return getattr(import_module(f"ribbonet.nn.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'ribbonet.nn' has no attribute {name!r}")
