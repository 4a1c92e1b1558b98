"""Groups of options: a dataclass stands for the options of its fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from inspect import Parameter, Signature, signature
from typing import Any, get_type_hints


def flat(function: Callable[..., None]) -> Callable[..., None]:
    """Make a command, which Typer can read, of a function whose parameters may be such groups.

    Parameters
    ----------
    function : callable
        A parameter whose type is a dataclass is built from the options of the dataclass's fields,
        which take its place; the types of these, like those of the other parameters, are what
        Typer knows.
    """
    hints = get_type_hints(function, include_extras=True)
    groups: dict[str, Any] = {name: kind for name, kind in hints.items() if is_dataclass(kind)}

    def command(**values: Any) -> None:
        for name, group in groups.items():
            values[name] = group(**{own.name: values.pop(own.name) for own in fields(group)})
        function(**values)

    parameters = []
    for parameter in signature(function).parameters.values():
        if group := groups.get(parameter.name):
            kinds = get_type_hints(group, include_extras=True)
            parameters += [(own.name, own.default, kinds[own.name]) for own in fields(group)]
        else:
            parameters.append((parameter.name, parameter.default, hints[parameter.name]))
    command.__name__, command.__doc__ = function.__name__, function.__doc__
    command.__annotations__ = {name: kind for name, _, kind in parameters}
    command.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=kind)
            for name, default, kind in parameters
        ]
    )
    return command
