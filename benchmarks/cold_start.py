"""How long `ribbonet predict` takes for one protein, beside `import numpy`, in alternation.

    python benchmarks/cold_start.py [--repeats 11] [--json]

Prints the medians in milliseconds and their ratio.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import time

UBIQUITIN = "MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG"
COMMANDS = {
    "numpy": [sys.executable, "-c", "import numpy"],
    "predict": [sys.executable, "-m", "ribbonet", "predict", "--sequence", UBIQUITIN],
}


def main() -> None:
    """Run the commands in turn, and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=11)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()

    seconds: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(args.repeats):
        for name, command in COMMANDS.items():
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            seconds[name].append(time.perf_counter() - started)
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    ratio = medians["predict"] / medians["numpy"]
    if args.json:
        milliseconds = {f"{name}_ms": round(1000 * value) for name, value in medians.items()}
        print(json.dumps({**milliseconds, "ratio": round(ratio, 2)}))
        return
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    for name, value in medians.items():
        print(f"{name:8} {1000 * value:6.0f} ms")
    print(f"ratio    {ratio:6.2f}")


if __name__ == "__main__":
    main()
