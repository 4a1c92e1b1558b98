"""A network as code that runs elsewhere and gives the same numbers, or as JSON.

Each script holds the weights and two functions: `inputs` makes of points (or of a sequence) what
the network gets, `predict` gives what the page shows. Run as a program it shows both for a few
examples, beside what the page said of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Literal

import numpy as np

from ribbonet import __version__
from ribbonet.errors import InputError
from ribbonet.nn.layers.norm import EPSILON
from ribbonet.web.playground.playground import Playground
from ribbonet.web.playground.problems.points import PlaneProblem
from ribbonet.web.playground.programs import blocks, head, numbers, program

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
NORM = f"""\
        if "norm" in layer:
            gamma, beta, mean, variance = map(np.array, layer["norm"])
            z = (z - mean) / np.sqrt(variance + {EPSILON}) * gamma + beta
"""
OWN_TORCH = {
    "Exponential": "class Exponential(nn.Module):\n"
    "    def forward(self, z):\n"
    "        return torch.exp(z)\n",
    "HardThreshold": "class HardThreshold(nn.Module):\n"
    "    def forward(self, z):\n"
    "        return (z >= 0).to(z.dtype)\n",
}
"""The activations in other words."""


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
        lines = [f'"weight": {numbers(block.weight)}', f'"bias": {numbers(block.bias)}']
        if block.norm:
            rows = [numbers(block.norm[name]) for name in ("gamma", "beta", "mean", "variance")]
            lines.append(f'"norm": [{", ".join(rows)}]')
        layers.append("    {" + ",\n     ".join(lines) + "},\n")
    kinds = {block.activation for block in blocks(playground)} - {""}
    activation = NUMPY[kinds.pop()] if kinds else "z"
    outputs = {
        "identity": "z",
        "sigmoid": "0.5 * (1 + np.tanh(0.5 * z))",
        "softmax": "np.exp(z - z.max(axis=1, keepdims=True))",
    }[playground.problem.output]
    modules = ["json", "math"] if "math" in activation else ["json"]
    return program(
        "numpy",
        playground,
        head=head(playground, "NumPy", modules, ""),
        layers="".join(layers),
        activation=activation,
        norm=NORM if playground.settings.batch_norm else "",
        outputs=outputs,
        total="    y /= y.sum(axis=1, keepdims=True)\n" if "max" in outputs else "",
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
        state.append(f'"{place}.weight": {numbers(block.weight.T)}')
        state.append(f'"{place}.bias": {numbers(block.bias)}')
        if block.norm:
            names = ("weight", "gamma"), ("bias", "beta"), ("running_mean", "mean")
            for name, ours in (*names, ("running_var", "variance")):
                state.append(f'"{place + 1}.{name}": {numbers(block.norm[ours])}')
            state.append(f'"{place + 1}.num_batches_tracked": 0')
            modules.append(f"nn.BatchNorm1d({outputs})")
        if block.activation:
            modules.append(TORCH[block.activation])
            own |= {block.activation} & OWN_TORCH.keys()
    outputs = {"identity": "z", "sigmoid": "torch.sigmoid(z)", "softmax": "torch.softmax(z, dim=1)"}
    return program(
        "pytorch",
        playground,
        head=head(playground, "PyTorch", ["json"], "import torch\nfrom torch import nn\n"),
        own="".join(f"\n{OWN_TORCH[name]}\n\n" for name in sorted(own)),
        layers="".join(f"    {module},\n" for module in modules),
        state="".join(f"    {row},\n" for row in state),
        outputs=outputs[playground.problem.output],
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
        coefs.append(f"    {numbers(weight)},\n")
        intercepts.append(f"    {numbers(bias)},\n")
    estimator = "MLPClassifier" if problem.classes else "MLPRegressor"
    labels = list(range(len(problem.classes)))
    first = f"np.resize({labels}, {max(2, len(labels))})" if labels else "np.zeros(2)"
    given = {
        "identity": "model.predict(x)[:, None]",
        "sigmoid": "model.predict_proba(x)[:, 1:]",
        "softmax": "model.predict_proba(x)",
    }[problem.output]
    return program(
        "scikit_learn",
        playground,
        head=head(
            playground,
            "scikit-learn",
            ["json"],
            f"from sklearn.neural_network import {estimator}\n",
        ),
        coefs="".join(coefs),
        intercepts="".join(intercepts),
        estimator=estimator,
        sizes=tuple(len(block.bias) for block in found[:-1]),
        activation=SCIKIT_LEARN[kind],
        rows=max(2, len(labels)),
        columns=len(found[0].weight),
        first=first,
        classes=f", classes={labels}" if labels else "",
        outputs=given,
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
