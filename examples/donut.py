"""The donut: a ring around a disc, learnt without hand-made features (Deep Learning in Python)."""

import numpy as np
from sklearn.datasets import make_circles
from sklearn.model_selection import train_test_split

from ribbonet.estimators import MLPClassifier, Perceptron


def main(seeds: int = 10) -> list[float]:
    """Return the accuracy on held-out points for each start."""
    scores = []
    for seed in range(seeds):
        X, y = make_circles(1000, noise=0.1, factor=0.5, random_state=seed)
        X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=seed)
        alone = Perceptron(epochs=20, random_state=seed).fit(X_train, y_train)
        model = MLPClassifier((16,), learning_rate=0.01, epochs=40, random_state=seed)
        scores.append(model.fit(X_train, y_train).score(X_test, y_test))
        print(f"start {seed}: one layer {alone.score(X_test, y_test):.1%}, two {scores[-1]:.1%}")

    print("\nwhat the last network makes of the plane:")
    for x2 in np.linspace(1.3, -1.3, 17):
        row = model.predict([[x1, x2] for x1 in np.linspace(-1.3, 1.3, 51)])
        print("  " + "".join(".#"[label] for label in row))
    return scores


if __name__ == "__main__":
    main()
