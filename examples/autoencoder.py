"""Digits through a bottleneck, and stacked autoencoders under a logistic layer.

Source: Deep Learning in Python.
"""

from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from ribbonet.estimators import Autoencoder


def main(epochs: int = 60) -> dict[str, float]:
    """Return what a code of 10 numbers keeps of 64 pixels, and what it is good for."""
    X, y = load_digits(return_X_y=True)
    X = X / 16
    train, test = slice(0, 1200), slice(1200, None)
    settings = {"epochs": epochs, "learning_rate": 0.003, "random_state": 0}

    deep = Autoencoder((64, 10), "gelu", **settings).fit(X[train])
    stack = make_pipeline(
        Autoencoder((40,), noise=0.1, **settings),
        Autoencoder((20,), **settings),
        StandardScaler(),
        LogisticRegression(max_iter=1000),
    ).fit(X[train], y[train])
    linear = PCA(10).fit(X[train])
    rest = X[test] - linear.inverse_transform(linear.transform(X[test]))
    found = {
        "variance kept by 10 principal components": 1 - rest.var() / X[test].var(axis=0).mean(),
        "variance kept by 10 numbers": deep.score(X[test]),
        "digits right from a stacked code of 20": stack.score(X[test], y[test]),
    }
    for name, value in found.items():
        print(f"{name}: {value:.1%}")

    shown = X[test][:6]
    for images in (shown, deep.inverse_transform(deep.transform(shown))):
        print()
        for row in range(8):
            pixels = images.reshape(-1, 8, 8)[:, row].clip(0, 1)
            print("   ".join("".join(" .:-=+*#%@"[int(9 * p)] for p in line) for line in pixels))
    return found


if __name__ == "__main__":
    main()
