"""`ribbonet models`: the models that come in the package."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def command(
    json: Annotated[bool, typer.Option("--json", help="The models' cards, as JSON.")] = False,
) -> None:
    """Show the shipped models: size, training data, scores, licence."""
    from json import dumps

    from ribbonet.prediction.predictor import DEFAULT_MODEL, load_model, shipped_models

    loaded = {name: load_model(name) for name in shipped_models(profiles=True)}
    if json:
        cards = {name: model.card for name, model in loaded.items()}
        sys.stdout.write(dumps(cards, indent=1) + "\n")
        return
    for name, model in loaded.items():
        card = model.card
        default = " (the default)" if name == DEFAULT_MODEL else ""
        lines = [
            f"{name}{default}: {card['summary']}",
            f"  weights   {model.size:,}; licence {card['licence']}",
            f"  trained   on {card['training']['chains']:,} chains, "
            f"{card['training']['residues']:,} residues: {card['data']}",
            *(
                f"  {score['data']:<9} Q3 {score['q3']:.1f} % "
                f"({score['q3_ci95'][0]:.1f} to {score['q3_ci95'][1]:.1f}), "
                f"helix {score['q_h']:.1f}, strand {score['q_e']:.1f}, coil {score['q_c']:.1f}"
                for score in card["scores"]
            ),
        ]
        sys.stdout.write("\n".join(lines) + "\n")
