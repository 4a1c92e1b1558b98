"""Draw the README's picture: predictions as ribbons over their probabilities.

python docs/picture.py examples/proteins.fasta ubiquitin myoglobin thioredoxin docs/prediction.svg
"""

from __future__ import annotations

import argparse

import ribbonet


def main() -> None:
    """Predict the named records of a file and write the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("fasta")
    parser.add_argument("ids", nargs="+")
    parser.add_argument("output")
    args = parser.parse_args()
    predictions = ribbonet.predict_file(args.fasta)
    ribbonet.write(args.output, (p for p in predictions if p.id in args.ids))


if __name__ == "__main__":
    main()
