"""Settings that a page sends: read within their bounds, their faults in the page's words."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from ribbonet.errors import InputError
from ribbonet.web.server.faults import MOST, few_unknown, listed


class SettingsError(InputError):
    """Settings that cannot be.

    Attributes
    ----------
    names : list of str
        Those at fault; empty where several do not fit together.
    """

    def __init__(self, message: str, names: list[str]) -> None:
        super().__init__(message)
        self.names = names


class PageSettings(BaseModel):
    """Settings of a room; each room has a class of its own, with titles for the page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def read(cls, values: dict[str, Any]) -> Self:
        """Make settings of what a page sent.

        Raises
        ------
        SettingsError
            For a name that is none, or a value out of bounds; says which.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            faults = error.errors()
            names = [str(fault["loc"][0]) for fault in faults if fault["loc"]]
            raise SettingsError(listed(faults, cls.named), names[:MOST]) from None

    @model_validator(mode="before")
    @classmethod
    def _few_unknown(cls, data: Any) -> Any:
        return few_unknown(data, cls.model_fields)

    @classmethod
    def choices(cls) -> dict[str, Any]:
        """Return for each setting what can be chosen, or the bounds, and the default."""
        schema: dict[str, Any] = cls.model_json_schema()["properties"]
        return schema

    @classmethod
    def named(cls, place: tuple[int | str, ...]) -> str:
        """Call a place in settings as the page calls it.

        Examples
        --------
        >>> from pydantic import Field
        >>> class Steps(PageSettings):
        ...     layers: tuple[int, ...] = Field((4,), title="Layers")
        >>> Steps.named(("layers", 1)), Steps.named(("layers",)), Steps.named(("more",))
        ('Layers, 2nd', 'Layers', 'more')
        """
        if not place:
            return ""
        name, *rest = place
        field = cls.model_fields.get(str(name))
        label = field.title or str(name) if field else str(name)
        number = next((part + 1 for part in rest if isinstance(part, int)), None)
        if number is None:
            return label
        ending = {1: "st", 2: "nd", 3: "rd"}.get(number if number < 20 else number % 10, "th")
        return f"{label}, {number}{ending}"
