"""What is sent to the page for each picture: a line of JSON and the arrays behind it, as bytes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from ribbonet.nn import Network
from ribbonet.nn.layers import Array
from ribbonet.tasks.metrics import confusion
from ribbonet.web.playground.playground import Playground
from ribbonet.web.playground.problems.base import PARTS, Problem
from ribbonet.web.playground.signals import signals


def packed(header: dict[str, Any], arrays: dict[str, Array]) -> bytes:
    r"""Pack a header and arrays into one message.

    Four bytes tell the length of the header, little-endian; the header is JSON in UTF-8, filled up
    with blanks to a multiple of four, and lists name, type and shape of each array under `arrays`;
    then follow the arrays, each filled up to a multiple of four bytes.

    Examples
    --------
    >>> message = packed({"epoch": 1}, {"a": np.array([1, 2, 3], np.uint8)})
    >>> message[4:].rstrip(b"\0")
    b'{"epoch":1,"arrays":[["a","uint8",[3]]]}\x01\x02\x03'
    """
    kinds = [[name, a.dtype.name, list(a.shape)] for name, a in arrays.items()]
    text = json.dumps({**header, "arrays": kinds}, separators=(",", ":"), allow_nan=False)
    head = text.encode()
    head += b" " * (-len(head) % 4)
    parts = [len(head).to_bytes(4, "little"), head]
    for array in arrays.values():
        data = np.ascontiguousarray(array).tobytes()
        parts += [data, b"\0" * (-len(data) % 4)]
    return b"".join(parts)


def frame(playground: Playground, since: int = -1, look: int | None = None, **more: Any) -> bytes:
    """Make the picture of a playground as it is now.

    Parameters
    ----------
    playground : Playground
    since : int
        The last row of the history that the page has.
    look : int, optional
        The hidden unit that is shown large.
    **more : object
        What else the header holds.
    """
    with np.errstate(all="ignore"):  # a training that diverges is shown, too
        problem, network = playground.problem, playground.network
        arrays = {"weights": np.concatenate([a.ravel() for a in network.parameters.values()])}
        if network.buffers:
            arrays["buffers"] = np.concatenate([a.ravel() for a in network.buffers.values()])
        arrays |= problem.view(network)
        if look is not None:
            arrays["large"] = playground.look_at(look)
        layers = signals(network, playground.loss, problem.train.x, problem.train.targets)
    arrays["activations"] = np.array([layer.activations for layer in layers], np.float32)
    arrays["gradients"] = np.array([layer.gradients for layer in layers], np.float32)
    header = {
        "epoch": playground.epoch,
        "step": playground.optimizer.steps,
        "learning_rate": playground.rate,
        "rows": [
            {name: _finite(value) for name, value in row.items()}
            for row in playground.rows_after(since)
        ],
        "last": playground.last,
        "signals": [[layer.low, layer.high, layer.none] for layer in layers],
        "end": playground.end,
        "message": playground.message,
        **more,
    }
    if problem.classes:
        header["confusion"] = confusions(problem, network)
    return packed(header, arrays)


def confusions(problem: Problem, network: Network) -> dict[str, list[list[int]]]:
    """Count true classes (rows) by answers (columns), of each part of the examples."""
    with np.errstate(all="ignore"):
        answers = problem.answers(network(problem.x))
    classes = len(problem.classes)
    return {
        name: confusion(
            problem.targets[problem.part == n], answers[problem.part == n], classes
        ).tolist()
        for n, name in enumerate(PARTS)
    }


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None
