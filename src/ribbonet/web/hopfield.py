"""What the room Hopfield asks the server for: patterns recalled, capacities, fixed points."""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import islice
from typing import Annotated, Any, Literal

import numpy as np
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from ribbonet.nn.hopfield import Hopfield, ModernHopfield, recalled
from ribbonet.nn.layers import Array
from ribbonet.nn.views.chart import Chart

SIDE = 7
"""Of a pattern, which is a square."""

UNITS = SIDE * SIDE
MOST = 8
"""Patterns stored at once."""

FRAMES = 200
"""States of a recall that are sent, at most; only a cycle has more."""

MOVES = 500
"""Updates of the modern network before a fixed point is said to be reached."""

Rule = Literal["hebbian", "pseudo-inverse", "modern"]
RULES: tuple[Rule, ...] = ("hebbian", "pseudo-inverse", "modern")
State = Annotated[list[Literal[-1, 1]], Field(min_length=UNITS, max_length=UNITS)]
Beta = Annotated[float, Field(gt=0, le=100)]


class Recall(BaseModel):
    """Stored patterns, and a state from which to recall one; each row by row, -1 or 1."""

    model_config = ConfigDict(extra="forbid")

    patterns: Annotated[list[State], Field(min_length=1, max_length=MOST)]
    state: State
    rule: Rule = "hebbian"
    update: Literal["asynchronous", "synchronous"] = "asynchronous"
    beta: Beta = 0.14
    seed: Annotated[int, Field(ge=0, le=2**31)] = 0


def router() -> APIRouter:
    """Make the room's part of the application."""
    router = APIRouter(prefix="/api/hopfield", tags=["hopfield"])

    @router.post("/recall")
    def recall(asked: Recall) -> dict[str, Any]:
        """Let a state run until it rests: the states on the way and their energies."""
        patterns, state = np.array(asked.patterns, float), np.array(asked.state, float)
        if asked.rule == "modern":
            return _modern(ModernHopfield(patterns, asked.beta), state)
        network = Hopfield.store(patterns, asked.rule)
        rng = np.random.default_rng(asked.seed)
        path = network.trajectory(state, update=asked.update, rng=rng)
        states = np.array(list(islice(path, FRAMES)))
        return recall_json(states, network.energy(states), patterns)

    @router.post("/fixed-points")
    def fixed_points(asked: Recall) -> dict[str, Any]:
        """Follow the fixed point that a state leads to as beta grows."""
        return sweep(np.array(asked.patterns, float), np.array(asked.state, float))

    @router.get("/capacity")
    def capacity_of(
        units: Annotated[int, Query(ge=10, le=100)] = 100,
        flipped: Annotated[float, Query(ge=0, le=0.4)] = 0.1,
    ) -> dict[str, Any]:
        """Count how many random patterns each rule recalls without a wrong unit."""
        return capacity(units, round(flipped, 2))

    @router.get("/one-update")
    def one_update() -> list[dict[str, float]]:
        """Count the patterns of which the modern network recalls nine of ten by one update."""
        return by_one_update()

    return router


def recall_json(states: Array, energies: Array, patterns: Array) -> dict[str, Any]:
    """Return a recall as JSON: states, energies and their chart, and which pattern was found."""
    at = np.arange(len(states))
    chart = Chart("step", "energy").line(at, energies).points(at[-1:], energies[-1:])
    overlaps = np.sign(states[-1]) @ patterns.T / UNITS
    best = int(np.abs(overlaps).argmax())
    exact = abs(overlaps[best]) == 1
    return {
        "states": states.round(3).tolist(),
        "energies": energies.round(4).tolist(),
        "chart": chart.to_svg(),
        "found": best if exact else None,
        "inverted": bool(exact and overlaps[best] < 0),
        "nearest": best,
        "overlap": float(overlaps[best]),
    }


def _modern(network: ModernHopfield, state: Array) -> dict[str, Any]:
    """Recall by the modern network, with the attention of each update and the kind of its end."""
    states = [state]
    while len(states) < FRAMES:
        states.append(network.retrieve(states[-1][None], steps=1)[0])
        if np.abs(states[-1] - states[-2]).max() < 1e-3:
            break
    path = np.array(states)
    end = network.retrieve(path[-1][None], steps=MOVES)[0]
    # attention by its own formula: the state is the query, the patterns are keys and values
    scores = network.beta * np.array([state @ pattern for pattern in network.patterns])
    shares = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
    mixed = sum(share * pattern for share, pattern in zip(shares, network.patterns, strict=True))
    return recall_json(path, network.energy(path), network.patterns) | {
        "kind": network.fixed_point(end),
        "shares": network.attention(path).round(6).tolist(),
        "attention": {
            "scores": scores.round(6).tolist(),
            "shares": shares.round(6).tolist(),
            "difference": float(np.abs(mixed - path[1]).max()),
        },
    }


def sweep(patterns: Array, state: Array) -> dict[str, Any]:
    """Return the shares of the patterns in the fixed point, and its kind, for growing betas."""
    betas = np.logspace(-2.5, 0.3, 29)
    shares, kinds = [], []
    for beta in betas:
        network = ModernHopfield(patterns, float(beta))
        end = network.retrieve(state[None], steps=MOVES)[0]
        shares.append(network.attention(end))
        kinds.append(network.fixed_point(end))
    chart = Chart("β", "share in the fixed point", log_x=True, y_range=(0, 1))
    for i, own in enumerate(np.array(shares).T[:6]):
        chart.line(betas, own, f"pattern {i + 1}")
    return {"betas": betas.tolist(), "kinds": kinds, "chart": chart.to_svg()}


@lru_cache(maxsize=32)
def capacity(units: int, flipped: float) -> dict[str, Any]:
    """Return the share of random patterns that each rule recalls, by how many are stored."""
    rng = np.random.default_rng(0)
    numbers = sorted({max(1, round(share * units)) for share in np.linspace(0.03, 0.6, 10)})
    shares: dict[str, list[float]] = {rule: [] for rule in RULES}
    for number in numbers:
        trials = [rng.choice([-1.0, 1.0], (number, units)) for _ in range(4)]
        for rule in RULES:
            memories = [
                ModernHopfield(x) if rule == "modern" else Hopfield.store(x, rule) for x in trials
            ]
            found = [
                recalled(memory, x, flipped=flipped, steps=20, rng=rng)
                for memory, x in zip(memories, trials, strict=True)
            ]
            shares[rule].append(float(np.mean(found)))
    chart = Chart(f"patterns stored in {units} units", "share recalled", y_range=(0, 1))
    for name, own in shares.items():
        chart.line(numbers, own, name)
    return {"numbers": numbers, "shares": shares, "chart": chart.to_svg()}


@cache
def by_one_update() -> list[dict[str, float]]:
    """Return, for some numbers of units, how many patterns fit in either network."""
    rng = np.random.default_rng(1)
    rows = []
    for units in (10, 20, 30):
        stored = 1
        while stored < 20_000:
            trials = [rng.choice([-1, 1], (2 * stored, units)).astype(np.float32) for _ in range(4)]
            shares = [recalled(ModernHopfield(x), x[:100], steps=1, rng=rng) for x in trials]
            if np.mean(shares) < 0.9:
                break
            stored *= 2
        rows.append({"units": units, "modern": stored, "classic": round(0.14 * units, 1)})
    return rows
