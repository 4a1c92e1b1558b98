"""What more examples, more parameters and larger weights do (MCB128 block 1, slides)."""

import numpy as np
from sklearn.datasets import make_classification, make_moons
from sklearn.model_selection import learning_curve, validation_curve

from ribbonet.estimators import MLPClassifier, Perceptron

Rows = list[tuple[float, float, float]]


def examples() -> Rows:
    """Return the number of examples, and the accuracy on them and on others."""
    X, y = make_moons(1000, noise=0.3, random_state=0)
    model = MLPClassifier((50,), learning_rate=0.01, epochs=60, random_state=0)
    sizes, seen, unseen = learning_curve(
        model, X, y, train_sizes=[20, 60, 200, 600], cv=5, shuffle=True, random_state=0
    )
    return list(zip(sizes, seen.mean(axis=1), unseen.mean(axis=1), strict=True))


def parameters() -> Rows:
    """Return the number of parameters, and the accuracy on 200 examples and on others.

    A line parts the classes, but three labels in ten are drawn anew: what a larger network
    learns beyond the line is noise.
    """
    X, y = make_classification(
        300, 5, n_informative=2, n_redundant=0, n_clusters_per_class=1, class_sep=1.2, flip_y=0.3,
        random_state=2,
    )  # fmt: skip
    hidden = [(1,), (4,), (16,), (64,)]
    model = MLPClassifier(learning_rate=0.02, epochs=200, random_state=0)
    seen, unseen = validation_curve(model, X, y, param_name="hidden", param_range=hidden, cv=3)
    numbers = [model.set_params(hidden=h, epochs=1).fit(X, y).network_.size for h in hidden]
    return list(zip(numbers, seen.mean(axis=1), unseen.mean(axis=1), strict=True))


def margins() -> Rows:
    """Return the penalty, the size of the weights, and how wide the band of 0.1 < p < 0.9 is."""
    X, y = make_moons(200, noise=0.1, random_state=0)
    rows = []
    for l2 in np.logspace(-4, 0, 5):
        model = Perceptron(l2=l2, epochs=300, random_state=0).fit(X, y)
        size = np.linalg.norm(model.network_.parameters["0.weight"])
        rows.append((l2, size, 2 * np.log(9) / size))
    return rows


def show(rows: Rows, *names: str) -> None:
    """Print a table."""
    print("".join(f"{name:>12}" for name in names))
    for row in rows:
        print("".join(f"{value:12.4g}" for value in row))


if __name__ == "__main__":
    show(examples(), "examples", "on them", "on others")
    show(parameters(), "parameters", "on them", "on others")
    show(margins(), "penalty", "weights", "margin")
