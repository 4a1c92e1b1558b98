"""How fast `ribbonet predict` is on a proteome, and how much memory it takes.

    python benchmarks/predict_proteome.py [--model NAME ...] [--threads N] [--chains N] [--json]

Makes 20,000 chains, some 7 million residues, whose lengths are distributed as in a real proteome,
predicts them from a gzip file by each of the shipped models, and prints residues a second and the
peak memory of all processes together, beside what is asked of two cores (`LIMITS`). Where `reprof`
is installed, it predicts the first 200 chains too, as each model does on one core.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

CHAINS = 20_000
MEAN_LENGTH, SPREAD = 350, 0.75
"""Of a log-normal distribution, much as in the proteomes of UniProt."""
RESIDUES = "ACDEFGHIKLMNPQRSTVWY"
PER_CENT = "8.3 1.4 5.5 6.7 3.9 7.1 2.3 5.9 5.8 9.7 2.4 4.1 4.7 3.9 5.5 6.6 5.4 6.9 1.1 2.9"
"""Of residues in Swiss-Prot."""

LIMITS = {"fast": 30, "accurate": 700}
"""Seconds for the whole proteome on two cores."""
MEMORY_LIMIT = 600
"""MB."""


def make_proteome(chains: int, seed: int = 0) -> list[bytes]:
    """Return FASTA records of chains of random residues."""
    rng = np.random.default_rng(seed)
    normal = rng.normal(np.log(MEAN_LENGTH) - SPREAD**2 / 2, SPREAD, chains)
    lengths = np.clip(np.exp(normal), 30, 35_000).astype(int)
    letters = np.frombuffer(RESIDUES.encode(), np.uint8)
    shares = np.array(PER_CENT.split(), float)
    shares /= shares.sum()
    records = []
    for n, length in enumerate(lengths):
        residues = rng.choice(letters, length, p=shares).tobytes()
        lines = [residues[start : start + 60] for start in range(0, length, 60)]
        records.append(b"\n".join([b">made|M%05d|PROTEIN_%d made" % (n, n), *lines, b""]))
    return records


def residues(records: list[bytes]) -> int:
    """Count the residues of FASTA records."""
    return sum(len(b"".join(record.split(b"\n")[1:])) for record in records)


def measure(command: list[str]) -> tuple[float, float]:
    """Run a command; seconds, and the peak of its processes' memory together, in MB."""
    started = time.perf_counter()
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, group_memory(process.pid))
        time.sleep(0.05)
    seconds = time.perf_counter() - started
    if process.returncode:
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}")
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return seconds, max(peak, largest) / 1e6


def group_memory(group: int) -> int:
    """Sum the resident memory of a group of processes, as Linux tells it; 0 elsewhere."""
    page = os.sysconf("SC_PAGE_SIZE")
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group:
            total += int(fields[21]) * page
    return total


def main() -> None:
    """Make the proteome, predict it by each model, print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", nargs="+", default=list(LIMITS), help="names or folders")
    parser.add_argument("--format", default="parquet")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--chains", type=int, default=CHAINS)
    parser.add_argument("--json", action="store_true", help="a line of JSON for each model alone")
    args = parser.parse_args()

    records = make_proteome(args.chains)
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "proteome.fasta.gz").write_bytes(
            gzip.compress(b"".join(records), compresslevel=6)
        )
        reprof = by_reprof(records[:200], folder) if shutil.which("reprof") else None
        for model in args.model:
            result = one_model(model, args, records, folder)
            result |= {"residues_per_second_of_reprof": reprof} if reprof else {}
            if args.json:
                print(json.dumps(result), flush=True)
                continue
            for key, value in result.items():
                print(f"{key:32} {value:,}" if isinstance(value, int) else f"{key:32} {value}")
            print(flush=True)


def one_model(
    model: str, args: argparse.Namespace, records: list[bytes], folder: Path
) -> dict[str, Any]:
    """Predict the proteome, and its first 200 chains in one process."""
    predict = [sys.executable, "-m", "ribbonet", "predict", "--model", model]
    predict += ["--format", args.format]
    output = folder / "out"
    proteome = [str(folder / "proteome.fasta.gz"), "--threads", str(args.threads)]
    seconds, memory = measure([*predict, *proteome, "-o", str(output)])
    result = {
        "model": model,
        "format": args.format,
        "threads": args.threads,
        "chains": len(records),
        "residues": residues(records),
        "seconds": round(seconds, 1),
        "residues_per_second": round(residues(records) / seconds),
        "memory_mb": round(memory),
        "memory_limit_mb": MEMORY_LIMIT,
        "output_mb": round(output.stat().st_size / 1e6, 1),
    }
    if len(records) == CHAINS and model in LIMITS:
        result["seconds_limit"] = LIMITS[model]
    query = folder / "200.fasta"
    query.write_bytes(b"".join(records[:200]))
    alone = measure([*predict, "--threads", "1", str(query), "-o", str(folder / "200.out")])[0]
    return result | {"residues_per_second_of_200": round(residues(records[:200]) / alone)}


def by_reprof(records: list[bytes], folder: Path) -> int:
    """Predict by reprof, one chain at a time as it must; residues a second."""
    query = folder / "reprof.fasta"
    started = time.perf_counter()
    for record in records:
        query.write_bytes(record)
        subprocess.run(
            ["reprof", "-i", str(query), "-o", str(folder / "reprof.out")],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return round(residues(records) / (time.perf_counter() - started))


if __name__ == "__main__":
    main()
