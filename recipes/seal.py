"""Write the checksums of a model into its card: seal.py FOLDER...

For models that were written before cards had checksums, or had one of all that they say;
`save_model` writes them. The weights are not changed. A card that has all checksums already is only
checked.
"""

import json
import sys
from pathlib import Path

from safetensors.numpy import load

from ribbonet.models.card import CARD, DIGESTS, OF_CARD, WEIGHTS, write_card
from ribbonet.models.folder import digests_of, read_model


def seal(folder: Path) -> None:
    """Add the checksums that a card lacks, and read the model back."""
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    if DIGESTS in card:
        read_model(folder)  # which refuses what is damaged
    if OF_CARD not in card.get(DIGESTS, ()):
        write_card(folder / CARD, card, digests_of(load((folder / WEIGHTS).read_bytes())))
    read_model(folder)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        seal(Path(name))
