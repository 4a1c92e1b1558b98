"""Print what the base and each extra take on the disk, in MB, where all of them are installed.

    python packaging/sizes.py

What an extra adds is what it needs, directly or not, and the base does not.
"""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

PROJECT = "ribbonet"


def needed(name: str, extra: str = "", seen: set[tuple[str, str]] | None = None) -> set[str]:
    """Names of all distributions that one needs, with an extra of it or without."""
    seen = set() if seen is None else seen
    if (name, extra) in seen:
        return set()
    seen.add((name, extra))
    try:
        requirements = distribution(name).requires or []
    except PackageNotFoundError:  # for another system
        return set()
    found = {name}
    for line in requirements:
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            own = re.sub(r"[-_.]+", "-", requirement.name).lower()
            for wanted in ("", *requirement.extras):
                found |= needed(own, wanted, seen)
    return found


def megabytes(own: Distribution) -> float:
    """Size of the files of a distribution, compiled Python included."""
    paths = {path.locate() for path in own.files or ()}
    return sum(path.stat().st_size for path in paths if path.is_file()) / 1e6


def size(names: set[str]) -> float:
    """Size of several distributions together, without the project itself."""
    return sum(megabytes(distribution(name)) for name in names - {PROJECT})


def main() -> None:
    """Print a line for the base, and one for each extra: the MB that it adds, and its packages."""
    base = needed(PROJECT)
    print(f"{'base':12}{size(base):8.1f}  {' '.join(sorted(base - {PROJECT}))}")
    for extra in sorted(distribution(PROJECT).metadata.get_all("Provides-Extra") or []):
        added = needed(PROJECT, extra) - base
        print(f"{extra:12}{size(added):8.1f}  {' '.join(sorted(added))}")


if __name__ == "__main__":
    main()
