"""Write the checksums of a model's weights into its card: seal.py FOLDER...

For models that were written before cards had checksums; `save_model` writes them. The weights are
not changed. A card that has checksums already is only checked.
"""

import json
import sys
from pathlib import Path

from safetensors.numpy import load

from ribbonet.models.card import CARD, DIGESTS, WEIGHTS, write_card
from ribbonet.models.folder import digests_of, read_model


def seal(folder: Path) -> None:
    """Add checksums to a card that has none, and read the model back."""
    card = json.loads((folder / CARD).read_text(encoding="utf-8"))
    if DIGESTS not in card:
        write_card(folder / CARD, card, digests_of(load((folder / WEIGHTS).read_bytes())))
    read_model(folder)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        seal(Path(name))
