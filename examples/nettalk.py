"""NETtalk: letters in a window of seven to phonemes (Sejnowski & Rosenberg 1987).

Run with the two files of UCI's "Connectionist Bench (Nettalk Corpus)":
`python examples/nettalk.py nettalk.data nettalk.list`
"""

import sys

import numpy as np

from ribbonet.datasets.nettalk import read_nettalk, read_word_list
from ribbonet.estimators import WindowClassifier


def main(dictionary: str, commonest: str) -> dict[str, float]:
    """Learn the 1,000 commonest words; return the share of right phonemes there and in all."""
    words = list(read_nettalk(dictionary))
    chosen = set(read_word_list(commonest))
    common = [word for word in words if word.letters in chosen]

    model = WindowClassifier(
        7, (120,), learning_rate=0.005, batch_size=64, epochs=40, random_state=0
    )
    model.fit([word.letters for word in common], [word.phonemes for word in common])
    scores = {
        name: 100 * model.score([w.letters for w in some], [w.phonemes for w in some])
        for name, some in (("learnt", common), ("all", words))
    }
    print(f"{len(common):,} words learnt, {np.sum([len(w.letters) for w in common]):,} letters")
    print(f"phonemes right: {scores['learnt']:.1f} % of those words (1987: 98 %)")
    print(f"                {scores['all']:.1f} % of all {len(words):,} words (1987: 77 %)")
    for text in ("network", "protein", "secondary", "structure"):
        print(f"  {text:10} {model.predict([text])[0]}")
    return scores


if __name__ == "__main__":
    main(*sys.argv[1:3])
