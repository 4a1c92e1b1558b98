"""How prediction by Ray grows with workers, and what UniRef50 would cost.

    python benchmarks/ray_scaling.py [--model accurate] [--workers 1 2] [--ray ADDRESS]
        [--price 0.05] [--json scaling.json]

Makes a folder of FASTA files, with chains of the lengths of a proteome, and predicts it by
`ribbonet predict FOLDER --ray`, once with each number of workers, on this machine or on a cluster
(then `--folder` must be one that its machines share). What it takes to start, measured with files
of one short chain, is told apart. Efficiency is the rate of a worker among others, of that of a
worker alone. With `--blocks`, one file is predicted too, and the processor time of the process that
reads and writes tells how many workers it could keep busy.

Prices are yours to give: `--price` is what a core costs for an hour.
"""

from __future__ import annotations

import argparse
import json
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from predict_proteome import make_proteome, residues

from ribbonet.chains.fasta import read_fasta
from ribbonet.models import load_model
from ribbonet.prediction.blocks import Work
from ribbonet.prediction.formats import format_for
from ribbonet.prediction.runs import ray as ray_engine
from ribbonet.prediction.runs.folders import predict_shards
from ribbonet.prediction.runs.stream import predict_to
from ribbonet.tasks.structure import Structure

SEQUENCES = 60_000_000
"""In UniRef50; as long as those of the made proteome, 350 residues on the average."""
FILES_A_WORKER = 4


def folder_of(records: list[bytes], folder: Path, files: int) -> Path:
    """Write records to so many files."""
    folder.mkdir()
    for number in range(files):
        (folder / f"{number:03}.fasta").write_bytes(b"".join(records[number::files]))
    return folder


def timed(folder: Path, output: Path, work: Work, address: str, workers: int) -> float:
    """Predict a folder; seconds, Ray's start and end included."""
    started = time.perf_counter()
    with ray_engine.cluster(address, workers) as number:
        predict_shards(folder, output, work, each=partial(ray_engine.each, workers=number))
    return time.perf_counter() - started


def by_blocks(path: Path, output: Path, work: Work, address: str, workers: int) -> float:
    """Predict one file; the processor time of this process, which reads and writes, in seconds."""
    with ray_engine.cluster(address, workers) as number:
        started = time.process_time()
        predict_to(
            output,
            lambda _: read_fasta(path),
            work,
            predict=ray_engine.by_blocks(path, "error", number),
        )
        return time.process_time() - started


def measure(args: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Return the rates, and the cost of UniRef50 at the last of them."""
    work = Work(load_model(args.model), format_for(Structure(), "parquet"))
    records = make_proteome(args.chains)
    total = residues(records)
    files = FILES_A_WORKER * max(args.workers)
    folder = folder_of(records, scratch / "in", files)
    short = folder_of([b">a\nMKTAYIAKQR\n"] * files, scratch / "short", files)
    rows = []
    for workers in args.workers:
        start = timed(short, scratch / f"short-{workers}", work, args.ray, workers)
        seconds = timed(folder, scratch / f"out-{workers}", work, args.ray, workers)
        row = {
            "workers": workers,
            "start_seconds": round(start, 1),
            "seconds": round(seconds, 1),
            "residues_per_second": round(total / (seconds - start)),
        }
        alone = rows[0] if rows else row
        speedup = row["residues_per_second"] / alone["residues_per_second"]
        row["efficiency"] = round(speedup * alone["workers"] / workers, 3)
        rows.append(row)
        print("  ".join(f"{key} {value:,}" for key, value in row.items()), flush=True)
    rate = rows[-1]["residues_per_second"] / rows[-1]["workers"]
    hours = SEQUENCES * total / len(records) / rate / 3600
    result = {
        "model": args.model,
        "chains": len(records),
        "residues": total,
        "runs": rows,
        "uniref50_core_hours": round(hours),
        "price_of_a_core_hour": args.price,
        "uniref50_price": round(hours * args.price, 2),
    }
    if args.blocks:
        (scratch / "one.fasta").write_bytes(b"".join(records))
        busy = by_blocks(scratch / "one.fasta", scratch / "one", work, args.ray, max(args.workers))
        result["residues_per_second_of_reading_and_writing_one_file"] = round(total / busy)
        result["workers_that_one_file_keeps_busy"] = int(total / busy / rate)
    return result


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="accurate")
    parser.add_argument("--chains", type=int, default=6000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--ray", default=ray_engine.LOCAL, help="address of a cluster")
    parser.add_argument("--folder", type=Path, help="for the files; shared by the cluster")
    parser.add_argument("--price", type=float, default=0.05, help="of a core for an hour")
    parser.add_argument("--blocks", action="store_true", help="measure one file, too")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    args = parser.parse_args()
    with TemporaryDirectory(dir=args.folder) as name:
        result = measure(args, Path(name))
    print(json.dumps({key: value for key, value in result.items() if key != "runs"}, indent=1))
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
