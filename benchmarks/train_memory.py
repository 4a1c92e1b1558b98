"""What a training costs beside its steps: memory, and compiling for the machine, once.

    python benchmarks/train_memory.py [--windows 2300000] [--json]

`ribbonet train` with the configuration of 1988, one epoch a network, on made chains: with an empty
cache of compiled code, and again. Prints the most memory that the process held, beside what the
one-hot windows would take, and the processor's seconds that only the first had to spend.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from machine import line

CHAIN, WINDOW, SYMBOLS = 250, 13, 21
CONFIG = """
[[stage]]
window = 13
hidden = [40]
activation = "sigmoid"
learning_rate = 3e-3
optimizer = "adam"
epochs = 1
[[stage]]
window = 13
hidden = [40]
activation = "sigmoid"
learning_rate = 3e-3
optimizer = "adam"
epochs = 1
"""


def train(folder: Path, name: str) -> tuple[float, float]:
    """Return the megabytes and the processor's seconds of one training."""
    command = [sys.executable, "-m", "ribbonet", "train", folder / "chains.3line"]
    command += ["--config", folder / "model.toml", "-o", folder / name]
    environment = os.environ | {"NUMBA_CACHE_DIR": str(folder / "cache")}
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0
    kilobytes = used.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return kilobytes / 1000, used.ru_utime + used.ru_stime


def main() -> None:
    """Train twice, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--windows", type=int, default=2_300_000, help="to train on")
    parser.add_argument("--json", action="store_true", help="end with one line, an object")
    args = parser.parse_args()

    rng = np.random.default_rng(0)
    letters = [np.frombuffer(symbols, np.uint8) for symbols in (b"ACDEFGHIKLMNPQRSTVWY", b"HEC")]
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "model.toml").write_text(CONFIG)
        with (folder / "chains.3line").open("wb") as file:
            for number in range(args.windows * 10 // (9 * CHAIN)):  # a tenth is for validation
                residues, states = (rng.choice(own, CHAIN).tobytes() for own in letters)
                file.write(b">%d\n%s\n%s\n" % (number, residues, states))
        megabytes, first = train(folder, "first")
        less, again = train(folder, "again")
    one_hot = args.windows * WINDOW * SYMBOLS * 4 / 1e6
    print(line())
    print(f"memory     {less:6.0f} MB; one-hot windows would be {one_hot:.0f} MB")
    print(f"compiling  {megabytes - less:6.0f} MB more, once")
    print(f"compiling  {first - again:6.1f} s of {first:.1f} s of the processor's time, once")
    if args.json:
        result = {"megabytes": round(less), "compile_s": round(first - again, 1)}
        print(json.dumps({"machine": line(), **result}))


if __name__ == "__main__":
    main()
