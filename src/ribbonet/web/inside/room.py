"""What the room Inside asks the server for: every number of an example, and its graph."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ribbonet.nn.views.worked_example import Example, explain, step
from ribbonet.web.inside.graph import parameters, picture
from ribbonet.web.inside.numbers import as_rows, row_json
from ribbonet.web.inside.window import WINDOW, window_example
from ribbonet.web.server.faults import few_unknown


def in_rows(value: Any) -> Any:
    """Return a number, or a list of numbers, as a list of such lists.

    >>> in_rows(1), in_rows([1, 2]), in_rows([[1], [2]])
    ([[1]], [[1, 2]], [[1], [2]])
    """
    if isinstance(value, int | float):
        return [[value]]
    if isinstance(value, list) and value and not isinstance(value[0], list):
        return [value]
    return value


Number = Annotated[float, Field(ge=-1e6, le=1e6)]
Vector = Annotated[list[Number], Field(min_length=1, max_length=6)]
Inputs = Annotated[list[Number], Field(min_length=1, max_length=WINDOW)]
Matrix = Annotated[list[Vector], Field(min_length=1, max_length=WINDOW)]
MOST = 8
"""Examples of a batch."""


class Asked(BaseModel):
    """A `ribbonet.nn.views.worked_example.Example`, small enough to be looked through.

    `x` and `y` have a row for each example; one without the outer list is one example.
    """

    model_config = ConfigDict(extra="forbid")

    x: Annotated[list[Inputs], Field(min_length=1, max_length=MOST), BeforeValidator(in_rows)] = [
        [0.0, 1.0]
    ]
    y: Annotated[list[Vector], Field(min_length=1, max_length=MOST), BeforeValidator(in_rows)] = [
        [1.0]
    ]
    weights: Annotated[list[Matrix], Field(min_length=1, max_length=4)] = [
        [[1.0, 1.0], [1.0, 1.0]],
        [[1.0], [1.0]],
    ]
    biases: Annotated[list[Vector], Field(max_length=4)] = []
    activation: Literal[
        "sigmoid", "tanh", "relu", "gelu", "identity", "exponential", "threshold"
    ] = "sigmoid"
    output: Literal["", "sigmoid", "softmax", "identity", "threshold"] = ""
    fused: bool = True
    columns: bool = False
    learning_rate: float = Field(0.5, gt=0, le=1000)
    optimizer: Literal["sgd", "momentum", "adam"] = "sgd"
    number: Annotated[int, Field(ge=1, le=20)] = 1

    @model_validator(mode="before")
    @classmethod
    def _few_unknown(cls, data: Any) -> Any:
        return few_unknown(data, cls.model_fields)

    @property
    def example(self) -> Example:
        """The same for the library."""
        given = self.model_dump(exclude={"learning_rate", "optimizer", "number"})
        if len(self.x) == 1:
            given |= {"x": self.x[0], "y": [number for row in self.y for number in row]}
        return Example(**given)


def router() -> APIRouter:
    """Make the room's part of the application."""
    router = APIRouter(prefix="/api/inside", tags=["inside"])

    @router.post("")
    def look(asked: Asked) -> dict[str, Any]:
        """Go through an example: each value with its formula, forward and backward."""
        example = asked.example
        with np.errstate(all="ignore"):  # what is too large is shown as such
            forward, backward = explain(example, checked=True)
            given = parameters(example) | {"y": np.array(asked.y, float)}
            named = {row.name: row.value for row in [*forward, *backward] if row.value.ndim < 3}
            known = {name: as_rows(example, name, value) for name, value in named.items()}
            known |= {name: value.reshape(-1, value.shape[-1]) for name, value in given.items()}
            steps = step(example, asked.learning_rate, asked.optimizer, asked.number)
            return {
                "forward": [row_json(row, known) for row in forward],
                "backward": [row_json(row, known) for row in backward],
                "step": [row_json(row, {}) for row in steps],
                "graph": picture(example, forward, given),
                "output": example.output_map(known["ŷ"].shape[-1]),
            }

    @router.get("/window")
    def window(
        residues: Annotated[str, Query(max_length=WINDOW)],
        state: Literal["H", "E", "C"] = "H",
    ) -> dict[str, Any]:
        """Return an example: a window of residues, through a network that learned from proteins."""
        return window_example(residues, state)

    return router


def named(place: tuple[int | str, ...]) -> str:
    """Call a place in what was asked for as the page calls it.

    >>> named(("weights", 0, 1, 0)), named(("x", 0, 0)), named(("y", 1, 0)), named(("more",))
    ('W1 from 2 to 1', 'x 1', 'y 1 of example 2', 'more')
    """
    name, *rest = place or ("",)
    places = [part + 1 for part in rest if isinstance(part, int)]
    match name, places:
        case "x" | "y", [1, unit]:
            return f"{name} {unit}"
        case "x" | "y", [example, unit]:
            return f"{name} {unit} of example {example}"
        case "weights", [layer, row, column]:
            return f"W{layer} from {row} to {column}"
        case "weights", [layer, *_]:
            return f"W{layer}"
        case "biases", [layer, unit]:
            return f"b{layer} of {unit}"
        case "biases", [layer]:
            return f"b{layer}"
        case "learning_rate", _:
            return "the learning rate"
    return " ".join(map(str, [name, *places]))
