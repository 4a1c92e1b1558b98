"""Make a model folder of a run of train.py, calibrated on the validation chains.

    python convert.py RUN FOLDER --data PACKS --train CHAINS.3line --valid CHAINS.3line
        [--also FILE...]

`--train` and `--valid` are the chains that it learned from and was judged by, for the card. The
softmax temperature with the least loss of three states on the validation chains goes into the last
layer: its weights and bias are divided by it. Then `recipes/ship.py FOLDER NAME ...` scores the
model and puts it into the package.
"""

from __future__ import annotations

import argparse
import itertools
import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file
from scipy.optimize import minimize_scalar

from ribbonet.nn import Conv1d, Dense, Dropout, LayerNorm, Network, ReLU, Residual, WindowDense
from ribbonet.nn.activations import Softmax
from ribbonet.nn.layer import Array, Layer
from ribbonet.prediction.model import Model, save_model
from ribbonet.prediction.stages import THREE_OF_EIGHT, Stage
from ribbonet.prediction.training import digest
from ribbonet.sequence.alphabet import STATES8, SYMBOLS
from ribbonet.sequence.files import read_three_line

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
    for dilation in shape["dilations"]:
        block: list[Layer] = [LayerNorm(units), Conv1d(units, units, kernel, dilation), ReLU()]
        layers.append(Residual([*block, Dropout(shape["dropout"]), Dense(units, units)]))
    layers += [LayerNorm(units), Dropout(shape["dropout_out"]), Dense(units, len(STATES8))]
    return Network(layers)


def stage_of(network: Network, shape: dict[str, Any]) -> Stage:
    """Return the only stage: a convolution cuts no windows."""
    return Stage(1 if shape["profile"] else shape["window"], (network,), STATES8.symbols)


def temperature(model: Model, packs: Path, name: str) -> float:
    """Find the divisor of the logits with the least cross-entropy of three states."""
    with np.load(packs / name) as pack:
        codes, labels, start = pack["codes"], pack["labels"], pack["start"]
        profile = pack["profile"] if model.inputs == "profile" else None
    tracks: list[Array] = [codes[a:b] for a, b in itertools.pairwise(start)]
    if profile is not None:
        one_hot = np.eye(SYMBOLS, dtype=np.float32)[codes]
        whole = np.concatenate([one_hot, profile / np.float32(255)], 1)
        tracks = [whole[a:b] for a, b in itertools.pairwise(start)]
    p = np.concatenate(model.probabilities(tracks, STATES8.symbols))
    known = labels != NO_LABEL
    logits = np.log(np.maximum(p[known], 1e-12))
    right = THREE_OF_EIGHT[labels[known]].astype(bool)

    def loss(value: float) -> float:
        return float(-np.log((Softmax.value(logits / value) @ THREE_OF_EIGHT)[right]).mean())

    return float(minimize_scalar(loss, bounds=(0.5, 2), method="bounded").x)


def main() -> None:
    """Read the run and write the folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="folder of the packs")
    parser.add_argument("--train", required=True)
    parser.add_argument("--valid", required=True)
    parser.add_argument("--also", nargs="*", default=[], help="files whose checksums the card has")
    args = parser.parse_args()

    facts = json.loads((args.run / "facts.json").read_text())
    config = facts["config"]
    shape, data = config["network"], config["data"]
    train, valid = (list(read_three_line(path)) for path in (args.train, args.valid))
    arrays = load_file(args.run / "weights.safetensors")
    arrays = {name.removeprefix("0.0."): array for name, array in arrays.items()}
    network = build(shape).load(arrays)
    inputs = "profile" if shape["profile"] else "sequence"
    divisor = temperature(Model((stage_of(network, shape),), {}, inputs), args.data, data["valid"])
    last = len(network.layers) - 1
    for name in (f"{last}.weight", f"{last}.bias"):
        arrays[name] = arrays[name] / np.float32(divisor)
    network.load(arrays)
    card = {
        "configuration": config,
        "training": {
            "seed": config["training"]["seed"],
            "steps": facts["step"],
            "residues_seen": facts["residues"],
            "minutes": round(facts["seconds"] / 60, 1),
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
            "weights": network.size,
        },
    }
    save_model(Model((stage_of(network, shape),), card, inputs), args.folder)
    shutil.copy(args.run / "log.csv", args.folder / "history.csv")
    print(f"{args.folder}: {network.size:,} weights, temperature {divisor:.4f}")


if __name__ == "__main__":
    main()
