"""Networks built as a configuration describes them, their weights not yet drawn."""

from __future__ import annotations

from itertools import pairwise

from ribbonet.chains.alphabet import SYMBOLS
from ribbonet.errors import InputError
from ribbonet.models.config import StageConfig
from ribbonet.nn.layers import Layer
from ribbonet.nn.layers.activations import ACTIVATIONS
from ribbonet.nn.layers.context import ChainMean, SelfAttention
from ribbonet.nn.layers.conv import Conv1d
from ribbonet.nn.layers.dense import Dense, WindowDense
from ribbonet.nn.layers.noise import Dropout
from ribbonet.nn.layers.norm import LayerNorm
from ribbonet.nn.layers.stack import Network, Residual
from ribbonet.tasks import Structure, Task

STRUCTURE = Structure()

MOST_WEIGHTS = 1 << 30
"""Weights of a network that is to be trained, at most."""


def build_network(
    config: StageConfig, first: bool, features: int = 0, task: Task = STRUCTURE
) -> Network:
    """Build one network of a stage, its weights not yet drawn.

    Parameters
    ----------
    config : StageConfig
    first : bool
        Whether it is in a model's first stage, and reads residues; other stages read windows of the
        predictions of the stage before.
    features : int
        Number of features of a residue that the first stage reads; 0 for windows of codes.
    task : Task
        What it predicts.

    Raises
    ------
    InputError
        When it would have more than `MOST_WEIGHTS`.
    """
    units = [*config.hidden, task.outputs]
    start: WindowDense | Dense | Conv1d
    if not first:
        start = Dense(config.window * task.inner.outputs, units[0], config.init)
    elif features:
        start = Conv1d(features, units[0], config.window, init=config.init)
    else:
        start = WindowDense(config.window, SYMBOLS, units[0], config.init)
    layers: list[Layer] = [start]
    activation = ACTIVATIONS[config.activation]
    dropout: list[Layer] = [Dropout(config.dropout)] if config.dropout else []
    if config.dilations:
        (width,) = config.hidden
        for number, dilation in enumerate(config.dilations, 1):
            convolution = Conv1d(width, width, config.kernel, dilation, init=config.init)
            mean: list[Layer] = [ChainMean(width)] if config.chain_mean else []
            block = [LayerNorm(width), convolution, *mean, activation(), *dropout]
            layers.append(Residual([*block, Dense(width, width, config.init)]))
            if number in config.attention:
                attention = SelfAttention(width, config.heads, config.init)
                layers.append(Residual([LayerNorm(width), attention]))
        layers += [LayerNorm(width), *dropout, Dense(width, task.outputs, config.init)]
    else:
        for inputs, outputs in pairwise(units):
            layers += [activation(), *dropout, Dense(inputs, outputs, config.init)]
    network = Network(layers)
    if network.size > MOST_WEIGHTS:
        raise InputError(
            f"hidden = {list(config.hidden)}: makes a network of {network.size:,} weights, and "
            f"{MOST_WEIGHTS:,} are the most; give fewer units"
        )
    return network


def cut_window(network: Network, window: int) -> int:
    """Return the window that a stage cuts for a network: 1 if its first layer convolves itself."""
    return 1 if network.layers[0].along_chains else window
