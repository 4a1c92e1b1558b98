"""Digits of 8 x 8 pixels flattened, beside scikit-learn's own network (Deep Learning in Python).

Ours smooths the labels, which scikit-learn's cannot.
"""

import warnings

import numpy as np
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.neural_network import MLPClassifier as Other
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ribbonet.estimators import MLPClassifier


def main(folds: int = 10, epochs: int = 50) -> dict[str, np.ndarray]:
    """Return the accuracies of two networks of one shape by cross-validation."""
    X, y = load_digits(return_X_y=True)
    models = {
        "ribbonet": MLPClassifier((64,), label_smoothing=0.1, epochs=epochs, random_state=0),
        "scikit-learn": Other(
            (64,), max_iter=epochs, n_iter_no_change=epochs, batch_size=32, random_state=0
        ),
    }
    parts = StratifiedKFold(folds, shuffle=True, random_state=0)
    scores = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        for name, model in models.items():
            scores[name] = cross_val_score(make_pipeline(StandardScaler(), model), X, y, cv=parts)
            print(f"{name:12} {scores[name].mean():.2%} +- {scores[name].std():.2%}")

    model = make_pipeline(StandardScaler(), models["ribbonet"]).fit(X[:-1], y[:-1])
    for row in X[-1].reshape(8, 8):
        print("  " + "".join(" .:-=+*#%@"[int(pixel * 9 / 16)] * 2 for pixel in row))
    print(f"  which is read as {model.predict(X[-1:])[0]}, and is {y[-1]}")
    return scores


if __name__ == "__main__":
    main()
