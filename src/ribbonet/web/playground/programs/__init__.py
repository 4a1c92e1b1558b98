"""Programs that run a network elsewhere: templates, and what fills them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import Any

import numpy as np

from ribbonet import __version__
from ribbonet.nn import BatchNorm, Dense, WindowDense
from ribbonet.nn.layers import Array
from ribbonet.nn.layers.activations import Activation
from ribbonet.web.playground.playground import Playground
from ribbonet.web.playground.problems.chains import ChainsProblem
from ribbonet.web.playground.problems.points import INPUTS, PlaneProblem

SHOWN = 5
"""Examples that a program shows."""


@dataclass
class Block:
    """A layer of units: z = x W + b, perhaps normalised, and what follows it."""

    weight: Array
    bias: Array
    norm: dict[str, Array] | None = None
    activation: str = ""


def blocks(playground: Playground) -> list[Block]:
    """Return the network at prediction: without noise and dropout, windows as one-hot inputs."""
    found: list[Block] = []
    for layer in playground.network.layers:
        if isinstance(layer, Dense | WindowDense):
            found.append(Block(layer.parameters["weight"], layer.parameters["bias"]))
        elif isinstance(layer, BatchNorm):
            found[-1].norm = layer.parameters | layer.buffers
        elif isinstance(layer, Activation):
            found[-1].activation = type(layer).__name__
    return found


def head(playground: Playground, library: str, modules: list[str], imports: str) -> str:
    """Write what the program is, and what it imports."""
    sizes = "-".join(str(n) for n in (*playground.settings.layers, playground.problem.outputs))
    inputs, classes = blocks(playground)[0].weight.shape[0], playground.problem.classes
    return (
        f'"""A network {inputs}-{sizes} for {library}, written by ribbonet {__version__} '
        f'after {playground.epoch} epochs on {playground.settings.data!r}."""\n\n'
        + "".join(f"import {module}\n" for module in modules)
        + f"\nimport numpy as np\n{imports}\n"
        + (f"CLASSES = {list(classes)!r}\n" if classes else "")
    )


def _inputs(playground: Playground) -> str:
    """Write the function that makes the network's inputs."""
    problem = playground.problem
    if isinstance(problem, ChainsProblem):
        residues = problem.scene()["residues"]
        return filled(
            "chains",
            residues=residues,
            symbols=len(residues) + 1,
            spacer=len(residues),
            reach=problem.window // 2,
            window=problem.window,
        )
    assert isinstance(problem, PlaneProblem)
    scaled = ""
    for i, scale in enumerate(problem.scales):
        if (scale.offset, scale.factor) != (0, 1):
            scaled += f"    x{i + 1} = (x{i + 1} - {scale.offset!r}) * {scale.factor!r}\n"
    formulas = ", ".join(INPUTS[name].formula for name in problem.inputs)
    return filled("points", scaled=scaled, formulas=formulas)


def _given(playground: Playground) -> str:
    problem = playground.problem
    if problem.output == "softmax":
        return "the probabilities of CLASSES"
    if problem.output == "sigmoid":
        return "the probability of CLASSES[1]"
    return "the network's values"


def _unscaled(playground: Playground) -> str:
    problem = playground.problem
    scale = getattr(problem, "target_scale", None)
    if scale is None or (scale.offset, scale.factor) == (0, 1):
        return "y"
    return f"y / {scale.factor!r} + {scale.offset!r}"


def filled(name: str, **values: object) -> str:
    """Fill a template of the folder `programs`."""
    text = resources.files("ribbonet.web.playground.programs").joinpath(f"{name}.txt")
    return Template(text.read_text("utf-8")).substitute(values)


def program(name: str, playground: Playground, **values: object) -> str:
    """Fill the template of a program, and add the examples with what the page says of them."""
    program = filled(
        name,
        inputs=_inputs(playground),
        given=_given(playground),
        unscaled=_unscaled(playground),
        **values,
    )
    examples, said = shown(playground)
    return program + filled("examples", examples=repr(examples), said=numbers(said))


def shown(playground: Playground) -> tuple[Any, Array]:
    """Return a few examples as a script takes them, and what the page says of them."""
    problem = playground.problem
    if isinstance(problem, ChainsProblem):
        sequence = problem.followed.sequence[:30]
        z = playground.network(problem.windows_of(sequence))
        return sequence, problem.probabilities(z) if problem.output != "identity" else z
    assert isinstance(problem, PlaneProblem)
    points = problem.points[:SHOWN].astype(float)
    originals = np.column_stack(
        [p / scale.factor + scale.offset for p, scale in zip(points.T, problem.scales, strict=True)]
    )
    z = playground.network(problem.x[:SHOWN])
    if problem.output != "identity":
        return originals.tolist(), problem.probabilities(z)
    scale = problem.target_scale
    return originals.tolist(), z / scale.factor + scale.offset


def numbers(array: Array) -> str:
    """Write an array's numbers, each as short as it can be without loss."""
    if array.ndim == 1:
        return "[" + ", ".join(str(x) for x in array) + "]"
    return "[" + ", ".join(numbers(row) for row in array) + "]"
