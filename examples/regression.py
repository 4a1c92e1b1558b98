"""Regression: several numbers at once, as they are, by identity outputs.

Source: Deep Learning in Python; Rangan, Neural Network Notes.
"""

import numpy as np

from ribbonet.estimators import MLPRegressor


def main() -> float:
    """Return R2 on held-out points of a curve in the plane, learnt from its parameter."""
    rng = np.random.default_rng(0)
    t = rng.uniform(-np.pi, np.pi, (600, 1))
    y = np.hstack([np.sin(t), np.sin(2 * t)]) + 0.05 * rng.standard_normal((600, 2))
    model = MLPRegressor((64,), "tanh", learning_rate=0.01, epochs=150, l2=1e-5, random_state=0)
    score = model.fit(t[:400], y[:400]).score(t[400:], y[400:])
    print(f"two targets from one input: R2 = {score:.3f} on held-out points")

    picture = np.full((19, 61), " ")
    for x1, x2 in model.predict(np.linspace(-np.pi, np.pi, 500)[:, None]):
        picture[
            int(np.clip(round(9 - 8 * x2), 0, 18)), int(np.clip(round(30 + 28 * x1), 0, 60))
        ] = "#"
    print("\n".join("".join(line) for line in picture))
    return score


if __name__ == "__main__":
    main()
