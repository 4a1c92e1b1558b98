"""A real window: thirteen residues through a small network that has learned from proteins.

Of the 13 x 21 inputs thirteen are 1, and the others add nothing. So the example has thirteen
inputs, each 1, and of the first layer's weights the thirteen rows that they select.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import Any

import numpy as np

from ribbonet.chains.alphabet import STATES, SYMBOLS, encode_labels, encode_residues
from ribbonet.datasets.small_proteins import small_proteins
from ribbonet.errors import InputError
from ribbonet.nn import (
    Adam,
    CategoricalCrossEntropy,
    Dense,
    Network,
    Sigmoid,
    WindowDense,
    fit,
)
from ribbonet.nn.training.engine import NumpyEngine
from ribbonet.training.examples import WindowExamples

WINDOW = 13
UNITS = 4
"""Hidden units: few, so that all weights can be shown."""

DECIMALS = 3
"""Of the weights, so that a reader who takes them from the page gets the page's numbers."""

_TRAINING = Lock()


@cache
def trained() -> Network:
    """Return the network, trained on the small proteins that come with the package."""
    rng = np.random.default_rng(1988)
    network = Network(
        [WindowDense(WINDOW, SYMBOLS, UNITS), Sigmoid(), Dense(UNITS, len(STATES.symbols))]
    ).initialise(rng)
    chains, _ = small_proteins()
    examples = WindowExamples(
        [chain.codes for chain in chains],
        [encode_labels(chain.labels or "") for chain in chains],
        WINDOW,
    )
    fit(
        network,
        CategoricalCrossEntropy(),
        Adam(0.01),
        examples,
        rng=rng,
        epochs=6,
        batch_size=64,
        engine=NumpyEngine,
    )
    return network


def window_example(residues: str, state: str) -> dict[str, Any]:
    """Return a window and the state of its middle as the room's example.

    Parameters
    ----------
    residues : str
        Thirteen; the state is that of the seventh.
    state : str
        One of H, E and C.

    Returns
    -------
    dict
        What `Asked` takes.

    Raises
    ------
    InputError
    """
    residues = residues.upper()
    if len(residues) != WINDOW:
        raise InputError(f"a window has {WINDOW} residues, {residues!r} has {len(residues)}")
    try:
        codes = encode_residues(residues)
    except ValueError as error:
        raise InputError(f"the window: {error}") from None
    with _TRAINING:  # once, whoever asks first
        network = trained()
    named = {name: array.round(DECIMALS) for name, array in network.parameters.items()}
    rows = named["0.weight"].reshape(WINDOW, SYMBOLS, UNITS)[np.arange(WINDOW), codes]
    weights = [rows, named["2.weight"]]
    biases = [named["0.bias"], named["2.bias"]]

    def plain(array: Any) -> Any:
        return np.asarray(array, float).round(DECIMALS).tolist()

    return {
        "x": [[1.0] * WINDOW],
        "y": [[float(STATES.symbols.index(state))]],
        "weights": [plain(array) for array in weights],
        "biases": [plain(array) for array in biases],
        "activation": "sigmoid",
        "output": "softmax",
    }
