"""Configurations that come in the package, TOML files that `--config` takes by name."""

from pathlib import Path

from ribbonet.errors import InputError

_FOLDER = Path(__file__).parent


def shipped_configs() -> list[str]:
    """Names of the configurations in the package.

    Examples
    --------
    >>> shipped_configs()
    ['1988', '1988-large', 'small', 'transfer']
    """
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


def config_path(name: str | Path) -> Path:
    """Return the file of a configuration: a shipped one by its name, any other by its path.

    Raises
    ------
    InputError
        When there is neither a configuration of that name nor such a file.
    """
    if str(name) in shipped_configs():
        return _FOLDER / f"{name}.toml"
    if not Path(name).exists():
        raise InputError(
            f"{name}: no such configuration; give one of {', '.join(shipped_configs())}, or a "
            "TOML file"
        )
    return Path(name)
