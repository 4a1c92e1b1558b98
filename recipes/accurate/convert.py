"""Make a model folder of what `train.py export` wrote.

    python recipes/accurate/convert.py EXPORT LOG FOLDER --train DATA --valid DATA

`EXPORT` is the exported model without its suffix, `LOG` the run's log, `--train` and `--valid` the
chains that it learned from and was judged by, for the card. The temperature that the
export found on the validation chains goes into the last layer: its weights and bias are divided by
it. Then `recipes/ship.py FOLDER accurate ...` scores the model and puts it into the package.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

from safetensors.numpy import load_file

from ribbonet.nn import Conv1d, Dense, Dropout, LayerNorm, Network, ReLU, Residual, WindowDense
from ribbonet.nn.layer import Array, Layer
from ribbonet.prediction.model import Model, save_model
from ribbonet.prediction.stages import Stage
from ribbonet.prediction.training import digest
from ribbonet.sequence.alphabet import STATES8, SYMBOLS
from ribbonet.sequence.files import read_three_line


def build(shape: dict[str, Any]) -> Network:
    """Return the network that `[network]` of the configuration describes, without weights."""
    window, units, kernel = (int(shape[key]) for key in ("window", "width", "kernel"))
    layers: list[Layer] = [WindowDense(window, SYMBOLS, units)]
    for dilation in shape["dilations"]:
        block: list[Layer] = [LayerNorm(units), Conv1d(units, units, kernel, dilation), ReLU()]
        layers.append(Residual([*block, Dropout(shape["dropout"]), Dense(units, units)]))
    layers += [LayerNorm(units), Dropout(shape["dropout_out"]), Dense(units, len(STATES8))]
    return Network(layers)


def named(network: Network, arrays: dict[str, Array], temperature: float) -> dict[str, Array]:
    """Give the exported arrays the network's names; divide the last layer by the temperature."""
    last = len(network.layers) - 1
    result = {}
    for name in network.shapes:
        exported = name.replace("gamma", "weight").replace("beta", "bias")
        scale = temperature if name.startswith(f"{last}.") else 1
        result[name] = arrays[exported] / arrays[exported].dtype.type(scale)
    return result


def main() -> None:
    """Read the export and write the folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("export", type=Path)
    parser.add_argument("log", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--train", required=True)
    parser.add_argument("--valid", required=True)
    args = parser.parse_args()

    facts = json.loads(args.export.with_suffix(".json").read_text())
    training, files = facts["training"], facts["sha256"]
    train, valid = (list(read_three_line(path)) for path in (args.train, args.valid))
    network = build(training["config"]["network"])
    arrays = load_file(args.export.with_suffix(".safetensors"))
    network.load(named(network, arrays, facts["temperature"]))
    card = {
        "configuration": training.pop("config"),
        "training": {
            **training,
            "residues": int(sum(chain.mask.sum() for chain in train)),
            "sha256": digest(train),
            "validation_chains": len(valid),
            "validation_sha256": digest(valid),
            "files_sha256": files,
            "temperature": facts["temperature"],
            "weights": network.size,
        },
    }
    stage = Stage(network.layers[0].window, (network,), STATES8.symbols)
    save_model(Model((stage,), card), args.folder)
    shutil.copy(args.log, args.folder / "history.csv")
    print(f"{args.folder}: {network.size:,} weights")


if __name__ == "__main__":
    main()
