"""Exclusive or: no single layer can learn it, one hidden layer does, from any start.

Source: Deep Learning in Python.
"""

import numpy as np

from ribbonet.estimators import MLPClassifier, Perceptron

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([0, 1, 1, 0])


def main(seeds: int = 10) -> list[float]:
    """Return the accuracy on the four cases for each start."""
    scores = []
    for seed in range(seeds):
        alone = Perceptron(random_state=seed).fit(X, y)
        model = MLPClassifier((8,), "tanh", learning_rate=0.05, random_state=seed).fit(X, y)
        scores.append(model.score(X, y))
        p = model.predict_proba(X)[:, 1].round(2)
        print(f"start {seed}: one layer {alone.score(X, y):.0%}, two {scores[-1]:.0%}, p = {p}")

    print("\nwhere the last network says 1, for x from -0.5 to 1.5:")
    steps = np.linspace(1.5, -0.5, 11)
    for x2 in steps:
        row = model.predict([[x1, x2] for x1 in np.linspace(-0.5, 1.5, 31)])
        print("  " + "".join(".#"[label] for label in row))
    return scores


if __name__ == "__main__":
    main()
