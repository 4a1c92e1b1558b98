"""Make a model folder of runs of train.py, calibrated on the validation chains.

    python convert.py RUN... --to FOLDER --data PACKS --train CHAINS.3line --valid CHAINS.3line
        [--also FILE...]

The networks of several runs predict together: the mean of their probabilities. `--train` and
`--valid` are the chains that they learned from and were judged by, for the card. The softmax
temperature with the least loss of three states on the validation chains, one for all networks, goes
into their last layers: weights and bias are divided by it. Then `recipes/ship.py FOLDER NAME ...`
scores the model and puts it into the package.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file
from scipy.optimize import minimize_scalar

from ribbonet.chains.alphabet import STATES8, SYMBOLS
from ribbonet.chains.readers.three_line import read_three_line
from ribbonet.models.card import Card, Training
from ribbonet.models.folder import save_model
from ribbonet.models.inputs import Inputs
from ribbonet.models.model import Model
from ribbonet.models.stages import Stage
from ribbonet.nn import (
    ChainMean,
    Conv1d,
    Dense,
    Dropout,
    LayerNorm,
    Network,
    ReLU,
    Residual,
    SelfAttention,
    WindowDense,
)
from ribbonet.nn.layers import Array, Layer
from ribbonet.nn.layers.activations import Softmax
from ribbonet.tasks.structure import THREE_OF_EIGHT, Structure
from ribbonet.training.description import digest

PROFILE = 22  # columns
NO_LABEL = 255


def build(shape: dict[str, Any]) -> Network:
    """Return the network that `[network]` of the configuration describes, without weights."""
    window, units, kernel = (int(shape[key]) for key in ("window", "width", "kernel"))
    layers: list[Layer] = [
        Conv1d(SYMBOLS + PROFILE, units, window)
        if shape["profile"]
        else WindowDense(window, SYMBOLS, units)
    ]
    hidden = shape.get("hidden", units)
    for number, dilation in enumerate(shape["dilations"], 1):
        block: list[Layer] = [LayerNorm(units), Conv1d(units, hidden, kernel, dilation)]
        block += [ChainMean(hidden)] if shape.get("mean") else []
        block += [ReLU(), Dropout(shape["dropout"]), Dense(hidden, units)]
        layers.append(Residual(block))
        if number in shape.get("attention", []):
            layers.append(Residual([LayerNorm(units), SelfAttention(units, shape["heads"])]))
    layers += [LayerNorm(units), Dropout(shape["dropout_out"]), Dense(units, len(STATES8))]
    return Network(layers)


def read_run(run: Path) -> tuple[dict[str, Any], Network]:
    """Return what a run says of itself, and its network with the averaged weights."""
    facts = json.loads((run / "facts.json").read_text())
    arrays = load_file(run / "weights.safetensors")
    network = build(facts["config"]["network"])
    return facts, network.load({name.removeprefix("0.0."): a for name, a in arrays.items()})


def cooled(network: Network, divisor: float) -> Network:
    """Divide the weights and the bias of the last layer."""
    state = dict(network.state)
    last = len(network.layers) - 1
    for name in (f"{last}.weight", f"{last}.bias"):
        state[name] = state[name] / np.float32(divisor)
    return network.load(state)


def temperature(stage: Stage, inputs: Inputs, pack: Path) -> float:
    """Find the divisor of the logits with the least cross-entropy of three states.

    The logits of all networks have the same divisor; their probabilities are averaged.
    """
    with np.load(pack) as arrays:
        codes, labels, start = arrays["codes"], arrays["labels"], arrays["start"]
        profile = arrays["profile"] if inputs == "profile" else None
    tracks: list[Array] = [codes[a:b] for a, b in itertools.pairwise(start)]
    if profile is not None:
        one_hot = np.eye(SYMBOLS, dtype=np.float32)[codes]
        whole = np.concatenate([one_hot, profile / np.float32(255)], 1)
        tracks = [whole[a:b] for a, b in itertools.pairwise(start)]
    known = labels != NO_LABEL
    logits = []
    for network in stage.networks:
        alone = Stage(stage.window, (network,), stage.task)
        p = np.concatenate(alone.probabilities(tracks, stage.task))
        logits.append(np.log(np.maximum(p[known], 1e-12)))
    right = THREE_OF_EIGHT[labels[known]].astype(bool)

    def loss(value: float) -> float:
        mean = np.mean([Softmax.value(z / value) for z in logits], axis=0)
        return float(-np.log((mean @ THREE_OF_EIGHT)[right]).mean())

    return float(minimize_scalar(loss, bounds=(0.5, 2), method="bounded").x)


def main() -> None:
    """Read the run and write the folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--to", type=Path, required=True, help="folder of the model")
    parser.add_argument("--data", type=Path, required=True, help="folder of the packs")
    parser.add_argument("--train", required=True)
    parser.add_argument("--valid", required=True)
    parser.add_argument("--also", nargs="*", default=[], help="files whose checksums the card has")
    args = parser.parse_args()

    facts, networks = zip(*map(read_run, args.runs), strict=True)
    shape, data = (facts[0]["config"][key] for key in ("network", "data"))
    train, valid = (list(read_three_line(path)) for path in (args.train, args.valid))
    inputs: Inputs = "profile" if shape["profile"] else "sequence"
    window = 1 if shape["profile"] else shape["window"]  # a convolution cuts no windows
    stage = Stage(window, networks, Structure(STATES8))
    divisor = temperature(stage, inputs, args.data / data["valid"])
    stage = Stage(window, tuple(cooled(n, divisor) for n in networks), Structure(STATES8))
    record = {
        "seed": [own["config"]["training"]["seed"] for own in facts],
        "steps": [own["step"] for own in facts],
        "residues_seen": [own["residues"] for own in facts],
        "minutes": [round(own["seconds"] / 60, 1) for own in facts],
        "averaged_with": [own.get("averaged_with") for own in facts],
        "chains": len(train),
        "residues": int(sum(chain.mask.sum() for chain in train)),
        "sha256": digest(train),
        "validation_chains": len(valid),
        "validation_sha256": digest(valid),
        "files_sha256": {
            Path(path).name: sha256(Path(path).read_bytes()).hexdigest()
            for path in (args.train, args.valid, *args.also)
        },
        "temperature": round(divisor, 4),
        "weights": [network.size for network in networks],
    }
    card = Card(configuration=[own["config"] for own in facts], training=Training(record))
    save_model(Model((stage,), card, inputs), args.to)
    logs = [list(csv.DictReader((run / "log.csv").open(newline=""))) for run in args.runs]
    with (args.to / "history.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, ["network", *logs[0][0]], lineterminator="\n")
        table.writeheader()
        for number, rows in enumerate(logs, 1):
            table.writerows({"network": number, **row} for row in rows)
    print(f"{args.to}: {sum(n.size for n in networks):,} weights, temperature {divisor:.4f}")


if __name__ == "__main__":
    main()
