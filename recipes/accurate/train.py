"""Train the network of `accurate`: residual dilated convolutions over a window layer.

    python train.py train  --data ../shared/data --out run
    python train.py export --data ../shared/data --out run --to accurate
    python train.py check  --data ../shared/data --to accurate
    python train.py test   --data ../shared/data --to accurate

`train` goes on from `run/checkpoint.safetensors` and `.json` when they are there (killed at
any moment, it loses at most the steps since the last validation), writes `run/log.csv` and,
at every validation, the averaged weights `run/ema.safetensors`.  `export` renames them as the
library does, fits the softmax temperature on the validation chains and writes
`accurate.safetensors` and `accurate.json`.  `check` compares a NumPy forward pass of the
exported file with PyTorch's.  `test` scores the test sets: run it once, at the end.

Needs numpy, torch and safetensors.  Single thread, bfloat16 products, float32 sums.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import lzma
import math
import sys
import time
import tomllib
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file as load_numpy
from safetensors.numpy import save_file as save_numpy
from safetensors.torch import load_file, save_file
from torch.nn import functional

ALPHABET = "ACDEFGHIKLMNPQRSTVWY"
UNKNOWN = 20  # spacer, and any other letter
CODES = 21
STATES = "GHIEBTSC"  # the order of the eight outputs
THREE = [0, 0, 0, 1, 1, 2, 2, 2]  # to H, E, C
NO_LABEL = 255
EPS = 1e-5

# ---------------------------------------------------------------- data


def table(alphabet: str, other: int) -> np.ndarray:
    """Map every byte to the code of its letter."""
    t = np.full(256, other, np.uint8)
    for code, letter in enumerate(alphabet):
        t[ord(letter)] = code
    return t


LETTERS, LABELS = table(ALPHABET, UNKNOWN), table(STATES, NO_LABEL)


def read_chains(path: Path):
    """Headers, codes and labels of a three-line file, one array a chain."""
    data = path.read_bytes()
    lines = (lzma.decompress(data) if path.suffix == ".xz" else data).split(b"\n")
    heads, codes, labels = [], [], []
    for i in range(0, len(lines) - 2, 3):
        heads.append(lines[i][1:].decode())
        codes.append(LETTERS[np.frombuffer(lines[i + 1].strip(), np.uint8)])
        labels.append(LABELS[np.frombuffer(lines[i + 2].strip(), np.uint8)])
        if len(codes[-1]) != len(labels[-1]):
            raise ValueError(
                f"{path}: chain {heads[-1]}: {len(codes[-1])} residues, {len(labels[-1])} labels"
            )
    return heads, codes, labels


class TrainingSet:
    """One chain from each 90 % cluster an epoch, in batches of chains of about one length."""

    def __init__(self, path: Path, cfg: dict, batch_residues: int, seed: int):
        heads, self.codes, self.labels = read_chains(path)
        self.cfg, self.batch_residues, self.seed = cfg, batch_residues, seed
        clusters: dict[str, list[int]] = {}
        for i, head in enumerate(heads):
            if (self.labels[i] != NO_LABEL).any():
                clusters.setdefault(head.split()[-1], []).append(i)
        self.clusters = list(clusters.values())
        self.chains = sum(map(len, self.clusters))
        self.families = len({h.split()[-2] for h in heads})

    def epoch(self, number: int) -> list[np.ndarray]:
        """Draw the chains of an epoch and batch them."""
        rng = np.random.default_rng([self.seed, 1, number])
        chosen = np.array([c[rng.integers(len(c))] for c in self.clusters])
        top = self.cfg["max_length"]
        length = np.array([min(len(self.codes[i]), top) for i in chosen])
        order = np.argsort(length * rng.uniform(0.98, 1.02, len(length)), kind="stable")
        batches, start = [], 0
        while start < len(order):
            stop, longest = start, 0
            while stop < len(order):
                longest = max(longest, length[order[stop]])
                if longest * (stop + 1 - start) > self.batch_residues and stop > start:
                    break
                stop += 1
            batches.append(chosen[order[start:stop]])
            start = stop
        return [batches[i] for i in rng.permutation(len(batches))]

    def batch(self, chains: np.ndarray, step: int, noise: float, window: int):
        """Codes with the spacers of the first window, labels, mask of chain positions."""
        rng = np.random.default_rng([self.seed, 2, step])
        top, half = self.cfg["max_length"], window // 2
        parts = []
        for i in chains:
            codes, labels = self.codes[i], self.labels[i]
            if len(codes) > top:
                at = rng.integers(len(codes) - top + 1)
                codes, labels = codes[at : at + top], labels[at : at + top]
            parts.append((codes, labels))
        codes, labels, mask = pad(parts, half)
        inner = codes[:, half : codes.shape[1] - half]
        u = rng.random(inner.shape, np.float32)
        p, q = self.cfg["mask"] * noise, self.cfg["substitute"] * noise
        swap = (u >= p) & (u < p + q) & mask
        inner[swap] = rng.integers(0, 20, int(swap.sum()))
        inner[(u < p) & mask] = UNKNOWN
        return codes, labels, mask


def pad(parts, half: int):
    """Lay chains side by side, with the spacers of the first window."""
    longest = max(len(c) for c, _ in parts)
    codes = np.full((len(parts), longest + 2 * half), UNKNOWN, np.uint8)
    labels = np.full((len(parts), longest), NO_LABEL, np.uint8)
    mask = np.zeros((len(parts), longest), bool)
    for row, (c, y) in enumerate(parts):
        codes[row, half : half + len(c)] = c
        labels[row, : len(c)] = y
        mask[row, : len(c)] = True
    return codes, labels, mask


# ---------------------------------------------------------------- network


class Block(torch.nn.Module):
    """x + Dense(Dropout(ReLU(Conv1d(LayerNorm(x) * mask))))."""

    def __init__(self, width: int, kernel: int, dilation: int, activation: str):
        super().__init__()
        self.norm = torch.nn.LayerNorm(width, EPS)
        self.conv = torch.nn.Conv2d(
            width, width, (1, kernel), padding=(0, dilation * (kernel // 2)), dilation=(1, dilation)
        )
        self.dense = torch.nn.Linear(width, width)
        self.act = {"relu": functional.relu, "gelu": functional.gelu}[activation]
        torch.nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")
        torch.nn.init.zeros_(self.conv.bias)
        torch.nn.init.normal_(self.dense.weight, std=0.3 / width**0.5)
        torch.nn.init.zeros_(self.dense.bias)

    def forward(self, x, mask, drop):  # x (B, L, C) float32, mask (B, L, 1)
        """Add the block's correction to x."""
        h = self.norm(x).to(mask.dtype) * mask
        h = self.conv(
            h.unsqueeze(1).permute(0, 3, 1, 2)
        )  # channels last: the memory stays (B, L, C)
        h = self.act(h).permute(0, 2, 3, 1).squeeze(1)
        if drop is not None:
            h = h * drop
        return x + self.dense(h)


class Net(torch.nn.Module):
    """The window layer, the blocks, the last layer."""

    def __init__(self, cfg: dict):
        super().__init__()
        self.cfg, width = cfg, cfg["width"]
        self.window = cfg["window"]
        self.first = torch.nn.Linear(self.window * CODES, width)
        torch.nn.init.normal_(self.first.weight, std=1 / self.window**0.5)
        torch.nn.init.zeros_(self.first.bias)
        self.blocks = torch.nn.ModuleList(
            Block(width, cfg["kernel"], d, cfg["activation"]) for d in cfg["dilations"]
        )
        self.norm = torch.nn.LayerNorm(width, EPS)
        self.last = torch.nn.Linear(width, len(STATES))
        torch.nn.init.normal_(self.last.weight, std=0.5 / width**0.5)
        torch.nn.init.zeros_(self.last.bias)

    def one_hot(self, codes):
        """Windows of codes (B, L + window - 1) to (B, L, window * 21)."""
        rows = codes.unfold(1, self.window, 1).long()
        rows = rows + CODES * torch.arange(self.window, device=codes.device)
        out = torch.zeros(
            *rows.shape[:2], self.window * CODES, device=codes.device, dtype=self.kind
        )
        return out.scatter_(2, rows, 1.0)

    kind = torch.float32  # of the products

    def forward(self, codes, mask, p: float = 0.0, p_out: float = 0.0):
        """Logits (B, L, 8) of codes (B, L + window - 1)."""
        mask = mask.unsqueeze(2).to(self.kind)
        x = self.first(self.one_hot(codes)).float()
        for block in self.blocks:
            x = block(x, mask, self.keep(x, p))
        h = self.norm(x)
        keep = self.keep(x, p_out)
        return self.last(h if keep is None else h * keep).float()

    def keep(self, x, p: float):
        """Draw dropout's factors, a random byte each: 0 with probability p, else 1 / (1 - p)."""
        k = round(p * 256)
        if not k:
            return None
        n = x.numel()
        bits = torch.randint(
            -(2**63), 2**63 - 1, ((n + 7) // 8,), dtype=torch.int64, device=x.device
        )
        bits = bits.view(torch.uint8)[:n].view(x.shape)
        return (bits >= k).to(self.kind) * (256 / (256 - k))


def loss_of(logits, labels, weight_q8: float, smoothing: float):
    """Cross-entropy of three states plus that of eight; also the share of right states."""
    known = labels != NO_LABEL
    z, y = logits[known], labels[known].long()
    logp = functional.log_softmax(z, 1)
    three = torch.stack([torch.logsumexp(logp[:, a:b], 1) for a, b in ((0, 3), (3, 5), (5, 8))], 1)
    y3 = torch.tensor(THREE, device=z.device)[y]
    loss = functional.nll_loss(three, y3) + weight_q8 * functional.nll_loss(logp, y)
    if smoothing:
        loss = (1 - smoothing) * loss - smoothing * three.mean()
    with torch.no_grad():
        right = (three.argmax(1) == y3).float().mean()
    return loss, right, len(y)


# ---------------------------------------------------------------- optimiser


class Optimizer:
    """Muon for the matrices of the blocks (orthogonalised momentum), AdamW for the rest."""

    def __init__(self, net: Net, cfg: dict):
        self.cfg, self.params = cfg, dict(net.named_parameters())
        muon = cfg["optimizer"] == "muon"
        self.matrix = {
            n for n in self.params if muon and n.endswith(("conv.weight", "dense.weight"))
        }
        self.decayed = {n for n, p in self.params.items() if p.dim() > 1}
        self.state = {}
        for n, p in self.params.items():
            self.state[f"m.{n}"] = torch.zeros_like(p)
            if n not in self.matrix:
                self.state[f"v.{n}"] = torch.zeros_like(p)

    @torch.no_grad()
    def step(self, number: int, rate: float) -> float:
        """Update every parameter; return the norm of the gradient."""
        c = self.cfg
        b1, b2 = c["betas"]
        grads = [p.grad for p in self.params.values()]
        norm = float(
            torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in grads]))
        )
        if not math.isfinite(norm):
            raise FloatingPointError(f"step {number}: the gradient is not finite")
        scale = min(1.0, c["clip"] / (norm + 1e-12))
        for name, p in self.params.items():
            g = p.grad.mul_(scale)
            m = self.state[f"m.{name}"]
            if name in self.decayed:
                p.mul_(1 - rate * c["weight_decay"])
            if name in self.matrix:
                m.mul_(c["momentum"]).add_(g)
                d = orthogonal(g.add(m, alpha=c["momentum"]))
                p.add_(d, alpha=-rate)
            else:
                v = self.state[f"v.{name}"]
                m.lerp_(g, 1 - b1)
                v.mul_(b2).addcmul_(g, g, value=1 - b2)
                a = math.sqrt(1 - b2**number) / (1 - b1**number)
                p.addcdiv_(m, v.sqrt().add_(1e-8), value=-rate * a)
            p.grad = None
        return norm


def orthogonal(g, rounds: int = 5):
    """Bring the singular values of a gradient (rows: outputs) near 1, at AdamW's step size."""
    flat = g.permute(0, 2, 3, 1).reshape(len(g), -1) if g.dim() == 4 else g
    x = (flat / (flat.norm() + 1e-7)).bfloat16()
    for _ in range(rounds):
        a = x @ x.t()
        b = -4.7750 * a + 2.0315 * (a @ a)
        x = 3.4445 * x + b @ x
    x = x.float() * (0.2 * max(x.shape) ** 0.5)
    if g.dim() == 4:
        n, c, _, k = g.shape
        return x.view(n, 1, k, c).permute(0, 3, 1, 2)
    return x


# ---------------------------------------------------------------- training


def publish(path: Path, write) -> None:
    """Write beside, then rename: a reader never sees half a file."""
    part = path.with_name(path.name + ".part")
    write(part)
    part.replace(path)


def to_disk(path: Path, arrays: dict) -> None:
    """Write tensors."""
    publish(
        path, lambda p: save_file({k: v.detach().contiguous().cpu() for k, v in arrays.items()}, p)
    )


def to_json(path: Path, facts: dict) -> None:
    """Write facts."""
    publish(path, lambda p: p.write_text(json.dumps(facts, indent=1) + "\n"))


def length_batches(codes, labels, half: int, size: int = 8192):
    """Batch chains of about one length, for prediction."""
    order = sorted(range(len(codes)), key=lambda i: len(codes[i]))
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and len(codes[order[stop]]) * (stop + 1 - start) <= size:
            stop += 1
        rows = order[start:stop]
        yield rows, pad([(codes[i], labels[i]) for i in rows], half)
        start = stop


@torch.no_grad()
def predict(net: Net, codes, labels, device, bf16: bool):
    """Logits (residues, 8) and labels of the labelled residues, chain after chain."""
    logits = [None] * len(codes)
    for rows, (c, _, m) in length_batches(codes, labels, net.window // 2):
        with autocast(device, bf16):
            z = net(torch.from_numpy(c).to(device), torch.from_numpy(m).to(device))
        for row, i in enumerate(rows):
            logits[i] = z[row, : len(codes[i])].float().cpu().numpy()
    z, y = np.concatenate(logits), np.concatenate(labels)
    return z[y != NO_LABEL], y[y != NO_LABEL]


def autocast(device, on: bool):
    """Multiply in bfloat16, or not."""
    return torch.autocast(torch.device(device).type, torch.bfloat16, enabled=on)


def softmax(z):
    """Probabilities of the eight states."""
    e = np.exp(z - z.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def sum_states(p):
    """Probabilities of H, E, C."""
    return np.stack([p[:, :3].sum(1), p[:, 3:5].sum(1), p[:, 5:].sum(1)], 1)


def scores(z, y) -> dict:
    """Q3, Q8 (percent) and the mean negative log-likelihood of three states."""
    p3, y3 = sum_states(softmax(z)), np.array(THREE)[y]
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
    to_json(out / "checkpoint.json", facts)
    to_disk(out / "ema.safetensors", ema)


def resume(out: Path, net, ema, opt):
    """Read the checkpoint back, if there is one; return its facts."""
    path = out / "checkpoint.safetensors"
    if not path.exists():
        return None
    from safetensors import safe_open

    with safe_open(path, "pt") as f, torch.no_grad():
        facts = json.loads(f.metadata()["facts"])
        for n, p in net.named_parameters():
            p.copy_(f.get_tensor(f"net.{n}"))
            ema[n].copy_(f.get_tensor(f"ema.{n}"))
        for n, s in opt.state.items():
            s.copy_(f.get_tensor(f"opt.{n}"))
    return facts


def start_from(path: Path, net, ema) -> None:
    """Take the averaged weights of an earlier run as the first ones of this."""
    arrays = load_file(path)
    with torch.no_grad():
        for n, p in net.named_parameters():
            p.copy_(arrays[n])
            ema[n].copy_(arrays[n])


def train(args, cfg) -> None:
    """Train from the start or from the checkpoint."""
    t, n, d, out = cfg["training"], cfg["network"], cfg["data"], Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    device, bf16 = args.device, not args.float32
    torch.manual_seed(t["seed"])
    net = Net(n).to(device)
    net.kind = torch.bfloat16 if bf16 else torch.float32
    for b in net.blocks:
        b.conv.weight.data = b.conv.weight.data.contiguous(memory_format=torch.channels_last)
    ema = {k: p.detach().clone() for k, p in net.named_parameters()}
    shadow = Net(n).to(device)
    shadow.kind = net.kind
    opt = Optimizer(net, t)
    # No hidden generator: batch, noise and dropout of a step follow from (seed, step), so the
    # step number is the whole state of the random numbers.
    facts = {"config": cfg, "step": 0, "epoch": 0, "batch": 0, "residues": 0, "seconds": 0.0}
    old = resume(out, net, ema, opt)
    if old is None and args.init:
        start_from(Path(args.init) / "ema.safetensors", net, ema)
    if old is not None:
        if old["config"] != cfg:
            raise SystemExit(f"{out} holds a run with another configuration")
        facts = old
        print(f"resumed at step {facts['step']}", flush=True)
    data = TrainingSet(Path(args.data) / d["train"], d, t["batch_residues"], t["seed"])
    vheads, vcodes, vlabels = read_chains(Path(args.data) / d["valid"])
    print(
        f"{data.chains} chains, {len(data.clusters)} clusters, {data.families} families; "
        f"{len(vheads)} validation chains; {sum(p.numel() for p in net.parameters())} weights",
        flush=True,
    )
    forward = net
    batches = data.epoch(facts["epoch"])
    limit = t["max_minutes"] * 60
    began, before = time.monotonic(), facts["seconds"]
    sums = np.zeros(3)
    net.train()
    while True:
        step = facts["step"] + 1
        progress = min(1.0, facts["step"] / t["steps"])
        if limit:
            progress = max(progress, min(1.0, facts["seconds"] / limit))
        done = progress >= 1.0
        if (facts["step"] and facts["step"] % t["validate_every"] == 0 and sums[2]) or done:
            with torch.no_grad():
                for k, p in shadow.named_parameters():
                    p.copy_(ema[k])
            s = scores(*predict(shadow, vcodes, vlabels, device, bf16))
            facts["seconds"] = before + time.monotonic() - began
            facts["valid"] = s
            checkpoint(out, net, ema, opt, facts)
            row = {
                "step": facts["step"],
                "epoch": facts["epoch"],
                "residues": facts["residues"],
                "minutes": round(facts["seconds"] / 60, 2),
                "rate": f"{rate_at(t, progress, facts['step']):.3e}",
                "train_loss": round(sums[0] / max(sums[2], 1), 5),
                "train_q3": round(sums[1] / max(sums[2], 1) * 100, 3),
                "valid_q3": round(s["q3"], 3),
                "valid_q8": round(s["q8"], 3),
                "valid_nll3": round(s["nll3"], 5),
            }
            log(out / "log.csv", row)
            print("  ".join(f"{k} {v}" for k, v in row.items()), flush=True)
            sums[:] = 0
        if done:
            return
        if facts["batch"] >= len(batches):
            facts["epoch"] += 1
            facts["batch"] = 0
            batches = data.epoch(facts["epoch"])
        late = max(0.0, (progress - d["noise_ramp"]) / max(1e-9, 1 - d["noise_ramp"]))
        noise = 1 - (1 - d["noise_end"]) * late
        codes, labels, mask = data.batch(batches[facts["batch"]], step, noise, n["window"])
        torch.manual_seed(t["seed"] * 1_000_003 + step)
        with autocast(device, bf16):
            z = forward(
                torch.from_numpy(codes).to(device),
                torch.from_numpy(mask).to(device),
                n["dropout"] * noise,
                n["dropout_out"] * noise,
            )
        loss, right, count = loss_of(
            z, torch.from_numpy(labels).to(device), t["weight_q8"], t["smoothing"]
        )
        loss.backward()
        opt.step(step, rate_at(t, progress, step))
        with torch.no_grad():
            keep = min(t["ema"], (1 + step) / (10 + step))
            for k, p in net.named_parameters():
                ema[k].lerp_(p, 1 - keep)
        facts["step"] = step
        facts["batch"] += 1
        facts["residues"] += int(mask.sum())
        facts["seconds"] = before + time.monotonic() - began
        sums += [float(loss.detach()) * count, float(right) * count, count]


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


# ---------------------------------------------------------------- export and checks


def stack(n: dict) -> list[dict]:
    """List the layers as the library does."""
    layers: list[dict] = [
        {"layer": "WindowDense", "window": n["window"], "codes": CODES, "units": n["width"]}
    ]
    for d in n["dilations"]:
        layers.append(
            {
                "layer": "Residual",
                "layers": [
                    {"layer": "LayerNorm", "eps": EPS},
                    {"layer": "Conv1d", "units": n["width"], "kernel": n["kernel"], "dilation": d},
                    {"layer": n["activation"]},
                    {"layer": "Dropout", "rate": n["dropout"]},
                    {"layer": "Dense", "units": n["width"]},
                ],
            }
        )
    layers.append({"layer": "LayerNorm", "eps": EPS})
    layers.append({"layer": "Dropout", "rate": n["dropout_out"]})
    layers.append({"layer": "Dense", "units": len(STATES)})
    return layers


def library_names(arrays: dict, n: dict) -> dict[str, np.ndarray]:
    """Name and lay out the arrays as the library does."""
    a = {k: np.asarray(v, np.float32) for k, v in arrays.items()}
    out = {"0.weight": a["first.weight"].T, "0.bias": a["first.bias"]}
    count = len(n["dilations"])
    for i in range(count):
        b = f"blocks.{i}."
        out[f"{i + 1}.0.weight"], out[f"{i + 1}.0.bias"] = a[b + "norm.weight"], a[b + "norm.bias"]
        out[f"{i + 1}.1.weight"] = a[b + "conv.weight"][:, :, 0].transpose(2, 1, 0)  # (k, in, out)
        out[f"{i + 1}.1.bias"] = a[b + "conv.bias"]
        out[f"{i + 1}.4.weight"], out[f"{i + 1}.4.bias"] = (
            a[b + "dense.weight"].T,
            a[b + "dense.bias"],
        )
    out[f"{count + 1}.weight"], out[f"{count + 1}.bias"] = a["norm.weight"], a["norm.bias"]
    out[f"{count + 3}.weight"], out[f"{count + 3}.bias"] = a["last.weight"].T, a["last.bias"]
    return {k: np.ascontiguousarray(v) for k, v in out.items()}


def torch_names(a: dict, n: dict) -> dict[str, torch.Tensor]:
    """Undo `library_names`."""
    count = len(n["dilations"])
    out = {"first.weight": a["0.weight"].T, "first.bias": a["0.bias"]}
    for i in range(count):
        b, k = f"blocks.{i}.", f"{i + 1}."
        out[b + "norm.weight"], out[b + "norm.bias"] = a[k + "0.weight"], a[k + "0.bias"]
        out[b + "conv.weight"] = a[k + "1.weight"].transpose(2, 1, 0)[:, :, None]
        out[b + "conv.bias"] = a[k + "1.bias"]
        out[b + "dense.weight"], out[b + "dense.bias"] = a[k + "4.weight"].T, a[k + "4.bias"]
    out["norm.weight"], out["norm.bias"] = a[f"{count + 1}.weight"], a[f"{count + 1}.bias"]
    out["last.weight"], out["last.bias"] = a[f"{count + 3}.weight"].T, a[f"{count + 3}.bias"]
    return {k: torch.from_numpy(np.array(v)) for k, v in out.items()}


def numpy_forward(a: dict, n: dict, codes: np.ndarray) -> np.ndarray:
    """Logits (L, 8) of one chain, in NumPy alone: the definition of the network."""

    def layer_norm(x, w, b):
        x = x - x.mean(1, keepdims=True)
        return x / np.sqrt((x * x).mean(1, keepdims=True) + EPS) * w + b

    def gelu(x):
        return 0.5 * x * (1 + np.vectorize(math.erf)(x / math.sqrt(2)))

    half, length = n["window"] // 2, len(codes)
    padded = np.concatenate(
        [np.full(half, UNKNOWN, np.uint8), codes, np.full(half, UNKNOWN, np.uint8)]
    )
    windows = np.lib.stride_tricks.sliding_window_view(padded, n["window"])
    x = a["0.weight"][windows.astype(int) + CODES * np.arange(n["window"])].sum(1) + a["0.bias"]
    for i, d in enumerate(n["dilations"], 1):
        h = layer_norm(x, a[f"{i}.0.weight"], a[f"{i}.0.bias"])
        w = a[f"{i}.1.weight"]
        reach = d * (len(w) // 2)
        h = np.pad(h, ((reach, reach), (0, 0)))
        h = sum(h[j * d : j * d + length] @ w[j] for j in range(len(w))) + a[f"{i}.1.bias"]
        h = np.maximum(h, 0) if n["activation"] == "relu" else gelu(h)
        x = x + h @ a[f"{i}.4.weight"] + a[f"{i}.4.bias"]
    i = len(n["dilations"])
    x = layer_norm(x, a[f"{i + 1}.weight"], a[f"{i + 1}.bias"])
    return x @ a[f"{i + 3}.weight"] + a[f"{i + 3}.bias"]


def calibration_error(p3, y3, bins: int = 15) -> float:
    """Return the expected calibration error of the confidence in the predicted state."""
    conf, right = p3.max(1), p3.argmax(1) == y3
    which = np.minimum((conf * bins).astype(int), bins - 1)
    return float(
        sum(
            abs(conf[which == b].mean() - right[which == b].mean()) * (which == b).mean()
            for b in range(bins)
            if (which == b).any()
        )
    )


def fit_temperature(z, y) -> float:
    """Find the divisor of the logits with the least loss of three states (golden section)."""
    y3, rows = np.array(THREE)[y], np.arange(len(y))

    def cost(t):
        return -np.log(sum_states(softmax(z / t))[rows, y3] + 1e-12).mean()

    low, high, g = 0.5, 2.0, (math.sqrt(5) - 1) / 2
    while high - low > 1e-3:
        a, b = high - g * (high - low), low + g * (high - low)
        if cost(a) < cost(b):
            high = b
        else:
            low = a
    return (low + high) / 2


def file_sum(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def export(args, cfg) -> None:
    """Write the averaged weights under the library's names, with their card."""
    out, to, d = Path(args.out), Path(args.to), Path(args.data)
    facts = json.loads((out / "checkpoint.json").read_text())
    cfg = facts["config"]
    n = cfg["network"]
    arrays = library_names(
        {k: v.float().numpy() for k, v in load_file(out / "ema.safetensors").items()}, n
    )
    if any(not np.isfinite(v).all() for v in arrays.values()):
        raise SystemExit("a weight is not finite")
    net = Net(n)
    net.load_state_dict(torch_names(arrays, n))
    heads, codes, labels = read_chains(d / cfg["data"]["valid"])
    z, y = predict(net, codes, labels, "cpu", False)
    y3, t = np.array(THREE)[y], fit_temperature(z, y)
    s = scores(z, y)
    data = TrainingSet(d / cfg["data"]["train"], cfg["data"], 8192, 0)
    publish(to.with_suffix(".safetensors"), lambda p: save_numpy(arrays, p))
    card = {
        "states": list(STATES),
        "three_states": {"H": "GHI", "E": "EB", "C": "TSC"},
        "alphabet": ALPHABET,
        "unknown_code": UNKNOWN,
        "parameters": int(sum(v.size for v in arrays.values())),
        "stack": stack(n),
        "temperature": round(t, 4),
        "validation": {
            "chains": len(heads),
            "residues": len(y),
            **{k: round(v, 4) for k, v in s.items()},
            "nll3_calibrated": round(scores(z / t, y)["nll3"], 4),
            "q3_calibrated": round(scores(z / t, y)["q3"], 4),
            "ece_before": round(calibration_error(sum_states(softmax(z)), y3), 4),
            "ece_after": round(calibration_error(sum_states(softmax(z / t)), y3), 4),
        },
        "training": {
            "config": cfg,
            "seed": cfg["training"]["seed"],
            "steps": facts["step"],
            "epochs": facts["epoch"],
            "residues_seen": facts["residues"],
            "minutes": round(facts["seconds"] / 60, 1),
            "residues_per_second": round(facts["residues"] / max(facts["seconds"], 1e-9)),
            "chains": data.chains,
            "clusters": len(data.clusters),
            "families": data.families,
            "torch": torch.__version__,
            "numpy": np.__version__,
        },
        "sha256": {
            name: file_sum(d / name)
            for name in (
                cfg["data"]["train"],
                cfg["data"]["valid"],
                "pdb_sources.tsv",
                "exclude_train.txt",
                "exclude_valid.txt",
            )
            if (d / name).exists()
        },
        "weights_sha256": file_sum(to.with_suffix(".safetensors")),
    }
    to_json(to.with_suffix(".json"), card)
    print(json.dumps({k: card[k] for k in ("parameters", "temperature", "validation")}, indent=1))


def load_export(to: Path):
    """Read an exported network."""
    card = json.loads(to.with_suffix(".json").read_text())
    arrays, n = load_numpy(to.with_suffix(".safetensors")), card["training"]["config"]["network"]
    net = Net(n)
    net.load_state_dict(torch_names(arrays, n))
    return card, arrays, n, net.eval()


def check(args, cfg) -> None:
    """NumPy's logits against PyTorch's: alone, and in a padded batch."""
    card, arrays, n, net = load_export(Path(args.to))
    _, codes, labels = read_chains(Path(args.data) / card["training"]["config"]["data"]["valid"])
    some = sorted(range(len(codes)), key=lambda i: len(codes[i]))[:: len(codes) // 12]
    parts = [(codes[i], labels[i]) for i in some] + [(codes[0][:1], labels[0][:1])]
    c, _, m = pad(parts, n["window"] // 2)
    with torch.no_grad():
        z = net(torch.from_numpy(c), torch.from_numpy(m)).numpy()
    worst = max(
        float(np.abs(numpy_forward(arrays, n, code) - z[i, : len(code)]).max())
        for i, (code, _) in enumerate(parts)
    )
    print(
        f"{len(parts)} chains of {len(parts[-1][0])} to {max(len(p[0]) for p in parts)} residues: "
        f"largest difference {worst:.2e}"
    )
    if worst >= 1e-4:
        sys.exit(1)


def test(args, cfg) -> None:
    """The test sets, with 95 % intervals by resampling chains."""
    card, _, _, net = load_export(Path(args.to))
    rng, result = np.random.default_rng(0), {}
    for name in ("cb513", "ts115", "casp12"):
        _, codes, labels = read_chains(Path(args.data) / f"{name}_q8.3line")
        z, y = predict(net, codes, labels, "cpu", False)
        p3, y3 = sum_states(softmax(z / card["temperature"])), np.array(THREE)[y]
        right = (p3.argmax(1) == y3).astype(float)
        ends = np.cumsum([(v != NO_LABEL).sum() for v in labels])
        per = np.array([[r.sum(), len(r)] for r in np.split(right, ends[:-1])])
        draws = [
            q[:, 0].sum() / q[:, 1].sum()
            for q in (per[rng.integers(len(per), size=len(per))] for _ in range(1000))
        ]
        low, high = np.percentile(draws, [2.5, 97.5]) * 100
        result[name] = {
            "chains": len(codes),
            "residues": len(y),
            **{k: round(v, 2) for k, v in scores(z, y).items() if k != "nll3"},
            "q3_interval": [round(low, 2), round(high, 2)],
            "ece": round(calibration_error(p3, y3), 4),
        }
    print(json.dumps(result, indent=1))
    card["test"] = result
    to_json(Path(args.to).with_suffix(".json"), card)


def main() -> None:
    """Read the arguments and run one command."""
    p = argparse.ArgumentParser(
        description="Train, export, check and test the network of `accurate`."
    )
    p.add_argument("command", choices=("train", "export", "check", "test"))
    p.add_argument("--data", required=True, help="folder with the data files")
    p.add_argument("--config", default=str(Path(__file__).with_name("config.toml")))
    p.add_argument("--out", default="run", help="folder of the run")
    p.add_argument("--init", help="folder of an earlier run to start from its averaged weights")
    p.add_argument("--to", default="accurate", help="exported model, without suffix")
    p.add_argument("--device", default="cpu")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--float32", action="store_true", help="products in float32 instead of bfloat16")
    p.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="TABLE.KEY=VALUE",
        help="change one entry of the configuration",
    )
    args = p.parse_args()
    torch.set_num_threads(args.threads)
    cfg = tomllib.loads(Path(args.config).read_text())
    for item in args.set:
        key, value = item.split("=", 1)
        where, name = key.split(".")
        cfg[where][name] = tomllib.loads(f"x = {value}")["x"]
    {"train": train, "export": export, "check": check, "test": test}[args.command](args, cfg)


if __name__ == "__main__":
    main()
