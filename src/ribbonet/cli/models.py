"""`ribbonet models`: the models that come in the package."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ribbonet.tasks.class_scores import ClassScores
    from ribbonet.tasks.scores import AnyScores
    from ribbonet.tasks.structure_scores import IdentityGroup, LengthGroup
    from ribbonet.tasks.value_scores import ValueScores


def command(
    json: Annotated[bool, typer.Option("--json", help="Print the models' cards as JSON.")] = False,
) -> None:
    """Show the shipped models: size, training data, scores, licence."""
    from json import dumps

    from ribbonet.models import (
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
            *(line for data, scores in card.tests().items() for line in _lines(data, scores)),
        ]
        sys.stdout.write("\n".join(lines) + "\n")


def _lines(data: str, scores: AnyScores) -> list[str]:
    """Say how a model did on a set: in all, by state, by length and by distance."""
    from ribbonet.tasks.structure_scores import StructureScores

    if not isinstance(scores, StructureScores):
        return [f"  {data:<9} {_of_task(scores)}"]
    low, high = scores.q3_ci95
    indent = " " * 12
    lengths = (
        f"{'over' if own.up_to is None else 'to'} {own.up_to or own.longer_than} {_group(own)}"
        for own in scores.by_length
    )
    lines = [
        f"  {data:<9} Q3 {scores.q3:.1f} % ({low:.1f} to {high:.1f}), "
        f"helix {scores.q_h:.1f}, strand {scores.q_e:.1f}, coil {scores.q_c:.1f}",
        f"{indent}by residues of a chain: {', '.join(lengths)}",
    ]
    if scores.by_identity is not None:
        groups = ", ".join(f"{_identity(own)} {_group(own)}" for own in scores.by_identity)
        lines.append(f"{indent}by identity to the nearest chain trained on: {groups}")
    return lines


def _of_task(scores: ClassScores | ValueScores) -> str:
    """Say how a model of classes or values did, in all and by class."""
    from ribbonet.tasks.value_scores import ValueScores

    if isinstance(scores, ValueScores):
        return (
            f"Spearman {scores.spearman:.3f}, Pearson {scores.pearson:.3f}, mean absolute "
            f"error {scores.mae:.2f} (the mean: {scores.mean_baseline_mae:.2f})"
        )
    each = ", ".join(
        f"{label} {own.mcc:.3f}" for label, own in scores.per_class.items() if own.mcc is not None
    )
    return f"accuracy {scores.accuracy:.3f}, Matthews {scores.mcc:.3f} ({each})"


def _identity(group: IdentityGroup) -> str:
    if group.from_ is None:
        return "none found"
    if group.below is None:
        return f"from {group.from_:.0f} %"
    return f"{group.from_:.0f} to {group.below:.0f} %"


def _group(group: LengthGroup | IdentityGroup) -> str:
    return f"{group.q3:.1f} ({group.chains})"
