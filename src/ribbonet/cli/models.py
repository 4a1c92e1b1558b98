"""`ribbonet models`: the models that come in the package."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer


def command(
    json: Annotated[bool, typer.Option("--json", help="The models' cards, as JSON.")] = False,
) -> None:
    """Show the shipped models: size, training data, scores, licence."""
    from json import dumps

    from ribbonet.models.library import (
        DEFAULT_MODEL,
        load_model,
        shipped_models,
        shipped_tracks,
    )

    names = [*shipped_models(profiles=True), *shipped_tracks()]
    loaded = {name: load_model(name) for name in names}
    if json:
        cards = {name: model.card.to_json() for name, model in loaded.items()}
        sys.stdout.write(dumps(cards, indent=1) + "\n")
        return
    for name, model in loaded.items():
        card = model.card
        assert card.training is not None, "shipped models tell how they were trained"
        default = " (the default)" if name == DEFAULT_MODEL else ""
        lines = [
            f"{name}{default}: {card.summary}",
            f"  weights   {model.size:,}; licence {card.licence}",
            f"  trained   on {card.training.chains:,} chains, {card.training.residues:,} residues, "
            f"seed {' and '.join(map(str, card.training.seeds))}: {card.data}",
            *(line for score in card.scores for line in _lines(score)),
        ]
        sys.stdout.write("\n".join(lines) + "\n")


def _lines(score: Mapping[str, Any]) -> list[str]:
    """Say how a model did on a set: in all, by state, by length and by distance."""
    if (task := score.get("task")) is not None:
        return [f"  {score['data']:<9} {_of_task(task, score)}"]
    low, high = score["q3_ci95"]
    indent = " " * 12
    lines = [
        f"  {score['data']:<9} Q3 {score['q3']:.1f} % ({low:.1f} to {high:.1f}), "
        f"helix {score['q_h']:.1f}, strand {score['q_e']:.1f}, coil {score['q_c']:.1f}",
        f"{indent}by residues of a chain: "
        + ", ".join(
            f"{'over' if (end := group['up_to']) is None else 'to'} "
            f"{group['longer_than'] if end is None else end} {_group(group)}"
            for group in score["by_length"]
        ),
    ]
    if "by_identity" in score:
        groups = ", ".join(f"{_identity(group)} {_group(group)}" for group in score["by_identity"])
        lines.append(f"{indent}by identity to the nearest chain trained on: {groups}")
    return lines


def _of_task(task: str, score: Mapping[str, Any]) -> str:
    """Say how a model of classes or values did, in all and by class."""
    if task == "values":
        return (
            f"Spearman {score['spearman']:.3f}, Pearson {score['pearson']:.3f}, mean absolute "
            f"error {score['mae']:.2f} (the mean: {score['mean_baseline_mae']:.2f})"
        )
    each = ", ".join(
        f"{label} {own['mcc']:.3f}"
        for label, own in score["per_class"].items()
        if own["mcc"] is not None
    )
    return f"accuracy {score['accuracy']:.3f}, Matthews {score['mcc']:.3f} ({each})"


def _identity(group: dict[str, Any]) -> str:
    if group["from"] is None:
        return "none found"
    if group["below"] is None:
        return f"from {group['from']:.0f} %"
    return f"{group['from']:.0f} to {group['below']:.0f} %"


def _group(group: dict[str, Any]) -> str:
    return f"{group['q3']:.1f} ({group['chains']})"
