"""Muon for the matrices of the blocks and of attention, AdamW for the rest."""

from __future__ import annotations

import math

import torch
from network import PARTS

MATRICES = tuple(f"{name}.weight" for name in ("conv", "mean", "dense", *PARTS))
"""Ends of the names of weights that Muon takes."""


class Optimizer:
    """Muon (orthogonalised momentum) for matrices of blocks and attention, AdamW for the rest."""

    def __init__(self, net, cfg: dict):
        self.cfg, self.params = cfg, dict(net.named_parameters())
        muon = cfg["optimizer"] == "muon"
        self.matrix = {n for n in self.params if muon and n.endswith(MATRICES)}
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
