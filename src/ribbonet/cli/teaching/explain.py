"""`ribbonet explain`: forward and backward pass of an example or a batch, with every number."""

from __future__ import annotations

import sys
from enum import StrEnum
from math import inf
from pathlib import Path
from typing import Annotated, Any

import typer

from ribbonet.errors import InputError


class Rule(StrEnum):
    """The optimisers; a test compares them with `worked_example.RULES`."""

    sgd = "sgd"
    momentum = "momentum"
    adam = "adam"


class Format(StrEnum):
    """How the tables are written."""

    text = "text"
    markdown = "markdown"


File = Annotated[
    Path | None,
    typer.Argument(
        metavar="FILE",
        help="TOML or JSON with x, y, weights, biases, activation, output; "
        "without it, x = [0, 1] with two hidden units and all weights 1.",
        show_default=False,
    ),
]
Inputs = Annotated[
    str | None,
    typer.Option(
        "--input",
        "-x",
        metavar="NUMBERS",
        help="The input, for example 0,1, or a batch of them: 0,1;1,1.",
    ),
]
Target = Annotated[
    str | None,
    typer.Option(
        "--target",
        "-y",
        metavar="NUMBERS",
        help="The target: a class, or numbers; for a batch 0;1.",
    ),
]
Weights = Annotated[
    list[str] | None,
    typer.Option(
        "--weights",
        "-w",
        metavar="NUMBERS",
        help="A layer's weights, one row for each of its inputs: 1,1;1,1. "
        "Repeat it for each layer, the first one first.",
    ),
]
Biases = Annotated[
    list[str] | None,
    typer.Option(
        "--biases", "-b", metavar="NUMBERS", help="A layer's biases: 0,0. Repeat it for each layer."
    ),
]
Activation = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Activation of the hidden layers: sigmoid, tanh, relu, gelu, exponential, identity or "
        "threshold.",
    ),
]
OutputActivation = Annotated[
    str | None,
    typer.Option(
        "--output-activation",
        metavar="NAME",
        help="Activation of the output: sigmoid, softmax, identity or threshold; by default "
        "sigmoid for one unit, softmax for several.",
    ),
]


def command(
    file: File = None,
    inputs: Inputs = None,
    target: Target = None,
    weights: Weights = None,
    biases: Biases = None,
    activation: Activation = None,
    output: OutputActivation = None,
    unfused: Annotated[
        bool, typer.Option("--unfused", help="Backpropagate through dL/dŷ and the Jacobian dŷ/dz.")
    ] = False,
    columns: Annotated[
        bool,
        typer.Option("--columns", help="Vectors are columns and weights (out, in): z = W x + b."),
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Check each gradient by central differences.")
    ] = False,
    learning_rate: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", help="Also take one step with this learning rate."),
    ] = None,
    optimizer: Annotated[
        Rule | None,
        typer.Option(help="Optimiser of the step: sgd, momentum (0.9) or adam; by default sgd."),
    ] = None,
    digits: Annotated[
        int, typer.Option(min=1, max=17, metavar="NUMBER", help="Significant digits.")
    ] = 4,
    format: Annotated[Format, typer.Option(help="Plain text or Markdown.")] = Format.text,
) -> None:
    """Show back-propagation step by step, with every value."""
    from dataclasses import replace

    from ribbonet.nn.views.worked_example import Example, explain, markdown, step, table

    if learning_rate is None and optimizer is not None:
        raise InputError("--optimizer: is of the step that --learning-rate takes; give both")
    if learning_rate is not None and not 0 < learning_rate < inf:
        raise InputError(f"--learning-rate {learning_rate:g}: give a number above 0")
    example = Example() if file is None else Example.read(file)
    given: dict[str, Any] = {
        "x": None if inputs is None else _rows(inputs),
        "y": None if target is None else _rows(target),
        "weights": weights and [[_numbers(row) for row in own.split(";")] for own in weights],
        "biases": biases and [_numbers(own) for own in biases],
        "activation": activation,
        "output": output,
        "fused": False if unfused else None,
        "columns": columns or None,
    }
    if weights and not biases:
        given["biases"] = []
    example = replace(
        example, **{name: value for name, value in given.items() if value is not None}
    )
    forward, backward = explain(example, checked=check)
    sections = {"Forward pass": forward, "Backward pass": backward}
    if learning_rate is not None:
        rule = optimizer or Rule.sgd
        title = {"sgd": "gradient descent", "momentum": "momentum", "adam": "Adam"}[rule]
        sections[f"One step of {title}"] = step(example, learning_rate, rule)
    for title, rows in sections.items():
        if format is Format.markdown:
            sys.stdout.write(f"## {title}\n\n{markdown(rows, digits, shapes=example.batch)}\n\n")
        else:
            sys.stdout.write(f"{title}\n{table(rows, digits, shapes=example.batch)}\n\n")


def _rows(text: str) -> list[Any]:
    """Read an input, or several separated by semicolons."""
    rows = [_numbers(row) for row in text.split(";")]
    return rows if len(rows) > 1 else rows[0]


def _numbers(text: str) -> list[float]:
    try:
        return [float(number) for number in text.split(",")]
    except ValueError:
        raise InputError(f"{text!r} is not a list of numbers such as 0,1") from None
