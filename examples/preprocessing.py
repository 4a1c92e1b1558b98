"""Missing values, outliers, categories and scales, all in a pipeline (Deep Learning in Python)."""

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_wine
from sklearn.impute import SimpleImputer
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    MinMaxScaler,
    OneHotEncoder,
    RobustScaler,
    StandardScaler,
)

from ribbonet.estimators import MLPClassifier


def spoilt() -> tuple[np.ndarray, np.ndarray]:
    """Return the wines with 10 % of the values missing, 1 % wrong, and a category of no use."""
    X, y = load_wine(return_X_y=True)
    rng = np.random.default_rng(0)
    X[rng.random(X.shape) < 0.01] *= 1000
    X[rng.random(X.shape) < 0.1] = np.nan
    return np.hstack([X, rng.integers(3, size=(len(X), 1))]), y


def main() -> dict[str, float]:
    """Return the accuracy by cross-validation with each kind of scaling."""
    X, y = spoilt()
    numbers, category = slice(0, 13), [13]
    clip = FunctionTransformer(np.clip, kw_args={"a_min": -3, "a_max": 3})
    scalers = {
        "range 0 to 1": MinMaxScaler(),
        "mean and deviation": StandardScaler(),
        "quartiles, clipped": make_pipeline(RobustScaler(), clip),
    }
    found = {}
    for name, scaler in scalers.items():
        columns = make_column_transformer(
            (make_pipeline(SimpleImputer(strategy="median"), scaler), numbers),
            (OneHotEncoder(), category),
        )
        model = MLPClassifier((16,), learning_rate=0.01, epochs=40, l2=1e-3, random_state=0)
        found[name] = cross_val_score(make_pipeline(columns, model), X, y, cv=5).mean()
        print(f"{name:22} {found[name]:.1%}")
    return found


if __name__ == "__main__":
    main()
