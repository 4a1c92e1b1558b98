"""Protein secondary structure by feed-forward networks that you can see through.

>>> import ribbonet
>>> prediction = ribbonet.predict("MKTAYIAKQRQISFVKSHFSRQLEERLGLIEVQ")
>>> len(prediction.states)
33
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ribbonet.errors import InputError
    from ribbonet.evaluation.drawing import draw
    from ribbonet.models import load_model, shipped_models
    from ribbonet.prediction.files import read, write
    from ribbonet.prediction.mutations.scan import scan
    from ribbonet.prediction.prediction import Prediction
    from ribbonet.prediction.predictor import predict, predict_file
    from ribbonet.prediction.table import predict_many
    from ribbonet.training.api import evaluate, train

__version__ = "0.1.0"

STATES = "HEC"
"""The three states, helix, strand and coil, in the order of a prediction's probabilities."""

__all__ = [
    "STATES",
    "InputError",
    "Prediction",
    "__version__",
    "draw",
    "evaluate",
    "load_model",
    "predict",
    "predict_file",
    "predict_many",
    "read",
    "scan",
    "shipped_models",
    "train",
    "write",
]

_ELSEWHERE = {
    "InputError": "ribbonet.errors",
    "Prediction": "ribbonet.prediction.prediction",
    "draw": "ribbonet.evaluation.drawing",
    "evaluate": "ribbonet.training.api",
    "load_model": "ribbonet.models",
    "predict_many": "ribbonet.prediction.table",
    "read": "ribbonet.prediction.files",
    "scan": "ribbonet.prediction.mutations.scan",
    "shipped_models": "ribbonet.models",
    "train": "ribbonet.training.api",
    "write": "ribbonet.prediction.files",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for, so that `import ribbonet` costs nothing."""
    if name in __all__:
        return getattr(import_module(_ELSEWHERE.get(name, "ribbonet.prediction.predictor")), name)
    raise AttributeError(f"module 'ribbonet' has no attribute {name!r}")
