"""Trained models: those in the package, by name, and those in users' folders."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ribbonet.errors import InputError

if TYPE_CHECKING:
    from ribbonet.models.model import Model

SHIPPED = Path(__file__).with_name("shipped")
"""Holds the models that come in the package."""

DEFAULT_MODEL = "accurate"
WITH_PROFILES = "-msa"
"""Ends the name of a shipped model that reads profiles too."""


def shipped_templates() -> Path:
    """Return where the set of templates that comes in the package is."""
    return SHIPPED / "templates" / "pdb.templates"


def template_network() -> Model | None:
    """Return the network that corrects the default model by templates, if there is one."""
    folder = SHIPPED / "templates"
    return read_shipped(folder.name) if (folder / "model.json").is_file() else None


TRACKS = ("disorder", "topology")
"""Shipped models of other tasks, which read the embedding of the default model."""


def shipped_tracks() -> list[str]:
    """Names of the tracks that come in the package beside secondary structure."""
    return [name for name in TRACKS if (SHIPPED / name / "model.json").is_file()]


def shipped_models(*, profiles: bool = False) -> list[str]:
    """Names of the models of secondary structure that come in the package, the default one first.

    Parameters
    ----------
    profiles : bool
        Whether to name those that read profiles, too.
    """
    names = sorted(path.parent.name for path in SHIPPED.glob("*/model.json"))
    others = (shipped_templates().parent.name, *TRACKS)
    names = [name for name in names if name not in others]
    known = [name for name in names if profiles or not name.endswith(WITH_PROFILES)]
    return sorted(known, key=lambda name: name != DEFAULT_MODEL)


@cache
def read_shipped(name: str) -> Model:
    """Read a model that comes in the package, once."""
    from ribbonet.models.folder import read_model

    return read_model(SHIPPED / name)


def load_model(name: str | Path = DEFAULT_MODEL, *, profiles: bool = False) -> Model:
    """Load a shipped model by its name, or another one from its folder.

    Parameters
    ----------
    name : str or Path
        A name of `shipped_models` or `shipped_tracks`, or a folder that `ribbonet train` wrote.
    profiles : bool
        Whether profiles are available; the variant of a shipped model that reads them is then
        loaded, if there is one.

    Raises
    ------
    InputError
        When there is no such model, or it cannot be read.

    Examples
    --------
    >>> load_model("fast").card.name
    'fast'
    """
    from ribbonet.models.folder import read_model

    shipped = [*shipped_models(profiles=True), *shipped_tracks()]
    if profiles and f"{name}{WITH_PROFILES}" in shipped:
        return read_shipped(f"{name}{WITH_PROFILES}")
    if str(name) in shipped:
        return read_shipped(str(name))
    return read_model(model_folder(name))


def model_folder(name: str | Path) -> Path:
    """Return where the files of a model are, of a shipped one or of another folder.

    Raises
    ------
    InputError
        When there is no such model.
    """
    shipped = [*shipped_models(profiles=True), *shipped_tracks()]
    folder = SHIPPED / name if str(name) in shipped else Path(name)
    if not (folder / "model.json").is_file():
        raise InputError(
            f"{name}: no such model; give one of {', '.join(shipped)}, "
            "or a folder written by `ribbonet train`"
        )
    return folder
