"""Tomorrow's price from the last five days, beside the guess that nothing changes.

Source: Rangan, Neural Network Notes.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ribbonet.estimators import MLPRegressor


def main() -> tuple[float, float]:
    """Return the mean absolute error on later days, of the network and of yesterday's price."""
    rng = np.random.default_rng(0)
    shocks = rng.standard_normal(1500)
    changes = np.zeros(1500)
    for day in range(2, 1500):  # a made-up market with a memory, which real ones have little of
        changes[day] = 0.6 * changes[day - 1] - 0.4 * changes[day - 2] + shocks[day]
    prices = 100 * np.exp(0.01 * changes.cumsum())

    windows = sliding_window_view(prices, 6)
    last = windows[:, 4:5]
    X, y = windows[:, :5] / last - 1, windows[:, 5] / last[:, 0] - 1  # relative to the last day
    learnt, later = slice(0, 1000), slice(1000, None)  # never learn from the future
    model = MLPRegressor((10,), "tanh", learning_rate=0.01, epochs=60, random_state=0)
    model.fit(100 * X[learnt], y[learnt])
    error = float(np.abs(model.predict(100 * X[later]) - y[later]).mean())
    naive = float(np.abs(y[later]).mean())
    print(f"mean error of tomorrow's price: {error:.2%}; of today's price as a guess: {naive:.2%}")
    return error, naive


if __name__ == "__main__":
    main()
