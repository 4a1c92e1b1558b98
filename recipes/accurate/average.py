"""Average the weights of two runs of train.py, or of two steps of one run, into another run.

    python average.py RUN OTHER --share 0.7 --to FOLDER

The weights are 0.3 times those of RUN and 0.7 times those of OTHER. OTHER must have begun with
RUN's weights, or both with the same: networks with other beginnings have no mean. The facts and the
log are OTHER's. Needs numpy and safetensors.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

WEIGHTS = "weights.safetensors"


def main() -> None:
    """Read the arguments and write the run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument(
        "other", type=Path, help="begun with the weights of RUN, or both with the same"
    )
    parser.add_argument("--share", type=float, required=True, help="of OTHER's weights")
    parser.add_argument("--to", type=Path, required=True)
    args = parser.parse_args()
    first, second = (load_file(run / WEIGHTS) for run in (args.run, args.other))
    share = np.float32(args.share)
    args.to.mkdir(parents=True)
    save_file(
        {name: (1 - share) * first[name] + share * array for name, array in second.items()},
        args.to / WEIGHTS,
    )
    facts = json.loads((args.other / "facts.json").read_text())
    facts["averaged_with"] = {"run": args.run.name, "share": args.share}
    (args.to / "facts.json").write_text(json.dumps(facts, indent=1) + "\n")
    shutil.copy(args.other / "log.csv", args.to / "log.csv")


if __name__ == "__main__":
    main()
