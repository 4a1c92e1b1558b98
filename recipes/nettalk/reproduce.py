"""NETtalk (Sejnowski & Rosenberg 1987): letters in a window to phonemes and stresses.

    python reproduce.py --data FOLDER

FOLDER holds nettalk.data (the dictionary) and nettalk.list (the 1,000 commonest words). A network
reads seven letters and says the phoneme and the stress of the one in the middle. It is trained on
the 1,000 words with 0 to 120 hidden units, and reads the whole dictionary then; at last it is
trained on the dictionary itself.

There are two ways to answer. As in 1987, one network of 26 sigmoid outputs gives the features of
the sound and the stress, and its best guess is the phoneme, and the stress, whose features are at
the smallest angle to them. Or two networks give the probability of each phoneme and of each stress.

The machinery is that of proteins: words are chains of another alphabet, and `WindowDense` their
one-hot windows.
"""

from __future__ import annotations

import argparse
import string
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ribbonet.chains.alphabet import Alphabet
from ribbonet.chains.windows import join
from ribbonet.datasets.articulation import ACCENTS, PHONEMES, SOUNDS, STRESSES, closest, codes
from ribbonet.datasets.nettalk import Word, read_nettalk, read_word_list
from ribbonet.nn import (
    Adam,
    ArrayExamples,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Dense,
    Network,
    Sigmoid,
    WindowDense,
    fit,
)
from ribbonet.nn.losses import Loss
from ribbonet.nn.schedules import cosine

Array = NDArray[Any]

WINDOW = 7
LETTERS = Alphabet(string.ascii_lowercase + "_")  # the last: what stands between words
QUESTIONS = {"phonemes": Alphabet("".join(PHONEMES)), "stresses": Alphabet("".join(STRESSES))}
CODES = {"phonemes": codes(PHONEMES, SOUNDS), "stresses": codes(STRESSES, ACCENTS)}
HIDDEN = (0, 15, 30, 60, 120)

Answers = dict[str, Array]
"""Codes of the phonemes and of the stresses, `(N,)` each, by the question's name."""

Reader = Callable[[Array], Answers]
"""Answers the questions for windows of letters, `(N, 7)`."""


def windows(words: Sequence[Word]) -> Array:
    """Cut the window around each letter of each word, (N, 7) codes."""
    reach = WINDOW // 2
    codes = [LETTERS.encode(word.letters) for word in words]
    packed, starts = join(codes, reach, fill=len(LETTERS) - 1)
    centres = np.concatenate([s + np.arange(len(c)) for s, c in zip(starts, codes, strict=True)])
    shown: Array = packed[centres[:, None] + np.arange(-reach, reach + 1)]
    return shown


def answers(words: Sequence[Word]) -> Answers:
    """Return the right answers for each letter."""
    return {
        what: alphabet.encode("".join(getattr(word, what) for word in words))
        for what, alphabet in QUESTIONS.items()
    }


def train(
    x: Array,
    targets: Array,
    outputs: int,
    loss: Loss,
    rate: float,
    hidden: int,
    epochs: int,
    seed: int,
) -> Network:
    """Train a network of one hidden layer, or none."""
    rng = np.random.default_rng(seed)
    first = WindowDense(WINDOW, len(LETTERS), hidden or outputs, "uniform")
    further = [Sigmoid(), Dense(hidden, outputs, "uniform")] if hidden else []
    network = Network([first, *further], rng=rng)
    options = {"epochs": epochs, "batch_size": 64, "schedule": cosine, "rng": rng}
    fit(network, loss, Adam(rate), ArrayExamples(x, targets), **options)
    return network


def by_features(words: Sequence[Word], hidden: int, epochs: int, seed: int) -> Reader:
    """Train one network to give the features of sound and stress; the closest are the answer."""
    right, widths = answers(words), [rows.shape[1] for rows in CODES.values()]
    targets = np.hstack([rows[right[what]] for what, rows in CODES.items()])
    asked = (targets, sum(widths), BinaryCrossEntropy(), 0.03)
    network = train(windows(words), *asked, hidden, epochs, seed)

    def read(x: Array) -> Answers:
        features = np.split(Sigmoid.value(network(x)), np.cumsum(widths)[:-1], axis=1)
        return {
            what: closest(given, rows)
            for (what, rows), given in zip(CODES.items(), features, strict=True)
        }

    return read


def by_classes(words: Sequence[Word], hidden: int, epochs: int, seed: int) -> Reader:
    """Train a network for each question; the likeliest phoneme and stress are the answer."""
    x, loss = windows(words), CategoricalCrossEntropy()
    networks = {
        what: train(x, right, len(QUESTIONS[what]), loss, 0.01, hidden, epochs, seed)
        for what, right in answers(words).items()
    }
    return lambda x: {what: network(x).argmax(axis=1) for what, network in networks.items()}


def score(reader: Reader, words: Sequence[Word]) -> list[float]:
    """Per cent of letters whose phoneme, and whose stress, is right."""
    given, right = reader(windows(words)), answers(words)
    return [100 * float((given[what] == right[what]).mean()) for what in QUESTIONS]


def commonest(words: Sequence[Word], listed: Sequence[str]) -> tuple[list[Word], list[Word]]:
    """Split the dictionary: the listed words in their first pronunciation, and all others."""
    wanted = set(listed)
    first: dict[str, Word] = {}
    for word in words:
        if word.letters in wanted:
            first.setdefault(word.letters, word)
    return list(first.values()), [word for word in words if word.letters not in wanted]


def table(train_on: Callable[..., Reader], hidden: Sequence[int], seeds: int, **sets: Any) -> None:
    """Print what is right of each set of words, mean and deviation over seeds."""
    print("\n| hidden units |", end="")
    for name, words in sets.items():
        print(f" {len(words):,} {name} words: phonemes | stresses |", end="")
    print("\n|---|" + "---|---|" * len(sets))
    for units in hidden:
        rows = []
        for seed in range(seeds):
            reader = train_on(units, seed)
            rows.append([share for words in sets.values() for share in score(reader, words)])
        mean, sd = np.mean(rows, axis=0), np.std(rows, axis=0, ddof=1 if seeds > 1 else 0)
        cells = [f"{m:.1f} ± {s:.1f}" for m, s in zip(mean, sd, strict=True)]
        print(f"| {units} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Train on the 1,000 words, then on the dictionary, and print what is right."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=50, help="on the 1,000 words")
    parser.add_argument("--dictionary-epochs", type=int, default=5)
    arguments = parser.parse_args()
    words = list(read_nettalk(arguments.data / "nettalk.data"))
    common, others = commonest(words, read_word_list(arguments.data / "nettalk.list"))
    held = np.random.default_rng(0).permutation(len(others)) < len(others) // 10
    new = [word for word, out in zip(others, held, strict=True) if out]
    rest = [*common, *(word for word, out in zip(others, held, strict=True) if not out)]

    for name, ways in {"features": by_features, "classes": by_classes}.items():
        print(f"\nby {name}: trained on {len(common):,} words, {arguments.epochs} epochs")

        def on_common(hidden: int, seed: int, ways: Any = ways) -> Reader:
            return ways(common, hidden, arguments.epochs, seed)

        def on_dictionary(hidden: int, seed: int, ways: Any = ways) -> Reader:
            return ways(rest, hidden, arguments.dictionary_epochs, seed)

        seen = {"learned": common, "other": others, "dictionary": words}
        table(on_common, HIDDEN, arguments.seeds, **seen)
        epochs = arguments.dictionary_epochs
        print(f"\nby {name}: trained on {len(rest):,} words, {epochs} epochs")
        table(on_dictionary, HIDDEN[-1:], 1, learned=rest, other=new)


if __name__ == "__main__":
    main()
