"""The network: windows of residues, dilated convolutions and means over chains, eight states."""

from __future__ import annotations

import torch
from data import CODES, COLUMNS, STATES, THREE, UNKNOWN
from torch.nn import functional

EPS = 1e-5
WAVELENGTH = 10_000.0  # of the slowest rotation, over 2 pi residues
PARTS = ("query", "key", "value", "output")  # of attention


class Block(torch.nn.Module):
    """x + Dense(Dropout(ReLU(ChainMean(Conv1d(LayerNorm(x) * mask)))))."""

    def __init__(self, width: int, hidden: int, kernel: int, dilation: int, mean: bool):
        super().__init__()
        self.norm = torch.nn.LayerNorm(width, EPS)
        self.conv = torch.nn.Conv2d(
            width,
            hidden,
            (1, kernel),
            padding=(0, dilation * (kernel // 2)),
            dilation=(1, dilation),
        )
        self.mean = torch.nn.Linear(hidden, hidden, bias=False) if mean else None
        self.dense = torch.nn.Linear(hidden, width)
        torch.nn.init.kaiming_normal_(self.conv.weight, nonlinearity="relu")
        torch.nn.init.zeros_(self.conv.bias)
        if self.mean is not None:
            torch.nn.init.zeros_(self.mean.weight)
        torch.nn.init.normal_(self.dense.weight, std=0.3 / hidden**0.5)
        torch.nn.init.zeros_(self.dense.bias)

    def forward(self, x, mask, share, p):  # x (B, L, C) float32, mask (B, L, 1), share (B, 1, L)
        """Add the block's correction to x; `share` is the mask over the number of residues."""
        h = self.norm(x).to(mask.dtype) * mask
        h = self.conv(h.unsqueeze(1).permute(0, 3, 1, 2))  # channels last: memory stays (B, L, C)
        h = h.permute(0, 2, 3, 1).squeeze(1)
        if self.mean is not None:
            h = h + self.mean(torch.bmm(share, h))
        return x + self.dense(dropped(functional.relu(h), p))


class Attention(torch.nn.Module):
    """x + SelfAttention(LayerNorm(x)): heads, rotary positions."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.norm = torch.nn.LayerNorm(width, EPS)
        for name in PARTS:
            dense = torch.nn.Linear(width, width, bias=name == "output")
            torch.nn.init.normal_(dense.weight, std=width**-0.5)
            setattr(self, name, dense)
        torch.nn.init.zeros_(self.output.weight)
        torch.nn.init.zeros_(self.output.bias)

    def forward(self, x, mask):
        """Add to x (B, L, C) what its residues ask of those of the chain; mask (B, L, 1)."""
        h = self.norm(x).to(mask.dtype) * mask
        shape = (*h.shape[:2], self.heads, -1)
        q, k, v = (getattr(self, n)(h).view(shape).transpose(1, 2) for n in PARTS[:3])
        size = q.shape[-1]
        angles = WAVELENGTH ** (-2 * torch.arange(size // 2, device=x.device) / size)
        angles = torch.arange(h.shape[1], device=x.device)[:, None] * angles
        turn = angles.cos().to(q.dtype), angles.sin().to(q.dtype)
        among = (mask[:, None, None, :, 0] > 0).expand(-1, -1, h.shape[1], -1)
        mixed = functional.scaled_dot_product_attention(
            turned(q, *turn), turned(k, *turn), v.contiguous(), among
        )
        return x + self.output(mixed.transpose(1, 2).flatten(2))


def turned(x, cosines, sines):
    """Rotate numbers i and i + D / 2 of each residue."""
    a, b = x.chunk(2, -1)
    return torch.cat([a * cosines - b * sines, b * cosines + a * sines], -1)


class Net(torch.nn.Module):
    """The window layer, the blocks, the last layer."""

    def __init__(self, cfg: dict):
        super().__init__()
        self.cfg, width = cfg, cfg["width"]
        self.window = cfg["window"]
        self.first = torch.nn.Linear(self.window * CODES, width)
        torch.nn.init.normal_(self.first.weight, std=1 / self.window**0.5)
        torch.nn.init.zeros_(self.first.bias)
        if cfg["profile"]:
            self.evolution = torch.nn.Linear(self.window * COLUMNS, width, bias=False)
            torch.nn.init.zeros_(self.evolution.weight)
        hidden, mean = cfg.get("hidden", width), cfg.get("mean", False)
        self.blocks = torch.nn.ModuleList(
            Block(width, hidden, cfg["kernel"], d, mean) for d in cfg["dilations"]
        )
        after = cfg.get("attention", [])
        self.attention = torch.nn.ModuleDict(
            {str(i): Attention(width, cfg["heads"]) for i in after}
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

    def forward(self, codes, mask, profile=None, p: float = 0.0, p_out: float = 0.0):
        """Logits (B, L, 8) of codes (B, L + window - 1) and profiles (B, L + window - 1, 22)."""
        share = (mask / mask.sum(1, keepdim=True).clamp(min=1)).to(self.kind).unsqueeze(1)
        mask = mask.unsqueeze(2).to(self.kind)
        x = self.first(self.one_hot(codes)).float()
        if profile is not None:
            x = x + self.evolution(profile.unfold(1, self.window, 1).flatten(2)).float()
        for i, block in enumerate(self.blocks, 1):
            x = block(x, mask, share, p)
            if str(i) in self.attention:
                x = self.attention[str(i)](x, mask)
        return self.last(dropped(self.norm(x), p_out)).float()


def dropped(x, p: float):
    """Drop numbers, a random byte each: 0 with probability p, else times 1 / (1 - p)."""
    k = round(p * 256)
    if not k:
        return x
    n = x.numel()
    bits = torch.randint(-(2**63), 2**63 - 1, ((n + 7) // 8,), dtype=torch.int64, device=x.device)
    kept = bits.view(torch.uint8)[:n].view(x.shape) >= k
    return x * (kept.to(x.dtype) * (256 / (256 - k)))


def layer_names(cfg: dict) -> dict[str, str]:
    """Names of the library's arrays (one stage, one network) for those of `Net`."""
    attention, place = cfg.get("attention", []), 0
    names = {"first": "0.0.0"}
    for i in range(len(cfg["dilations"])):
        place += 1
        names[f"blocks.{i}.norm"] = f"0.0.{place}.0"
        names[f"blocks.{i}.conv"] = f"0.0.{place}.1"
        if cfg.get("mean", False):
            names[f"blocks.{i}.mean"] = f"0.0.{place}.2"
        names[f"blocks.{i}.dense"] = f"0.0.{place}.{5 if cfg.get('mean', False) else 4}"
        if i + 1 in attention:
            place += 1
            names[f"attention.{i + 1}.norm"] = f"0.0.{place}.0"
            names[f"attention.{i + 1}.output"] = f"0.0.{place}.1"
    names |= {"norm": f"0.0.{place + 1}", "last": f"0.0.{place + 3}"}
    result = {}
    for ours, theirs in names.items():
        if ours.endswith("output"):
            base = ours.removesuffix(".output")
            result |= {f"{base}.{name}.weight": f"{theirs}.{name}" for name in PARTS}
            result[f"{ours}.bias"] = f"{theirs}.bias"
            continue
        weight, bias = ("gamma", "beta") if "norm" in ours else ("weight", "bias")
        result[f"{ours}.weight"] = f"{theirs}.{weight}"
        if not ours.endswith("mean"):
            result[f"{ours}.bias"] = f"{theirs}.{bias}"
    return result


def to_library(arrays: dict[str, torch.Tensor], cfg: dict) -> dict[str, torch.Tensor]:
    """Arrays of `Net` under the library's names, in its layout: taps, inputs, outputs."""
    result = {}
    for ours, theirs in layer_names(cfg).items():
        a = arrays[ours].detach().float().cpu()
        if a.dim() == 4:
            a = a[:, :, 0].permute(2, 1, 0)
        elif a.dim() == 2:
            a = a.t()
        result[theirs] = a.contiguous()
    if cfg["profile"]:  # one convolution over codes and profile side by side
        window, width = cfg["window"], cfg["width"]
        codes = result["0.0.0.weight"].view(window, CODES, width)
        profile = arrays["evolution.weight"].detach().float().cpu()
        profile = profile.view(width, COLUMNS, window).permute(2, 1, 0)
        spacer = codes[:, UNKNOWN : UNKNOWN + 1]  # a convolution sees zeros beyond the ends
        result["0.0.0.bias"] = result["0.0.0.bias"] + spacer.sum((0, 1))
        result["0.0.0.weight"] = torch.cat([codes - spacer, profile], 1).contiguous()
    return result


def from_library(library: dict[str, torch.Tensor], net: Net) -> None:
    """Fill `net` from the arrays of a network that is no larger.

    What that network does not have begins at 0: the last products of blocks at the end and of
    further hidden units, the products of the means, and those of the profile.
    """
    first = library["0.0.0.weight"].float()
    if first.dim() == 3:  # a convolution over codes and profile side by side
        with torch.no_grad():
            net.evolution.weight.copy_(first[:, CODES:].permute(2, 1, 0).flatten(1))
        library = {**library, "0.0.0.weight": first[:, :CODES].flatten(0, 1)}
    attends = any(name.endswith(".query") for name in library)
    count = sum(name.endswith(".1.weight") and name.count(".") == 4 for name in library)
    dilations = net.cfg["dilations"][:count]
    mean = "0.0.1.2.weight" in library
    has = net.cfg.get("attention", []) if attends else []
    theirs = layer_names({**net.cfg, "dilations": dilations, "mean": mean, "attention": has})
    with torch.no_grad():
        for block in net.blocks:
            block.dense.weight.zero_()
        for name, p in net.named_parameters():
            if name not in theirs:
                continue
            a = library[theirs[name]].float()
            if a.dim() == 3:
                a = a.permute(2, 1, 0).unsqueeze(2)
            elif a.dim() == 2:
                a = a.t()
            p[tuple(map(slice, a.shape))] = a


def loss_of(logits, target, weight, weight_q8: float):
    """Cross-entropy of three states plus that of eight; also the share of right states."""
    known = weight > 0
    z, q = logits[known], target[known]
    three = torch.tensor(THREE, device=z.device)
    logp = functional.log_softmax(z, 1)
    logp3 = torch.stack([torch.logsumexp(logp[:, three == k], 1) for k in range(3)], 1)
    q3 = torch.stack([q[:, three == k].sum(1) for k in range(3)], 1)
    loss = -(q3 * logp3).sum(1).mean() - weight_q8 * (q * logp).sum(1).mean()
    with torch.no_grad():
        right = (logp3.argmax(1) == q3.argmax(1)).float().mean()
    return loss, right, len(z)
