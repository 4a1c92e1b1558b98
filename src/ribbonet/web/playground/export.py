"""A network as code that runs elsewhere and gives the same numbers, or as JSON.

Each script holds the weights and two functions: `inputs` makes of points (or of a sequence) what
the network gets, `predict` gives what the page shows. Run as a program it shows both for a few
examples, beside what the page said of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from ribbonet import __version__
from ribbonet.errors import InputError
from ribbonet.nn import BatchNorm, Dense, WindowDense
from ribbonet.nn.layers.activations import Activation
from ribbonet.nn.layers.base import Array
from ribbonet.nn.layers.norm import EPSILON
from ribbonet.web.playground.playground import Playground
from ribbonet.web.playground.problems.chains import ChainsProblem
from ribbonet.web.playground.problems.points import INPUTS, PlaneProblem

SHOWN = 5
"""Examples that a script shows."""

NUMPY = {
    "Tanh": "np.tanh(z)",
    "ReLU": "np.maximum(z, 0)",
    "Sigmoid": "0.5 * (1 + np.tanh(0.5 * z))",
    "GELU": "z * 0.5 * (1 + np.vectorize(math.erf)(z / math.sqrt(2)))",
    "Identity": "z",
    "Exponential": "np.exp(z)",
    "HardThreshold": "(z >= 0).astype(float)",
}
TORCH = {
    "Tanh": "nn.Tanh()",
    "ReLU": "nn.ReLU()",
    "Sigmoid": "nn.Sigmoid()",
    "GELU": "nn.GELU()",
    "Identity": "nn.Identity()",
    "Exponential": "Exponential()",
    "HardThreshold": "HardThreshold()",
}
SCIKIT_LEARN = {"Tanh": "tanh", "ReLU": "relu", "Sigmoid": "logistic", "Identity": "identity"}
OWN_TORCH = {
    "Exponential": "class Exponential(nn.Module):\n"
    "    def forward(self, z):\n"
    "        return torch.exp(z)\n",
    "HardThreshold": "class HardThreshold(nn.Module):\n"
    "    def forward(self, z):\n"
    "        return (z >= 0).to(z.dtype)\n",
}
"""The activations in other words."""


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


def to_json(playground: Playground) -> str:
    """Write the settings, the layers and all weights as JSON."""
    problem = playground.problem
    content = {
        "written_by": f"ribbonet {__version__}",
        "settings": playground.settings.model_dump(),
        "epoch": playground.epoch,
        "classes": problem.classes,
        "output": problem.output,
        "layers": playground.network.config()["layers"],
        "state": {name: a.tolist() for name, a in playground.network.state.items()},
    }
    if isinstance(problem, PlaneProblem):
        content["scales"] = [asdict(scale) for scale in (*problem.scales, problem.target_scale)]
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def to_numpy(playground: Playground) -> str:
    """Write a script that needs NumPy alone."""
    layers = []
    for block in blocks(playground):
        lines = [f'"weight": {_array(block.weight)}', f'"bias": {_array(block.bias)}']
        if block.norm:
            rows = [_array(block.norm[name]) for name in ("gamma", "beta", "mean", "variance")]
            lines.append(f'"norm": [{", ".join(rows)}]')
        layers.append("    {" + ",\n     ".join(lines) + "},\n")
    kinds = {block.activation for block in blocks(playground)} - {""}
    activation = NUMPY[kinds.pop()] if kinds else "z"
    norm = ""
    if playground.settings.batch_norm:
        norm = (
            '        if "norm" in layer:\n'
            '            gamma, beta, mean, variance = map(np.array, layer["norm"])\n'
            f"            z = (z - mean) / np.sqrt(variance + {EPSILON}) * gamma + beta\n"
        )
    outputs = {
        "identity": "z",
        "sigmoid": "0.5 * (1 + np.tanh(0.5 * z))",
        "softmax": "np.exp(z - z.max(axis=1, keepdims=True))",
    }[playground.problem.output]
    total = "    y /= y.sum(axis=1, keepdims=True)\n" if "max" in outputs else ""
    return (
        _head(playground, "NumPy", ["json", *(["math"] if "math" in activation else [])], "")
        + f"LAYERS = [\n{''.join(layers)}]\n\n"
        + _inputs(playground)
        + "def activation(z):\n"
        + f"    return {activation}\n\n\n"
        + "def predict(x):\n"
        + f'    """Return {_given(playground)} for inputs (N, F)."""\n'
        + "    for i, layer in enumerate(LAYERS):\n"
        + '        z = x @ np.array(layer["weight"]) + np.array(layer["bias"])\n'
        + norm
        + "        x = activation(z) if i < len(LAYERS) - 1 else z\n"
        + f"    y = {outputs}\n"
        + total
        + f"    return {_unscaled(playground)}\n\n\n"
        + _foot(playground, "predict(inputs(EXAMPLES))")
    )


def to_pytorch(playground: Playground) -> str:
    """Write a script that makes a `torch.nn.Sequential`."""
    modules: list[str] = []
    state: list[str] = []
    own: set[str] = set()
    for block in blocks(playground):
        inputs, outputs = block.weight.shape
        place = len(modules)
        modules.append(f"nn.Linear({inputs}, {outputs})")
        state.append(f'"{place}.weight": {_array(block.weight.T)}')
        state.append(f'"{place}.bias": {_array(block.bias)}')
        if block.norm:
            names = ("weight", "gamma"), ("bias", "beta"), ("running_mean", "mean")
            for name, ours in (*names, ("running_var", "variance")):
                state.append(f'"{place + 1}.{name}": {_array(block.norm[ours])}')
            state.append(f'"{place + 1}.num_batches_tracked": 0')
            modules.append(f"nn.BatchNorm1d({outputs})")
        if block.activation:
            modules.append(TORCH[block.activation])
            own |= {block.activation} & OWN_TORCH.keys()
    outputs = {"identity": "z", "sigmoid": "torch.sigmoid(z)", "softmax": "torch.softmax(z, dim=1)"}
    layers = "".join(f"    {module},\n" for module in modules)
    return (
        _head(playground, "PyTorch", ["json"], "import torch\nfrom torch import nn\n")
        + "".join(f"\n{OWN_TORCH[name]}\n\n" for name in sorted(own))
        + f"network = nn.Sequential(\n{layers})\n"
        + "STATE = {\n    "
        + ",\n    ".join(state)
        + ",\n}\n"
        + "network.load_state_dict({name: torch.tensor(a) for name, a in STATE.items()})\n"
        + "network.eval()\n\n\n"
        + _inputs(playground)
        + "@torch.no_grad()\n"
        + "def predict(x):\n"
        + f'    """Return {_given(playground)} for inputs (N, F)."""\n'
        + "    z = network(torch.tensor(x, dtype=torch.float32))\n"
        + f"    y = {outputs[playground.problem.output]}.numpy()\n"
        + f"    return {_unscaled(playground)}\n\n\n"
        + _foot(playground, "predict(inputs(EXAMPLES))")
    )


def to_scikit_learn(playground: Playground) -> str:
    """Write a script that makes a `sklearn.neural_network` estimator.

    Raises
    ------
    InputError
        For an activation that scikit-learn does not have.
    """
    problem, found = playground.problem, blocks(playground)
    kinds = {block.activation for block in found} - {""}
    kind = kinds.pop() if kinds else "Identity"
    if kind not in SCIKIT_LEARN:
        known = ", ".join(SCIKIT_LEARN)
        raise InputError(
            f"scikit-learn's networks have no {kind}, but {known}; export as NumPy or PyTorch"
        )
    if problem.squared and problem.classes:
        raise InputError(
            "scikit-learn's networks learn classes by cross-entropy alone; "
            "export as NumPy or PyTorch"
        )
    coefs, intercepts = [], []
    for block in found:
        weight, bias = block.weight.astype(float), block.bias.astype(float)
        if block.norm:  # folded into the weights: it is affine at prediction
            factor = block.norm["gamma"] / np.sqrt(block.norm["variance"] + EPSILON)
            weight, bias = weight * factor, (bias - block.norm["mean"]) * factor
            bias = bias + block.norm["beta"]
        coefs.append(f"    {_array(weight)},\n")
        intercepts.append(f"    {_array(bias)},\n")
    sizes = tuple(len(block.bias) for block in found[:-1])
    estimator = "MLPClassifier" if problem.classes else "MLPRegressor"
    labels = list(range(len(problem.classes)))
    first = f"np.resize({labels}, {max(2, len(labels))})" if labels else "np.zeros(2)"
    classes = f", classes={labels}" if labels else ""
    given = {
        "identity": "model.predict(x)[:, None]",
        "sigmoid": "model.predict_proba(x)[:, 1:]",
        "softmax": "model.predict_proba(x)",
    }[problem.output]
    rows = max(2, len(labels))
    return (
        _head(
            playground,
            "scikit-learn",
            ["json"],
            f"from sklearn.neural_network import {estimator}\n",
        )
        + f"COEFS = [\n{''.join(coefs)}]\n"
        + f"INTERCEPTS = [\n{''.join(intercepts)}]\n\n"
        + f"model = {estimator}(\n"
        + f'    hidden_layer_sizes={sizes}, activation="{SCIKIT_LEARN[kind]}", solver="sgd"\n'
        + ")\n"
        + "# a first step shapes the model; then it gets the weights\n"
        + f"model.partial_fit(np.zeros(({rows}, {len(found[0].weight)})), {first}{classes})\n"
        + "model.coefs_ = [np.array(w) for w in COEFS]\n"
        + "model.intercepts_ = [np.array(b) for b in INTERCEPTS]\n\n\n"
        + _inputs(playground)
        + "def predict(x):\n"
        + f'    """Return {_given(playground)} for inputs (N, F)."""\n'
        + f"    y = {given}\n"
        + f"    return {_unscaled(playground)}\n\n\n"
        + _foot(playground, "predict(inputs(EXAMPLES))")
    )


Form = Literal["json", "numpy", "pytorch", "scikit-learn"]

FORMS: dict[Form, tuple[str, Callable[[Playground], str]]] = {
    "json": ("playground.json", to_json),
    "numpy": ("playground_numpy.py", to_numpy),
    "pytorch": ("playground_pytorch.py", to_pytorch),
    "scikit-learn": ("playground_scikit_learn.py", to_scikit_learn),
}
"""For each form the file's name, and what writes it."""


def export(playground: Playground, form: Form) -> tuple[str, str]:
    """Return a file's name and content.

    Raises
    ------
    InputError
        Where the form cannot say what the network is, or a weight is no number.
    """
    if not all(np.isfinite(a).all() for a in playground.network.state.values()):
        raise InputError("some weights are no numbers any more; go back to before that")
    name, write = FORMS[form]
    return name, write(playground)


def _head(playground: Playground, library: str, modules: list[str], imports: str) -> str:
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
        symbols = problem.scene()["residues"]
        reach = problem.window // 2
        return (
            f'RESIDUES = "{symbols}"\n\n\n'
            "def inputs(sequence):\n"
            f'    """Return the window around each residue, one-hot."""\n'
            f"    places = [RESIDUES.find(r) % {len(symbols) + 1} for r in sequence]\n"
            f"    codes = np.pad(places, {reach}, constant_values={len(symbols)})\n"
            f"    windows = np.lib.stride_tricks.sliding_window_view(codes, {problem.window})\n"
            f"    return np.eye({len(symbols) + 1})[windows].reshape(len(sequence), -1)\n\n\n"
        )
    assert isinstance(problem, PlaneProblem)
    scaled = ""
    for i, scale in enumerate(problem.scales):
        if (scale.offset, scale.factor) != (0, 1):
            scaled += f"    x{i + 1} = (x{i + 1} - {scale.offset!r}) * {scale.factor!r}\n"
    formulas = ", ".join(INPUTS[name].formula for name in problem.inputs)
    return (
        "def inputs(points):\n"
        '    """Return what the network gets of points (N, 2)."""\n'
        "    x1, x2 = np.array(points, dtype=float).T\n"
        f"{scaled}"
        f"    return np.column_stack([{formulas}])\n\n\n"
    )


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


def _foot(playground: Playground, call: str) -> str:
    """Write the examples, what the page says of them, and the program."""
    examples, said = shown(playground)
    return (
        f"EXAMPLES = {examples!r}\n"
        f"ON_THE_PAGE = {_array(said)}\n\n"
        'if __name__ == "__main__":\n'
        f"    given = {call}\n"
        "    print(json.dumps(given.tolist()))\n"
        "    far = np.abs(given - np.array(ON_THE_PAGE)).max()\n"
        '    assert far < 1e-4 * max(1, np.abs(given).max()), f"off the page by {far}"\n'
    )


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


def _array(array: Array) -> str:
    """Write an array's numbers, each as short as it can be without loss."""
    if array.ndim == 1:
        return "[" + ", ".join(str(x) for x in array) + "]"
    return "[" + ", ".join(_array(row) for row in array) + "]"
