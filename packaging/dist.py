"""Build the wheel and the source distribution, check them, and put them in a folder.

    python packaging/dist.py dist

Both are built twice, the second time from the unpacked source distribution, and must have the same
bytes: a build takes nothing from the checkout but what it ships, no clock and no file modes.
`SHA256SUMS`, which is written beside them, is for `sha256sum --check`.
`SOURCE_DATE_EPOCH`, where it is set, is the time of the files inside.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from manual import guides_named, pages

REPOSITORY = Path(__file__).parents[1]
LIMIT = 25_000_000
"""Bytes of a wheel, at most."""


def run(*command: object) -> None:
    """Run a program; its failure ends this one."""
    subprocess.run([str(word) for word in command], check=True)


def build(source: Path, folder: Path) -> dict[str, str]:
    """Build into a folder; the SHA-256 of each file by its name."""
    run(sys.executable, "-m", "build", "--quiet", "--outdir", folder, source)
    built = [*folder.glob("*.whl"), *folder.glob("*.tar.gz")]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in built}


def unpacked(archive: Path, folder: Path) -> Path:
    """Unpack a source distribution; its one folder."""
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    return next(folder.iterdir())


def check_contents(wheel: Path) -> list[str]:
    """Return what is missing in a wheel, or too much."""
    with zipfile.ZipFile(wheel) as file:
        names = {name.partition(".data/data/")[2] or name for name in file.namelist()}
    wanted = {f"share/doc/ribbonet/{guide}" for guide in guides_named()}
    wanted |= {f"share/man/man1/{page.name}.1" for page in pages()}
    wanted |= {f"ribbonet/models/shipped/{name}/model.json" for name in ("fast", "accurate")}
    wanted |= {"share/bash-completion/completions/ribbonet"}
    faults = [f"{name} is missing" for name in sorted(wanted - names)]
    if (size := wheel.stat().st_size) > LIMIT:
        faults.append(f"it has {size:,} bytes; {LIMIT:,} are allowed")
    return faults


def main() -> None:
    """Build, compare, check, and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path)
    output = parser.parse_args().output
    with TemporaryDirectory() as name:
        scratch = Path(name)
        first = build(REPOSITORY, scratch / "first")
        archive = next((scratch / "first").glob("*.tar.gz"))
        second = build(unpacked(archive, scratch / "source"), scratch / "second")
        if first != second:
            sys.exit(f"two builds differ: {first} and {second}")
        files = sorted(scratch / "first" / name for name in first)
        run(sys.executable, "-m", "twine", "check", "--strict", *files)
        wheel = next(path for path in files if path.suffix == ".whl")
        run(sys.executable, "-m", "check_wheel_contents", wheel)
        if faults := check_contents(wheel):
            sys.exit(f"{wheel.name}: {'; '.join(faults)}")
        output.mkdir(exist_ok=True)
        sums = "".join(f"{first[path.name]}  {path.name}\n" for path in files)
        (output / "SHA256SUMS").write_text(sums, encoding="ascii")
        for path in files:
            shutil.copyfile(path, output / path.name)
            print(f"{first[path.name]}  {output / path.name}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
