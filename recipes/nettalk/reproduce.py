"""NETtalk (Sejnowski & Rosenberg 1987): letters in a window to phonemes and stresses.

    python reproduce.py --data FOLDER

FOLDER holds nettalk.data (the dictionary) and nettalk.list (the 1,000 commonest words). The
network reads seven letters and says the phoneme and the stress of the one in the middle. It is
trained on the 1,000 words with 0 to 120 hidden units; then read the whole dictionary, first as
it is, then trained on the dictionary itself.

The machinery is that of proteins: words are chains of another alphabet, `WindowDense` their
one-hot windows, and a network for each of the two questions. In 1987 one network gave 26
features of sound and stress, and the phoneme with the closest features was its best guess; here
a softmax gives the best guess outright.
"""

from __future__ import annotations

import argparse
import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.nn import (
    Adam,
    ArrayExamples,
    CategoricalCrossEntropy,
    Dense,
    Network,
    Sigmoid,
    WindowDense,
    evaluate,
    fit,
)
from ribbonet.nn.schedules import cosine
from ribbonet.sequence.alphabet import Alphabet
from ribbonet.sequence.nettalk import STRESSES, Word, read_nettalk, read_word_list
from ribbonet.sequence.windows import join

Array = NDArray[Any]

WINDOW = 7
LETTERS = Alphabet(string.ascii_lowercase + "_")  # the last: what stands between words
HIDDEN = (0, 15, 30, 60, 120)


def windows(words: Sequence[Word]) -> Array:
    """Cut the window around each letter of each word, (N, 7) codes."""
    reach = WINDOW // 2
    codes = [LETTERS.encode(word.letters) for word in words]
    packed, starts = join(codes, reach, fill=len(LETTERS) - 1)
    centres = np.concatenate([s + np.arange(len(c)) for s, c in zip(starts, codes, strict=True)])
    shown: Array = packed[centres[:, None] + np.arange(-reach, reach + 1)]
    return shown


def questions(words: Sequence[Word], phonemes: Alphabet) -> dict[str, tuple[ArrayExamples, int]]:
    """Return the two questions: examples, and number of classes."""
    x = windows(words)
    asked = {"phonemes": phonemes, "stresses": Alphabet(STRESSES)}
    return {
        what: (
            ArrayExamples(x, alphabet.encode("".join(getattr(word, what) for word in words))),
            len(alphabet),
        )
        for what, alphabet in asked.items()
    }


def train(examples: ArrayExamples, classes: int, hidden: int, epochs: int, seed: int) -> Network:
    """Train a network of one hidden layer, or none, from letters to one answer."""
    rng = np.random.default_rng(seed)
    first = WindowDense(WINDOW, len(LETTERS), hidden or classes, "uniform")
    further = [Sigmoid(), Dense(hidden, classes, "uniform")] if hidden else []
    network = Network([first, *further], rng=rng)
    fit(
        network,
        CategoricalCrossEntropy(),
        Adam(1e-2),
        examples,
        epochs=epochs,
        batch_size=64,
        schedule=cosine,
        rng=rng,
    )
    return network


def accuracy(network: Network, examples: ArrayExamples) -> float:
    """Per cent of letters answered right."""
    return 100 * evaluate(network, CategoricalCrossEntropy(), examples)[1]


def commonest(words: Sequence[Word], listed: Sequence[str]) -> tuple[list[Word], list[Word]]:
    """Split the dictionary: the listed words in their first pronunciation, and all others."""
    wanted = set(listed)
    first: dict[str, Word] = {}
    for word in words:
        if word.letters in wanted:
            first.setdefault(word.letters, word)
    return list(first.values()), [word for word in words if word.letters not in wanted]


def row(name: str, rows: Sequence[Sequence[float]]) -> None:
    """Print means over seeds, and deviations where there are several seeds."""
    mean, sd = np.mean(rows, axis=0), np.std(rows, axis=0, ddof=1 if len(rows) > 1 else 0)
    numbers = [f"{m:.1f} ± {s:.1f}" for m, s in zip(mean, sd, strict=True)]
    print(f"| {name} | {' | '.join(numbers)} |", flush=True)


def main() -> None:
    """Train on the 1,000 words, then on the dictionary, and print what is right."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=50, help="on the 1,000 words")
    parser.add_argument("--dictionary-epochs", type=int, default=5)
    arguments = parser.parse_args()
    words = list(read_nettalk(arguments.data / "nettalk.data"))
    phonemes = Alphabet("".join(sorted({symbol for word in words for symbol in word.phonemes})))
    common, others = commonest(words, read_word_list(arguments.data / "nettalk.list"))
    known, unknown = questions(common, phonemes), questions(others, phonemes)

    print(f"trained on {len(common)} words, {arguments.epochs} epochs; letters right, %")
    print(
        f"\n| hidden units | phonemes | stresses | of {len(others)} other words: phonemes ", end=""
    )
    print("| stresses |\n|---|---|---|---|---|")
    for hidden in HIDDEN:
        rows = []
        for seed in range(arguments.seeds):
            networks = {what: train(*known[what], hidden, arguments.epochs, seed) for what in known}
            rows.append(
                [
                    accuracy(network, asked[what][0])
                    for asked in (known, unknown)
                    for what, network in networks.items()
                ]
            )
        row(str(hidden), rows)

    rng = np.random.default_rng(0)
    held = rng.permutation(len(others)) < len(others) // 10
    rest = [word for word, out in zip(others, held, strict=True) if not out]
    learned = questions([*common, *rest], phonemes)
    new = questions([word for word, out in zip(others, held, strict=True) if out], phonemes)
    print(f"\ntrained on {len(common) + len(rest)} words, {arguments.dictionary_epochs} epochs")
    print(
        f"\n| hidden units | phonemes | stresses | of {held.sum()} other words: phonemes ", end=""
    )
    print("| stresses |\n|---|---|---|---|---|")
    networks = {what: train(*learned[what], 120, arguments.dictionary_epochs, 0) for what in known}
    scores = [
        accuracy(network, asked[what][0])
        for asked in (learned, new)
        for what, network in networks.items()
    ]
    row("120", [scores])


if __name__ == "__main__":
    main()
