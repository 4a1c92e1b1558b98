"""Sentences to classes: bag of words and TF-IDF (Deep Learning in Python)."""

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from ribbonet.estimators import MLPClassifier

PROTEIN = """the helix turns every three to four residues
strands pair side by side in a sheet
proline breaks the helix
the chain folds into a compact domain
residues far apart in the sequence meet in the sheet
hydrogen bonds hold strands together
glycine is found in turns and loops of the chain
the sequence of residues determines the fold
a coil joins the helix and the sheet
buried residues of the domain are hydrophobic"""

WEATHER = """rain falls on the hills in the evening
clouds gather over the coast before the storm
the wind turns to the north at night
snow is likely above a thousand metres
a dry and sunny morning in the valley
the storm brings rain and wind to the coast
fog in the valley until noon
cold air from the north brings snow
sunny spells between clouds in the evening
the night stays dry and cold on the hills"""


def main() -> dict[str, float]:
    """Return the accuracy by cross-validation for each way to turn words into numbers."""
    sentences = PROTEIN.splitlines() + WEATHER.splitlines()
    y = ["protein"] * 10 + ["weather"] * 10
    rows = FunctionTransformer(lambda counts: counts.toarray(), accept_sparse=True)
    found = {}
    ways = {"bag of words": CountVectorizer(), "TF-IDF": TfidfVectorizer(stop_words="english")}
    for name, words in ways.items():
        network = MLPClassifier((16,), dropout=0.2, learning_rate=0.01, epochs=60, random_state=0)
        model = make_pipeline(words, rows, network)
        found[name] = cross_val_score(model, sentences, y, cv=5).mean()
        print(f"{name}: {found[name]:.0%} of held-out sentences right")
    model.fit(sentences, y)
    for sentence in ("a strand of the sheet folds", "wind and rain in the night"):
        print(f"  {sentence!r} is about {model.predict([sentence])[0]}")
    return found


if __name__ == "__main__":
    main()
