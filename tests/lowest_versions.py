"""Print the lowest versions that pyproject.toml allows, as constraints of pip.

Run as `python tests/lowest_versions.py EXTRA,EXTRA`: those of the base and of the extras.
"""

import re
import sys
import tomllib
from pathlib import Path

REQUIREMENT = re.compile(r"([\w.-]+)(?:\[[\w,]+\])?>=([\d.]+)")


def main() -> None:
    """Print one line a package."""
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*project["dependencies"]]
    for extra in sys.argv[1].split(","):
        needed += project["optional-dependencies"][extra]
    for line in needed:
        found = REQUIREMENT.match(line)
        if found is None:
            raise SystemExit(f"{line}: has no lower bound")
        print(f"{found[1]}=={found[2]}")  # noqa: T201


if __name__ == "__main__":
    main()
