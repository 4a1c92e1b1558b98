"""What can be chosen in the room 1988, and within which bounds."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from ribbonet.web.sessions.settings import PageSettings


class Settings(PageSettings):
    """The settings of a training as in 1988; what is here by default imitates it.

    Attributes
    ----------
    data : {"shipped", "1988", "own"}
        The chains: those that come with the package, those of 1988 (fetched by name), or a file's.
    relatives : bool
        Whether relatives of the test chains are among those to learn from.
    units : int
        Hidden units of the one network; the other has none.
    window : int
        Residues that both see.
    learning_rate : float
        Of gradient descent with a momentum of 0.9.
    batch : int
        Residues in a step.
    cycles : int
        How often each residue is shown.
    seed : int
        Of the initial weights and the order of the residues.
    """

    data: Literal["shipped", "1988", "own"] = Field("shipped", title="Proteins")
    relatives: bool = Field(False, title="Relatives of the test chains in training")
    units: int = Field(40, ge=1, le=80, title="Hidden units")
    window: int = Field(13, ge=1, le=21, title="Window")
    learning_rate: float = Field(0.1, gt=0, le=10, title="Learning rate")
    batch: int = Field(64, ge=8, le=1024, title="Batch size")
    cycles: int = Field(40, ge=1, le=200, title="Cycles")
    seed: int = Field(0, ge=0, le=999_999, title="Seed")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.window % 2 == 0:
            raise ValueError("Window: choose an odd number, with the residue in the middle")
        return self
