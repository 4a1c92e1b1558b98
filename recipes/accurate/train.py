"""Train the network of `accurate`, its teacher and its student, and label chains with it.

    python train.py train --config first.toml   --data packs --out first
    python train.py train --config teacher.toml --data packs --out teacher --init first
    python train.py label --out teacher --pack packs/unlabelled.npz
    python train.py train --config student.toml --data packs --out student --init first
    python train.py train --config end.toml     --data packs --out end --after longer

`train` goes on from `OUT/checkpoint.safetensors` when it is there (killed at any moment, it loses
at most the steps since the last validation). At every validation it writes `OUT/log.csv`, the
averaged weights `OUT/weights.safetensors`, under the library's names, and, when validation loss is
the least so far, `OUT/best.safetensors`. `label` adds the network's probabilities to a pack, or the
mean of several networks'.

Several processes, a core each, share a training: each takes batches of its own, and their
gradients are averaged. `torchrun --nproc-per-node 2 train.py train ...` starts two; a run may go on
with another number of processes than it began with.

Needs numpy, torch and safetensors. Products in bfloat16, sums in float32.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import time
import tomllib
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
from data import NO_LABEL, THREE, Pack, TrainingSet, length_batches
from network import Net, from_library, loss_of, to_library
from optimizer import Optimizer
from safetensors import safe_open
from safetensors.torch import load_file, save_file


def publish(path: Path, write) -> None:
    """Write beside, then rename: a reader never sees half a file."""
    part = path.with_name(path.name + ".part")
    write(part)
    part.replace(path)


@torch.no_grad()
def predict(net: Net, pack: Pack, device: str, bf16: bool) -> np.ndarray:
    """Logits (R, 8) of every residue of a pack."""
    logits = np.zeros((len(pack.codes), 8), np.float32)
    for rows, batch in length_batches(pack, net.window):
        with torch.autocast(torch.device(device).type, torch.bfloat16, enabled=bf16):
            z = net(*inputs(batch, device)).float().cpu().numpy()
        for row, i in enumerate(rows):
            a, b = pack.start[i], pack.start[i + 1]
            logits[a:b] = z[row, : b - a]
    return logits


def inputs(batch, device: str):
    """Tensors of codes, mask and profile."""
    arrays = (batch.codes, batch.mask, batch.profile)
    return [None if a is None else torch.from_numpy(a).to(device) for a in arrays]


def softmax(z):
    """Probabilities of the eight states."""
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def scores(z, labels) -> dict:
    """Q3, Q8 (per cent) and the mean negative log-likelihood of three states."""
    z, y = z[labels != NO_LABEL], labels[labels != NO_LABEL]
    p = softmax(z)
    p3, y3 = np.stack([p[:, k == THREE].sum(1) for k in range(3)], 1), THREE[y]
    return {
        "q3": float((p3.argmax(1) == y3).mean() * 100),
        "q8": float((z.argmax(1) == y).mean() * 100),
        "nll3": float(-np.log(p3[np.arange(len(y)), y3] + 1e-12).mean()),
    }


def checkpoint(out: Path, net, ema, opt, facts: dict) -> None:
    """One file holds every array and, in its metadata, the facts: it is whole or absent."""
    arrays = {f"net.{n}": p for n, p in net.named_parameters()}
    arrays |= {f"ema.{n}": p for n, p in ema.items()}
    arrays |= {f"opt.{n}": p for n, p in opt.state.items()}
    arrays = {k: v.detach().contiguous().cpu() for k, v in arrays.items()}
    publish(
        out / "checkpoint.safetensors",
        lambda p: save_file(arrays, p, metadata={"facts": json.dumps(facts)}),
    )
    publish(out / "facts.json", lambda p: p.write_text(json.dumps(facts, indent=1) + "\n"))


def resume(out: Path, net, ema, opt):
    """Read the checkpoint back, if there is one; return its facts."""
    path = out / "checkpoint.safetensors"
    if not path.exists():
        return None
    with safe_open(path, "pt") as f, torch.no_grad():
        facts = json.loads(f.metadata()["facts"])
        for n, p in net.named_parameters():
            p.copy_(f.get_tensor(f"net.{n}"))
            ema[n].copy_(f.get_tensor(f"ema.{n}"))
        for n, s in opt.state.items():
            s.copy_(f.get_tensor(f"opt.{n}"))
    return facts


def build(cfg: dict, device: str, bf16: bool) -> Net:
    """Return a network with its products in the wanted kind."""
    net = Net(cfg).to(device)
    net.kind = torch.bfloat16 if bf16 else torch.float32
    for b in net.blocks:
        b.conv.weight.data = b.conv.weight.data.contiguous(memory_format=torch.channels_last)
    return net


def load_averaged(out: Path, device: str, bf16: bool) -> Net:
    """Return the network of a run, with its averaged weights."""
    net = build(json.loads((out / "facts.json").read_text())["config"]["network"], device, bf16)
    from_library(load_file(out / "weights.safetensors"), net)
    return net.eval()


def train(args) -> None:
    """Train from the start or from the checkpoint."""
    cfg = tomllib.loads(Path(args.config).read_text())
    t, n, d, out = cfg["training"], cfg["network"], cfg["data"], Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    device, bf16 = args.device, not args.float32
    torch.manual_seed(t["seed"])
    rank, processes = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    if processes > 1:
        dist.init_process_group("gloo")
    net = build(n, device, bf16)
    if args.init:
        from_library(load_file(Path(args.init)), net)
    ema = {k: p.detach().clone() for k, p in net.named_parameters()}
    shadow = build(n, device, bf16).eval()
    opt = Optimizer(net, t)
    # No hidden generator: batch, noise and dropout follow from the seed, the step and the process,
    # so the step number is the whole state of the random numbers.
    facts = {"config": cfg, "step": 0, "epoch": 0, "batch": 0, "residues": 0, "seconds": 0.0}
    facts["least"] = math.inf
    old = resume(out, net, ema, opt)
    if old is not None and old["config"] != cfg:
        raise SystemExit(f"{out} holds a run with another configuration")
    if old is None and args.after:
        old = resume(Path(args.after), net, ema, opt)
        if old is None:
            raise SystemExit(f"{args.after} holds no checkpoint")
    if old is not None:
        facts = old | {"config": cfg}
        print(f"resumed at step {facts['step']}", flush=True)
    data = TrainingSet(
        Path(args.data), {**d, "profile": n["profile"]}, n["window"], t["batch_residues"], t["seed"]
    )
    valid = Pack.read(Path(args.data) / d["valid"], profile=n["profile"], soft=False)
    if rank == 0:
        print(
            f"{[len(p) for p in data.packs]} chains; {len(valid)} validation chains; "
            f"{sum(p.numel() for p in net.parameters())} weights; {processes} processes",
            flush=True,
        )
    batches = data.epoch(facts["epoch"])
    began, before = time.monotonic(), facts["seconds"]
    sums = np.zeros(3)
    net.train()
    while True:
        step = facts["step"] + 1
        facts["seconds"] = before + time.monotonic() - began
        if "minutes" in t:  # a training by the clock
            progress = min(1.0, facts["seconds"] / (60 * t["minutes"]))
        else:
            progress = min(1.0, facts["step"] / t["steps"])
        facts["progress"] = progress
        done = progress >= 1.0
        due = facts["step"] % t["validate_every"] == 0 and (sums[2] or not facts["step"])
        if due or done:
            if rank == 0:
                with torch.no_grad():
                    for k, p in shadow.named_parameters():
                        p.copy_(ema[k])
                report(out, facts, sums, scores(predict(shadow, valid, device, bf16), valid.labels))
                keep_weights(out, ema, facts)
                if facts["step"]:
                    checkpoint(out, net, ema, opt, facts)
            sums[:] = 0
        if done:
            if processes > 1:
                dist.destroy_process_group()
            return
        if facts["batch"] + processes > len(batches):
            facts["epoch"] += 1
            facts["batch"] = 0
            batches = data.epoch(facts["epoch"])
        draw = step * processes + rank
        batch = data.batch(batches[facts["batch"] + rank], draw)
        torch.manual_seed(t["seed"] * 1_000_003 + draw)
        with torch.autocast(torch.device(device).type, torch.bfloat16, enabled=bf16):
            z = net(*inputs(batch, device), n["dropout"], n["dropout_out"])
        target, weight = (torch.from_numpy(a).to(device) for a in (batch.target, batch.weight))
        loss, right, count = loss_of(z, target, weight, t["weight_q8"])
        loss.backward()
        seen = [float(loss.detach()) * count, float(right) * count, count, int(batch.mask.sum())]
        if processes > 1:
            seen = average(net, seen, processes)
        opt.step(step, rate_at(t, progress, step))
        with torch.no_grad():
            keep = min(t["ema"], (1 + step) / (10 + step))
            for k, p in net.named_parameters():
                ema[k].lerp_(p, 1 - keep)
        facts["step"] = step
        facts["batch"] += processes
        facts["residues"] += int(seen[3])
        sums += seen[:3]


def average(net: Net, seen: list[float], processes: int) -> list[float]:
    """Average the gradients of all processes in place; return the sums of what they saw."""
    grads = [p.grad for p in net.parameters()]
    flat = torch.cat([g.reshape(-1) for g in grads])
    dist.all_reduce(flat)
    for g, part in zip(grads, flat.div_(processes).split([g.numel() for g in grads]), strict=True):
        g.copy_(part.view(g.shape))
    total = torch.tensor(seen, dtype=torch.float64)
    dist.all_reduce(total)
    return total.tolist()


def report(out: Path, facts: dict, sums: np.ndarray, valid: dict) -> None:
    """Add a row to the log, and print it."""
    t = facts["config"]["training"]
    facts["valid"] = valid
    row = {
        "step": facts["step"],
        "epoch": facts["epoch"],
        "residues": facts["residues"],
        "minutes": round(facts["seconds"] / 60, 2),
        "rate": f"{rate_at(t, facts['progress'], facts['step']):.3e}",
        "train_loss": round(sums[0] / max(sums[2], 1), 5),
        "train_q3": round(sums[1] / max(sums[2], 1) * 100, 3),
        "valid_q3": round(valid["q3"], 3),
        "valid_q8": round(valid["q8"], 3),
        "valid_nll3": round(valid["nll3"], 5),
    }
    log(out / "log.csv", row)
    print("  ".join(f"{k} {v}" for k, v in row.items()), flush=True)


def keep_weights(out: Path, ema: dict, facts: dict) -> None:
    """Write the averaged weights, and apart when they are the best so far."""
    library = to_library(ema, facts["config"]["network"])
    publish(out / "weights.safetensors", lambda p: save_file(library, p))
    if facts["valid"]["nll3"] < facts["least"]:
        facts["least"] = facts["valid"]["nll3"]
        publish(out / "best.safetensors", lambda p: save_file(library, p))


def rate_at(t: dict, progress: float, step: int) -> float:
    """Learning rate: linear warm-up, then a cosine."""
    cosine = 0.5 * (1 + math.cos(math.pi * progress))
    cosine = t["final_rate"] + (1 - t["final_rate"]) * cosine
    return t["learning_rate"] * min(1.0, step / max(1, t["warmup"])) * cosine


def log(path: Path, row: dict) -> None:
    """Append one row, dropping rows that a killed run wrote beyond its checkpoint."""
    rows = []
    if path.exists():
        with path.open(newline="") as f:
            rows = [r for r in csv.DictReader(f) if int(r["step"]) < row["step"]]

    def write(part):
        with part.open("w", newline="") as f:
            w = csv.DictWriter(f, row.keys(), lineterminator="\n")
            w.writeheader()
            w.writerows([*rows, row])

    publish(path, write)


def label(args) -> None:
    """Add a network's probabilities, or the mean of several networks', as 255ths, to a pack.

    Where the labels of relatives are known they are averaged with them, by their votes; a chain
    with neither enough homologues for the network nor such labels teaches nothing.
    """
    bf16, path = not args.float32, Path(args.pack)
    nets = [load_averaged(Path(out), args.device, bf16) for out in (args.out, *args.also)]
    pack = Pack.read(path, profile=nets[0].cfg["profile"], soft=False)
    p = sum(softmax(predict(net, pack, args.device, bf16)) for net in nets) / len(nets)
    with np.load(path) as f:
        arrays = dict(f)
    if "votes" in arrays:
        votes = arrays["votes"].astype(np.float32)
        total = votes.sum(1, keepdims=True)
        p = (p + votes) / (1 + total)
        few = np.repeat(arrays["rows"] < args.least, pack.lengths())
        p[few & (total[:, 0] <= 1)] = 0
    arrays["soft"] = np.round(p * 255).astype(np.uint8)
    publish(path, lambda part: np.savez(part.open("wb"), **arrays))
    print(f"{path}: {len(pack)} chains, {len(p)} residues; mean confidence {p.max(1).mean():.3f}")


def main() -> None:
    """Read the arguments and run one command."""
    p = argparse.ArgumentParser(description="Train `accurate`, its teacher and its student.")
    p.add_argument("command", choices=("train", "label"))
    p.add_argument("--config", help="TOML file (train)")
    p.add_argument("--data", default="packs", help="folder of the packs (train)")
    p.add_argument("--out", required=True, help="folder of the run")
    p.add_argument("--init", help="weights of a model folder of ribbonet to start from (train)")
    p.add_argument("--after", help="folder of a run to go on from under another configuration")
    p.add_argument("--pack", help="pack to label (label)")
    p.add_argument("--also", nargs="*", default=[], help="further runs to average with (label)")
    p.add_argument("--least", type=int, default=5, help="homologues that are enough (label)")
    p.add_argument("--device", default="cpu")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--float32", action="store_true", help="products in float32 instead of bfloat16")
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    {"train": train, "label": label}[args.command](args)


if __name__ == "__main__":
    main()
