"""Scikit-learn estimators over `ribbonet.nn`: for pipelines, searches and cross-validation."""

from importlib.util import find_spec

if find_spec("sklearn") is None:
    raise ImportError(
        "ribbonet.estimators needs scikit-learn; add it by: pip install 'ribbonet[train]'"
    )

from ribbonet.estimators.autoencoder import Autoencoder
from ribbonet.estimators.comparison import Comparison, compare
from ribbonet.estimators.hopfield import HopfieldNetwork
from ribbonet.estimators.mlp import MLPClassifier, MLPRegressor, Perceptron
from ribbonet.estimators.scoring import symbol_scorer
from ribbonet.estimators.window_values import WindowRegressor
from ribbonet.estimators.windows import WindowClassifier

__all__ = [
    "Autoencoder",
    "Comparison",
    "HopfieldNetwork",
    "MLPClassifier",
    "MLPRegressor",
    "Perceptron",
    "WindowClassifier",
    "WindowRegressor",
    "compare",
    "symbol_scorer",
]
