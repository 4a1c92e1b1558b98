"""Draw the README's picture: predictions as ribbons over their probabilities.

python docs/picture.py examples/proteins.fasta ubiquitin myoglobin thioredoxin > docs/prediction.svg
"""

from __future__ import annotations

import argparse
import sys

import ribbonet
from ribbonet.prediction.formats.svg import draw


def main() -> None:
    """Predict the named records of a file and write the picture to standard output."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fasta")
    parser.add_argument("ids", nargs="+")
    args = parser.parse_args()
    sys.stdout.write(draw(p for p in ribbonet.predict_file(args.fasta) if p.id in args.ids))


if __name__ == "__main__":
    main()
