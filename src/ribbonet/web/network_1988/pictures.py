"""What is sent to the page of the trainings: scores, weights as maps, and a chain that is followed.

The window that slides along the chain, the hidden units and the probabilities are drawn from these
arrays by the page alone; only what the residues in a window contribute is computed here.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ribbonet.chains.alphabet import RESIDUES, SYMBOLS
from ribbonet.chains.chain import Chain
from ribbonet.chains.windows import windows
from ribbonet.nn import Sigmoid, Softmax
from ribbonet.nn.layers import Array
from ribbonet.nn.layers.stack import Network
from ribbonet.web.network_1988.training import Trainings
from ribbonet.web.playground.frames import packed
from ribbonet.web.playground.problems.base import as_bytes
from ribbonet.web.playground.problems.points import as_bytes_of_sign

SHOWN = 400
"""Residues of a chain that the page follows, at most."""


def picture(
    trainings: Trainings, chain: Chain, sent: dict[str, int], look: int | None, **more: Any
) -> bytes:
    """Make the picture of what the networks are now.

    Parameters
    ----------
    trainings : Trainings
    chain : Chain
        The one that is followed.
    sent : dict
        Of each learner, how many rows of its history the page has.
    look : int, optional
        The place of a residue whose window is taken apart.
    **more : object
        What else the header holds.

    Returns
    -------
    bytes
        As `frames.packed` packs it. Of the network with hidden units `maps`, int8 `(H, W, 21)`,
        `outputs`, float32 `(H + 1, 3)`, its last row the biases, and `hidden`, uint8 `(L, H)`; of
        the one without `direct`, int8 `(3, W, 21)`; of each the probabilities along the chain,
        uint8 `(L, 3)`, under its name.
    """
    codes = chain.codes[:SHOWN]
    learners = trainings.learners
    network, window = learners["units"].network, trainings.settings.window
    with np.errstate(all="ignore"):  # a training that diverges is shown, too
        seen = windows(codes, window)
        hidden = hidden_of(network, seen)
        first = Softmax.value(network(seen))
        weights = network.parameters
        arrays = {
            "maps": _maps(network, window),
            "outputs": np.vstack([weights["2.weight"], weights["2.bias"]]),
            "hidden": as_bytes(hidden),
            "direct": _maps(learners["none"].network, window),
            "units": as_bytes(first),
            "none": as_bytes(Softmax.value(learners["none"].network(seen))),
        }
        if "cascade" in learners:
            upon = windows(first.astype(np.float32), window)
            arrays["cascade"] = as_bytes(Softmax.value(learners["cascade"].network(upon)))
        if look is not None:
            arrays["near_hidden"] = hidden[look]
            arrays["near"] = first[look]
            arrays["replaced"] = replaced(network, seen[look])
    header = {
        "size": len(weights["2.weight"]),
        "window": window,
        "cycle": trainings.cycle,
        "step": trainings.steps,
        "rows": {name: own.rows[sent.get(name, 0) :] for name, own in learners.items()},
        "from": {name: sent.get(name, 0) for name in learners},
        "look": look,
        "ended": trainings.ended,
        "message": trainings.message,
        **more,
    }
    return packed(header, arrays)


def hidden_of(network: Network, seen: Array) -> Array:
    """Return what the hidden units say to windows, `(N, H)`."""
    return Sigmoid.value(network.layers[0](seen))


def replaced(network: Network, window: Array) -> Array:
    """Return the probabilities if one residue of a window were another, float32 `(W, 20, 3)`.

    What a residue contributes to a state is the state's probability less its mean over all
    residues that could be in its place.
    """
    width, kinds = len(window), len(RESIDUES)
    others = np.tile(window, (width, kinds, 1))
    for place in range(width):
        others[place, :, place] = np.arange(kinds)
    given = Softmax.value(network(others.reshape(-1, width)))
    return given.reshape(width, kinds, -1).astype(np.float32)


def _maps(network: Network, window: int) -> Array:
    """Return the weights of each unit of the first layer as a map; all have the same scale."""
    weights = np.nan_to_num(network.parameters["0.weight"].T)
    scale = max(float(np.quantile(np.abs(weights), 0.995)), 1e-6)
    return as_bytes_of_sign(weights, scale).reshape(-1, window, SYMBOLS)
